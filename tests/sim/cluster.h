#pragma once
// A whole cluster on virtual time: hosts with the roles that run in production, the memory store, a
// network, and the faults of both, on one event loop. Nothing here reads a real clock, so the same
// seed gives the same trace, and a failing seed is a complete bug report.
//
//   cluster.h          the cluster, and how a test runs it
//   process.h          one server process: app::Host over one's own way to the database
//   network.h          what carries their calls, and loses some
//   nemesis.h          what goes wrong, by the seed
//   trace.h            what happened, as one number
//   worker.h           a scripted worker: polls and answers like an SDK, by the history it is shown
//   plan.h             random workflows, played by planned_worker.h
//   observed.h         the invariants of what is left in the end; outcomes.h: of one event;
//                      table_rows.h: what a store still has of a run
//   *_test.cpp         scenarios; those of tests/sim_hosts run many seeds in the release tree

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/runtime/clock.h"
#include "server/runtime/random.h"
#include "server/store/memory/memory_store.h"
#include "tests/sim/network.h"
#include "tests/sim/process.h"
#include "tests/sim/trace.h"

namespace server::sim {

namespace api = ::temporal::api::workflowservice::v1;

// The roles of each host.
using Layout = std::vector<std::vector<Role>>;
// History on a host of its own, so that it can be replaced.
inline Layout history_apart() { return {{Role::frontend, Role::matching}, {Role::history}}; }
inline Layout whole_hosts(std::size_t count) {
    return Layout(count, {Role::frontend, Role::history, Role::matching});
}

class Cluster {
public:
    using MessagePtr = rpc::MethodTable::MessagePtr;

    explicit Cluster(std::uint64_t seed, const Layout& layout = history_apart());
    ~Cluster();

    // One RPC to a frontend. What says nothing about the request is tried again, as an SDK or its
    // user does, elsewhere when nobody answered.
    template <class Response, class Request>
    Async<Result<Response>> call(std::string method, Request request, Duration timeout = 30s) {
        MessagePtr message = std::make_unique<Request>(std::move(request));
        auto sent = send_again(std::move(method), std::move(message), timeout);
        Result<MessagePtr> answer = co_await std::move(sent);
        CO_TRY(answer.status());
        co_return std::move(static_cast<Response&>(**answer));
    }

    // Drives virtual time until `work` is done; fails the test when `limit` passes first.
    void run(Async<void> work, Duration limit = 366 * 24h);
    // False when `limit` passes first.
    bool runs_within(Async<void> work, Duration limit);
    void spawn(Async<void> work) { lanes_.for_key(0).spawn(std::move(work)); }

    // Hosts.
    std::size_t host_count() const { return hosts_.size(); }
    const std::string& name_of(std::size_t host) const { return hosts_[host].name; }
    // Null while no process serves there.
    Process* find_process(std::size_t host);
    void crash(std::size_t host);
    // Hands over and ends; returns when it has.
    Async<void> stop_process(std::size_t host);
    // Another process at a host that has none; returns when it serves.
    Async<void> start_process(std::size_t host);
    // The process there, also while it starts or stops: a stop waits for the database.
    void cut_from_store(std::size_t host, bool cut);
    void cut_from_membership(std::size_t host, bool cut);
    // The others believe that it has died, which it has not.
    Async<void> take_for_dead(std::size_t host);
    // Another history process takes the shards while the old one still believes to own them; the
    // old one has lost its place for good. For history_apart().
    Async<void> replace_history();

    Network& network() { return network_; }
    StoreFaults& faults() { return store_faults_; }
    // No fault any more, from now on.
    void calm();

    Clock& clock() { return clock_; }
    Random& random() { return random_; }
    // A random time up to this.
    Async<void> pause(Duration longest);
    store::Runs& runs() { return database_.runs(); }
    const store::memory::Tables& tables() const { return database_.tables(); }
    // Of the one namespace, "default", and of all its shards.
    const std::string& namespace_id() const { return namespace_id_; }
    ShardId shard_of_workflow(const std::string& workflow_id) const;
    const Trace& trace() const { return trace_; }

private:
    struct Host {
        std::string name;
        std::vector<Role> roles;
        std::shared_ptr<Process> process;  // null when none was started, or it has ended
    };

    Async<Result<MessagePtr>> send_again(std::string method, MessagePtr request, Duration timeout);
    Async<Result<MessagePtr>> send(std::string method, const google::protobuf::Message& request,
                                   Duration timeout);
    void add_host(std::vector<Role> roles);
    Async<void> start();
    Async<void> stop();
    // Comes to its end, out of sight.
    Async<void> bury(std::shared_ptr<Process> process);
    static Async<void> finish(Async<void> work, std::shared_ptr<bool> done);

    boost::asio::io_context context_;
    FakeClock clock_;
    Random random_;
    Lanes lanes_;
    Trace trace_{clock_};
    store::memory::MemoryStore database_;
    const store::ClusterIdentity identity_;
    StoreFaults store_faults_;
    Network network_;
    Network::End client_{network_, "client"};
    const Process::World world_;
    std::vector<Host> hosts_;
    std::vector<std::shared_ptr<Process>> ended_;  // kept for what still refers to them
    int burials_ = 0;
    std::size_t frontend_ = 0;  // the host that the client calls
    std::string namespace_id_;
};

}  // namespace server::sim
