#include "tests/sim/cluster.h"

#include <algorithm>

#include "server/base/fingerprint32.h"
#include "tests/support/catch.h"

namespace server::sim {

namespace {

constexpr TimePoint kBegin = from_unix_nanos(1'700'000'000'000'000'000);

const google::protobuf::MethodDescriptor& method_named(const std::string& name) {
    static const rpc::MethodTable table("temporal.api.workflowservice.v1.WorkflowService");
    const auto* method = table.service().FindMethodByName(name);
    REQUIRE(method != nullptr);
    return *method;
}

bool is_worth_another_try(Code code) {
    switch (code) {
    case Code::Unavailable:
    case Code::Aborted:
    case Code::DeadlineExceeded:
    case Code::Internal:
    case Code::Unknown:
    case Code::ResourceExhausted: return true;
    default: return false;
    }
}

}  // namespace

Cluster::Cluster(std::uint64_t seed, const Layout& layout)
    : clock_(context_, kBegin), random_(seed), lanes_(2, &context_),
      database_(clock_), identity_{"sim", "active", 4},
      network_(clock_, random_, lanes_.for_key(0), trace_), world_{clock_,    random_,
                                                                   lanes_,    network_,
                                                                   trace_,    database_,
                                                                   identity_, store_faults_} {
    for (const std::vector<Role>& roles : layout) add_host(roles);
    run(start());
}

Cluster::~Cluster() {
    calm();
    // No exception leaves a destructor.
    if (!runs_within(stop(), 1h)) FAIL_CHECK("the hosts do not end");
    ended_.clear();
    hosts_.clear();
    // Work that is left sleeps, and would refer to what is gone.
    CHECK(clock_.next_deadline() == kNever);
}

void Cluster::add_host(std::vector<Role> roles) {
    Host host;
    host.name = "host-" + std::to_string(hosts_.size());
    host.roles = std::move(roles);
    hosts_.push_back(std::move(host));
}

Async<void> Cluster::start() {
    cluster::NamespaceRegistry namespaces(database_.namespaces(), clock_, random_);
    const auto entry = co_await namespaces.ensure("default", 24h);
    REQUIRE(entry.ok());
    namespace_id_ = (*entry)->id;
    for (std::size_t host = 0; host < hosts_.size(); ++host) co_await start_process(host);
}

Async<void> Cluster::stop() {
    for (std::size_t host = 0; host < hosts_.size(); ++host) co_await stop_process(host);
    while (burials_ > 0) co_await clock_.sleep_for(1s);
    co_await clock_.sleep_for(2 * Network::kSilence);  // what is lost on its way ends within that
}

void Cluster::calm() {
    network_.weather() = {};
    network_.heal_all();
    store_faults_ = {};
    for (const Host& host : hosts_) {
        if (!host.process) continue;
        host.process->cut_from_store(false);
        host.process->cut_from_membership(false);
    }
}

// Hosts.

Process* Cluster::find_process(std::size_t host) {
    const std::shared_ptr<Process>& process = hosts_[host].process;
    return process && process->alive() ? process.get() : nullptr;
}

Async<void> Cluster::start_process(std::size_t host) {
    while (!hosts_[host].process) {
        const auto process =
            std::make_shared<Process>(world_, hosts_[host].name, hosts_[host].roles);
        hosts_[host].process = process;
        const Status started = co_await process->start();
        if (started.ok()) co_return;
        crash(host);
        co_await clock_.sleep_for(1s);
    }
}

void Cluster::crash(std::size_t host) {
    const auto process = std::exchange(hosts_[host].process, nullptr);
    if (!process) return;
    trace_.note("crash of " + hosts_[host].name);
    const bool ends_already = process->ended();
    process->crash();
    if (!ends_already) spawn(bury(process));
}

Async<void> Cluster::stop_process(std::size_t host) {
    const std::shared_ptr<Process> process = hosts_[host].process;
    if (!process || !process->alive()) co_return;
    ++burials_;
    ended_.push_back(process);
    co_await process->stop();
    --burials_;
    if (hosts_[host].process == process) hosts_[host].process = nullptr;
}

Async<void> Cluster::bury(std::shared_ptr<Process> process) {
    ++burials_;
    ended_.push_back(process);
    co_await process->bury();
    --burials_;
}

void Cluster::cut_from_store(std::size_t host, bool cut) {
    if (hosts_[host].process) hosts_[host].process->cut_from_store(cut);
}

void Cluster::cut_from_membership(std::size_t host, bool cut) {
    if (hosts_[host].process) hosts_[host].process->cut_from_membership(cut);
}

Async<void> Cluster::take_for_dead(std::size_t host) {
    const Process* const process = find_process(host);
    if (process == nullptr) co_return;
    const Status removed = co_await database_.membership().leave(process->host_id());
    REQUIRE(removed.ok());
}

Async<void> Cluster::replace_history() {
    const std::size_t old = hosts_.size() - 1;
    Process* const process = find_process(old);
    REQUIRE(process != nullptr);
    process->cut_from_membership(true);
    co_await take_for_dead(old);
    add_host(hosts_[old].roles);
    co_await start_process(old + 1);
    co_await stop_process(old);
}

ShardId Cluster::shard_of_workflow(const std::string& workflow_id) const {
    return shard_of(namespace_id_, workflow_id, identity_.history_shard_count);
}

Async<void> Cluster::pause(Duration longest) {
    const std::uint64_t chosen = random_.below(static_cast<std::uint64_t>(longest.count()));
    co_await clock_.sleep_for(Duration{static_cast<std::int64_t>(chosen)});
}

// Clients.

Async<Result<Cluster::MessagePtr>> Cluster::send_again(std::string method, MessagePtr request,
                                                       Duration timeout) {
    constexpr int kTriesMax = 2000;
    constexpr Duration kPauseMax = 2s;
    Duration pause = 100ms;
    Status last;
    for (int tries = 0; tries < kTriesMax; ++tries) {
        Result<MessagePtr> answer = co_await send(method, *request, timeout);
        last = answer.status();
        if (!is_worth_another_try(last.code())) co_return answer;
        co_await clock_.sleep_for(pause);
        pause = std::min(2 * pause, kPauseMax);
    }
    co_return last;
}

Async<Result<Cluster::MessagePtr>> Cluster::send(std::string method,
                                                 const google::protobuf::Message& request,
                                                 Duration timeout) {
    rpc::CallContext context;
    context.deadline = clock_.now() + timeout;
    while (std::find(hosts_[frontend_].roles.begin(), hosts_[frontend_].roles.end(),
                     Role::frontend) == hosts_[frontend_].roles.end()) {
        frontend_ = (frontend_ + 1) % hosts_.size();
    }
    const std::size_t used = frontend_;
    std::string address = address_of(hosts_[used].name, Role::frontend);
    auto sent = client_.call(std::move(address), method_named(method), std::move(context), request,
                             request);
    Result<MessagePtr> answer = co_await std::move(sent);
    const bool nobody = answer.status().detail<PeerUnreachable>() != nullptr;
    if (nobody && frontend_ == used) frontend_ = (frontend_ + 1) % hosts_.size();
    co_return answer;
}

Async<void> Cluster::finish(Async<void> work, std::shared_ptr<bool> done) {
    co_await std::move(work);
    *done = true;
}

void Cluster::run(Async<void> work, Duration limit) {
    REQUIRE(runs_within(std::move(work), limit));
}

bool Cluster::runs_within(Async<void> work, Duration limit) {
    const auto done = std::make_shared<bool>(false);  // the work may outlive the limit
    const TimePoint end = clock_.now() + limit;
    spawn(finish(std::move(work), done));
    clock_.run_ready();
    while (!*done && clock_.next_deadline() <= end) clock_.run_until(clock_.next_deadline());
    return *done;
}

}  // namespace server::sim
