#pragma once
// One task queue partition: workflow or activity tasks of one name. It lives on one lane from its
// creation on demand to its unloading, when nobody used it for idle_unload, when another owner took
// its lease, or at the stop of the role.
//
//   AddTask ──▶ a waiting poll ──▶ history: record started ──▶ acknowledged as sync matched
//         └──▶ Backlogs (stored, then acknowledged) ──▶ Matcher ──▶ a poll …
//
// History may come before there is a task, and start the one it writes for a poll that waits here
// (waiting_poll.h). The poll then asks for it like for any other, by the id it was started with.
//
// A queue that one lane cannot serve has several partitions (children.h), among which the callers
// spread tasks and polls. Where tasks and polls come in numbers they meet in each by itself. What
// finds nothing there is forwarded: a child keeps one of its polls at the root, and while none of
// its polls waits, some of its tasks. So whatever the spread is, a task and a poll of the queue
// meet at the root. A forwarded task stays with its partition, in its store too, until the root
// says that it has started.
//
// A sticky partition has no backlog: its tasks stay in memory, and history's schedule-to-start
// timeout replaces those that are lost.

#include <memory>

#include "server/base/rate_limiter.h"
#include "server/matching/environment.h"
#include "server/matching/partition/backlogs.h"
#include "server/matching/partition/children.h"
#include "server/matching/partition/key.h"
#include "server/matching/partition/matcher.h"
#include "server/matching/partition/partition_metrics.h"
#include "server/matching/partition/poll.h"
#include "server/matching/partition/rates.h"
#include "server/matching/partition/recent_pollers.h"
#include "server/runtime/lane.h"

namespace server::matching {

// A worker that is shutting down. By instance key when both sides know it, else by identity.
struct DepartingWorker {
    std::string namespace_id;
    std::string worker_instance_key;
    std::string identity;
    std::string task_queue;  // empty: any
};

// What became of a task that another partition forwarded here.
struct ForwardedTask {
    enum class End { started, dropped, not_started };
    End end = End::not_started;
    std::string request_id;  // not started because history could not say
};

class Partition : public std::enable_shared_from_this<Partition> {
public:
    Partition(Environment& environment, Lane& lane, PartitionKey key);

    // Housekeeping; returns when the partition is closed or idle, and what it began has ended.
    // Spawned once by the owner.
    Async<void> run();
    // The work of the backlogs, likewise. The final writes are done when it returns.
    Async<void> run_backlog();
    // Ends polls (empty success), and added tasks and queries that wait (Unavailable). Nothing can
    // be added any more.
    void close();
    bool closed() const { return closed_; }
    // Closed by a lost lease: stored tasks may be left that nobody asks for.
    bool lost_lease() const { return lost_lease_; }
    void members_changed();

    // Returns when a poll started the task (true), or when it is stored, kept (sticky) or obsolete
    // (false). Unavailable, ResourceExhausted: repeat. FailedPrecondition with
    // StickyWorkerUnavailable: nobody polls this sticky queue.
    Async<Result<bool>> add_task(TaskPtr task);
    // At the root: a poll gets the task within `wait`, or it stays with the partition that has it.
    Async<Result<ForwardedTask>> add_forwarded(rpc::CallContext context, TaskPtr task,
                                               Duration wait);

    // Waits for work; none when the poll's time is up.
    Async<Work> wait_for_work(Poll& poll);
    // History's answer to record-started of a task that wait_for_work gave out.
    void record_started_ended(const TaskPtr& task, const Status& status);
    // ResourceExhausted when pollers_max polls are open.
    Status admit_poll() const;
    // A poll that got GoToRoot has come back from there.
    void returned_from_root(const Status& status);
    // For waiting_poll.h. The poll that has waited longest, out of the way of all tasks; null when
    // none may get one now. Each is answered about: it waits again, or gets a task that was started
    // for it. When it has left meanwhile, or a commit that hangs has kept it for poll_taken_max,
    // the task goes the way of all others. A poll that would end while it is taken ends afterwards.
    const Poll* take_poll();
    void put_back(std::uint64_t order);
    void give_started(std::uint64_t order, TaskPtr task);
    // Returns when that is so for all that were taken, or at `latest`.
    Async<void> settled(TimePoint latest);
    // Waits for nothing of that any more: the polls end.
    void give_up_taken();
    // For the next tasks and polls of the queue; 0 when this is not the root.
    int partitions_for_tasks() const { return children_ ? children_->for_tasks() : 0; }
    int partitions_for_polls() const { return children_ ? children_->for_polls() : 0; }
    // The highest number of a partition that may have a backlog; of the root only.
    int highest_child() const { return children_ ? children_->highest() : 0; }
    void end_polls_of(const DepartingWorker& worker);
    // Called by Poll: its place in the order of arrival; and that its caller has gone away.
    std::uint64_t join(Poll& poll);
    void leave(Poll& poll);
    void end_poll(std::uint64_t order);

    // Waits for the answer of a worker to the query: DeadlineExceeded, FailedPrecondition when
    // nobody polls, InvalidArgument with QueryFailed when the handler failed.
    Async<Result<rpc::api::QueryWorkflowResponse>> dispatch_query(
        rpc::CallContext context, rpc::api::PollWorkflowTaskQueueResponse task);
    // NotFound when nobody waits for it any more.
    Status answer_query(const std::string& query_id,
                        Result<rpc::api::QueryWorkflowResponse> answer);
    bool has_query(const std::string& query_id) const { return queries_.contains(query_id); }

