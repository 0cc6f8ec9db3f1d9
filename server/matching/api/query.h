#pragma once
// Queries that are dispatched directly: DispatchQuery waits here for the RespondQueryTaskCompleted
// of a worker.

#include "server/matching/partition/table.h"

namespace server::matching {

// InvalidArgument for a query without queue.
Result<PartitionKey> partition_of(const role::v1::DispatchQueryRequest& request);

Async<Result<rpc::api::QueryWorkflowResponse>> dispatch_query(
    PartitionTable& table, PartitionKey key, rpc::CallContext context,
    role::v1::DispatchQueryRequest request);

// What a worker has answered, read from its request.
struct QueryAnswer {
    PartitionKey partition;  // of the token, which does not say whether it is sticky
    std::string query_id;
    // A failed query is InvalidArgument with QueryFailed.
    Result<rpc::api::QueryWorkflowResponse> result;
};

// InvalidArgument for a token that is not ours or of another namespace, and for an unknown
// completed_type.
Result<QueryAnswer> read_answer(role::v1::RespondQueryTaskCompletedRequest request);

// NotFound when the query has expired.
Async<Status> answer_query(PartitionTable& table, QueryAnswer answer);

}  // namespace server::matching
