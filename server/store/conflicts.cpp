#include "server/store/conflicts.h"

#include "server/base/mutant.h"

namespace server::store {

namespace {

std::string or_none(const std::optional<std::string>& run_id) {
    return run_id ? *run_id : std::string("none");
}

std::string unexpected_version(const RunKey& run, std::int64_t expected, std::int64_t stored) {
    return "run " + run.run_id + " has record version " + std::to_string(stored) +
           ", the write expects " + std::to_string(expected);
}

}  // namespace

bool owns(RangeId stored, RangeId presented) {
    return mutant("no_fence_check") || (stored.value > 0 && stored == presented);
}

std::string lost_shard(const TransitionWrite& write, RangeId stored) {
    return "shard " + std::to_string(write.shard_id.value) + " has range id " +
           std::to_string(stored.value) + ", the write has " + std::to_string(write.range_id.value);
}

std::string version_conflict(const RunWrite& write, std::int64_t stored) {
    return unexpected_version(write.run, write.expected_version, stored);
}

std::string version_conflict(const RunDelete& write, std::int64_t stored) {
    return unexpected_version(write.run, write.expected_version, stored);
}

std::string current_run_conflict(const CurrentRunWrite& write,
                                 const std::optional<std::string>& stored) {
    return "the current run of workflow " + write.workflow_id + " is " + or_none(stored) +
           ", the write expects " + or_none(write.expected_run_id);
}

std::string history_conflict(const HistoryBatch& batch) {
    return "history branch " + batch.branch_id + " has a batch at event " +
           std::to_string(batch.first_event_id) + " already";
}

std::string run_id_conflict(const RunKey& run, const std::string& workflow_id) {
    return "run id " + run.run_id + " belongs to workflow " + workflow_id;
}

Status lost_task_queue(const BacklogWrite& write, RangeId stored) {
    return {Code::FailedPrecondition,
            "task queue partition " + write.queue.name + " has range id " +
                std::to_string(stored.value) + ", the write has " +
                std::to_string(write.range_id.value),
            OwnershipLost{}};
}

Status namespace_name_taken(const NamespaceRecord& record) {
    return {Code::AlreadyExists, "namespace already exists: " + record.name,
            NamespaceAlreadyExists{}};
}

Status namespace_id_taken(const NamespaceRecord& record) {
    return {Code::AlreadyExists, "namespace id already exists: " + record.id,
            NamespaceAlreadyExists{}};
}

Status namespace_version_conflict(const NamespaceRecord& record, std::int64_t stored) {
    return {Code::Aborted, "namespace " + record.name + " has version " + std::to_string(stored) +
                               ", the update expects " + std::to_string(record.version)};
}

Status namespace_missing(const NamespaceRecord& record) {
    return not_found("namespace id not found: " + record.id);
}

}  // namespace server::store