    // What DescribeTaskQueue shows. first_load() first, for numbers that count the stored tasks.
    Async<void> first_load();
    std::vector<RecentPollers::PollerInfo> pollers() const;
    // Of one priority, or of all with 0.
    ::temporal::api::taskqueue::v1::TaskQueueStats stats(int priority) const;
    ::temporal::api::taskqueue::v1::TaskQueueStatus status() const;
    std::optional<double> rate_limit() const;
    std::int64_t backlog_count_hint() const;

    const PartitionKey& key() const { return key_; }
    PartitionMetrics& metrics() { return metrics_; }
    Environment& environment() { return environment_; }
    Lane& lane() { return lane_; }

private:
    struct Rates {
        RateMeter added;
        RateMeter dispatched;
    };
    struct Taken {
        TimePoint until;  // then others need not wait for it any more
        bool ends = false;
    };

    void count_added(const Task& task, TimePoint now);
    Async<Result<bool>> add_stored(TaskPtr task, Duration wait);
    Async<Result<bool>> add_sticky(TaskPtr task);
    // Until a poll has started it, or it has waited so long, or the caller has gone.
    Async<Task::State> offer(TaskPtr task, Duration wait,
                             std::shared_ptr<Cancellation> cancellation = nullptr);
    Async<Status> spill(TaskPtr task);
    Duration sync_match_wait(const Task& task) const;
    bool make_room_for_sticky_task();

    void match();
    void wait_again(std::uint64_t order);
    void end_unless_taken(Poll& poll);
    void settle_one();
    void expect_taken();
    void release_taken(TimePoint now);
    Work next_work(TimePoint now);
    TaskPtr next_task(TimePoint now);
    void give_back(Work work);
    void give_back(const TaskPtr& task);

    bool is_child() const { return backlogs_ && !children_; }
    void forward();
    Async<void> forward_task(TaskPtr task);
    role::v1::AddTaskRequest forwarding(const Task& task, Duration wait) const;
    void forwarded(const TaskPtr& task, const Result<role::v1::AddTaskResponse>& answer);
    void start_failed(const TaskPtr& task);
    void pause_forwarding();
    // Runs beside; run() waits for its end.
    void begin(Async<void> work);
    Async<void> count_work(std::shared_ptr<Partition> alive, Async<void> work);
    void manage_children();
    Async<void> work_on_children();

    void abandon(const TaskPtr& task);
    void shelter(TaskPtr task);
    Async<void> find_shelter(TaskPtr task);
    Async<Status> add_again(TaskPtr task);
    Async<Status> pass_on(const Task& task);
    // The task needs no dispatch any more.
    void finish(const TaskPtr& task, Task::State state);
    void delay(TaskPtr task);
    void task_loaded(TaskPtr task);
    void release_delayed(TimePoint now);
    bool is_idle(TimePoint now) const;
    TimePoint next_due(TimePoint now) const;
    bool polled_within(Duration window) const;
    std::size_t tasks_in_memory(int priority) const;
    void tell_backlog();
    Status moving() const;
    Status sticky_unavailable() const;

    Async<Status> wait_for_answer(QueryPtr query, TimePoint deadline);
    Result<QueryPtr> open_query(rpc::api::PollWorkflowTaskQueueResponse task);
    void close_query(const QueryPtr& query);
    void abandon_query(const std::string& query_id);

    Environment& environment_;
    Lane& lane_;
    PartitionKey key_;
    PartitionMetrics metrics_;
    Matcher matcher_;
    std::optional<Backlogs> backlogs_;  // none for a sticky partition
    std::optional<Children> children_;  // of the root only
    RateLimiter limiter_;
    int rate_shares_ = 1;  // the limiter has 1/n of what the workers allow
    RecentPollers recent_pollers_;
    std::map<int, Rates> rates_;  // by priority

    std::map<std::uint64_t, Poll*> polls_;  // all that have joined, by order
    std::map<std::uint64_t, Taken> taken_;  // of these, those that history has
    // Polls that were taken and are not answered about, though they may have left, and started
    // tasks that are on their way to another poll or into the store.
    std::size_t unsettled_ = 0;
    bool gave_up_taken_ = false;
    Alarm settled_;
    std::uint64_t next_poll_ = 1;
    std::map<std::string, QueryPtr> queries_;
    std::multimap<TimePoint, TaskPtr> delayed_;  // by the time of the next try
    Alarm alarm_;                                // of run()
    TimePoint limited_until_ = kEpoch;
    TimePoint last_limited_ = kEpoch;
    TimePoint last_used_;
    std::optional<TimePoint> last_poll_;
    std::size_t offers_ = 0;  // callers of add_task that wait for a poll
    bool closed_ = false;
    bool lost_lease_ = false;

    std::size_t forwarded_tasks_ = 0;  // at the root now
    std::size_t forwarded_polls_ = 0;
    std::shared_ptr<Cancellation> forwarding_ = Cancellation::create();  // of the tasks there
    TimePoint forward_after_ = kEpoch;                                   // a pause after a failure
    std::optional<TimePoint> last_started_at_root_;
    std::size_t works_ = 0;  // begun and not ended
    bool manages_children_ = false;
};

}  // namespace server::matching
