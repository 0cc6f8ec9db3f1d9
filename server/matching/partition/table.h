#pragma once
// The partitions of one lane: created on demand, removed when they end. All calls on that lane.

#include <deque>
#include <map>
#include <memory>
#include <set>

#include "server/cluster/view.h"
#include "server/matching/partition/partition.h"
#include "server/workflow/state/waiting_worker.h"

namespace server::matching {

class PartitionTable {
public:
    PartitionTable(Environment& environment, Lane& lane, std::size_t partitions_max);

    Lane& lane() { return lane_; }
    Environment& environment() { return environment_; }

    // From now on this process, `address` in the ring, owns what the ring gives it: partitions of
    // others are closed here, and their callers go to the new owner.
    void assign(cluster::ViewPtr view, std::string address);

    // ResourceExhausted when partitions_max are loaded; Unavailable with OwnershipLost when
    // another process owns it, or this one stops.
    Result<std::shared_ptr<Partition>> find_or_load(const PartitionKey& key);
    // Null when it is not loaded.
    std::shared_ptr<Partition> find(const PartitionKey& key) const;
    std::size_t size() const { return partitions_.size(); }
    // For a task that history is about to start; null when nobody waits (waiting_poll.h).
    std::unique_ptr<workflow::WaitingWorker> find_waiting_worker(const PartitionKey& key) const;

    // Ends the open polls of the worker and unloads its sticky queue; late polls of its instance
    // end at once.
    void shut_down(const DepartingWorker& worker, const std::string& sticky_queue);
    bool is_shut_down(const std::string& worker_instance_key) const;

    // Closes all partitions, once history has answered about the polls it has taken, and waits
    // until what runs here has ended; for stop_wait_max at most.
    Async<void> stop();

    // Makes stop() wait for the call that holds it.
    class Presence {
    public:
        explicit Presence(PartitionTable& table) : table_(table) { ++table_.present_; }
        ~Presence() {
            if (--table_.present_ == 0) table_.all_left_.wake();
        }
        Presence(const Presence&) = delete;
        Presence& operator=(const Presence&) = delete;

    private:
        PartitionTable& table_;
    };

private:
    bool owns(const PartitionKey& key) const;
    Async<void> keep(std::shared_ptr<Partition> partition);
    Async<void> keep_backlog(std::shared_ptr<Partition> partition);
    void remember_shut_down(const std::string& worker_instance_key);

    Environment& environment_;
    Lane& lane_;
    std::size_t partitions_max_;
    std::size_t lanes_in_process_;
    cluster::ViewPtr view_;  // null: this process is alone
    std::string address_;
    std::map<PartitionKey, std::shared_ptr<Partition>> partitions_;
    std::map<std::string, TimePoint> shut_down_;  // by worker instance key
    std::deque<std::string> shut_down_order_;
    std::size_t present_ = 0;
    Alarm all_left_;
    bool stopping_ = false;
};

}  // namespace server::matching
