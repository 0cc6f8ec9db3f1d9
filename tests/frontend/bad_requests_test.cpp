// Every method of WorkflowService about a workflow, each with the faults its requests may have.
// Starts and namespaces have tests of their own.

#include "tests/frontend/bad_requests.h"

namespace server::tests::bad_requests {

namespace {

Faults signal_faults() {
    using Request = api::SignalWorkflowExecutionRequest;
    Faults all;
    Family<Request, api::SignalWorkflowExecutionResponse> family("SignalWorkflowExecution",
                                                                 valid_signal());
    add_run_faults(family);
    family.add(
        "no name", [](Request& r) { r.clear_signal_name(); }, "SignalName is not set on request.");
    family.add_long("SignalName", [](Request& r) { r.set_signal_name(kLong); });
    family.add_long("RequestId", [](Request& r) { r.set_request_id(kLong); });
    family.add_long("Identity", [](Request& r) { r.set_identity(kLong); });
    family.add_linked();
    family.add(
        "a large input",
        [](Request& r) { *r.mutable_input()->add_payloads() = payload_of(2 << 20); },
        "Blob data size exceeds limit. SignalWorkflowExecution.Input has ");
    family.add(
        "a large header",
        [](Request& r) { (*r.mutable_header()->mutable_fields())["h"] = payload_of(2 << 20); },
        "Blob data size exceeds limit. SignalWorkflowExecution.Header has ");
    family.move_to(all);
    return all;
}

Faults ending_faults() {
    Faults all;
    using Cancel = api::RequestCancelWorkflowExecutionRequest;
    Family<Cancel, api::RequestCancelWorkflowExecutionResponse> cancel(
        "RequestCancelWorkflowExecution", about_run<Cancel>());
    add_run_faults(cancel);
    cancel.add(
        "a first run id that is none", [](Cancel& r) { r.set_first_execution_run_id("first"); },
        "Invalid RunId: 'first' is not a UUID.");
    cancel.add_long("RequestId", [](Cancel& r) { r.set_request_id(kLong); });
    cancel.add_long("Identity", [](Cancel& r) { r.set_identity(kLong); });
    cancel.add(
        "a large reason", [](Cancel& r) { r.set_reason(std::string((2 << 20) + 1, 'r')); },
        "Reason length exceeds limit: 2097153 bytes, 2097152 are allowed.");
    cancel.add_linked();
    cancel.move_to(all);

    using Terminate = api::TerminateWorkflowExecutionRequest;
    Family<Terminate, api::TerminateWorkflowExecutionResponse> terminate(
        "TerminateWorkflowExecution", about_run<Terminate>());
    add_run_faults(terminate);
    terminate.add(
        "a first run id that is none", [](Terminate& r) { r.set_first_execution_run_id("first"); },
        "Invalid RunId: 'first' is not a UUID.");
    terminate.add_long("Identity", [](Terminate& r) { r.set_identity(kLong); });
    terminate.add(
        "a large reason", [](Terminate& r) { r.set_reason(std::string((2 << 20) + 1, 'r')); },
        "Reason length exceeds limit: 2097153 bytes, 2097152 are allowed.");
    terminate.add_linked();
    terminate.add(
        "large details",
        [](Terminate& r) { *r.mutable_details()->add_payloads() = payload_of(2 << 20); },
        "Blob data size exceeds limit. TerminateWorkflowExecution.Details has ");
    terminate.move_to(all);

    using Delete = api::DeleteWorkflowExecutionRequest;
    Family<Delete, api::DeleteWorkflowExecutionResponse> deletion("DeleteWorkflowExecution",
                                                                  about_run<Delete>());
    add_run_faults(deletion);
    deletion.move_to(all);
    return all;
}

Faults reading_faults() {
    Faults all;
    using Describe = api::DescribeWorkflowExecutionRequest;
    Family<Describe, api::DescribeWorkflowExecutionResponse> describe("DescribeWorkflowExecution",
                                                                      about_execution<Describe>());
    add_execution_faults(describe);
    describe.move_to(all);

    using History = api::GetWorkflowExecutionHistoryRequest;
    Family<History, api::GetWorkflowExecutionHistoryResponse> history("GetWorkflowExecutionHistory",
                                                                      about_execution<History>());
    add_execution_faults(history);
    history.add(
        "an unknown filter",
        [](History& r) {
            r.set_history_event_filter_type(static_cast<enums::HistoryEventFilterType>(99));
        },
        "Invalid HistoryEventFilterType: 99");
    history.move_to(all);

    using Reverse = api::GetWorkflowExecutionHistoryReverseRequest;
    Family<Reverse, api::GetWorkflowExecutionHistoryReverseResponse> reverse(
        "GetWorkflowExecutionHistoryReverse", about_execution<Reverse>());
    add_execution_faults(reverse);
    reverse.move_to(all);

    using Query = api::QueryWorkflowRequest;
    Query right = about_execution<Query>();
    right.mutable_query()->set_query_type("state");
    Family<Query, api::QueryWorkflowResponse> query("QueryWorkflow", right);
    add_execution_faults(query);
    query.add_long("QueryType", [](Query& r) { r.mutable_query()->set_query_type(kLong); });
    query.add(
        "large arguments",
        [](Query& r) {
            *r.mutable_query()->mutable_query_args()->add_payloads() = payload_of(2 << 20);
        },
        "Blob data size exceeds limit. QueryWorkflow.Query has ");
    query.move_to(all);

    using Reset = api::ResetStickyTaskQueueRequest;
    Family<Reset, api::ResetStickyTaskQueueResponse> reset("ResetStickyTaskQueue",
                                                           about_execution<Reset>());
    add_execution_faults(reset);
    reset.move_to(all);
    return all;
}

}  // namespace

TEST_CASE("faults of calls about a workflow are refused by name and reach nobody",
          "[frontend][validation]") {
    FrontendWorld world;
    SECTION("signals") { check(world, signal_faults()); }
    SECTION("cancel, terminate, delete") { check(world, ending_faults()); }
    SECTION("reads") { check(world, reading_faults()); }
}

TEST_CASE("what is as large as its limit passes", "[frontend][validation]") {
    FrontendWorld world;
    auto request = valid_signal();
    request.set_signal_name(std::string(1000, 's'));
    request.set_identity(std::string(1000, 'i'));
    request.set_request_id(std::string(1000, 'r'));
    for (int link = 0; link < 10; ++link) request.add_links();
    constexpr std::size_t kBytes = 2 * 1024 * 1024;
    auto& data = *request.mutable_input()->add_payloads()->mutable_data();
    data = std::string(kBytes - 100, 'x');
    data.append(kBytes - request.input().ByteSizeLong(), 'x');
    REQUIRE(request.input().ByteSizeLong() == kBytes);
    CHECK(
        world.call<api::SignalWorkflowExecutionResponse>("SignalWorkflowExecution", request).ok());
}

}  // namespace server::tests::bad_requests
