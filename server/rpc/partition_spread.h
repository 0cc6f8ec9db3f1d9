#pragma once
// Among which partitions of its task queue a task or a poll is spread. The root of each queue
// decides and says it with its answers; what is not known goes to the root. A queue with one
// partition, as nearly all have, is not in here and costs one look at an atomic.
//
// A number that is out of date does no harm: every partition that ever was takes tasks and polls,
// and forwards what it cannot match to the root, whose answer has the new number.
//
// Owned by RoutedMatching. Any thread.

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace server::rpc {

class PartitionSpread {
public:
    static constexpr std::size_t kQueuesMax = 10'000;  // with several partitions; others: the root

    struct Queue {
        std::string namespace_id;
        std::string name;
        int type = 1;  // temporal.api.enums.v1.TaskQueueType
        auto operator<=>(const Queue&) const = default;
    };

    // The partition of the next task: one after the other.
    int next_for_task(const Queue& queue) { return for_task(queue, 1); }
    // The same, while it is not known whether there will be a task.
    int peek_for_task(const Queue& queue) { return for_task(queue, 0); }
    void learn_for_tasks(const Queue& queue, int partitions);

    // A poll while it is open, at the partition where fewest polls of this process are.
    class OpenPoll {
    public:
        OpenPoll(PartitionSpread& spread, Queue queue);
        ~OpenPoll();
        OpenPoll(const OpenPoll&) = delete;
        OpenPoll& operator=(const OpenPoll&) = delete;

        int partition() const { return partition_; }
        int partitions() const { return partitions_; }  // among which it was spread

    private:
        PartitionSpread& spread_;
        Queue queue_;
        int partition_ = 0;
        int partitions_ = 1;
    };
    void learn_for_polls(const Queue& queue, int partitions);

private:
    struct Entry {
        int for_tasks = 1;
        std::uint64_t tasks = 0;
        std::vector<std::size_t> open_polls{0};  // by partition
    };

    Entry* find(const Queue& queue);  // mutex_ is held
    int for_task(const Queue& queue, std::uint64_t step);
    template <class Set>
    void learn(const Queue& queue, int partitions, Set set);

    std::atomic<std::size_t> size_ = 0;
    std::mutex mutex_;
    std::map<Queue, Entry> entries_;
};

}  // namespace server::rpc
