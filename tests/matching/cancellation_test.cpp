#include "tests/matching/world.h"

namespace server::tests {

// Trap of the reference: "Client cancel of a poll must free the waiter at once, or tasks get
// matched to dead polls."
TEST_CASE("a cancelled poll leaves at once and the next task goes to a living one",
          "[matching][cancel]") {
    World world;
    const auto dead = world.poll();
    const auto alive = world.poll();
    dead->cancellation->cancel();

    SECTION("it has ended") {
        world.settle();
        CHECK(dead->is_empty());
        world.add("w1");
        CHECK(alive->workflow_id() == "w1");
    }
    SECTION("even when the task comes in the same moment") {
        const auto added = world.add("w1");
        CHECK(dead->is_empty());
        CHECK(alive->workflow_id() == "w1");
        REQUIRE(added->done());
        CHECK((*added->result)->sync_matched());
        CHECK(world.history.calls.size() == 1);
    }
}

TEST_CASE("a task that was handed to a poll and not started goes back when the poll is cancelled",
          "[matching][cancel]") {
    World world;
    const auto dead = world.poll();
    // Both happen before the poll's coroutine runs again.
    role::v1::AddTaskRequest request;
    request.set_task_queue(kQueue);
    request.set_task_queue_type(1);
    request.mutable_task()->set_namespace_id(kNamespace);
    request.mutable_task()->set_workflow_id("w1");
    boost::asio::post(world.context, [&] { dead->cancellation->cancel(); });
    const auto added = world.run(world.matching->add_task({}, request));
    CHECK(dead->is_empty());
    CHECK(world.history.calls.empty());

    const auto alive = world.poll();
    CHECK(alive->workflow_id() == "w1");
    REQUIRE(added->done());
    CHECK((*added->result)->sync_matched());
}

TEST_CASE("a start that history is recording is finished although the poll is cancelled",
          "[matching][cancel]") {
    World world;
    const auto dead = world.poll();
    world.history.holds = true;
    const auto added = world.add("w1");
    dead->cancellation->cancel();
    world.settle();
    CHECK_FALSE(added->done());
    SECTION("recorded: the response is lost, history's timeouts recover it") {
        world.history.release();
        world.settle();
        CHECK(added->code() == Code::Ok);
        CHECK(world.history.started == std::vector<std::string>{"w1"});
    }
    SECTION("not recorded: the task goes to the next poll") {
        world.history.answer = [](const std::string&) { return unavailable("moving"); };
        world.history.release();
        world.settle();
        CHECK(added->code() == Code::Ok);
        world.history.answer = nullptr;
        const auto alive = world.poll();
        world.advance(1s);
        CHECK(alive->workflow_id() == "w1");
    }
}

TEST_CASE("5,000 pollers appear and vanish and leave nothing behind", "[matching][cancel][scale]") {
    World world;
    std::vector<WorkflowPollCall> polls;
    for (int poll = 0; poll < 5000; ++poll) {
        polls.push_back(world.poll({.identity = "worker-" + std::to_string(poll)}));
    }
    for (const auto& poll : polls) poll->cancellation->cancel();
    world.settle();
    CHECK(std::all_of(polls.begin(), polls.end(), [](const auto& p) { return p->is_empty(); }));

    const auto added = world.add("w1");
    world.advance(1s);
    CHECK(added->code() == Code::Ok);
    CHECK(world.history.calls.empty());
    CHECK(world.poll()->workflow_id() == "w1");
}

}  // namespace server::tests
