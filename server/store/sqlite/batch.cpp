#include "server/store/sqlite/batch.h"

#include "server/state/v1/task.pb.h"

namespace server::store::sqlite {

namespace {

constexpr Sql kFindRange{"find shard", "SELECT range_id FROM shard WHERE shard_id = ?1"};
constexpr Sql kInsertOutbox{"insert outbox row",
                            "INSERT INTO outbox (shard_id, last_task_id, tasks)"
                            " VALUES (?1, ?2, ?3)"};
constexpr Sql kDeleteOutbox{"delete outbox rows",
                            "DELETE FROM outbox WHERE shard_id = ?1 AND last_task_id <= ?2"};

std::string encode_row(const std::vector<const OutboxTask*>& tasks) {
    state::v1::OutboxRow row;
    row.mutable_entries()->Reserve(static_cast<int>(tasks.size()));
    for (const OutboxTask* task : tasks) {
        auto& entry = *row.add_entries();
        entry.set_id(task->id.value);
        entry.set_category(static_cast<std::int32_t>(task->category));
        entry.set_task(task->task);
    }
    return row.SerializeAsString();
}

}  // namespace

Result<RangeId> Batch::range_of(ShardId shard_id) {
    const auto known = ranges_.find(shard_id);
    if (known != ranges_.end()) return known->second;
    Cursor row = connection_.query(kFindRange, shard_id.value);
    const RangeId range_id{row.next() ? row.integer(0) : 0};
    TRY(row.status());
    ranges_.emplace(shard_id, range_id);
    return range_id;
}

void Batch::stage_outbox(const TransitionWrite& write) {
    if (write.outbox.empty() && write.outbox_done_through.value == 0) return;
    StagedOutbox& staged = outbox_[write.shard_id];
    staged.done_through = std::max(staged.done_through, write.outbox_done_through);
    for (const OutboxTask& task : write.outbox) staged.tasks.push_back(&task);
}

Status Batch::write_outbox() {
    for (const auto& [shard_id, staged] : outbox_) TRY(write_shard(shard_id, staged));
    return ok_status();
}

Status Batch::write_shard(ShardId shard_id, const StagedOutbox& staged) {
    if (staged.done_through.value > 0) {
        TRY(connection_.run(kDeleteOutbox, shard_id.value, staged.done_through.value));
    }
    if (staged.tasks.empty()) return ok_status();
    const std::string row = encode_row(staged.tasks);
    return connection_.run(kInsertOutbox, shard_id.value, staged.tasks.back()->id.value, Blob{row});
}

}  // namespace server::store::sqlite
