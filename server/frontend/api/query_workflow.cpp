#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"
#include "server/frontend/validation/payloads.h"

namespace server::frontend {

namespace {

using QueryRequest = api::QueryWorkflowRequest;

Status check_query(const QueryRequest& request, const Limits& limits) {
    TRY(check_execution(request.has_execution(), request.execution(), limits.id_bytes_max));
    if (!request.has_query()) return invalid_argument("WorkflowQuery is not set on request.");
    TRY(check_name("QueryType", request.query().query_type(), limits.id_bytes_max));
    const auto condition = request.query_reject_condition();
    if (!enums::QueryRejectCondition_IsValid(condition)) {
        return invalid_argument("Invalid QueryRejectCondition: " + std::to_string(condition));
    }
    return check_blob("QueryWorkflow.Query", request.query(), limits);
}

}  // namespace

Async<Result<api::QueryWorkflowResponse>> query_workflow(Frontend& frontend, Call call,
                                                         QueryRequest request) {
    CO_TRY(check_query(request, frontend.limits()));
    role::v1::QueryWorkflowRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.history().query_workflow(std::move(call.context),
                                                         std::move(forwarded));
}

}  // namespace server::frontend
