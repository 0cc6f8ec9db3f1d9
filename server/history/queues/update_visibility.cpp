#include "server/history/queues/update_visibility.h"

#include "server/history/shard/shard.h"
#include "server/history/shard/transition_write.h"

namespace server::history {

namespace {

// NotFound when there is no such run, or no such namespace.
Async<Result<store::VisibilityRecord>> record_of(Shard& shard, RunKey run, TaskId version) {
    CO_TRY_ASSIGN(const cluster::NamespacePtr entry,
                  co_await shard.find_namespace(run.namespace_id));
    CO_TRY_ASSIGN(const LockedRun locked, co_await shard.lock_run(std::move(run)));
    co_return visibility_record(locked.state(), version, entry->search_attributes);
}

}  // namespace

Async<Status> update_visibility(Shard& shard, state::v1::Task task) {
    const RunKey run{task.namespace_id(), task.workflow_id(), task.run_id()};
    const TaskId version{task.update_visibility().version()};
    Result<store::VisibilityRecord> record = co_await record_of(shard, run, version);
    if (record.ok()) {
        std::vector<store::VisibilityRecord> records;
        records.push_back(std::move(record).value());
        co_return co_await shard.visibility().write(std::move(records));
    }
    if (record.status().code() != Code::NotFound) co_return record.status();
    std::vector<RunKey> gone{run};
    co_return co_await shard.visibility().remove(std::move(gone));
}

}  // namespace server::history
