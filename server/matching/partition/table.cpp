#include "server/matching/partition/table.h"

#include <algorithm>

#include "server/matching/partition/waiting_poll.h"

namespace server::matching {

PartitionTable::PartitionTable(Environment& environment, Lane& lane, std::size_t partitions_max)
    : environment_(environment), lane_(lane), partitions_max_(partitions_max),
      lanes_in_process_(environment.lanes_in_cluster),
      all_left_(environment.clock, lane.executor()) {}

std::shared_ptr<Partition> PartitionTable::find(const PartitionKey& key) const {
    const auto partition = partitions_.find(key);
    if (partition == partitions_.end() || partition->second->closed()) return nullptr;
    return partition->second;
}

std::unique_ptr<workflow::WaitingWorker> PartitionTable::find_waiting_worker(
    const PartitionKey& key) const {
    auto partition = stopping_ ? nullptr : find(key);
    return partition ? take_waiting_poll(std::move(partition)) : nullptr;
}

bool PartitionTable::owns(const PartitionKey& key) const {
    if (!view_) return true;
    const cluster::Ring& ring = view_->ring(Role::matching);
    return ring.find_owner(cluster::ring_key(key.namespace_id, key.name)) == address_;
}

void PartitionTable::assign(cluster::ViewPtr view, std::string address) {
    view_ = std::move(view);
    address_ = std::move(address);
    const std::size_t hosts = view_->ring(Role::matching).addresses().size();
    environment_.lanes_in_cluster = lanes_in_process_ * std::max<std::size_t>(1, hosts);
    const auto partitions = partitions_;  // closing one may remove it
    for (const auto& [key, partition] : partitions) {
        if (owns(key)) {
            partition->members_changed();
        } else {
            partition->close();
        }
    }
}

Result<std::shared_ptr<Partition>> PartitionTable::find_or_load(const PartitionKey& key) {
    if (stopping_) {
        return Status(Code::Unavailable, "matching is stopping; try again", OwnershipLost{});
    }
    if (!owns(key)) {
        return Status(Code::Unavailable,
                      "task queue " + key.name + " belongs to another process; try again",
                      OwnershipLost{});
    }
    if (auto loaded = find(key)) return loaded;
    if (partitions_.size() >= partitions_max_) {
        return Status(Code::ResourceExhausted,
                      "task queue " + key.name +
                          " cannot be loaded: " + std::to_string(partitions_.size()) +
                          " task queue partitions are in use, the most allowed; try again",
                      ResourceExhausted{ResourceExhausted::Cause::system_overloaded,
                                        ResourceExhausted::Scope::system});
    }
    auto partition = std::make_shared<Partition>(environment_, lane_, key);
    partitions_.insert_or_assign(key, partition);
    lane_.spawn(keep(partition));
    if (!key.sticky) lane_.spawn(keep_backlog(partition));
    return partition;
}

Async<void> PartitionTable::keep(std::shared_ptr<Partition> partition) {
    const Presence presence(*this);
    co_await partition->run();
    const auto entry = partitions_.find(partition->key());
    if (entry != partitions_.end() && entry->second == partition) partitions_.erase(entry);
    // Nobody else may ask for the backlog of a partition that is not the root.
    const bool is_needed = partition->lost_lease() && number_of(partition->key()) > 0;
    if (is_needed) static_cast<void>(find_or_load(partition->key()));
}

Async<void> PartitionTable::keep_backlog(std::shared_ptr<Partition> partition) {
    const Presence presence(*this);
    co_await partition->run_backlog();
}

void PartitionTable::shut_down(const DepartingWorker& worker, const std::string& sticky_queue) {
    if (!worker.worker_instance_key.empty()) remember_shut_down(worker.worker_instance_key);
    const auto partitions = partitions_;  // closing one may remove it
    for (const auto& [key, partition] : partitions) {
        const bool is_its_sticky_queue = key.sticky && !sticky_queue.empty() &&
                                         key.namespace_id == worker.namespace_id &&
                                         key.name == sticky_queue;
        if (is_its_sticky_queue) {
            partition->close();
        } else {
            partition->end_polls_of(worker);
        }
    }
}

void PartitionTable::remember_shut_down(const std::string& worker_instance_key) {
    const Options& options = environment_.options;
    const TimePoint now = environment_.clock.now();
    const bool is_new = shut_down_.insert_or_assign(worker_instance_key, now).second;
    if (is_new) shut_down_order_.push_back(worker_instance_key);
    while (!shut_down_order_.empty()) {
        const auto oldest = shut_down_.find(shut_down_order_.front());
        const bool is_over = oldest->second < now - options.shut_down_remembered_for;
        if (!is_over && shut_down_order_.size() <= options.shut_down_remembered_max) return;
        shut_down_.erase(oldest);
        shut_down_order_.pop_front();
    }
}

bool PartitionTable::is_shut_down(const std::string& worker_instance_key) const {
    if (worker_instance_key.empty()) return false;
    const auto entry = shut_down_.find(worker_instance_key);
    return entry != shut_down_.end() &&
           entry->second >=
               environment_.clock.now() - environment_.options.shut_down_remembered_for;
}

Async<void> PartitionTable::stop() {
    stopping_ = true;
    const TimePoint now = environment_.clock.now();
    const Duration wait = environment_.options.stop_wait_max;
    const TimePoint latest = saturating_add(now, wait);
    // A commit that hangs is not waited for to the end: what is here has to end as well.
    const TimePoint settled_by = saturating_add(now, wait / 2);
    const auto partitions = partitions_;
    for (const auto& [key, partition] : partitions) co_await partition->settled(settled_by);
    for (const auto& [key, partition] : partitions) {
        partition->close();
        if (environment_.clock.now() >= settled_by) partition->give_up_taken();
    }
    while (present_ > 0 && environment_.clock.now() < latest) {
        co_await all_left_.wait_until(latest);
    }
}

}  // namespace server::matching
