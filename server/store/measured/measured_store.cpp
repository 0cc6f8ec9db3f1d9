#include "server/store/measured/measured_store.h"

namespace server::store {

namespace {

using telemetry::MeasuredCall;
using telemetry::OperationMetrics;
using telemetry::ServiceMetrics;

Status status_of(const Status& status) { return status; }
template <class T>
Status status_of(const Result<T>& result) {
    return result.status();
}
// What is no answer of a database but of the fence is told by its type.
Status status_of(const CommitOutcome& outcome) {
    switch (outcome.kind) {
    case CommitKind::committed: return {};
    case CommitKind::conflict: return {Code::Aborted, "conflict"};
    case CommitKind::shard_lost: return {Code::FailedPrecondition, "shard lost", OwnershipLost{}};
    case CommitKind::refused:
    case CommitKind::unknown: return {Code::Unavailable, "not written"};
    }
    return {};
}

template <class T>
Async<T> measured(OperationMetrics& operation, Clock& clock, Async<T> call) {
    MeasuredCall measure(operation, clock.now());
    T result = co_await std::move(call);
    measure.end(clock.now(), status_of(result));
    co_return result;
}

class MeasuredRuns final : public Runs {
public:
    MeasuredRuns(Runs& runs, ServiceMetrics& metrics, Clock& clock)
        : runs_(runs), clock_(clock), acquire_(metrics.operation("UpdateShard")),
          create_(metrics.operation("CreateWorkflowExecution")),
          update_(metrics.operation("UpdateWorkflowExecution")),
          find_(metrics.operation("GetWorkflowExecution")),
          find_current_(metrics.operation("GetCurrentExecution")),
          history_(metrics.operation("ReadHistoryBranch")),
          outbox_(metrics.operation("GetTransferTasks")), due_(metrics.operation("GetTimerTasks")) {
    }

    Async<Result<RangeId>> acquire_shard(ShardId shard_id, std::string owner) override {
        return measured(acquire_, clock_, runs_.acquire_shard(shard_id, std::move(owner)));
    }
    Async<CommitOutcome> commit(TransitionWrite write) override {
        const bool creates = !write.runs.empty() && write.runs.front().expected_version == 0;
        return measured(creates ? create_ : update_, clock_, runs_.commit(std::move(write)));
    }
    Async<Result<std::optional<StoredRun>>> find_run(ShardId shard_id, RunKey run) override {
        return measured(find_, clock_, runs_.find_run(shard_id, std::move(run)));
    }
    Async<Result<std::optional<CurrentRun>>> find_current_run(ShardId shard_id,
                                                              std::string namespace_id,
                                                              std::string workflow_id) override {
        return measured(
            find_current_, clock_,
            runs_.find_current_run(shard_id, std::move(namespace_id), std::move(workflow_id)));
    }
    Async<Result<std::vector<HistoryBatch>>> read_history(HistoryQuery query) override {
        return measured(history_, clock_, runs_.read_history(std::move(query)));
    }
    Async<Result<std::vector<OutboxTask>>> read_outbox(ShardId shard_id, TaskId after,
                                                       std::int32_t count_max) override {
        return measured(outbox_, clock_, runs_.read_outbox(shard_id, after, count_max));
    }
    Async<Result<std::vector<DueRun>>> read_due_runs(ShardId shard_id, TimePoint before,
                                                     std::optional<DueRun> after,
                                                     std::int32_t count_max) override {
        return measured(due_, clock_,
                        runs_.read_due_runs(shard_id, before, std::move(after), count_max));
    }

private:
    Runs& runs_;
    Clock& clock_;
    OperationMetrics& acquire_;
    OperationMetrics& create_;
    OperationMetrics& update_;
    OperationMetrics& find_;
    OperationMetrics& find_current_;
    OperationMetrics& history_;
    OperationMetrics& outbox_;
    OperationMetrics& due_;
};

class MeasuredVisibility final : public Visibility {
public:
    MeasuredVisibility(Visibility& visibility, ServiceMetrics& metrics, Clock& clock)
        : visibility_(visibility), clock_(clock),
          write_(metrics.operation("UpsertWorkflowExecution")),
          remove_(metrics.operation("DeleteWorkflowExecution")),
          list_(metrics.operation("ListWorkflowExecutions")),
          count_(metrics.operation("CountWorkflowExecutions")) {}

