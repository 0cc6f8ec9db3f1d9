#include "tests/sim/network.h"

#include <algorithm>

#include "server/rpc/failure_codec.h"

namespace server::sim {

namespace {

std::pair<std::string, std::string> pair_of(const std::string& one, const std::string& other) {
    return std::minmax(one, other);
}

// host:port → host.
std::string host_of(const std::string& address) { return address.substr(0, address.rfind(':')); }

Status unreachable(const std::string& address, const std::string& why) {
    return {Code::Unavailable, "no answer of " + address + ": " + why, PeerUnreachable{address}};
}

// As it arrives: through the bytes in which a failure crosses.
Result<rpc::MethodTable::MessagePtr> as_received(Result<rpc::MethodTable::MessagePtr> answer) {
    if (answer.ok()) return answer;
    return rpc::from_callee(rpc::to_caller(answer.status())).value_or(answer.status());
}

}  // namespace

// An open call: its caller waits for `ended`.
struct Network::Call {
    Call(Clock& clock, Lane& lane, End& caller, std::string dialled,
         const google::protobuf::MethodDescriptor& called)
        : from(&caller), address(std::move(dialled)), method(called),
          ended(clock, lane.executor()) {}

    // The first end counts.
    void end(Outcome with) {
        if (outcome) return;
        outcome.emplace(std::move(with));
        callee_cancellation->cancel();
        ended.wake();
    }

