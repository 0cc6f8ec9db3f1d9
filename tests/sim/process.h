#pragma once
// One server process of a simulated cluster: app::Host, which is what runs in production, with its
// own way to the database, the namespaces as it knows them, and its end of the network.
//
//   start()   joins the cluster and takes what the rings give it
//   stop()    hands over, then leaves, as on SIGTERM
//   crash()   as on SIGKILL: from now on nothing of it is heard or written. What it had sent to the
//             database may still arrive there, late
//
// A process that has crashed is not destroyed in the middle of its work, which no coroutine could
// bear: cut off from everything it comes to its end by itself (bury()), unseen.

#include <memory>
#include <string>

#include "server/app/host.h"
#include "server/store/memory/memory_store.h"
#include "tests/sim/network.h"

namespace server::sim {

// What the database does to the calls of every process.
struct StoreFaults {
    Duration delay_max{};                // of a call, each way
    int commits_failed_in_thousand = 0;  // before or after they had their effect
    int calls_failed_in_thousand = 0;    // the same for all others
    // Decides alone about the commits of processes that can reach the database.
    std::function<store::memory::CommitFault(const store::TransitionWrite&)> commit;
};

// host:port of a role at a host.
std::string address_of(const std::string& host, Role role);

class Process {
public:
    struct World {
        Clock& clock;
        Random& random;
        Lanes& lanes;
        Network& network;
        Trace& trace;
        const store::memory::MemoryStore& database;
        const store::ClusterIdentity& identity;
        const StoreFaults& store_faults;
    };

    // `host` is the name of the machine, the same when a process is started there again.
    Process(const World& world, std::string host, std::vector<Role> roles);

    // Unavailable when the database could not be reached; the process is then of no use.
    Async<Status> start();
    Async<void> stop();
    void crash();
    // Of a process that has crashed or stopped: returns when no work of it is left.
    Async<void> bury();

    // Its calls to the database fail, written or not.
    void cut_from_store(bool cut) { cut_from_store_ = cut; }
    // It does not learn of the others any more, nor they of it, but for its calls.
    void cut_from_membership(bool cut) { cut_from_membership_ = cut; }

    const std::string& host() const { return host_name_; }
    const std::string& host_id() const { return host_id_; }
    bool alive() const { return state_ == State::serving; }
    bool ended() const { return state_ == State::ended; }
    store::memory::Faults& faults() { return store_.faults(); }
    store::memory::MemoryStore& store() { return store_; }
    cluster::NamespaceRegistry& namespaces() { return namespaces_; }

private:
    enum class State { starting, serving, ended };

    std::map<Role, std::string> addresses() const;
    std::vector<store::MemberRecord> records() const;
    void set_faults();
    Async<void> travel();
    bool happens(int in_thousand);
    Status fail_before(std::string_view call);
    Status fail_after();
    store::memory::CommitFault pick_commit_fault(const store::TransitionWrite& write);

    const World world_;
    const std::string host_name_;
    const std::vector<Role> roles_;
    const std::string host_id_;
    State state_ = State::starting;
    bool crashed_ = false;
    bool cut_from_store_ = false;
    bool cut_from_membership_ = false;
    store::memory::MemoryStore store_;
    cluster::NamespaceRegistry namespaces_;
    telemetry::Registry metrics_;
    Network::End end_;
    app::Host process_;
};

}  // namespace server::sim