    Async<Status> write(std::vector<VisibilityRecord> records) override {
        return measured(write_, clock_, visibility_.write(std::move(records)));
    }
    Async<Status> remove(std::vector<RunKey> runs) override {
        return measured(remove_, clock_, visibility_.remove(std::move(runs)));
    }
    Async<Result<VisibilityPage>> list(std::string namespace_id, visibility::Query query,
                                       std::int32_t page_size, std::string page_token) override {
        return measured(list_, clock_,
                        visibility_.list(std::move(namespace_id), std::move(query), page_size,
                                         std::move(page_token)));
    }
    Async<Result<VisibilityCount>> count(std::string namespace_id,
                                         visibility::Query query) override {
        return measured(count_, clock_,
                        visibility_.count(std::move(namespace_id), std::move(query)));
    }

private:
    Visibility& visibility_;
    Clock& clock_;
    OperationMetrics& write_;
    OperationMetrics& remove_;
    OperationMetrics& list_;
    OperationMetrics& count_;
};

class MeasuredTaskQueues final : public TaskQueues {
public:
    MeasuredTaskQueues(TaskQueues& queues, ServiceMetrics& metrics, Clock& clock)
        : queues_(queues), clock_(clock), acquire_(metrics.operation("UpdateTaskQueue")),
          add_(metrics.operation("CreateTasks")),
          complete_(metrics.operation("CompleteTasksLessThan")),
          read_(metrics.operation("GetTasks")), find_(metrics.operation("ListTaskQueue")) {}

    Async<Result<TaskQueueLease>> acquire(TaskQueueClaim claim) override {
        return measured(acquire_, clock_, queues_.acquire(std::move(claim)));
    }
    Async<Status> commit(BacklogWrite write) override {
        OperationMetrics& operation = write.added.empty() ? complete_ : add_;
        return measured(operation, clock_, queues_.commit(std::move(write)));
    }
    Async<Result<std::vector<BacklogTask>>> read(TaskQueueKey queue, TaskId after,
                                                 std::int32_t count_max) override {
        return measured(read_, clock_, queues_.read(std::move(queue), after, count_max));
    }
    Async<Result<std::vector<std::string>>> find_partitions(TaskQueueKey queue,
                                                            std::int32_t count_max) override {
        return measured(find_, clock_, queues_.find_partitions(std::move(queue), count_max));
    }

private:
    TaskQueues& queues_;
    Clock& clock_;
    OperationMetrics& acquire_;
    OperationMetrics& add_;
    OperationMetrics& complete_;
    OperationMetrics& read_;
    OperationMetrics& find_;
};

class MeasuredNamespaces final : public Namespaces {
public:
    MeasuredNamespaces(Namespaces& namespaces, ServiceMetrics& metrics, Clock& clock)
        : namespaces_(namespaces), clock_(clock), create_(metrics.operation("CreateNamespace")),
          update_(metrics.operation("UpdateNamespace")), find_(metrics.operation("GetNamespace")),
          list_(metrics.operation("ListNamespaces")) {}

