#include "tests/sim/client.h"

#include "tests/sim/planned_worker.h"
#include "tests/support/catch.h"

namespace server::sim {

Async<void> Client::start(std::string workflow_id) {
    const auto started = co_await cluster_.call<api::StartWorkflowExecutionResponse>(
        "StartWorkflowExecution", planned_start(workflow_id));
    REQUIRE(started.ok());
}

Async<void> Client::signal(std::string workflow_id, std::string name) {
    api::SignalWorkflowExecutionRequest request;
    request.set_namespace_("default");
    request.mutable_workflow_execution()->set_workflow_id(workflow_id);
    request.set_signal_name("client");
    request.set_request_id(name);
    const auto sent = co_await cluster_.call<api::SignalWorkflowExecutionResponse>(
        "SignalWorkflowExecution", std::move(request));
    if (!sent.ok()) co_return;
    AcknowledgedSignal acknowledged;
    acknowledged.workflow_id = std::move(workflow_id);
    acknowledged.run_id = sent->link().workflow_event().run_id();
    acknowledged.request_id = std::move(name);
    signals_.push_back(std::move(acknowledged));
}

Async<void> Client::query(std::string workflow_id) {
    api::QueryWorkflowRequest request;
    request.set_namespace_("default");
    request.mutable_execution()->set_workflow_id(workflow_id);
    request.mutable_query()->set_query_type("signals");
    AnsweredQuery answered;
    answered.workflow_id = std::move(workflow_id);
    answered.acknowledged = signals_;
    const auto answer =
        co_await cluster_.call<api::QueryWorkflowResponse>("QueryWorkflow", std::move(request));
    if (!answer.ok()) co_return;  // its first workflow task is not done, or its task was lost
    const auto& payloads = answer->query_result().payloads();
    REQUIRE(!payloads.empty());
    answered.run_id = payloads[0].data();
    for (int index = 1; index < payloads.size(); ++index) {
        answered.seen_request_ids.push_back(payloads[index].data());
    }
    queries_.push_back(std::move(answered));
}

Async<void> Client::terminate(std::string workflow_id) {
    api::TerminateWorkflowExecutionRequest request;
    request.set_namespace_("default");
    request.mutable_workflow_execution()->set_workflow_id(workflow_id);
    (void)co_await cluster_.call<api::TerminateWorkflowExecutionResponse>(
        "TerminateWorkflowExecution", std::move(request));
}

Async<void> Client::delete_run(std::string workflow_id, std::string run_id) {
    api::DeleteWorkflowExecutionRequest request;
    request.set_namespace_("default");
    request.mutable_workflow_execution()->set_workflow_id(workflow_id);
    request.mutable_workflow_execution()->set_run_id(run_id);
    const auto done = co_await cluster_.call<api::DeleteWorkflowExecutionResponse>(
        "DeleteWorkflowExecution", std::move(request));
    REQUIRE(done.ok());
}

}  // namespace server::sim
