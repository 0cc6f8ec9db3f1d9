#include "tests/history/world.h"

namespace server::tests {

namespace {

role::v1::StartWorkflowRequest eager_start(World& world) {
    auto request = world.start_request("w");
    request.mutable_request()->set_request_eager_execution(true);
    return request;
}

Command eager_activity(const std::string& activity_id) {
    Command command = schedule_activity(activity_id, 60s);
    command.mutable_schedule_activity_task_command_attributes()->set_request_eager_execution(true);
    return command;
}

Command cancel_activity(EventId scheduled_event_id) {
    Command command;
    command.set_command_type(::temporal::api::enums::v1::COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK);
    command.mutable_request_cancel_activity_task_command_attributes()->set_scheduled_event_id(
        scheduled_event_id);
    return command;
}

}  // namespace

TEST_CASE("an eager start answers with the first workflow task, written in one batch",
          "[history][eager][trap]") {
    World world;
    int commits = 0;
    world.store.faults().commit = [&commits](const store::TransitionWrite&) {
        ++commits;
        return store::memory::CommitFault::none;
    };
    const auto answer = world.start(eager_start(world))->value();
    CHECK(commits == 1);
    REQUIRE(answer.has_eager_workflow_task());
    const auto& task = answer.eager_workflow_task();
    CHECK(kinds(task.history()) ==
          "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED");
    CHECK(task.started_event_id() == 3);
    CHECK(task.previous_started_event_id() == 0);
    CHECK(task.attempt() == 1);
    CHECK(task.workflow_execution().run_id() == answer.run_id());
    CHECK(task.next_page_token().empty());
    CHECK(task.history()
              .events(0)
              .workflow_execution_started_event_attributes()
              .eager_execution_accepted());
    const auto& started = task.history().events(2).workflow_task_started_event_attributes();
    CHECK(started.request_id() == "start-w");
    CHECK(started.identity() == "client");
    CHECK(started.history_size_bytes() == 0);
    CHECK(world.matching.tasks.empty());
    SECTION("it can be completed") {
        CHECK(world.complete(task, {complete_workflow()})->code() == Code::Ok);
    }
    SECTION("a repeated start gets it again, until it is done") {
        const auto again = world.start(eager_start(world))->value();
        CHECK(again.eager_workflow_task().task_token() == task.task_token());
        world.complete(task, {start_timer("t", 1h)});
        CHECK_FALSE(world.start(eager_start(world))->value().has_eager_workflow_task());
    }
    SECTION("lost, it times out and goes through matching") {
        world.advance(10s);
        const auto next = world.poll("w");
        CHECK(next.attempt() == 2);
        CHECK(world.complete(next, {complete_workflow()})->code() == Code::Ok);
    }
}

TEST_CASE("a start that waits first is not eager", "[history][eager]") {
    World world;
    auto request = eager_start(world);
    SECTION("for a delay") {
        request.mutable_request()->mutable_workflow_start_delay()->set_seconds(5);
    }
    SECTION("for its schedule") { request.mutable_request()->set_cron_schedule("@every 5s"); }
    const auto answer = world.start(request)->value();
    CHECK_FALSE(answer.has_eager_workflow_task());
    CHECK_FALSE(world.history_of("w")
                    .events(0)
                    .workflow_execution_started_event_attributes()
                    .eager_execution_accepted());
    world.advance(5s);
    CHECK(world.complete(world.poll("w"), {complete_workflow()})->code() == Code::Ok);
}

TEST_CASE("an eager activity comes with the completion that schedules it", "[history][eager]") {
    World world;
    world.start("w");
    const auto answer = world.complete(
        world.poll("w"), {eager_activity("a"), eager_activity("b"), schedule_activity("c", 60s)});
    const auto& tasks = answer->value().activity_tasks();
    REQUIRE(tasks.size() == 2);
    CHECK(tasks[0].activity_id() == "a");
    CHECK(tasks[1].activity_id() == "b");
    CHECK(tasks[0].input().payloads(0).data() == "7");
    CHECK(tasks[0].attempt() == 1);
    CHECK(tasks[0].workflow_namespace() == "default");
    CHECK(world.poll_activity("w").activity_id() == "c");  // the only one that matching got
    role::v1::RespondActivityCompletedRequest done;
    done.set_namespace_id(world.namespace_id);
    done.mutable_request()->set_task_token(tasks[0].task_token());
    done.mutable_request()->set_identity("worker-1");
    CHECK(world.run(world.history->respond_activity_completed({}, done))->code() == Code::Ok);
    const auto history = world.history_of("w");
    const auto& started = history.events(history.events_size() - 3);
    CHECK(started.activity_task_started_event_attributes().identity() == "worker-1");
    CHECK(kinds(history) ==
          "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED "
          "WORKFLOW_TASK_COMPLETED ACTIVITY_TASK_SCHEDULED ACTIVITY_TASK_SCHEDULED "
          "ACTIVITY_TASK_SCHEDULED ACTIVITY_TASK_STARTED ACTIVITY_TASK_COMPLETED "
          "WORKFLOW_TASK_SCHEDULED");
    SECTION("the one that never answers times out like any other") {
        world.advance(60s);
        CHECK(kinds(world.history_of("w")).find("ACTIVITY_TASK_TIMED_OUT") == std::string::npos);
        world.advance(1s);  // its next attempt is dispatched
        CHECK(world.poll_activity("w").attempt() == 2);
    }
}

TEST_CASE("an eager activity that is over before the completion ends is not handed out",
          "[history][eager]") {
    World world;
    world.start("w");
    SECTION("cancelled again") {
        const auto answer =
            world.complete(world.poll("w"), {eager_activity("a"), cancel_activity(5)});
        CHECK(answer->value().activity_tasks().empty());
    }
    SECTION("the workflow completed") {
        const auto answer =
            world.complete(world.poll("w"), {eager_activity("a"), complete_workflow()});
        CHECK(answer->value().activity_tasks().empty());
    }
}

}  // namespace server::tests
