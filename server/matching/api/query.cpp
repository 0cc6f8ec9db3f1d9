#include "server/matching/api/query.h"

#include "server/state/v1/token.pb.h"
#include "temporal/api/enums/v1/query.pb.h"
#include "temporal/api/enums/v1/task_queue.pb.h"

namespace server::matching {

namespace {

namespace enums = ::temporal::api::enums::v1;

Result<rpc::api::QueryWorkflowResponse> query_result(
    rpc::api::RespondQueryTaskCompletedRequest& answer) {
    if (answer.completed_type() == enums::QUERY_RESULT_TYPE_ANSWERED) {
        rpc::api::QueryWorkflowResponse response;
        response.mutable_query_result()->Swap(answer.mutable_query_result());
        return response;
    }
    std::string message = answer.error_message();
    if (message.empty()) message = answer.failure().message();
    if (message.empty()) message = "the query handler of the workflow failed";
    QueryFailed detail;
    if (answer.has_failure()) detail.failure = answer.failure().SerializeAsString();
    return Status(Code::InvalidArgument, std::move(message), std::move(detail));
}

}  // namespace

Result<PartitionKey> partition_of(const role::v1::DispatchQueryRequest& request) {
    if (request.task_queue().empty()) return invalid_argument("task_queue of the query is not set");
    return PartitionKey{request.namespace_id(), request.task_queue(),
                        enums::TASK_QUEUE_TYPE_WORKFLOW, request.sticky()};
}

Async<Result<rpc::api::QueryWorkflowResponse>> dispatch_query(
    PartitionTable& table, PartitionKey key, rpc::CallContext context,
    role::v1::DispatchQueryRequest request) {
    const PartitionTable::Presence presence(table);
    CO_TRY_ASSIGN(const std::shared_ptr<Partition> partition, table.find_or_load(key));
    co_return co_await partition->dispatch_query(std::move(context),
                                                 std::move(*request.mutable_task()));
}

Result<QueryAnswer> read_answer(role::v1::RespondQueryTaskCompletedRequest request) {
    rpc::api::RespondQueryTaskCompletedRequest& answer = *request.mutable_request();
    state::v1::QueryToken token;
    if (!token.ParseFromString(answer.task_token()) || token.query_id().empty()) {
        return invalid_argument("task_token is not the token of a query task");
    }
    if (token.namespace_id() != request.namespace_id()) {
        return invalid_argument("task_token belongs to another namespace: " + token.namespace_id());
    }
    if (answer.completed_type() != enums::QUERY_RESULT_TYPE_ANSWERED &&
        answer.completed_type() != enums::QUERY_RESULT_TYPE_FAILED) {
        return invalid_argument("completed_type must be answered (1) or failed (2): " +
                                std::to_string(answer.completed_type()));
    }
    PartitionKey partition{token.namespace_id(), token.task_queue(),
                           enums::TASK_QUEUE_TYPE_WORKFLOW, false};
    return QueryAnswer{std::move(partition), token.query_id(), query_result(answer)};
}

Async<Status> answer_query(PartitionTable& table, QueryAnswer answer) {
    for (const bool is_sticky : {false, true}) {
        answer.partition.sticky = is_sticky;
        const std::shared_ptr<Partition> partition = table.find(answer.partition);
        if (!partition || !partition->has_query(answer.query_id)) continue;
        co_return partition->answer_query(answer.query_id, std::move(answer.result));
    }
    co_return not_found("query " + answer.query_id + " has expired or was answered already");
}

}  // namespace server::matching
