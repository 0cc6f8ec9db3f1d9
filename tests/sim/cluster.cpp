#include "tests/sim/cluster.h"

#include "server/base/fingerprint32.h"
#include "tests/support/catch.h"

namespace server::sim {

namespace {

constexpr TimePoint kBegin = from_unix_nanos(1'700'000'000'000'000'000);

std::string process_name(int number) { return "history-" + std::to_string(number); }

}  // namespace

Cluster::Cluster(std::uint64_t seed)
    : clock_(context_, kBegin), random_(seed), lanes_(2, &context_),
      namespaces_(store_.namespaces(), clock_, random_), history_(make_history()),
      matching_(clock_, random_, lanes_, store_.task_queues(), matching::Options{}) {
    matching_.connect(routed_history_);
    history_->connect(matching_, routed_history_);
    run(start());
}

Cluster::~Cluster() {
    store_.faults() = {};
    run(stop());
}

Async<void> Cluster::start() {
    const auto entry = co_await namespaces_.ensure("default", 24h);
    REQUIRE(entry.ok());
    namespace_id_ = (*entry)->id;
    const Status started = co_await history_->start();
    REQUIRE(started.ok());
    routed_history_.point_at(history_.get());
    const frontend::Frontend::Collaborators collaborators{clock_,    random_, routed_history_,
                                                          matching_, store_,  namespaces_};
    store::ClusterIdentity identity{"sim", "active", 4};
    frontend_.emplace(collaborators, std::move(identity));
    frontend_->register_methods(workflow_service_, operator_service_);
}

Async<void> Cluster::stop() {
    co_await matching_.stop();
    co_await history_->stop();
}

std::unique_ptr<history::Service> Cluster::make_history() {
    const history::Collaborators collaborators{clock_, random_, lanes_, store_, namespaces_};
    history::Options options;
    options.owner = process_name(++history_processes_);
    return std::make_unique<history::Service>(collaborators, std::move(options));
}

// Membership would tell a process that its place is gone.
Status Cluster::may_acquire(const std::string& owner) const {
    if (owner == process_name(history_processes_)) return ok_status();
    return unavailable(owner + " is not a member any more");
}

Async<void> Cluster::replace_history() {
    routed_history_.point_at(nullptr);
    std::unique_ptr<history::Service> old = std::move(history_);
    history_ = make_history();
    history_->connect(matching_, routed_history_);
    store_.faults().acquire = [this](const std::string& owner) { return may_acquire(owner); };
    const Status started = co_await history_->start();
    REQUIRE(started.ok());
    routed_history_.point_at(history_.get());
    co_await old->stop();
}

ShardId Cluster::shard_of_workflow(const std::string& workflow_id) const {
    return shard_of(namespace_id_, workflow_id, history::Options{}.shard_count);
}

Async<Result<rpc::MethodTable::MessagePtr>> Cluster::send(std::string method,
                                                          rpc::MethodTable::MessagePtr request,
                                                          Duration timeout) {
    const rpc::MethodTable::Handler* handler = workflow_service_.find(method);
    REQUIRE(handler != nullptr);
    rpc::CallContext context;
    context.deadline = clock_.now() + timeout;
    auto answer = co_await (*handler)(std::move(context), std::move(request));
    trace_.push_back(to_rfc3339(clock_.now()) + " " + method + " " +
                     std::to_string(static_cast<int>(answer.status().code())) + " " +
                     (answer.ok() ? std::to_string((*answer)->ByteSizeLong()) : ""));
    co_return answer;
}

Async<void> Cluster::finish(Async<void> work, bool& done) {
    co_await std::move(work);
    done = true;
}

void Cluster::run(Async<void> work, Duration limit) {
    bool done = false;
    const TimePoint end = clock_.now() + limit;
    spawn(finish(std::move(work), done));
    clock_.run_ready();
    while (!done && clock_.next_deadline() <= end) clock_.run_until(clock_.next_deadline());
    REQUIRE(done);
}

}  // namespace server::sim
