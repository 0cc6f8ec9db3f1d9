// Polls that history takes for tasks which it starts itself.

#include "tests/matching/world.h"

namespace server::tests {

namespace {

std::unique_ptr<workflow::WaitingWorker> find(World& world, PollOptions options = {}) {
    return world.matching->find_waiting_worker({kNamespace, options.queue, 1, options.sticky});
}

state::v1::BacklogTask started_task(const std::string& workflow_id) {
    state::v1::BacklogTask task;
    task.set_namespace_id(kNamespace);
    task.set_workflow_id(workflow_id);
    task.set_run_id("run of " + workflow_id);
    task.set_scheduled_event_id(2);
    return task;
}

}  // namespace

TEST_CASE("a poll that history has taken gets the task by the id it was started with",
          "[matching][waiting]") {
    World world;
    CHECK(find(world) == nullptr);
    const auto first = world.poll({.identity = "first"});
    const auto second = world.poll({.identity = "second"});
    auto worker = find(world);
    REQUIRE(worker);
    CHECK(worker->identity() == "first");

    SECTION("other tasks do not get it meanwhile") {
        world.add("w1");
        CHECK_FALSE(first->done());
        CHECK(second->workflow_id() == "w1");
        CHECK(find(world) == nullptr);
    }
    worker->hand_over(started_task("w2"), "request-2");
    world.settle();
    CHECK(first->workflow_id() == "w2");
    CHECK(world.history.calls.back().request_id == "request-2");
    CHECK(world.history.calls.back().task_queue == kQueue);
    CHECK(world.store.batch_sizes.empty());
}

TEST_CASE("a poll for which nothing was written waits on", "[matching][waiting]") {
    World world;
    const auto poll = world.poll();
    auto worker = find(world);
    REQUIRE(worker);
    SECTION("and gets what came meanwhile") {
        const auto added = world.add("w1");
        CHECK_FALSE(poll->done());
        worker.reset();
        world.settle();
        CHECK(poll->workflow_id() == "w1");
        CHECK(added->done());
    }
    SECTION("and is found again") {
        worker.reset();
        CHECK(find(world) != nullptr);
    }
    SECTION("until its time is up") {
        worker.reset();
        world.advance(70s);
        CHECK(poll->is_empty());
    }
}

TEST_CASE("a started task whose poll has left goes to the next one", "[matching][waiting]") {
    World world;
    const auto poll = world.poll();
    auto worker = find(world);
    REQUIRE(worker);
    SECTION("cancelled by its caller") { poll->cancellation->cancel(); }
    SECTION("at the end of its time") { world.advance(70s); }
    world.settle();
    REQUIRE(poll->done());
    worker->hand_over(started_task("w"), "request");
    const auto next = world.poll();
    CHECK(next->workflow_id() == "w");
    CHECK(world.history.calls.back().request_id == "request");
}

TEST_CASE("a poll that a hanging commit keeps is there for others after a while",
          "[matching][waiting]") {
    World world;
    const auto poll = world.poll();
    auto worker = find(world);
    REQUIRE(worker);
    const auto added = world.add("w1");
    world.advance(400ms);
    CHECK_FALSE(poll->done());
    world.advance(200ms);
    CHECK(poll->workflow_id() == "w1");
    SECTION("the commit stands after all") {
        worker->hand_over(started_task("w2"), "request-2");
        CHECK(world.poll()->workflow_id() == "w2");
        CHECK(world.history.calls.back().request_id == "request-2");
    }
    SECTION("or it does not") {
        worker.reset();
        CHECK_FALSE(world.poll()->done());
    }
}

TEST_CASE("a started task that history cannot give now is asked for again", "[matching][waiting]") {
    World world;
    world.poll();
    auto worker = find(world);
    REQUIRE(worker);
    bool moving = true;
    world.history.answer = [&moving](const std::string&) {
        return moving ? unavailable("the shard is taken anew") : ok_status();
    };
    worker->hand_over(started_task("w"), "request");
    world.settle();
    moving = false;
    const auto later = world.poll();
    world.advance(5s);
    REQUIRE(world.history.started.size() == 1);
    for (const auto& call : world.history.calls) CHECK(call.request_id == "request");
}

TEST_CASE("nobody is found where a task may not go", "[matching][waiting]") {
    World world;
    SECTION("on a queue whose rate is used up") {
        world.poll_activity({.rate = 1});
        world.poll_activity({.rate = 1});
        const rpc::WorkerQueue activities{kNamespace, kQueue, 2, false};
        REQUIRE(world.matching->find_waiting_worker(activities) != nullptr);
        CHECK(world.matching->find_waiting_worker(activities) == nullptr);
    }
    SECTION("on another queue, or a sticky one") {
        world.poll();
        CHECK(find(world, {.queue = "other"}) == nullptr);
        CHECK(find(world, {.queue = kQueue, .sticky = true}) == nullptr);
    }
    SECTION("where the poll has ended and not yet left") {
        const auto poll = world.poll();
        poll->cancellation->cancel();
        CHECK(find(world) == nullptr);
    }
}

TEST_CASE("a taken poll does not keep its partition from closing", "[matching][waiting]") {
    World world;
    const auto poll = world.poll();
    auto worker = find(world);
    REQUIRE(worker);
    world.stop();
    CHECK(poll->is_empty());
    SECTION("and nothing happens to what comes late") {
        worker->hand_over(started_task("w"), "request");
    }
    SECTION("nor when it is put back") { worker.reset(); }
}

}  // namespace server::tests
