#include "tests/history/world.h"

namespace server::tests {

namespace {

namespace enums = ::temporal::api::enums::v1;

api::QueryWorkflowResponse answer(const std::string& text) {
    api::QueryWorkflowResponse response;
    response.mutable_query_result()->add_payloads()->set_data(text);
    return response;
}

std::string text_of(const api::QueryWorkflowResponse& response) {
    return response.query_result().payloads(0).data();
}

// A workflow whose first task is completed and that waits for an hour.
void start_idle(World& world, bool sticky = false) {
    world.start("w");
    world.complete(world.poll("w"), {start_timer("t", 1h)}, sticky);
}

void answer_all(const api::PollWorkflowTaskQueueResponse& task, const std::string& text,
                role::v1::RespondWorkflowTaskCompletedRequest& request) {
    for (const auto& [id, query] : task.queries()) {
        auto& result = (*request.mutable_request()->mutable_query_results())[id];
        result.set_result_type(enums::QUERY_RESULT_TYPE_ANSWERED);
        result.mutable_answer()->add_payloads()->set_data(text);
    }
}

}  // namespace

TEST_CASE("a query of an idle workflow goes to a worker directly, with the whole history",
          "[history][query]") {
    World world;
    start_idle(world);
    world.matching.on_query = [](const auto&) { return answer("42"); };
    CHECK(text_of(world.query("w")->value()) == "42");
    REQUIRE(world.matching.queries.size() == 1);
    const auto& task = world.matching.queries[0].task();
    CHECK(world.matching.queries[0].task_queue() == kQueue);
    CHECK(task.query().query_type() == "state");
    CHECK(task.started_event_id() == 0);
    CHECK(task.attempt() == 1);
    CHECK(task.history().events_size() == world.history_of("w").events_size());
}

TEST_CASE("a query of a closed workflow is answered too", "[history][query]") {
    World world;
    world.start("w");
    world.complete(world.poll("w"), {complete_workflow()});
    world.matching.on_query = [](const auto&) { return answer("42"); };
    CHECK(text_of(world.query("w")->value()) == "42");

    SECTION("unless the caller rejects closed runs") {
        role::v1::QueryWorkflowRequest request;
        request.set_namespace_id(world.namespace_id);
        request.mutable_request()->mutable_execution()->set_workflow_id("w");
        request.mutable_request()->set_query_reject_condition(
            enums::QUERY_REJECT_CONDITION_NOT_OPEN);
        const auto rejected = world.must(world.history->query_workflow({}, request));
        CHECK(rejected.query_rejected().status() == enums::WORKFLOW_EXECUTION_STATUS_COMPLETED);
    }
}

TEST_CASE("a query never overtakes events that came before it", "[history][query]") {
    World world;
    start_idle(world);
    world.signal("w", "s");
    const auto query = world.query("w");
    CHECK(!query->done());
    CHECK(world.matching.queries.empty());
    const auto task = world.poll("w");
    REQUIRE(task.queries().size() == 1);
    auto request = world.completion(task, {});
    answer_all(task, "after the signal", request);
    world.must(world.history->respond_workflow_task_completed({}, std::move(request)));
    CHECK(text_of(query->value()) == "after the signal");
}

TEST_CASE("a query its task did not answer is dispatched directly", "[history][query]") {
    World world;
    start_idle(world);
    world.signal("w", "s");
    const auto query = world.query("w");
    world.matching.on_query = [](const auto&) { return answer("direct"); };
    world.complete(world.poll("w"), {});
    CHECK(text_of(query->value()) == "direct");
}

TEST_CASE("a failed query carries its failure", "[history][query]") {
    World world;
    start_idle(world);
    world.signal("w", "s");
    const auto query = world.query("w");
    const auto task = world.poll("w");
    auto request = world.completion(task, {});
    auto& results = *request.mutable_request()->mutable_query_results();
    auto& result = results[task.queries().begin()->first];
    result.set_result_type(enums::QUERY_RESULT_TYPE_FAILED);
    result.set_error_message("no such handler");
    world.must(world.history->respond_workflow_task_completed({}, std::move(request)));
    CHECK(query->code() == Code::InvalidArgument);
    CHECK(query->status().message() == "no such handler");
    CHECK(query->status().detail<QueryFailed>() != nullptr);
}

TEST_CASE("a query waits for the first workflow task, and says so when it does not come",
          "[history][query]") {
    World world;
    world.start("w");
    world.matching.on_query = [](const auto&) { return answer("42"); };
    const auto patient = world.query("w");
    const auto hurried = world.query("w", kStart + 2s);
    world.advance(3s);
    CHECK(hurried->code() == Code::FailedPrecondition);
    CHECK(hurried->status().detail<WorkflowNotReady>() != nullptr);
    CHECK(!patient->done());
    world.complete(world.poll("w"), {start_timer("t", 1h)});
    CHECK(text_of(patient->value()) == "42");
}

TEST_CASE("a workflow whose task keeps failing is not queried", "[history][query]") {
    World world;
    start_idle(world);
    world.signal("w", "s");
    for (int attempt = 1; attempt < 3; ++attempt) {
        world.poll("w");
        world.advance(11s);
    }
    const auto query = world.query("w");
    CHECK(query->code() == Code::FailedPrecondition);
    CHECK(query->status().detail<WorkflowNotReady>() != nullptr);
}

TEST_CASE("more queries than may wait are refused as busy", "[history][query]") {
    history::Options options;
    options.buffered_queries_max = 3;
    World world(options);
    start_idle(world);
    world.signal("w", "s");
    std::vector<CallPtr<api::QueryWorkflowResponse>> waiting;
    for (std::size_t count = 0; count < world.options.buffered_queries_max; ++count) {
        waiting.push_back(world.query("w"));
    }
    const auto refused = world.query("w");
    CHECK(refused->code() == Code::ResourceExhausted);
    waiting[0]->cancellation->cancel();
    world.settle();
    CHECK(waiting[0]->done());
    CHECK(!world.query("w")->done());  // there is room again
    world.advance(1min);
    CHECK(waiting[1]->code() == Code::DeadlineExceeded);
}

TEST_CASE("a query asks the sticky worker first, without history", "[history][query]") {
    World world;
    start_idle(world, true);
    world.matching.on_query = [](const auto&) { return answer("cached"); };
    CHECK(text_of(world.query("w")->value()) == "cached");
    REQUIRE(world.matching.queries.size() == 1);
    CHECK(world.matching.queries[0].task_queue() == kStickyQueue);
    CHECK(world.matching.queries[0].sticky());
    CHECK(world.matching.queries[0].task().history().events().empty());
}

TEST_CASE("a query whose sticky worker has gone clears stickiness and asks any",
          "[history][query]") {
    World world;
    start_idle(world, true);
    world.matching.on_query =
        [](const role::v1::DispatchQueryRequest& request) -> Result<api::QueryWorkflowResponse> {
        if (!request.sticky()) return answer("any worker");
        return Status(Code::FailedPrecondition, "nobody polls", StickyWorkerUnavailable{});
    };
    CHECK(text_of(world.query("w")->value()) == "any worker");
    REQUIRE(world.matching.queries.size() == 2);
    CHECK(world.matching.queries[1].task_queue() == kQueue);
    CHECK(world.matching.queries[1].task().history().events_size() > 0);
    world.advance(2h);
    CHECK(world.matching.last("w", kWorkflowTask).task_queue() == kQueue);
}

}  // namespace server::tests
