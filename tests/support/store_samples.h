#pragma once
// Sample rows, and a picture of everything a store holds of them.

#include <string>

#include "server/store/store.h"

namespace server::tests {

inline constexpr ShardId kShard{1};
inline const std::string kNamespaceId = "3d6f6a8e-9b4a-4f0e-8a53-0c1f2b3a4d5e";
inline const std::string kWorkflowId = "order-17";
inline const std::string kRunId = "a1b2c3d4-0000-4000-8000-000000000001";
inline const std::string kSecondRunId = "a1b2c3d4-0000-4000-8000-000000000002";
inline const std::string kBranchId = "b0b0b0b0-0000-4000-8000-000000000001";
inline const TimePoint kSampleTime = from_unix_nanos(1'700'000'000'123'456'789);

inline RunKey sample_run() { return {kNamespaceId, kWorkflowId, kRunId}; }

// The start of a workflow, with something for every table of the shard.
store::TransitionWrite sample_start(RangeId range_id, const RunKey& run = sample_run());

// A later step of it: replaces record version 1, appends history at event 4, changes two items.
store::TransitionWrite sample_step(RangeId range_id, const RunKey& run = sample_run());

store::VisibilityRecord sample_record(const RunKey& run, std::int64_t version);
store::TaskQueueKey sample_queue();
store::NamespaceRecord sample_namespace(const std::string& id, const std::string& name);

// The branch of a run in these samples.
std::string branch_of(const RunKey& run);

// What the port shows of the sample run's tables, of the sample queue, of all namespaces and of the
// namespace's visibility, as text; equal texts mean that nothing has changed.
std::string picture(store::Store& store, const RunKey& run = sample_run());

}  // namespace server::tests