    End* const from;
    const std::string address;
    const google::protobuf::MethodDescriptor& method;
    Alarm ended;
    std::optional<Outcome> outcome;
    const std::shared_ptr<Cancellation> callee_cancellation = Cancellation::create();
};

Network::End::~End() { die(); }

void Network::End::listen(const std::string& address, std::vector<const rpc::MethodTable*> tables) {
    network_.listeners_[address] = {this, std::move(tables)};
}

void Network::End::close() { network_.close(*this); }

void Network::End::die() {
    dead_ = true;
    network_.close(*this);
    network_.end_calls_of(*this);
}

Async<Result<rpc::MethodTable::MessagePtr>> Network::End::call(
    std::string address, const google::protobuf::MethodDescriptor& method, rpc::CallContext context,
    const google::protobuf::Message& request, const google::protobuf::Message&) {
    return network_.call(*this, std::move(address), method, std::move(context), request);
}

Async<bool> Network::End::refuses_connections(std::string address) {
    co_await network_.clock_.sleep_for(network_.some_time(network_.weather_.delay_max));
    const bool silent = dead_ || network_.is_cut(host_, host_of(address));
    co_return !silent && network_.find(address) == nullptr;
}

Async<Network::Outcome> Network::call(End& from, std::string address,
                                      const google::protobuf::MethodDescriptor& method,
                                      rpc::CallContext context,
                                      const google::protobuf::Message& request) {
    if (from.dead_) co_return unavailable("the process has ended");
    auto call = std::make_shared<Call>(clock_, lane_, from, std::move(address), method);
    rpc::MethodTable::MessagePtr copy(request.New());
    copy->CopyFrom(request);
    const auto place = open_calls_.insert(open_calls_.end(), call);
    std::weak_ptr<Call> open = call;
    std::function<void()> leave = [open] {
        if (const auto still = open.lock()) still->end(Status(Code::Cancelled, "the caller left"));
    };
    const auto subscription = context.cancellation->subscribe_inline(std::move(leave));
    const TimePoint deadline = context.deadline;
    context.cancellation = call->callee_cancellation;
    lane_.spawn(carry(call, std::move(context), std::move(copy)));
    co_await call->ended.wait_until(deadline);
    call->end(Status(Code::DeadlineExceeded, "no answer of " + call->address + " in time"));
    open_calls_.erase(place);
    co_return std::move(*call->outcome);
}

Async<bool> Network::travel(CallPtr call) {
    co_await clock_.sleep_for(some_time(weather_.delay_max));
    if (call->outcome) co_return false;
    const bool cut = is_cut(call->from->host_, host_of(call->address));
    const auto lost_in_thousand = static_cast<std::uint64_t>(weather_.lost_in_thousand);
    const bool lost = lost_in_thousand > 0 && random_.below(1000) < lost_in_thousand;
    if (!cut && !lost) co_return true;
    co_await clock_.sleep_for(cut ? kSilence : some_time(kSilence));
    call->end(unreachable(call->address, cut ? "silence" : "the connection broke"));
    co_return false;
}

Async<void> Network::carry(CallPtr call, rpc::CallContext context,
                           rpc::MethodTable::MessagePtr request) {
    const bool arrived = co_await travel(call);
    if (!arrived) co_return;
    const Listener* const listener = find(call->address);
    if (listener == nullptr) co_return call->end(unreachable(call->address, "refused"));
    End& callee = *listener->end;
    const rpc::MethodTable::Handler* handler = nullptr;
    for (const rpc::MethodTable* table : listener->tables) {
        if (&table->service() == call->method.service()) handler = table->find(call->method.name());
    }
    ASSERT(handler != nullptr, call->method.full_name());
    ++callee.serving_;
    auto work = (*handler)(std::move(context), std::move(request));
    Outcome done = co_await std::move(work);
    Outcome answer = as_received(std::move(done));
    --callee.serving_;
    const bool returned = co_await travel(call);
    if (!returned) co_return;
    trace_.note(call->from->host_ + " < " + call->address + " " + call->method.name() + " " +
                std::to_string(static_cast<int>(answer.status().code())) + " " +
                (answer.ok() ? std::to_string((*answer)->ByteSizeLong()) : ""));
    call->end(std::move(answer));
}

void Network::close(const End& end) {
    std::set<std::string> addresses;
    std::erase_if(listeners_, [&](const auto& entry) {
        if (entry.second.end != &end) return false;
        addresses.insert(entry.first);
        return true;
    });
    const std::list<CallPtr> open = open_calls_;
    for (const CallPtr& call : open) {
        if (addresses.contains(call->address)) {
            call->end(unreachable(call->address, "the connection broke"));
        }
    }
}

void Network::end_calls_of(const End& end) {
    const std::list<CallPtr> open = open_calls_;
    for (const CallPtr& call : open) {
        if (call->from == &end) call->end(unavailable("the process has ended"));
    }
}

const Network::Listener* Network::find(const std::string& address) const {
    const auto found = listeners_.find(address);
    return found == listeners_.end() ? nullptr : &found->second;
}

Duration Network::some_time(Duration longest) {
    if (longest <= Duration::zero()) return {};
    return Duration{
        static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(longest.count())))};
}

// Hosts cut apart.

bool Network::is_cut(const std::string& one, const std::string& other) const {
    return cuts_.contains(pair_of(one, other));
}

void Network::cut(const std::string& one, const std::string& other) {
    const auto hosts = pair_of(one, other);
    cuts_[hosts] = ++cuts_made_;
    lane_.spawn(break_if_still_cut(hosts, cuts_made_));
}

Async<void> Network::break_if_still_cut(std::pair<std::string, std::string> hosts, int cut) {
    co_await clock_.sleep_for(kSilence);
    const auto found = cuts_.find(hosts);
    if (found != cuts_.end() && found->second == cut) break_calls_between(hosts);
}

void Network::break_calls_between(const std::pair<std::string, std::string>& hosts) {
    const std::list<CallPtr> open = open_calls_;
    for (const CallPtr& call : open) {
        if (pair_of(call->from->host_, host_of(call->address)) != hosts) continue;
        call->end(unreachable(call->address, "silence"));
    }
}

void Network::heal(const std::string& one, const std::string& other) {
    cuts_.erase(pair_of(one, other));
}

void Network::heal_all() { cuts_.clear(); }

}  // namespace server::sim
