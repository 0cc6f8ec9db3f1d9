// Polls that history takes for tasks which it starts itself.

#include "tests/matching/world.h"

namespace server::tests {

namespace {

std::unique_ptr<workflow::WaitingWorker> find(World& world, PollOptions options = {}) {
    return world.matching->find_waiting_worker({kNamespace, options.queue, 1, options.sticky});
}

state::v1::BacklogTask started_task(const std::string& workflow_id,
                                    const std::string& request_id = "request") {
    state::v1::BacklogTask task;
    task.set_namespace_id(kNamespace);
    task.set_workflow_id(workflow_id);
    task.set_run_id("run of " + workflow_id);
    task.set_scheduled_event_id(2);
    task.set_started_with(request_id);
    return task;
}

// A poll that history has taken.
struct Taken {
    Taken() { REQUIRE(worker); }

    World world{};
    WorkflowPollCall poll = world.poll();
    std::unique_ptr<workflow::WaitingWorker> worker = find(world);
};

// By the last call: not as a repetition of the first worker's, but with an id of its own.
bool is_taken_over(const World& world, const std::string& request_id = "request") {
    const auto& call = world.history.calls.back();
    return call.started_with == request_id && call.request_id != request_id;
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
    worker->hand_over(started_task("w2", "request-2"));
    world.settle();
    CHECK(first->workflow_id() == "w2");
    CHECK(world.history.calls.back().request_id == "request-2");
    CHECK(world.history.calls.back().task_queue == kQueue);
    CHECK(world.store.batch_sizes.empty());
}

TEST_CASE("a poll for which nothing was written waits on", "[matching][waiting]") {
    Taken taken;
    auto& [world, poll, worker] = taken;
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
    Taken taken;
    auto& [world, poll, worker] = taken;
    SECTION("cancelled by its caller") { poll->cancellation->cancel(); }
    SECTION("at the end of its time") { world.advance(70s); }
    world.settle();
    REQUIRE(poll->done());
    worker->hand_over(started_task("w"));
    const auto next = world.poll();
    CHECK(next->workflow_id() == "w");
    CHECK(is_taken_over(world));
}

TEST_CASE("a poll that a hanging commit keeps is there for others after a while",
          "[matching][waiting]") {
    Taken taken;
    auto& [world, poll, worker] = taken;
    const auto added = world.add("w1");
    world.advance(400ms);
    CHECK_FALSE(poll->done());
    world.advance(200ms);
    CHECK(poll->workflow_id() == "w1");
    SECTION("the commit stands after all") {
        worker->hand_over(started_task("w2", "request-2"));
        CHECK(world.poll()->workflow_id() == "w2");
        CHECK(is_taken_over(world, "request-2"));
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
    worker->hand_over(started_task("w"));
    world.settle();
    moving = false;
    const auto later = world.poll();
    world.advance(5s);
    REQUIRE(world.history.started.size() == 1);
    CHECK(world.history.calls.front().request_id == "request");
    CHECK(is_taken_over(world));
}

TEST_CASE("nobody is found where a task may not go", "[matching][waiting]") {
    World world;
    SECTION("on a queue whose rate is used up") {
        world.poll_activity({.rate = 1});
        world.poll_activity({.rate = 1});
        const rpc::WorkerQueue activities{kNamespace, kQueue, 2, false};
        const auto first = world.matching->find_waiting_worker(activities);
        REQUIRE(first != nullptr);
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

TEST_CASE("a partition that closes leaves a taken poll to history", "[matching][waiting]") {
    World world;
    SECTION("because another process has it now") {
        const auto poll = world.poll();
        auto worker = find(world);
        REQUIRE(worker);
        world.matching->assign(view_of({"other:1"}), kHere);
        world.settle();
        CHECK_FALSE(poll->done());
        SECTION("and the poll gets its task") {
            worker->hand_over(started_task("w"));
            world.settle();
            CHECK(poll->workflow_id() == "w");
        }
        SECTION("or ends when it gets none") {
            worker.reset();
            world.settle();
            CHECK(poll->is_empty());
        }
        SECTION("or has left: then the task goes to the new owner") {
            poll->cancellation->cancel();
            world.settle();
            CHECK(poll->done());
            world.matching->assign(view_of({kHere}), kHere);  // who is here again
            worker->hand_over(started_task("w"));
            CHECK(world.poll()->workflow_id() == "w");
            CHECK(is_taken_over(world));
        }
    }
    SECTION("because its worker shuts down") {
        const auto poll = world.poll({.queue = "sticky", .sticky = true, .identity = "leaving"});
        auto worker = find(world, {.queue = "sticky", .sticky = true});
        REQUIRE(worker);
        rpc::api::ShutdownWorkerRequest request;
        request.set_sticky_task_queue("sticky");
        request.set_identity("leaving");
        world.shut_down(std::move(request));
        CHECK_FALSE(poll->done());
        worker->hand_over(started_task("w"));
        world.settle();
        CHECK(poll->workflow_id() == "w");
    }
}

TEST_CASE("a worker that shuts down while its poll is taken gets the task or ends",
          "[matching][waiting]") {
    World world;
    const auto poll = world.poll({.identity = "leaving"});
    auto worker = find(world);
    REQUIRE(worker);
    rpc::api::ShutdownWorkerRequest request;
    request.set_identity("leaving");
    world.shut_down(std::move(request));
    CHECK_FALSE(poll->done());
    SECTION("the commit stands") {
        worker->hand_over(started_task("w"));
        world.settle();
        CHECK(poll->workflow_id() == "w");
    }
    SECTION("it does not") {
        worker.reset();
        world.settle();
        CHECK(poll->is_empty());
    }
}

TEST_CASE("a poll that has its task takes it along when the partition closes",
          "[matching][waiting]") {
    Taken taken;
    auto& [world, poll, worker] = taken;
    worker->hand_over(started_task("w"));  // the poll has not looked yet
    world.matching->assign(view_of({"other:1"}), kHere);
    world.settle();
    CHECK(poll->workflow_id() == "w");
}

TEST_CASE("a started task that nobody fetches is stored, with what it was started with",
          "[matching][waiting]") {
    Taken taken;
    auto& [world, poll, worker] = taken;
    poll->cancellation->cancel();
    world.settle();
    SECTION("after a while") {
        worker->hand_over(started_task("w"));
        world.advance(1s);
        CHECK(world.store.batch_sizes == std::vector<std::size_t>{1});
    }
    SECTION("also when the store refuses the first time") {
        world.store.next_commit_fails = unavailable("connection lost");
        world.store.failed_commit_happens = GENERATE(true, false);
        worker->hand_over(started_task("w"));
        world.advance(5s);
    }
    SECTION("when the process stops") {
        worker->hand_over(started_task("w"));
        world.settle();
    }
    SECTION("when the process that stops has not yet written it") {
        world.store.holds_commits = true;
        worker->hand_over(started_task("w"));
        world.advance(1s);
    }
    world.restart();
    CHECK(world.poll()->workflow_id() == "w");
    CHECK(is_taken_over(world));
}

TEST_CASE("a stop waits until history has answered about the polls it has taken",
          "[matching][waiting]") {
    Taken taken;
    auto& [world, poll, worker] = taken;
    const auto stopped = world.begin_stop();
    CHECK_FALSE(*stopped);
    CHECK(find(world) == nullptr);
    worker->hand_over(started_task("w"));
    world.settle();
    CHECK(poll->workflow_id() == "w");
    CHECK(*stopped);
}

TEST_CASE("a stop does not wait for ever for a commit that hangs", "[matching][waiting]") {
    Taken taken;
    auto& [world, poll, worker] = taken;
    const auto stopped = world.begin_stop();
    world.advance(4s);
    CHECK_FALSE(*stopped);
    world.advance(2s);
    CHECK(poll->is_empty());
    CHECK(*stopped);
    SECTION("nothing happens to what comes late") { worker->hand_over(started_task("w")); }
    SECTION("nor when it is put back") { worker.reset(); }
    world.settle();
}

TEST_CASE("what waits for a sticky queue's only poll gets it after a while",
          "[matching][waiting]") {
    World world;
    const auto poll = world.poll({.queue = "sticky", .sticky = true});
    auto worker = find(world, {.queue = "sticky", .sticky = true});
    REQUIRE(worker);
    SECTION("a task") {
        world.add("w1", {.queue = "sticky", .sticky = true});
        world.advance(600ms);
        CHECK(poll->workflow_id() == "w1");
    }
    SECTION("a query") {
        const auto query = world.query("sticky", true);
        world.advance(600ms);
        CHECK(poll->done());
    }
}

TEST_CASE("a poll that is put back costs nothing of the rate", "[matching][waiting]") {
    World world;
    world.poll_activity({.rate = 1});
    const rpc::WorkerQueue activities{kNamespace, kQueue, 2, false};
    REQUIRE(world.matching->find_waiting_worker(activities) != nullptr);  // and put back
    CHECK(world.matching->find_waiting_worker(activities) != nullptr);
}

}  // namespace server::tests
