#pragma once
// DescribeTaskQueue. The default mode shows one type, the enhanced mode, which
// `temporal task-queue describe` uses, several. Asked for a queue, the root adds what its other
// partitions have; these also answer for themselves, under their own names.

#include <vector>

#include "server/matching/partition/table.h"

namespace server::matching {

struct DescribePlan {
    rpc::api::DescribeTaskQueueRequest request;
    bool is_enhanced = false;
    bool is_one_partition = false;
    bool counts = false;  // what is stored, for which it waits until the store was looked at
    std::vector<PartitionKey> partitions;
};

struct PartitionDescription {
    PartitionKey key;
    std::vector<RecentPollers::PollerInfo> pollers;
    ::temporal::api::taskqueue::v1::TaskQueueStats stats;
    std::map<std::int32_t, ::temporal::api::taskqueue::v1::TaskQueueStats> stats_by_priority;
    ::temporal::api::taskqueue::v1::TaskQueueStatus status;
    std::optional<double> rate_limit;
    int highest_child = 0;
};

// InvalidArgument when statistics or the enhanced mode are asked of a partition that is not the
// root of a normal queue, or an unknown type is named.
Result<DescribePlan> plan_description(role::v1::DescribeTaskQueueRequest request);

// Loads a normal partition, so that its backlog counts; a sticky one is shown only while it is
// loaded.
Async<Result<PartitionDescription>> describe_partition(PartitionTable& table, PartitionKey key,
                                                       bool counts);

// Another partition of the queue, wherever it is; that loads it.
Async<Result<rpc::api::DescribeTaskQueueResponse>> describe_child(rpc::Matching& matching,
                                                                  PartitionKey child);
void add_child(PartitionDescription& whole, rpc::api::DescribeTaskQueueResponse child);

rpc::api::DescribeTaskQueueResponse compose_description(
    const DescribePlan& plan, std::vector<PartitionDescription> partitions);

}  // namespace server::matching
