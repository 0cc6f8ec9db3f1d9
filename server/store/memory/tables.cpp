#include "server/store/memory/tables.h"

#include <algorithm>

#include "server/store/conflicts.h"

namespace server::store::memory {

namespace {

CommitOutcome conflict(std::string message) { return {CommitKind::conflict, std::move(message)}; }

std::string run_conflict(const Shard& shard, const RunWrite& write) {
    const auto stored = shard.runs.find(write.run.run_id);
    const std::int64_t version = stored == shard.runs.end() ? 0 : stored->second.version;
    if (version != 0 && stored->second.run != write.run) {
        return run_id_conflict(write.run, stored->second.run.workflow_id);
    }
    if (version != write.expected_version) return version_conflict(write, version);
    for (const HistoryBatch& batch : write.history) {
        if (shard.history.contains({batch.branch_id, batch.first_event_id})) {
            return history_conflict(batch);
        }
    }
    return {};
}

std::string delete_conflict(const Shard& shard, const RunDelete& write) {
    const auto stored = shard.runs.find(write.run.run_id);
    if (stored == shard.runs.end()) return version_conflict(write, 0);
    if (stored->second.run != write.run) {
        return run_id_conflict(write.run, stored->second.run.workflow_id);
    }
    if (stored->second.version == write.expected_version) return {};
    return version_conflict(write, stored->second.version);
}

std::string current_conflict(const Shard& shard, const CurrentRunWrite& write) {
    const auto stored = shard.current.find({write.namespace_id, write.workflow_id});
    std::optional<std::string> run_id;
    if (stored != shard.current.end()) run_id = stored->second.run_id;
    return run_id == write.expected_run_id ? std::string() : current_run_conflict(write, run_id);
}

void write_items(StoredRun& run, const std::vector<ItemWrite>& items) {
    for (const ItemWrite& write : items) {
        if (write.value) {
            run.items[write.item] = *write.value;
        } else {
            run.items.erase(write.item);
        }
    }
}

void write_run(Shard& shard, const RunWrite& write) {
    StoredRun& run = shard.runs[write.run.run_id];
    run.run = write.run;
    run.version = write.expected_version + 1;
    run.info = write.info;
    write_items(run, write.items);
    shard.due[write.run.run_id] = write.next_due;
    for (const HistoryBatch& batch : write.history) {
        shard.history[{batch.branch_id, batch.first_event_id}] = batch;
    }
}

void delete_run(Tables& tables, Shard& shard, const RunDelete& write) {
    shard.runs.erase(write.run.run_id);
    shard.due.erase(write.run.run_id);
    std::erase_if(shard.history,
                  [&write](const auto& batch) { return batch.first.first == write.branch_id; });
    const auto current = shard.current.find({write.run.namespace_id, write.run.workflow_id});
    const bool names_it =
        current != shard.current.end() && current->second.run_id == write.run.run_id;
    if (names_it) shard.current.erase(current);
    tables.visibility.erase({write.run.namespace_id, write.run.run_id});
}

void write_outbox(Shard& shard, const TransitionWrite& write) {
    shard.outbox.erase(shard.outbox.begin(), shard.outbox.upper_bound(write.outbox_done_through));
    for (const OutboxTask& task : write.outbox) shard.outbox[task.id] = task;
}

bool name_taken(const Tables& tables, const NamespaceRecord& record) {
    return std::ranges::any_of(tables.namespaces, [&record](const auto& entry) {
        return entry.second.name == record.name && entry.second.id != record.id;
    });
}

}  // namespace

CommitOutcome apply(Tables& tables, const TransitionWrite& write) {
    const auto found = tables.shards.find(write.shard_id);
    const RangeId range_id = found == tables.shards.end() ? RangeId{0} : found->second.range_id;
    if (!owns(range_id, write.range_id)) {
        return {CommitKind::shard_lost, lost_shard(write, range_id)};
    }
    Shard& shard = tables.shards[write.shard_id];
    for (const RunWrite& run : write.runs) {
        if (auto reason = run_conflict(shard, run); !reason.empty()) {
            return conflict(std::move(reason));
        }
    }
    for (const RunDelete& run : write.deleted_runs) {
        if (auto reason = delete_conflict(shard, run); !reason.empty()) {
            return conflict(std::move(reason));
        }
    }
    if (write.current) {
        if (auto reason = current_conflict(shard, *write.current); !reason.empty()) {
            return conflict(std::move(reason));
        }
        shard.current[{write.current->namespace_id, write.current->workflow_id}] = {
            write.current->run_id, write.current->closed};
    }
    for (const RunWrite& run : write.runs) write_run(shard, run);
    write_outbox(shard, write);
    for (const VisibilityRecord& record : write.visibility) apply(tables, record);
    for (const RunDelete& run : write.deleted_runs) delete_run(tables, shard, run);
    return {};
}

Status apply(Tables& tables, const BacklogWrite& write) {
    const auto found = tables.task_queues.find(write.queue);
    const bool known = found != tables.task_queues.end();
    const RangeId range_id = known ? found->second.lease.range_id : RangeId{0};
    if (!owns(range_id, write.range_id)) return lost_task_queue(write, range_id);
    TaskQueue& queue = tables.task_queues[write.queue];
    for (const BacklogTask& task : write.added) queue.backlog[task.id] = task;
    queue.backlog.erase(queue.backlog.begin(), queue.backlog.upper_bound(write.done_through));
    queue.lease.done_through = std::max(queue.lease.done_through, write.done_through);
    return ok_status();
}

void apply(Tables& tables, const VisibilityRecord& record) {
    const auto [stored, added] =
        tables.visibility.try_emplace({record.namespace_id, record.run_id}, record);
    if (!added && stored->second.version < record.version) stored->second = record;
}

Status create(Tables& tables, const NamespaceRecord& record) {
    if (name_taken(tables, record)) return namespace_name_taken(record);
    const auto [stored, added] = tables.namespaces.try_emplace(record.id, record);
    if (!added) return namespace_id_taken(record);
    stored->second.version = 1;
    return ok_status();
}

Status update(Tables& tables, const NamespaceRecord& record) {
    const auto stored = tables.namespaces.find(record.id);
    if (stored == tables.namespaces.end()) return namespace_missing(record);
    if (stored->second.version != record.version) {
        return namespace_version_conflict(record, stored->second.version);
    }
    if (name_taken(tables, record)) return namespace_name_taken(record);
    stored->second = record;
    ++stored->second.version;
    return ok_status();
}

}  // namespace server::store::memory
