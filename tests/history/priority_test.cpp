// The priority of a workflow on its way to matching and to its workers.
#include "tests/history/world.h"

namespace server::tests {

TEST_CASE("a workflow's priority goes with its tasks, an activity's own replaces its fields",
          "[history][priority]") {
    World world;
    auto request = world.start_request("w");
    request.mutable_request()->mutable_priority()->set_priority_key(2);
    request.mutable_request()->mutable_priority()->set_fairness_key("tenant");
    world.start(std::move(request));
    const auto& workflow_task = world.matching.last("w", kWorkflowTask).task().priority();
    CHECK(workflow_task.priority_key() == 2);
    CHECK(workflow_task.fairness_key() == "tenant");

    Command plain = schedule_activity("plain");
    Command urgent = schedule_activity("urgent");
    urgent.mutable_schedule_activity_task_command_attributes()
        ->mutable_priority()
        ->set_priority_key(1);
    SECTION("inherited") {
        world.complete(world.poll("w"), {plain});
        CHECK(world.matching.last("w", kActivityTask).task().priority().priority_key() == 2);
        CHECK(world.poll_activity("w").priority().priority_key() == 2);
    }
    SECTION("replaced") {
        world.complete(world.poll("w"), {urgent});
        const auto& task = world.matching.last("w", kActivityTask).task().priority();
        CHECK(task.priority_key() == 1);
        CHECK(task.fairness_key() == "tenant");
        const auto polled = world.poll_activity("w");
        CHECK(polled.priority().priority_key() == 1);
        CHECK(polled.priority().fairness_key() == "tenant");
    }
}

TEST_CASE("without a priority nothing is said of it", "[history][priority]") {
    World world;
    world.start("w");
    CHECK_FALSE(world.matching.last("w", kWorkflowTask).task().has_priority());
    world.complete(world.poll("w"), {schedule_activity("a")});
    CHECK_FALSE(world.poll_activity("w").has_priority());
}

}  // namespace server::tests
