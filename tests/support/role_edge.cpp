#include "tests/support/role_edge.h"

#include <stdexcept>

#include "server/runtime/alarm.h"

namespace server::tests {

namespace {

constexpr std::chrono::seconds kPatience{20};

Async<void> deliver_watch(Async<WatchResult> call, std::shared_ptr<std::promise<WatchResult>> to) {
    to->set_value(co_await std::move(call));
}

}  // namespace

Async<WatchResult> AnsweringPeer::watch(rpc::CallContext context, WatchRequest request) {
    co_return answer_(context, request);
}

AnsweringPeer well() {
    return AnsweringPeer([](const rpc::CallContext&, const WatchRequest& request) -> WatchResult {
        WatchResponse response;
        response.set_host_id("host of " + request.host_id());
        return response;
    });
}

Async<WatchResult> HoldingPeer::watch(rpc::CallContext context, WatchRequest) {
    Lane* lane = nullptr;
    for (std::size_t index = 0; index < lanes_.size(); ++index) {
        if (lanes_.for_key(index).is_current()) lane = &lanes_.for_key(index);
    }
    Alarm alarm(clock_, lane->executor());
    const auto subscription = context.cancellation->subscribe(*lane, [&alarm] { alarm.wake(); });
    {
        const std::lock_guard lock(mutex_);
        last_deadline_ = context.deadline;
    }
    count_up(begun_);
    co_await alarm.wait_until(kNever);
    count_up(ended_);
    WatchResponse response;
    response.set_draining(true);
    co_return response;
}

void HoldingPeer::count_up(int& counter) {
    const std::lock_guard lock(mutex_);
    ++counter;
    changed_.notify_all();
}

void HoldingPeer::wait_for(const int& counter, int count, const char* what) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [&] { return counter >= count; })) {
        throw std::runtime_error(what);
    }
}

void HoldingPeer::wait_begun(int count) { wait_for(begun_, count, "the calls did not begin"); }
void HoldingPeer::wait_ended(int count) { wait_for(ended_, count, "the calls did not end"); }

TimePoint HoldingPeer::last_deadline() const {
    const std::lock_guard lock(mutex_);
    return last_deadline_;
}

rpc::GrpcServer::Options RoleEdge::default_options() {
    rpc::GrpcServer::Options options;
    options.address.clear();
    options.limits = rpc::role_limits();
    return options;
}

void RoleEdge::start(rpc::ClusterPeer& served, rpc::GrpcServer::Options options) {
    table.emplace(rpc::table_of(served));
    start({&*table}, std::move(options));
}

void RoleEdge::start(std::vector<const rpc::MethodTable*> tables,
                     rpc::GrpcServer::Options options) {
    if (options.address.empty()) options.address = address();
    options.services = std::move(tables);
    options.audience = rpc::Audience::roles;
    auto started = rpc::GrpcServer::start(std::move(options), *lanes, clock);
    if (!started.ok()) throw std::runtime_error(started.status().message());
    server = std::move(started).value();
    port = server->port();
}

std::future<WatchResult> Caller::start_watch(rpc::CallContext context) {
    auto promise = std::make_shared<std::promise<WatchResult>>();
    auto pending = promise->get_future();
    lane.spawn(deliver_watch(remote.watch(std::move(context), {}), std::move(promise)));
    return pending;
}

WatchResult get(std::future<WatchResult>& pending) {
    if (pending.wait_for(kPatience) != std::future_status::ready) {
        throw std::runtime_error("the call did not end");
    }
    return pending.get();
}

}  // namespace server::tests
