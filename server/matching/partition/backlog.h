#pragma once
// Stored tasks of one partition (backlogs.h): those that found no poller. It holds the lease,
// writes new tasks in batches, loads them in order of their ids, and deletes the rows of tasks that
// are done. Lives on the partition's lane.
//
// One coroutine, run(), does all reading and writing, one call at a time, so a read never passes an
// id whose commit is under way. Task ids are range id << 24 plus a counter: they grow from owner to
// owner.
//
//        deleted            done or loaded                 still to load
//   ─────────────────┬───────────────────────────────┬──────────────────────▶ task id
//                done_through                     read_level
//                    (nothing open at or below)      (while `unread_`: rows may lie above)
//
// A failed commit may have happened all the same. The lease is then dropped, so that the next
// owner's range fences the commit, and what was stored above the read level is loaded as if another
// process had written it.

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "server/matching/environment.h"
#include "server/matching/partition/task.h"
#include "server/telemetry/log.h"

namespace server::matching {

class Backlog {
public:
    // `loaded` gets every task that shall be dispatched, in order of the ids.
    using Loaded = std::function<void(TaskPtr)>;
    // `whole_queue`: the name of the queue that `queue` is a part of.
    Backlog(Environment& environment, store::TaskQueueKey queue, std::string whole_queue,
            boost::asio::any_io_executor executor, Loaded loaded);

    // Returns when the task is stored. Unavailable: not known to be stored, repeat.
    // ResourceExhausted: too many wait.
    Async<Status> append(TaskPtr task);

    // The task needs no dispatch any more.
    void done(TaskId id);

    // Polls wait and no loaded task can be dispatched now.
    void want_more();

    // Reads and writes until closed, or until another owner has the lease.
    Async<void> run();
    void close();

    // Waits for the first look at the store, successful or not.
    Async<void> first_load();

    // True when no stored or loaded task is older than one that comes now.
    bool empty() const { return !unread_ && open_.empty() && appends_.empty() && !writing_; }
    // Tasks that are stored, or about to be, but not loaded, as far as this owner knows.
    std::size_t unloaded() const { return unread_rows_ + appends_.size(); }

    RangeId range_id() const { return lease_.value_or(RangeId{}); }
    TaskId read_level() const { return read_level_; }
    TaskId done_through() const;

    static constexpr int kCounterBits = 24;

private:
    struct Append {
        TaskPtr task;
        Resume<Status> resume;
    };

    Async<void> step();
    Async<void> acquire();
    Async<void> write();
    Async<void> read();
    Async<void> pause_after_failure();
    Async<void> acknowledge_at_end();

    std::vector<Append> next_batch();
    store::BacklogWrite make_write(const std::vector<Append>& batch);
    void batch_stored(std::vector<Append> batch);
    void write_failed(std::vector<Append> batch, const Status& status);
    void load(TaskPtr task, TaskId id);
    void refuse_appends(const Status& status);
    void load_row(const store::BacklogTask& row);
    void store_answered();
    void store_failed(const Status& status);
    void looked();
    bool should_read() const;
    bool acknowledge_due() const;
    bool confirm_due() const;
    TimePoint next_confirm() const;
    Status moved() const;

    Environment& environment_;
    store::TaskQueueKey queue_;
    std::string whole_queue_;
    Loaded loaded_;
    Alarm alarm_;
    Alarm pause_;
    log::Repeated log_{"task queue backlog"};

    std::optional<RangeId> lease_;
    TaskId last_id_;  // of this lease
    TaskId read_level_;
    TaskId acknowledged_;  // the store knows that everything up to here is done
    bool unread_ = true;   // rows may lie above the read level
    std::size_t unread_rows_ = 0;
    bool wanted_ = false;
    bool writing_ = false;
    bool lost_ = false;
    bool closed_ = false;
    bool has_looked_ = false;

    std::set<TaskId> open_;  // loaded, not done
    std::size_t done_since_acknowledged_ = 0;
    TimePoint acknowledge_at_ = kNever;
    TimePoint written_at_ = kEpoch;  // the last write
    std::deque<Append> appends_;
    std::vector<Resume<bool>> first_look_;
    Duration backoff_{};
    TimePoint retry_at_ = kEpoch;
};

}  // namespace server::matching
