#pragma once
// This process as a member of the cluster, and the cluster as this process sees it.
//
//   join()   ─ a row per role, renewed every heartbeat_interval by one statement, which also
//              brings the other members
//   watches  ─ one open call to each other process: it answers when the peer begins to drain, and
//              breaks when the peer dies. A broken one is tried once more; if nobody listens there,
//              the peer's rows are removed by compare-and-set. A silent host is left to its lease
//   drain()  ─ out of the rings, still answering; peers learn it by their watches and take over
//   leave()  ─ the rows are removed
//
// A view that is wrong for a while costs retries and no data: the fence of the store decides who
// may write. While the database cannot be read the last view stays. Lives on one lane; view() and
// the notifications are for all.

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/cluster/view.h"
#include "server/role/v1/cluster.pb.h"
#include "server/runtime/alarm.h"
#include "server/runtime/cancellation.h"
#include "server/runtime/lane.h"
#include "server/telemetry/log.h"

namespace server::cluster {

// The way to another process.
class PeerWatch {
public:
    virtual ~PeerWatch() = default;
    // proto/server/role/v1/cluster.proto. Unavailable: the connection broke or nobody listens
    // there. Any other failure: the host is silent.
    virtual Async<Result<role::v1::WatchResponse>> watch(std::string address,
                                                         role::v1::WatchRequest request,
                                                         TimePoint deadline,
                                                         std::shared_ptr<Cancellation> stop) = 0;
};

class Membership {
public:
    struct Options {
        Duration lease = 15s;
        Duration heartbeat_interval = 5s;
        Duration watch_timeout = 60s;
        Duration refresh_interval_min = 50ms;
        Duration retry_pause = 200ms;     // between tries to reach a peer or the database
        std::size_t watches_max = 1'000;  // of peers, and by peers
    };

    // All of them outlive it.
    Membership(store::Membership& store, Clock& clock, Lane& lane, PeerWatch& peers,
               std::string host_id, Options options);
    Membership(store::Membership& store, Clock& clock, Lane& lane, PeerWatch& peers,
               std::string host_id)
        : Membership(store, clock, lane, peers, std::move(host_id), Options{}) {}

    // The first heartbeat, whose failure is returned; from then on it is renewed. `own` are this
    // process's records, one per role.
    Async<Status> join(std::vector<store::MemberRecord> own);
    // Returns when the database knows it, or cannot be reached; peers are told either way.
    Async<void> drain();
    // Ends all work of the membership and removes the rows, which may be there although join() has
    // failed. There is work without join() too: who reads the members watches them.
    Async<void> leave();

    // Never null; empty before join().
    ViewPtr view() const;
    const std::string& host_id() const { return host_id_; }
    // Reads the members now: for a caller who met a stale owner. Calls that come together share one
    // read, and a view that was read just now is not read again.
    Async<void> refresh();
    // Called on `lane` after each change of hosts or rings, and once for the present view. A
    // process that comes back into the rings, having been out of them unnoticed, is called twice:
    // with the view it missed, in which it is not, and with the present one. So it lets go of what
    // it had, and takes anew what it is given. Before join().
    void on_change(Lane& lane, std::function<void(ViewPtr)> listener);

    // The callee of Cluster.Watch.
    Async<Result<role::v1::WatchResponse>> answer_watch(role::v1::WatchRequest request,
                                                        TimePoint deadline,
                                                        std::shared_ptr<Cancellation> cancellation);

    // How often hosts or rings have changed; any thread.
    std::uint64_t changes() const { return changes_; }

private:
    struct Listener {
        Lane* lane;
        std::function<void(ViewPtr)> notify;
    };

    Async<Status> beat();
    Async<Status> read();
    Async<void> refresh_here();
    Async<void> read_shared();
    Async<void> keep_beating();
    Async<void> watch_host(std::string host_id);
    // False when the peer does not answer, or another process does at its address.
    Async<bool> watch_once(store::MemberRecord host);
    Async<void> declare_dead(store::MemberRecord host);
    void spawn(Async<void> work);
    Async<void> counted(Async<void> work);
    void take(std::vector<store::MemberRecord> members);
    bool has_come_back(const View& fresh);
    void notify(const ViewPtr& view);
    void watch_new_hosts(const View& view);
    Async<Result<role::v1::WatchResponse>> wait_for_drain(
        role::v1::WatchRequest request, TimePoint deadline,
        std::shared_ptr<Cancellation> cancellation);

    store::Membership& store_;
    Clock& clock_;
    Lane& lane_;
    PeerWatch& peers_;
    const std::string host_id_;
    const Options options_;

    std::vector<store::MemberRecord> own_;
    std::optional<TimePoint> session_start_;  // of the own records
    bool draining_ = false;
    bool leaving_ = false;
    bool reading_ = false;
    TimePoint read_at_ = kEpoch;
    std::vector<Resume<bool>> waiting_for_read_;
    std::size_t running_ = 0;
    Alarm beat_;
    Alarm ended_;
    const std::shared_ptr<Cancellation> stop_watching_ = Cancellation::create();
    std::set<std::string> watched_;                    // host ids
    std::list<std::shared_ptr<Alarm>> drain_waiters_;  // peers that watch this process
    std::atomic<std::uint64_t> changes_ = 0;
    log::Repeated beating_{"renew the membership"};
    std::vector<Listener> listeners_;

    mutable std::mutex view_mutex_;
    ViewPtr view_ = std::make_shared<const View>();
};

}  // namespace server::cluster
