#include "tests/sim/observer.h"

#include "server/workflow/state/mutable_state.h"
#include "tests/sim/table_rows.h"
#include "tests/support/catch.h"
#include "tests/support/replay.h"

namespace server::sim {

namespace {

constexpr const char* kOpen = "ExecutionStatus = 'Running'";

api::ListWorkflowExecutionsRequest list_request(const std::string& query) {
    api::ListWorkflowExecutionsRequest request;
    request.set_namespace_("default");
    request.set_query(query);
    request.set_page_size(1000);
    return request;
}

ObservedRun run_of(const ::temporal::api::workflow::v1::WorkflowExecutionInfo& info) {
    ObservedRun run;
    run.workflow_id = info.execution().workflow_id();
    run.run_id = info.execution().run_id();
    run.listed_status = info.status();
    return run;
}

}  // namespace

Async<void> Observer::wait_until_quiet(Duration patience) {
    const TimePoint late = cluster_.clock().now() + patience;
    for (bool quiet = false; !quiet;) {
        co_await cluster_.clock().sleep_for(5min);
        if (cluster_.clock().now() > late) co_return co_await report_stuck();
        const std::int64_t open = co_await count_listed(kOpen);
        quiet = open == 0;
    }
}

Async<std::int64_t> Observer::count_listed(std::string query) {
    api::CountWorkflowExecutionsRequest request;
    request.set_namespace_("default");
    request.set_query(query);
    const auto counted = co_await cluster_.call<api::CountWorkflowExecutionsResponse>(
        "CountWorkflowExecutions", std::move(request));
    REQUIRE(counted.ok());
    co_return counted->count();
}

Async<void> Observer::report_stuck() {
    const auto open = co_await cluster_.call<api::ListWorkflowExecutionsResponse>(
        "ListWorkflowExecutions", list_request(kOpen));
    REQUIRE(open.ok());
    for (const auto& info : open->executions()) {
        ObservedRun run = run_of(info);
        co_await read_history(run);
        FAIL_CHECK("stuck: " << run.workflow_id << "\n" << run.history.DebugString());
    }
}

Async<std::vector<ObservedRun>> Observer::observe_runs() {
    const auto listed = co_await cluster_.call<api::ListWorkflowExecutionsResponse>(
        "ListWorkflowExecutions", list_request(""));
    REQUIRE(listed.ok());
    REQUIRE(listed->next_page_token().empty());
    std::vector<ObservedRun> runs;
    for (const auto& info : listed->executions()) {
        ObservedRun run = run_of(info);
        co_await read_history(run);
        co_await read_state(run);
        runs.push_back(std::move(run));
    }
    co_return runs;
}

Async<void> Observer::read_history(ObservedRun& run) {
    api::GetWorkflowExecutionHistoryRequest request;
    request.set_namespace_("default");
    request.mutable_execution()->set_workflow_id(run.workflow_id);
    request.mutable_execution()->set_run_id(run.run_id);
    auto whole = co_await cluster_.call<api::GetWorkflowExecutionHistoryResponse>(
        "GetWorkflowExecutionHistory", std::move(request));
    REQUIRE(whole.ok());
    REQUIRE(whole->next_page_token().empty());
    run.history = whole->history();
}

Async<void> Observer::read_state(ObservedRun& run) {
    RunKey key{cluster_.namespace_id(), run.workflow_id, run.run_id};
    const auto stored =
        co_await cluster_.runs().find_run(cluster_.shard_of_workflow(run.workflow_id), key);
    REQUIRE(stored.ok());
    REQUIRE(stored->has_value());
    const auto state = workflow::MutableState::decode(key, (*stored)->info, (*stored)->items);
    REQUIRE(state.ok());
    const auto& events = run.history.events();
    const std::vector<HistoryEvent> batch(events.begin(), events.end());
    run.branch_id = state->info().branch_id();
    run.stored_state = tests::history_part(*state, true);
    run.replayed_state = tests::history_part(tests::replay(key, {batch}), true);
}

StoredRows Observer::note_rows(
    std::string when, const std::vector<ObservedRun>& runs,
    const std::function<bool(const std::string& run_id)>& expected) const {
    StoredRows moment{std::move(when), {}};
    for (const ObservedRun& run : runs) {
        StoredRows::OfRun of_run{run.workflow_id, run.run_id,
                                 rows_of_run(cluster_.tables(), run.run_id, run.branch_id),
                                 expected(run.run_id)};
        moment.runs.push_back(std::move(of_run));
    }
    return moment;
}

}  // namespace server::sim
