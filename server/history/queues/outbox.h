#pragma once
// The outbox of one shard: one queue for all its tasks, or, where visibility has a database of its
// own, a second one for the tasks that write there, so that an outage of that database holds up
// nothing else. Both read the same table; a row goes when both are past it. Lives on the shard's
// lane.

#include <optional>
#include <vector>

#include "server/history/queues/outbox_queue.h"

namespace server::history {

store::TaskCategory category_of(const state::v1::Task& task);

// The tasks of one commit, from begin() to its answer.
struct SentTasks {
    std::vector<TaskId> transfer;
    std::vector<TaskId> visibility;
};

class Outbox {
public:
    Outbox(OutboxQueue::Owner& owner, Clock& clock, Lane& lane, Background& background,
           const Options& options, bool visibility_apart);

    SentTasks begin(const std::vector<store::OutboxTask>& tasks);
    void committed(std::vector<workflow::OutboxEntry> tasks);
    void failed(const SentTasks& tasks);

    TaskId done_through() const;
    // Whether a task up to this id is not done yet, as far as is known.
    bool has_open_through(TaskId id) const;
    TaskId acknowledged() const { return transfer_.acknowledged(); }
    void acknowledge(TaskId done_through);

    void reset();
    // Works in the background until stop().
    void start();
    void stop();

    std::size_t held() const { return transfer_.held() + (visibility_ ? visibility_->held() : 0); }

private:
    Background& background_;
    OutboxQueue transfer_;
    std::optional<OutboxQueue> visibility_;
};

}  // namespace server::history
