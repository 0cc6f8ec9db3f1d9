#include "tests/history/world.h"

namespace server::tests {

namespace {

namespace enums = ::temporal::api::enums::v1;

role::v1::StartWorkflowRequest signal_with_start(World& world, const std::string& request_id) {
    auto request = world.start_request("w");
    request.mutable_request()->set_request_id(request_id);
    request.mutable_request()->set_workflow_id_conflict_policy(
        enums::WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING);
    auto& signal = *request.mutable_signal();
    signal.mutable_workflow_execution()->set_workflow_id("w");
    signal.set_signal_name("s");
    signal.set_request_id(request_id);
    signal.set_identity("client");
    signal.mutable_input()->add_payloads()->set_data("hello");
    return request;
}

}  // namespace

TEST_CASE("signal-with-start starts the workflow with the signal in its first batch",
          "[history][signal-with-start][trap]") {
    World world;
    const auto answer = world.start(signal_with_start(world, "r1"))->value();
    CHECK(answer.started());
    const auto history = world.history_of("w");
    CHECK(kinds(history) ==
          "WORKFLOW_EXECUTION_STARTED WORKFLOW_EXECUTION_SIGNALED WORKFLOW_TASK_SCHEDULED");
    const auto& signal = history.events(1).workflow_execution_signaled_event_attributes();
    CHECK(signal.signal_name() == "s");
    CHECK(signal.request_id() == "r1");
    CHECK(signal.input().payloads(0).data() == "hello");
    SECTION("a repeat finds its signal on the open run") {
        const auto again = world.start(signal_with_start(world, "r1"))->value();
        CHECK_FALSE(again.started());
        CHECK(again.run_id() == answer.run_id());
        CHECK(world.history_of("w").events_size() == 3);
    }
    SECTION("another request only signals") {
        const auto second = world.start(signal_with_start(world, "r2"))->value();
        CHECK_FALSE(second.started());
        CHECK(second.run_id() == answer.run_id());
        CHECK(kinds(world.history_of("w")) ==
              "WORKFLOW_EXECUTION_STARTED WORKFLOW_EXECUTION_SIGNALED WORKFLOW_TASK_SCHEDULED "
              "WORKFLOW_EXECUTION_SIGNALED");
    }
    SECTION("a closed run does not know the request: the reuse policy decides") {
        world.terminate("w");
        auto repeat = signal_with_start(world, "r1");
        SECTION("allowed") {
            const auto second = world.start(repeat)->value();
            CHECK(second.started());
            CHECK(second.run_id() != answer.run_id());
        }
        SECTION("forbidden") {
            repeat.mutable_request()->set_workflow_id_reuse_policy(
                enums::WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE);
            const auto refused = world.start(repeat);
            CHECK(refused->code() == Code::AlreadyExists);
            CHECK(refused->status().detail<WorkflowAlreadyStarted>()->run_id == answer.run_id());
        }
    }
}

TEST_CASE("signal-with-start with TERMINATE_EXISTING replaces the run in one commit",
          "[history][signal-with-start]") {
    World world;
    const std::string first = world.start("w");
    auto request = signal_with_start(world, "r1");
    request.mutable_request()->set_workflow_id_conflict_policy(
        enums::WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING);
    const auto answer = world.start(request)->value();
    CHECK(answer.started());
    CHECK(answer.run_id() != first);
    CHECK(kinds(world.history_of("w")) ==
          "WORKFLOW_EXECUTION_STARTED WORKFLOW_EXECUTION_SIGNALED WORKFLOW_TASK_SCHEDULED");
    const auto again = world.start(request)->value();
    CHECK(again.run_id() == answer.run_id());
    CHECK_FALSE(again.started());
}

TEST_CASE("a plain signal waits for the end of a start delay, one that comes with a start does not",
          "[history][signal-with-start][trap]") {
    World world;
    auto delayed = signal_with_start(world, "r1");
    delayed.mutable_request()->mutable_workflow_start_delay()->set_seconds(60);
    CHECK(world.start(delayed)->value().started());
    CHECK(kinds(world.history_of("w")) == "WORKFLOW_EXECUTION_STARTED WORKFLOW_EXECUTION_SIGNALED");
    CHECK(world.signal("w", "s")->code() == Code::Ok);
    CHECK(kinds(world.history_of("w")) ==
          "WORKFLOW_EXECUTION_STARTED WORKFLOW_EXECUTION_SIGNALED WORKFLOW_EXECUTION_SIGNALED");
    SECTION("signal-with-start ends the delay") {
        CHECK_FALSE(world.start(signal_with_start(world, "r2"))->value().started());
        CHECK(kinds(world.history_of("w")) ==
              "WORKFLOW_EXECUTION_STARTED WORKFLOW_EXECUTION_SIGNALED WORKFLOW_EXECUTION_SIGNALED "
              "WORKFLOW_EXECUTION_SIGNALED WORKFLOW_TASK_SCHEDULED");
    }
    SECTION("or time does") {
        world.advance(60s);
        CHECK(kinds(world.history_of("w")) ==
              "WORKFLOW_EXECUTION_STARTED WORKFLOW_EXECUTION_SIGNALED WORKFLOW_EXECUTION_SIGNALED "
              "WORKFLOW_TASK_SCHEDULED");
    }
}

}  // namespace server::tests
