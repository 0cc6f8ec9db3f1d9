#include "server/store/memory/ports.h"

#include "server/store/memory/queries.h"

namespace server::store::memory {

Async<Result<RangeId>> MemoryRuns::acquire_shard(ShardId shard_id, std::string owner) {
    auto call = [this, shard_id, owner = std::move(owner)](Tables& tables) -> Result<RangeId> {
        if (access_.faults().acquire) TRY(access_.faults().acquire(owner));
        Shard& shard = tables.shards[shard_id];
        shard.owner = owner;
        ++shard.range_id.value;
        return shard.range_id;
    };
    co_return co_await access_.write<Result<RangeId>>("runs.acquire_shard", std::move(call));
}

Async<CommitOutcome> MemoryRuns::commit(TransitionWrite write) {
    co_return co_await access_.commit(std::move(write));
}

Async<Result<std::optional<StoredRun>>> MemoryRuns::find_run(ShardId shard_id, RunKey run) {
    auto call = [shard_id, run = std::move(run)](const Tables& tables) {
        return memory::find_run(tables, shard_id, run);
    };
    co_return co_await access_.read<std::optional<StoredRun>>("runs.find_run", std::move(call));
}

Async<Result<std::optional<CurrentRun>>> MemoryRuns::find_current_run(ShardId shard_id,
                                                                      std::string namespace_id,
                                                                      std::string workflow_id) {
    auto call = [shard_id, namespace_id = std::move(namespace_id),
                 workflow_id = std::move(workflow_id)](const Tables& tables) {
        return memory::find_current_run(tables, shard_id, namespace_id, workflow_id);
    };
    co_return co_await access_.read<std::optional<CurrentRun>>("runs.find_current_run",
                                                               std::move(call));
}

Async<Result<std::vector<HistoryBatch>>> MemoryRuns::read_history(HistoryQuery query) {
    auto call = [query = std::move(query)](const Tables& tables) {
        return memory::read_history(tables, query);
    };
    co_return co_await access_.read<std::vector<HistoryBatch>>("runs.read_history",
                                                               std::move(call));
}

Async<Result<std::vector<OutboxTask>>> MemoryRuns::read_outbox(ShardId shard_id, TaskId after,
                                                               std::int32_t count_max) {
    auto call = [shard_id, after, count_max](const Tables& tables) {
        return memory::read_outbox(tables, shard_id, after, count_max);
    };
    co_return co_await access_.read<std::vector<OutboxTask>>("runs.read_outbox", std::move(call));
}

Async<Result<std::vector<DueRun>>> MemoryRuns::read_due_runs(ShardId shard_id, TimePoint before,
                                                             std::optional<DueRun> after,
                                                             std::int32_t count_max) {
    auto call = [shard_id, before, after = std::move(after), count_max](const Tables& tables) {
        return memory::read_due_runs(tables, shard_id, before, after, count_max);
    };
    co_return co_await access_.read<std::vector<DueRun>>("runs.read_due_runs", std::move(call));
}

Async<Status> MemoryVisibility::write(std::vector<VisibilityRecord> records) {
    auto call = [records = std::move(records)](Tables& tables) {
        for (const VisibilityRecord& record : records) apply(tables, record);
        return ok_status();
    };
    co_return co_await access_.write<Status>("visibility.write", std::move(call));
}

Async<Status> MemoryVisibility::remove(std::vector<RunKey> runs) {
    auto call = [runs = std::move(runs)](Tables& tables) {
        for (const RunKey& run : runs) tables.visibility.erase({run.namespace_id, run.run_id});
        return ok_status();
    };
    co_return co_await access_.write<Status>("visibility.remove", std::move(call));
}

Async<Result<VisibilityPage>> MemoryVisibility::list(std::string namespace_id,
                                                     visibility::Query query,
                                                     std::int32_t page_size,
                                                     std::string page_token) {
    auto call = [namespace_id = std::move(namespace_id), query = std::move(query), page_size,
                 page_token = std::move(page_token)](const Tables& tables) {
        return list_visibility(tables, namespace_id, query, page_size, page_token);
    };
    co_return co_await access_.read<VisibilityPage>("visibility.list", std::move(call));
}

Async<Result<VisibilityCount>> MemoryVisibility::count(std::string namespace_id,
                                                       visibility::Query query) {
    auto call = [namespace_id = std::move(namespace_id), query = std::move(query)](
                    const Tables& tables) { return count_visibility(tables, namespace_id, query); };
    co_return co_await access_.read<VisibilityCount>("visibility.count", std::move(call));
}

Async<Result<TaskQueueLease>> MemoryTaskQueues::acquire(TaskQueueClaim claim) {
    auto call = [claim = std::move(claim)](Tables& tables) -> Result<TaskQueueLease> {
        TaskQueue& stored = tables.task_queues[claim.partition];
        stored.owner = claim.owner;
        stored.queue = claim.queue;
        ++stored.lease.range_id.value;
        return stored.lease;
    };
    co_return co_await access_.write<Result<TaskQueueLease>>("task_queues.acquire",
                                                             std::move(call));
}

Async<Status> MemoryTaskQueues::commit(BacklogWrite write) {
    auto call = [write = std::move(write)](Tables& tables) { return apply(tables, write); };
    co_return co_await access_.write<Status>("task_queues.commit", std::move(call));
}

Async<Result<std::vector<BacklogTask>>> MemoryTaskQueues::read(TaskQueueKey queue, TaskId after,
                                                               std::int32_t count_max) {
    auto call = [queue = std::move(queue), after, count_max](const Tables& tables) {
        return read_backlog(tables, queue, after, count_max);
    };
    co_return co_await access_.read<std::vector<BacklogTask>>("task_queues.read", std::move(call));
}

Async<Result<std::vector<std::string>>> MemoryTaskQueues::find_partitions(TaskQueueKey queue,
                                                                          std::int32_t count_max) {
    auto call = [queue = std::move(queue), count_max](const Tables& tables) {
        return find_partition_names(tables, queue, count_max);
    };
    co_return co_await access_.read<std::vector<std::string>>("task_queues.find_partitions",
                                                              std::move(call));
}

Async<Status> MemoryNamespaces::create(NamespaceRecord record) {
    auto call = [record = std::move(record)](Tables& tables) {
        return memory::create(tables, record);
    };
    co_return co_await access_.write<Status>("namespaces.create", std::move(call));
}

Async<Status> MemoryNamespaces::update(NamespaceRecord record) {
    auto call = [record = std::move(record)](Tables& tables) {
        return memory::update(tables, record);
    };
    co_return co_await access_.write<Status>("namespaces.update", std::move(call));
}

Async<Result<std::optional<NamespaceRecord>>> MemoryNamespaces::find_by_name(std::string name) {
    auto call = [name = std::move(name)](const Tables& tables) {
        return find_namespace_by_name(tables, name);
    };
    co_return co_await access_.read<std::optional<NamespaceRecord>>("namespaces.find_by_name",
                                                                    std::move(call));
}

Async<Result<std::optional<NamespaceRecord>>> MemoryNamespaces::find_by_id(std::string id) {
    auto call = [id = std::move(id)](const Tables& tables) {
        return find_namespace_by_id(tables, id);
    };
    co_return co_await access_.read<std::optional<NamespaceRecord>>("namespaces.find_by_id",
                                                                    std::move(call));
}

Async<Result<std::vector<NamespaceRecord>>> MemoryNamespaces::list(std::string after,
                                                                   std::int32_t count_max) {
    auto call = [after = std::move(after), count_max](const Tables& tables) {
        return list_namespaces(tables, after, count_max);
    };
    co_return co_await access_.read<std::vector<NamespaceRecord>>("namespaces.list",
                                                                  std::move(call));
}

Async<Result<ClusterIdentity>> MemoryClusterMetadata::establish(ClusterIdentity identity) {
    auto call = [identity = std::move(identity)](Tables& tables) -> Result<ClusterIdentity> {
        if (!tables.identity) tables.identity = identity;
        return *tables.identity;
    };
    co_return co_await access_.write<Result<ClusterIdentity>>("cluster_metadata.establish",
                                                              std::move(call));
}

Async<Result<std::vector<MemberRecord>>> MembershipPort::heartbeat(std::vector<MemberRecord> own,
                                                                   Duration lease) {
    using Members = Result<std::vector<MemberRecord>>;
    auto call = [this, own = std::move(own), lease](Tables&) -> Members {
        return members_.heartbeat(own, lease);
    };
    co_return co_await access_.write<Members>("membership.heartbeat", std::move(call));
}

Async<Result<std::vector<MemberRecord>>> MembershipPort::list() {
    auto call = [this](const Tables&) { return members_.list(); };
    co_return co_await access_.read<std::vector<MemberRecord>>("membership.list", std::move(call));
}

Async<Status> MembershipPort::leave(std::string host_id) {
    auto call = [this, host_id = std::move(host_id)](Tables&) {
        members_.leave(host_id);
        return ok_status();
    };
    co_return co_await access_.write<Status>("membership.leave", std::move(call));
}

Async<Result<bool>> MembershipPort::expire(MemberRecord seen) {
    auto call = [this, seen = std::move(seen)](Tables&) -> Result<bool> {
        return members_.expire(seen);
    };
    co_return co_await access_.write<Result<bool>>("membership.expire", std::move(call));
}

}  // namespace server::store::memory
