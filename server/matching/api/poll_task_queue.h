#pragma once
// The long polls of workers. An empty response is a success: no task came in time, the caller has
// gone, the worker is shut down or the partition moves. Never InvalidArgument, which would end the
// worker. A poll without a deadline ends after long_poll; the frontend refuses what clients must
// not send.

#include "server/matching/partition/table.h"

namespace server::matching {

Result<PartitionKey> partition_of(const role::v1::PollWorkflowTaskQueueRequest& request);
Result<PartitionKey> partition_of(const role::v1::PollActivityTaskQueueRequest& request);

Async<Result<role::v1::PollWorkflowTaskQueueResponse>> poll_workflow_task_queue(
    PartitionTable& table, PartitionKey key, rpc::CallContext context,
    role::v1::PollWorkflowTaskQueueRequest request);
Async<Result<role::v1::PollActivityTaskQueueResponse>> poll_activity_task_queue(
    PartitionTable& table, PartitionKey key, rpc::CallContext context,
    role::v1::PollActivityTaskQueueRequest request);

}  // namespace server::matching
