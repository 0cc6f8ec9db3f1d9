#pragma once
// The outbox of one shard, or its tasks of one category: tasks of committed transitions, executed
// at least once.
//
//   begin(ids) ─ commit ─▶ committed(tasks) ─▶ ready ─▶ executing ─▶ done
//                    └──▶ failed(ids)            ▲          │
//                                             delayed ◀─────┘ retry with backoff
//
// done_through() rides on a later commit, which removes the rows.
//
// The table is read only when the shard is loaded, or after the queue in memory was full. Because a
// shard commits in order of task ids, all that a read returns up to its last id is complete; ids
// whose commit has not answered yet are known here before it is sent, so done_through() never
// passes one of them. Lives on the shard's lane.

#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "server/history/options.h"
#include "server/history/shard/background.h"
#include "server/runtime/alarm.h"
#include "server/state/v1/task.pb.h"
#include "server/store/runs.h"
#include "server/workflow/state/draft.h"

namespace server::history {

class OutboxQueue {
public:
    // What the shard does for its outbox.
    class Owner {
    public:
        virtual ~Owner() = default;
        virtual Async<Result<std::vector<store::OutboxTask>>> read_outbox(TaskId after) = 0;
        // Ok when the task is done or stale. Unavailable and other passing failures are retried for
        // ever, lasting ones Options::task_attempts_max times.
        virtual Async<Status> execute(state::v1::Task task) = 0;
        // Writes done_through() by itself, since no commit came by.
        virtual Async<void> flush_outbox() = 0;
    };

    // Whether a row of the table is this queue's.
    using Mine = bool (*)(store::TaskCategory category);

    OutboxQueue(Owner& owner, Clock& clock, Lane& lane, Background& background,
                const Options& options, Mine mine);

    // Around the commit of these tasks; `committed` hands them over. `highest` is of all tasks of
    // the commit, whoever's they are.
    void begin(const std::vector<TaskId>& ids, TaskId highest);
    void committed(std::vector<workflow::OutboxEntry> tasks);
    void failed(const std::vector<TaskId>& ids);

    // Every task up to this id is done; its rows may go.
    TaskId done_through() const;
    TaskId acknowledged() const { return acknowledged_; }
    // Whether a task up to this id is not done yet, as far as is known.
    bool has_open_through(TaskId id) const;
    void acknowledge(TaskId done_through);

    // The shard was taken anew: forgets everything and reads the table from its beginning.
    void reset();
    // Works in the background until stop().
    void start();
    void stop();

    // Tasks in memory.
    std::size_t held() const { return ready_.size() + delayed_.size() + executing_; }

private:
    struct Queued {
        TaskId id;
        state::v1::Task task;
        std::uint64_t generation = 0;
        int failures = 0;  // lasting ones
        Duration backoff{};
    };

    Async<void> run();
    bool wants_page() const;
    Async<void> read_page();
    void take_page(std::vector<store::OutboxTask> page);
    void enqueue(TaskId id, state::v1::Task task);
    void start_ready();
    Async<void> execute(Queued queued);
    void failed_to_execute(Queued queued, const Status& status);
    void finish(TaskId id);
    TimePoint next_deadline() const;

    Owner& owner_;
    Clock& clock_;
    Background& background_;
    const Options& options_;
    const Mine mine_;
    Alarm alarm_;
    bool stopping_ = false;
    std::uint64_t generation_ = 1;

    std::deque<Queued> ready_;
    std::multimap<TimePoint, Queued> delayed_;
    std::size_t executing_ = 0;

    std::map<std::int64_t, bool> open_;  // begun and not done; true: in the queue or executing
    std::int64_t highest_ = 0;           // of all ids begun or read
    TaskId acknowledged_;
    TimePoint flush_at_ = kNever;

    bool must_read_ = false;  // the table has tasks above read_position_ that are not in memory
    std::int64_t read_position_ = 0;    // read through this id
    std::int64_t skipped_through_ = 0;  // highest id that was left in the table for a read
    TimePoint read_retry_at_ = kEpoch;
};

}  // namespace server::history
