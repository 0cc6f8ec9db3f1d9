#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"

namespace server::frontend {

Async<Result<api::GetWorkflowExecutionHistoryReverseResponse>>
get_workflow_execution_history_reverse(Frontend& frontend, Call call,
                                       api::GetWorkflowExecutionHistoryReverseRequest request) {
    const Limits& limits = frontend.limits();
    CO_TRY(check_execution(request.has_execution(), request.execution(), limits.id_bytes_max));
    const std::int32_t asked = request.maximum_page_size();
    const bool usual = asked <= 0 || asked > limits.history_page_max;
    role::v1::GetHistoryRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    forwarded.set_newest_first(true);
    auto& read = *forwarded.mutable_request();
    read.set_namespace_(request.namespace_());
    *read.mutable_execution() = request.execution();
    read.set_maximum_page_size(usual ? limits.history_page_max : asked);
    read.set_next_page_token(request.next_page_token());
    CO_TRY_ASSIGN(
        api::GetWorkflowExecutionHistoryResponse page,
        co_await frontend.history().get_history(std::move(call.context), std::move(forwarded)));
    api::GetWorkflowExecutionHistoryReverseResponse response;
    *response.mutable_history() = std::move(*page.mutable_history());
    response.set_next_page_token(page.next_page_token());
    co_return response;
}

}  // namespace server::frontend
