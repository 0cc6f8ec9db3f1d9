#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"

namespace server::frontend {

namespace {

using HistoryRequest = api::GetWorkflowExecutionHistoryRequest;

Status check_history(const HistoryRequest& request, const Limits& limits) {
    TRY(check_execution(request.has_execution(), request.execution(), limits.id_bytes_max));
    const auto filter = request.history_event_filter_type();
    if (enums::HistoryEventFilterType_IsValid(filter)) return {};
    return invalid_argument("Invalid HistoryEventFilterType: " + std::to_string(filter));
}

}  // namespace

Async<Result<api::GetWorkflowExecutionHistoryResponse>> get_workflow_execution_history(
    Frontend& frontend, Call call, HistoryRequest request) {
    const Limits& limits = frontend.limits();
    CO_TRY(check_history(request, limits));
    if (request.maximum_page_size() <= 0 || request.maximum_page_size() > limits.history_page_max) {
        request.set_maximum_page_size(limits.history_page_max);
    }
    const std::string& client = call.context.client_name;
    role::v1::GetHistoryRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    // People look at what has happened; workers replay what the task in hand needs.
    forwarded.set_show_transient_events(client != "temporal-cli" && client != "temporal-ui");
    forwarded.set_follows_next_run_id(call.context.follows_next_run_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.history().get_history(std::move(call.context),
                                                      std::move(forwarded));
}

}  // namespace server::frontend
