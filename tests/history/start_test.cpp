#include "tests/history/world.h"

namespace server::tests {

namespace {

namespace enums = ::temporal::api::enums::v1;

role::v1::StartWorkflowRequest second_start(World& world) {
    auto request = world.start_request("w");
    request.mutable_request()->set_request_id("another");
    return request;
}

}  // namespace

TEST_CASE("a repeated start gets the first answer, also after a restart and a close",
          "[history][start]") {
    World world;
    const std::string run_id = world.start("w");
    SECTION("at once") {}
    SECTION("after a restart") { world.restart(); }
    SECTION("after the close") { world.terminate("w"); }
    SECTION("after both") {
        world.terminate("w");
        world.restart();
    }
    const auto again = world.start(world.start_request("w"));
    CHECK(again->value().run_id() == run_id);
    CHECK(again->value().started());
    CHECK(world.run_key("w").run_id == run_id);
}

TEST_CASE("a repeated signal changes nothing, also after a restart", "[history][start]") {
    World world;
    world.start("w");
    CHECK(world.signal("w", "s", "signal-1")->code() == Code::Ok);
    world.restart();
    CHECK(world.signal("w", "s", "signal-1")->code() == Code::Ok);
    CHECK(kinds(world.history_of("w")) ==
          "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED WORKFLOW_EXECUTION_SIGNALED");
}

TEST_CASE("a second start of an open workflow follows its conflict policy", "[history][start]") {
    World world;
    const std::string first = world.start("w");
    auto request = second_start(world);

    SECTION("FAIL names the run that stands in the way") {
        const auto refused = world.start(request);
        CHECK(refused->code() == Code::AlreadyExists);
        const Status status = refused->status();
        REQUIRE(status.detail<WorkflowAlreadyStarted>() != nullptr);
        CHECK(status.detail<WorkflowAlreadyStarted>()->run_id == first);
    }
    SECTION("USE_EXISTING answers with it") {
        request.mutable_request()->set_workflow_id_conflict_policy(
            enums::WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING);
        const auto used = world.start(request);
        CHECK(used->value().run_id() == first);
        CHECK(!used->value().started());
    }
    SECTION("TERMINATE_EXISTING ends it and starts the new one in one commit") {
        request.mutable_request()->set_workflow_id_conflict_policy(
            enums::WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING);
        int commits = 0;
        world.store.faults().commit = [&commits](const store::TransitionWrite&) {
            ++commits;
            return store::memory::CommitFault::none;
        };
        const std::string second = world.start(request)->value().run_id();
        CHECK(commits == 1);
        CHECK(second != first);
        CHECK(world.run_key("w").run_id == second);
        const auto ended = world.history_of("w", first);
        const auto& last = ended.events(ended.events_size() - 1);
        REQUIRE(last.has_workflow_execution_terminated_event_attributes());
        const auto& attributes = last.workflow_execution_terminated_event_attributes();
        CHECK(attributes.reason() == "TerminateIfRunning WorkflowIdReusePolicy");
        CHECK(attributes.identity() == "history-service");
        CHECK(attributes.details().payloads(0).data() ==
              "\"terminated by new runID: " + second + "\"");
        CHECK(world.poll("w").workflow_execution().run_id() == second);
    }
}

TEST_CASE("of two starts at the same moment one wins", "[history][start]") {
    World world;
    auto first = std::make_shared<Call<api::StartWorkflowExecutionResponse>>();
    auto second = std::make_shared<Call<api::StartWorkflowExecutionResponse>>();
    boost::asio::post(world.context, [&] {
        world.run(world.history->start_workflow({}, world.start_request("w")), first);
    });
    boost::asio::post(world.context, [&] {
        world.run(world.history->start_workflow({}, second_start(world)), second);
    });
    world.settle();
    CHECK((first->code() == Code::Ok) != (second->code() == Code::Ok));
    CHECK((first->code() == Code::AlreadyExists) != (second->code() == Code::AlreadyExists));
}

TEST_CASE("a closed workflow may be started again, and a reuse policy may forbid it",
          "[history][start]") {
    World world;
    const std::string first = world.start("w");
    world.terminate("w");
    if (GENERATE(false, true)) world.restart();
    auto request = second_start(world);
    SECTION("allowed") {
        CHECK(world.start(request)->value().run_id() != first);
        CHECK(world.signal("w", "s")->code() == Code::Ok);
    }
    SECTION("forbidden") {
        request.mutable_request()->set_workflow_id_reuse_policy(
            enums::WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE);
        CHECK(world.start(request)->code() == Code::AlreadyExists);
    }
}

TEST_CASE("continue-as-new moves the workflow id to the new run in the same commit",
          "[history][start]") {
    World world;
    const std::string first = world.start("w");
    world.advance(2s);
    world.complete(world.poll("w"), {continue_as_new()});
    const std::string second = world.run_key("w").run_id;
    CHECK(second != first);
    if (GENERATE(false, true)) world.restart();
    CHECK(world.signal("w", "s")->code() == Code::Ok);
    CHECK(kinds(world.history_of("w", second)) ==
          "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED WORKFLOW_EXECUTION_SIGNALED");
    const auto task = world.poll("w");
    CHECK(task.workflow_execution().run_id() == second);
    CHECK(world.complete(task, {complete_workflow()})->code() == Code::Ok);
}

TEST_CASE("calls on a closed or unknown workflow answer as clients expect", "[history][start]") {
    World world;
    CHECK(world.signal("w", "s")->code() == Code::NotFound);
    world.start("w");
    world.terminate("w");
    CHECK(world.signal("w", "s")->code() == Code::NotFound);
    CHECK(world.terminate("w")->code() == Code::NotFound);

    role::v1::RequestCancelWorkflowRequest cancel;
    cancel.set_namespace_id(world.namespace_id);
    cancel.mutable_request()->mutable_workflow_execution()->set_workflow_id("w");
    CHECK(world.run(world.history->request_cancel_workflow({}, cancel))->code() == Code::Ok);
}

TEST_CASE("a first execution run id names the chain, not the run", "[history][start]") {
    World world;
    const std::string first = world.start("w");
    world.advance(2s);
    world.complete(world.poll("w"), {continue_as_new()});
    role::v1::TerminateWorkflowRequest request;
    request.set_namespace_id(world.namespace_id);
    request.mutable_request()->mutable_workflow_execution()->set_workflow_id("w");
    request.mutable_request()->mutable_workflow_execution()->set_run_id(first);
    SECTION("of this chain: its current run is meant") {
        request.mutable_request()->set_first_execution_run_id(first);
        CHECK(world.run(world.history->terminate_workflow({}, request))->code() == Code::Ok);
    }
    SECTION("of another chain") {
        request.mutable_request()->set_first_execution_run_id(
            "11111111-1111-4111-8111-111111111111");
        CHECK(world.run(world.history->terminate_workflow({}, request))->code() == Code::NotFound);
    }
}

}  // namespace server::tests
