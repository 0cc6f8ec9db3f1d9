#pragma once
// One task queue partition: workflow or activity tasks of one name. It lives on one lane from its
// creation on demand to its unloading, when nobody used it for idle_unload, when another owner took
// its lease, or at the stop of the role.
//
//   AddTask ──▶ a waiting poll ──▶ history: record started ──▶ acknowledged as sync matched
//         └──▶ Backlog (stored, then acknowledged) ──▶ Matcher ──▶ a poll …
//
// A sticky partition has no backlog: its tasks stay in memory, and history's schedule-to-start
// timeout replaces those that are lost.

#include <memory>

#include "server/matching/environment.h"
#include "server/matching/partition/backlog.h"
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

class Partition : public std::enable_shared_from_this<Partition> {
public:
    Partition(Environment& environment, Lane& lane, PartitionKey key);

    // Housekeeping; returns when the partition is closed or idle. Spawned once by the owner.
    Async<void> run();
    // The work of the backlog, likewise. The final write is done when it returns.
    Async<void> run_backlog();
    // Ends polls (empty success), and added tasks and queries that wait (Unavailable). Nothing can
    // be added any more.
    void close();
    bool closed() const { return closed_; }

    // Returns when a poll started the task (true), or when it is stored, kept (sticky) or obsolete
    // (false). Unavailable, ResourceExhausted: repeat. FailedPrecondition with
    // StickyWorkerUnavailable: nobody polls this sticky queue.
    Async<Result<bool>> add_task(TaskPtr task);

    // Waits for work; none when the poll's time is up.
    Async<Work> wait_for_work(Poll& poll);
    // History's answer to record-started of a task that wait_for_work gave out.
    void record_started_ended(const TaskPtr& task, const Status& status);
    // ResourceExhausted when pollers_max polls are open.
    Status admit_poll() const;
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
    std::optional<double> rate_limit() const { return limiter_.rate(); }
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

    Async<Result<bool>> add_stored(TaskPtr task);
    Async<Result<bool>> add_sticky(TaskPtr task);
    Async<Task::State> offer(TaskPtr task, Duration wait);
    Async<Status> spill(TaskPtr task);
    Duration sync_match_wait() const;
    bool make_room_for_sticky_task();

    void match();
    Work next_work(TimePoint now);
    TaskPtr next_task(TimePoint now);
    void give_back(Work work);
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
    std::optional<Backlog> backlog_;  // none for a sticky partition
    RateLimiter limiter_;
    RecentPollers recent_pollers_;
    std::map<int, Rates> rates_;  // by priority

    std::map<std::uint64_t, Poll*> polls_;  // all that have joined, by order
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
};

}  // namespace server::matching