    Async<Status> create(NamespaceRecord record) override {
        return measured(create_, clock_, namespaces_.create(std::move(record)));
    }
    Async<Status> update(NamespaceRecord record) override {
        return measured(update_, clock_, namespaces_.update(std::move(record)));
    }
    Async<Result<std::optional<NamespaceRecord>>> find_by_name(std::string name) override {
        return measured(find_, clock_, namespaces_.find_by_name(std::move(name)));
    }
    Async<Result<std::optional<NamespaceRecord>>> find_by_id(std::string id) override {
        return measured(find_, clock_, namespaces_.find_by_id(std::move(id)));
    }
    Async<Result<std::vector<NamespaceRecord>>> list(std::string after,
                                                     std::int32_t count_max) override {
        return measured(list_, clock_, namespaces_.list(std::move(after), count_max));
    }

private:
    Namespaces& namespaces_;
    Clock& clock_;
    OperationMetrics& create_;
    OperationMetrics& update_;
    OperationMetrics& find_;
    OperationMetrics& list_;
};

class MeasuredClusterMetadata final : public ClusterMetadata {
public:
    MeasuredClusterMetadata(ClusterMetadata& metadata, ServiceMetrics& metrics, Clock& clock)
        : metadata_(metadata), clock_(clock), establish_(metrics.operation("SaveClusterMetadata")) {
    }

    Async<Result<ClusterIdentity>> establish(ClusterIdentity identity) override {
        return measured(establish_, clock_, metadata_.establish(std::move(identity)));
    }

private:
    ClusterMetadata& metadata_;
    Clock& clock_;
    OperationMetrics& establish_;
};

class MeasuredMembership final : public Membership {
public:
    MeasuredMembership(Membership& membership, ServiceMetrics& metrics, Clock& clock)
        : membership_(membership), clock_(clock),
          heartbeat_(metrics.operation("UpsertClusterMembership")),
          list_(metrics.operation("GetClusterMembers")),
          prune_(metrics.operation("PruneClusterMembership")) {}

    Async<Result<std::vector<MemberRecord>>> heartbeat(std::vector<MemberRecord> own,
                                                       Duration lease) override {
        return measured(heartbeat_, clock_, membership_.heartbeat(std::move(own), lease));
    }
    Async<Result<std::vector<MemberRecord>>> list() override {
        return measured(list_, clock_, membership_.list());
    }
    Async<Status> leave(std::string host_id) override {
        return measured(prune_, clock_, membership_.leave(std::move(host_id)));
    }
    Async<Result<bool>> expire(MemberRecord seen) override {
        return measured(prune_, clock_, membership_.expire(std::move(seen)));
    }

private:
    Membership& membership_;
    Clock& clock_;
    OperationMetrics& heartbeat_;
    OperationMetrics& list_;
    OperationMetrics& prune_;
};

}  // namespace

struct MeasuredStore::Ports {
    Ports(Store& store, telemetry::Registry& registry, Clock& clock, const std::string& service)
        : persistence(registry, "persistence", service),
          visibility_persistence(registry, "visibility_persistence", service),
          runs(store.runs(), persistence, clock),
          visibility(store.visibility(), visibility_persistence, clock),
          task_queues(store.task_queues(), persistence, clock),
          namespaces(store.namespaces(), persistence, clock),
          cluster_metadata(store.cluster_metadata(), persistence, clock),
          membership(store.membership(), persistence, clock) {}

    ServiceMetrics persistence;
    ServiceMetrics visibility_persistence;
    MeasuredRuns runs;
    MeasuredVisibility visibility;
    MeasuredTaskQueues task_queues;
    MeasuredNamespaces namespaces;
    MeasuredClusterMetadata cluster_metadata;
    MeasuredMembership membership;
};

MeasuredStore::MeasuredStore(Store& store, telemetry::Registry& registry, Clock& clock,
                             std::string service)
    : store_(store), ports_(std::make_unique<Ports>(store, registry, clock, service)) {}

MeasuredStore::~MeasuredStore() = default;

Runs& MeasuredStore::runs() { return ports_->runs; }
Visibility& MeasuredStore::visibility() { return ports_->visibility; }
TaskQueues& MeasuredStore::task_queues() { return ports_->task_queues; }
Namespaces& MeasuredStore::namespaces() { return ports_->namespaces; }
ClusterMetadata& MeasuredStore::cluster_metadata() { return ports_->cluster_metadata; }
Membership& MeasuredStore::membership() { return ports_->membership; }

}  // namespace server::store
