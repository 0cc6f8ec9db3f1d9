#include "tests/matching/world.h"

namespace server::tests {

namespace {

const PollOptions kStickyPoll{.queue = kStickyQueue, .sticky = true};
const TaskOptions kStickyTask{.queue = kStickyQueue, .sticky = true, .expires_after = 10s};

bool is_sticky_unavailable(const AddCall& call) {
    return call->code() == Code::FailedPrecondition &&
           call->result->status().detail<StickyWorkerUnavailable>() != nullptr;
}

}  // namespace

TEST_CASE("a sticky queue refuses tasks unless it was polled in the last 10 seconds",
          "[matching][sticky]") {
    World world;
    CHECK(is_sticky_unavailable(world.add("w1", kStickyTask)));
    const auto poll = world.poll(kStickyPoll);
    SECTION("an open poll gets the task, however long it waits already") {
        world.advance(55s);
        const auto added = world.add("w1", kStickyTask);
        CHECK((*added->result)->sync_matched());
        CHECK(poll->workflow_id() == "w1");
    }
    SECTION("between two polls the task waits in memory") {
        world.add("w1", kStickyTask);
        world.advance(9s);
        const auto added = world.add("w2", kStickyTask);
        CHECK(added->code() == Code::Ok);
        CHECK_FALSE((*added->result)->sync_matched());
        CHECK(world.poll(kStickyPoll)->workflow_id() == "w2");
        CHECK(world.store.acquires == 0);
    }
    SECTION("10 seconds after the last one the worker is taken for dead") {
        world.add("w1", kStickyTask);
        world.advance(10s + 1ms);
        CHECK(is_sticky_unavailable(world.add("w2", kStickyTask)));
    }
    SECTION("a cancelled poll is no sign of life") {
        world.advance(30s);
        poll->cancellation->cancel();
        world.settle();
        CHECK(is_sticky_unavailable(world.add("w1", kStickyTask)));
    }
}

TEST_CASE("a sticky queue never touches the database", "[matching][sticky]") {
    World world;
    world.poll(kStickyPoll);
    for (int task = 0; task < 50; ++task) world.add("w" + std::to_string(task), kStickyTask);
    for (int task = 0; task < 49; ++task) CHECK(world.poll(kStickyPoll)->has_task());
    world.advance(20min);
    CHECK(world.store.acquires + world.store.reads + world.store.commits == 0);
}

TEST_CASE("expired sticky tasks are dropped and a full queue sends history elsewhere",
          "[matching][sticky]") {
    matching::Options options;
    options.sticky_tasks_max = 3;
    World world(options);
    world.poll(kStickyPoll);
    world.add("w0", kStickyTask);
    for (int task = 1; task <= 3; ++task) {
        CHECK(world.add("w" + std::to_string(task), {kStickyQueue, true, 0, 2s})->code() ==
              Code::Ok);
    }
    CHECK(is_sticky_unavailable(world.add("w4", kStickyTask)));
    world.advance(3s);
    CHECK(world.add("w5", kStickyTask)->code() == Code::Ok);
    CHECK(world.poll(kStickyPoll)->workflow_id() == "w5");
}

TEST_CASE("a sticky task that history cannot start now is kept and tried again",
          "[matching][sticky]") {
    World world;
    const auto poll = world.poll(kStickyPoll);
    world.history.answer = [](const std::string&) { return unavailable("shard is moving"); };
    CHECK(world.add("w1", kStickyTask)->code() == Code::Ok);
    world.history.answer = nullptr;
    world.advance(1s);
    CHECK(poll->workflow_id() == "w1");
}

TEST_CASE("shutting a worker down ends its polls with an empty success", "[matching][shutdown]") {
    World world;
    const PollOptions by_key{.identity = "same", .worker_instance_key = "instance-1"};
    const PollOptions sticky_by_key{kStickyQueue, true, "same", "instance-1"};
    const PollOptions other{.identity = "same", .worker_instance_key = "instance-2"};
    const auto normal = world.poll(by_key);
    const auto sticky = world.poll(sticky_by_key);
    const auto activity = world.poll_activity(by_key);
    const auto other_worker = world.poll(other);

    rpc::api::ShutdownWorkerRequest request;
    request.set_sticky_task_queue(kStickyQueue);
    request.set_identity("same");
    request.set_worker_instance_key("instance-1");
    request.set_task_queue(kQueue);
    world.shut_down(request);
    CHECK(normal->is_empty());
    CHECK(sticky->is_empty());
    CHECK(activity->is_empty());
    CHECK_FALSE(other_worker->done());

    SECTION("its sticky queue takes no more tasks") {
        CHECK(is_sticky_unavailable(world.add("w1", kStickyTask)));
    }
    SECTION("its late polls end at once and swallow nothing") {
        CHECK(world.poll(sticky_by_key)->is_empty());
        CHECK(world.poll(by_key)->is_empty());
        world.add("w1");
        CHECK(other_worker->workflow_id() == "w1");
    }
}

TEST_CASE("a worker without instance key is told by its identity and queue",
          "[matching][shutdown]") {
    World world;
    const auto mine = world.poll({.identity = "1@host"});
    const auto sticky = world.poll({kStickyQueue, true, "1@host"});
    const auto neighbour = world.poll({.queue = "payments", .identity = "1@host"});
    const auto stranger = world.poll({.identity = "2@host"});
    rpc::api::ShutdownWorkerRequest request;
    request.set_sticky_task_queue(kStickyQueue);
    request.set_identity("1@host");
    request.set_task_queue(kQueue);
    world.shut_down(request);
    CHECK(mine->is_empty());
    CHECK(sticky->is_empty());
    CHECK_FALSE(neighbour->done());
    CHECK_FALSE(stranger->done());
}

TEST_CASE("a sticky task that waits for its start when the worker shuts down is sent elsewhere",
          "[matching][shutdown]") {
    World world;
    const auto poll = world.poll(kStickyPoll);
    world.history.holds = true;
    const auto added = world.add("w1", kStickyTask);
    rpc::api::ShutdownWorkerRequest request;
    request.set_sticky_task_queue(kStickyQueue);
    world.shut_down(request);
    world.history.answer = [](const std::string&) { return unavailable("shard is moving"); };
    world.history.release();
    world.settle();
    CHECK(poll->is_empty());
    CHECK(is_sticky_unavailable(added));
}

}  // namespace server::tests
