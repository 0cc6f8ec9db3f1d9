#include "server/store/postgres/jobs.h"

#include "server/store/postgres/wire.h"
#include "server/visibility/query.h"

namespace server::store::postgres {

namespace {

std::string number(std::int64_t value) {
    std::string bytes;
    append_int64(bytes, value);
    return bytes;
}

std::string queue_domain(const TaskQueueKey& queue) {
    return "q" + number(queue.type) + number(static_cast<std::int64_t>(queue.name.size())) +
           queue.name + queue.namespace_id;
}

std::string shard_domain(ShardId shard_id) { return "s" + number(shard_id.value); }

std::string record_row(const std::string& namespace_id, const std::string& run_id) {
    return "v" + number(static_cast<std::int64_t>(run_id.size())) + run_id + namespace_id;
}

void add_run_rows(std::vector<std::string>& rows, ShardId shard_id, const RunKey& run) {
    rows.push_back("r" + number(shard_id.value) + run.run_id);
    rows.push_back(record_row(run.namespace_id, run.run_id));
}

std::string current_row(ShardId shard_id, const std::string& namespace_id,
                        const std::string& workflow_id) {
    return "c" + number(shard_id.value) + number(static_cast<std::int64_t>(workflow_id.size())) +
           workflow_id + namespace_id;
}

std::vector<std::string> transition_rows(const TransitionWrite& write) {
    std::vector<std::string> rows;
    for (const RunWrite& run : write.runs) add_run_rows(rows, write.shard_id, run.run);
    for (const RunDelete& run : write.deleted_runs) {
        add_run_rows(rows, write.shard_id, run.run);
        rows.push_back(current_row(write.shard_id, run.run.namespace_id, run.run.workflow_id));
    }
    if (write.current) {
        rows.push_back(
            current_row(write.shard_id, write.current->namespace_id, write.current->workflow_id));
    }
    return rows;
}

}  // namespace

BatchKind batch_kind_of(const WriteJob& job) {
    return std::visit(visibility::Overloaded{
                          [](const TransitionJob&) { return BatchKind::writes; },
                          [](const BacklogJob&) { return BatchKind::writes; },
                          [](const RecordsJob&) { return BatchKind::records; },
                          [](const AcquireShardJob&) { return BatchKind::take_over; },
                          [](const AcquireQueueJob&) { return BatchKind::take_over; },
                      },
                      job.work);
}

std::string domain_of(const WriteJob& job) {
    return std::visit(
        visibility::Overloaded{
            [](const TransitionJob& work) { return shard_domain(work.write.shard_id); },
            [](const BacklogJob& work) { return queue_domain(work.write.queue); },
            [](const RecordsJob&) { return std::string("v"); },
            [](const AcquireShardJob& work) { return shard_domain(work.shard_id); },
            [](const AcquireQueueJob& work) { return queue_domain(work.claim.partition); },
        },
        job.work);
}

std::vector<std::string> rows_of(const WriteJob& job) {
    using Keys = std::vector<std::string>;
    return std::visit(
        visibility::Overloaded{
            [](const TransitionJob& work) { return transition_rows(work.write); },
            [](const BacklogJob&) { return Keys(); },
            // Coalesced before they are written.
            [](const RecordsJob&) { return Keys(); },
            [](const AcquireShardJob& work) { return Keys{shard_domain(work.shard_id)}; },
            [](const AcquireQueueJob& work) { return Keys{queue_domain(work.claim.partition)}; },
        },
        job.work);
}

std::size_t size_bytes_of(const std::vector<VisibilityRecord>& records) {
    std::size_t bytes = 0;
    for (const VisibilityRecord& record : records) {
        bytes += record.memo.size() + record.search_attributes.size();
    }
    return bytes;
}

std::size_t size_bytes_of(const TransitionWrite& write) {
    std::size_t bytes = size_bytes_of(write.visibility);
    for (const RunWrite& run : write.runs) {
        bytes += run.info.size();
        for (const ItemWrite& item : run.items) bytes += item.value ? item.value->size() : 0;
        for (const HistoryBatch& batch : run.history) bytes += batch.events.size();
    }
    for (const OutboxTask& task : write.outbox) bytes += task.task.size();
    return bytes;
}

std::size_t size_bytes_of(const BacklogWrite& write) {
    std::size_t bytes = 0;
    for (const BacklogTask& task : write.added) bytes += task.task.size();
    return bytes;
}

void refuse(WriteJob& job, CommitKind kind, const Status& status) {
    std::visit(visibility::Overloaded{
                   [&](TransitionJob& work) {
                       work.resume({kind, status.message()});
                   },
                   [&](BacklogJob& work) { work.resume(status); },
                   [&](RecordsJob& work) { work.resume(status); },
                   [&](AcquireShardJob& work) { work.resume(status); },
                   [&](AcquireQueueJob& work) { work.resume(status); },
               },
               job.work);
}

}  // namespace server::store::postgres
