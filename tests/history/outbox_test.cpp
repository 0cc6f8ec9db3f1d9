#include "tests/history/world.h"

namespace server::tests {

namespace {

history::Options small_outbox() {
    history::Options options;
    options.shard_count = 1;
    options.outbox_queue_max = 4;
    options.outbox_concurrency_max = 2;
    options.outbox_page_rows = 3;
    return options;
}

history::Options single_shard() {
    history::Options options;
    options.shard_count = 1;
    return options;
}

Status nobody_home(const role::v1::AddTaskRequest&) { return unavailable("matching is away"); }

}  // namespace

TEST_CASE("a task that was not delivered is delivered after a restart", "[history][outbox]") {
    World world;
    world.matching.on_add = nobody_home;
    world.start("w");
    CHECK(world.matching.count("w") == 0);
    world.stop();
    world.matching.on_add = nullptr;
    world.restart();
    CHECK(world.matching.count("w") == 1);
    CHECK(world.matching.last("w", kWorkflowTask).task().scheduled_event_id() == 2);
}

TEST_CASE("a passing failure of matching is retried until it passes", "[history][outbox]") {
    World world;
    world.matching.on_add = nobody_home;
    world.start("w");
    world.advance(10min);
    CHECK(world.matching.count("w") == 0);
    world.matching.on_add = nullptr;
    world.advance(6s);
    CHECK(world.matching.count("w") == 1);
}

TEST_CASE("the low watermark never passes an unfinished task", "[history][outbox]") {
    World world(single_shard());
    world.matching.on_add = [](const role::v1::AddTaskRequest& request) {
        return request.task().workflow_id() == "stuck" ? unavailable("not now") : ok_status();
    };
    world.start("before");
    world.start("stuck");
    for (int number = 0; number < 10; ++number) world.start("after" + std::to_string(number));
    world.advance(30s);
    const auto left = world.outbox("stuck");
    REQUIRE(!left.empty());
    state::v1::Task first;
    REQUIRE(first.ParseFromString(left.front().task));
    CHECK(first.workflow_id() == "stuck");

    world.matching.on_add = nullptr;
    world.advance(30s);
    CHECK(world.matching.count("stuck") == 1);
    CHECK(world.outbox("stuck").empty());
}

TEST_CASE("done tasks leave the store also when nothing else is written", "[history][outbox]") {
    World world;
    world.start("w");
    CHECK(world.outbox("w").size() == 1);
    world.advance(world.options.outbox_flush_interval + 1s);
    CHECK(world.outbox("w").empty());
}

TEST_CASE("more tasks than the queue holds wait in the store and lose none", "[history][outbox]") {
    World world(small_outbox());
    world.matching.on_add = nobody_home;
    constexpr int kWorkflows = 40;
    for (int number = 0; number < kWorkflows; ++number) world.start("w" + std::to_string(number));
    CHECK(world.shard_of("w0").outbox().held() <= 2 * world.options.outbox_queue_max);
    world.matching.on_add = nullptr;
    world.advance(1min);
    for (int number = 0; number < kWorkflows; ++number) {
        CHECK(world.matching.count("w" + std::to_string(number)) == 1);
    }
    CHECK(world.outbox("w0").empty());
}

TEST_CASE("a task that fails for good is dropped and blocks nobody", "[history][outbox]") {
    World world(single_shard());
    world.matching.on_add = [](const role::v1::AddTaskRequest& request) {
        return request.task().workflow_id() == "poison" ? invalid_argument("cannot be")
                                                        : ok_status();
    };
    world.start("poison");
    world.start("w");
    CHECK(world.matching.count("w") == 1);
    world.advance(5min);
    CHECK(world.outbox("w").empty());
}

TEST_CASE("a task whose cause has gone is not delivered", "[history][outbox]") {
    World world;
    world.matching.on_add = nobody_home;
    world.start("w");
    CHECK(world.terminate("w")->code() == Code::Ok);
    world.matching.on_add = nullptr;
    world.advance(10s);
    CHECK(world.matching.count("w") == 0);
    CHECK(world.outbox("w").empty());
}

TEST_CASE("a sticky task nobody polls for goes to the normal queue", "[history][outbox]") {
    World world;
    world.start("w");
    world.complete(world.poll("w"), {start_timer("t", 1s)}, true);
    world.matching.on_add = [](const role::v1::AddTaskRequest& request) -> Status {
        if (!request.sticky()) return ok_status();
        return {Code::FailedPrecondition, "nobody polls", StickyWorkerUnavailable{}};
    };
    world.advance(2s);
    const auto& added = world.matching.last("w", kWorkflowTask);
    CHECK(added.task_queue() == kQueue);
    CHECK(!added.sticky());
    // The worker that takes it there has no cache: it gets the whole history.
    const auto task = world.poll("w");
    CHECK(task.history().events(0).event_id() == 1);
}

}  // namespace server::tests
