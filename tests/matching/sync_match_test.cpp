#include "tests/matching/world.h"

namespace server::tests {

namespace {

Status unavailable_shard(const std::string& workflow_id) {
    return unavailable("shard of " + workflow_id + " is moving");
}

}  // namespace

TEST_CASE("a task goes to the poll that has waited longest", "[matching][poll]") {
    World world;
    const auto first = world.poll();
    const auto second = world.poll();
    const auto added = world.add("w1");

    REQUIRE(added->done());
    CHECK((*added->result)->sync_matched());
    CHECK(first->workflow_id() == "w1");
    CHECK((*first->result)->task_token() == "token of w1");
    CHECK_FALSE(second->done());
    SECTION("nothing was written") { CHECK(world.store.batch_sizes.empty()); }
    SECTION("the next one goes to the next poll") {
        world.add("w2");
        CHECK(second->workflow_id() == "w2");
    }
    SECTION("each poll has a request id of its own") {
        world.add("w2");
        REQUIRE(world.history.calls.size() == 2);
        CHECK(is_uuid(world.history.calls[0].request_id));
        CHECK(world.history.calls[0].request_id != world.history.calls[1].request_id);
    }
}

TEST_CASE("workflow and activity tasks of one queue name do not mix", "[matching][poll]") {
    World world;
    const auto workflows = world.poll();
    const auto activities = world.poll_activity();
    world.add_activity("w1");
    CHECK(activities->workflow_id() == "w1");
    CHECK_FALSE(workflows->done());
}

TEST_CASE("an added task is acknowledged only after history has recorded its start",
          "[matching][poll]") {
    World world;
    const auto poll = world.poll();
    world.history.holds = true;
    const auto added = world.add("w1");
    CHECK_FALSE(added->done());
    CHECK_FALSE(poll->done());
    world.history.release();
    world.settle();
    REQUIRE(added->done());
    CHECK((*added->result)->sync_matched());
    CHECK(poll->workflow_id() == "w1");
}

TEST_CASE("a new task waits a moment for a poll before it is written", "[matching][poll]") {
    World world;
    const auto first = world.poll();
    world.add("w1");
    REQUIRE(first->has_task());

    const auto added = world.add("w2");
    CHECK_FALSE(added->done());
    world.advance(150ms);
    SECTION("a poll that comes in time gets it") {
        const auto second = world.poll();
        CHECK(second->workflow_id() == "w2");
        REQUIRE(added->done());
        CHECK((*added->result)->sync_matched());
        CHECK(world.store.batch_sizes.empty());
    }
    SECTION("else it is stored") {
        world.advance(50ms);
        REQUIRE(added->done());
        CHECK(added->code() == Code::Ok);
        CHECK_FALSE((*added->result)->sync_matched());
        CHECK(world.store.batch_sizes == std::vector<std::size_t>{1});
    }
}

TEST_CASE("an obsolete task is dropped and the poll goes on waiting", "[matching][poll]") {
    World world;
    const Status reply = GENERATE(values<Status>({
        not_found("run is closed"),
        Status(Code::FailedPrecondition, "started already", TaskObsolete{}),
    }));
    const auto poll = world.poll();
    const auto later = world.poll();
    world.history.answer = [reply](const std::string& id) {
        return id == "stale" ? reply : ok_status();
    };
    world.advance(20s);
    const auto stale = world.add("stale");
    CHECK(stale->code() == Code::Ok);
    CHECK_FALSE(poll->done());

    SECTION("it is the first to get the next task") {
        world.add("w2");
        CHECK(poll->workflow_id() == "w2");
        CHECK_FALSE(later->done());
        CHECK(world.store.batch_sizes.empty());
    }
    SECTION("it keeps its deadline") {
        world.advance(40s);
        CHECK(poll->is_empty());
        CHECK(poll->ended == kStart + 60s);
    }
}

TEST_CASE("a task that history cannot start now is stored and tried again with backoff",
          "[matching][poll]") {
    World world;
    const auto poll = world.poll();
    world.history.answer = unavailable_shard;
    const auto added = world.add("w1");
    REQUIRE(added->done());
    CHECK(added->code() == Code::Ok);
    CHECK_FALSE((*added->result)->sync_matched());
    CHECK(world.store.batch_sizes == std::vector<std::size_t>{1});
    CHECK_FALSE(poll->done());

    SECTION("it is not tried in a hurry") {
        world.advance(59s);
        CHECK(world.history.calls.size() >= 5);
        CHECK(world.history.calls.size() <= 20);
    }
    SECTION("meanwhile the poll serves others") {
        world.history.answer = [](const std::string& id) {
            return id == "w1" ? unavailable_shard(id) : ok_status();
        };
        world.add("w2");
        CHECK(poll->workflow_id() == "w2");
    }
    SECTION("when history is back the task is started, under its first request id") {
        world.advance(5s);
        world.history.answer = nullptr;
        world.advance(10s);
        CHECK(poll->workflow_id() == "w1");
        CHECK(world.history.calls.front().request_id == world.history.calls.back().request_id);
    }
}

TEST_CASE("an empty poll is a success and ends before the caller's deadline", "[matching][poll]") {
    World world;
    SECTION("after 60 seconds") {
        const auto poll = world.poll({.deadline = 70s});
        world.advance(2min);
        CHECK(poll->is_empty());
        CHECK(poll->ended == kStart + 60s);
    }
    SECTION("one second before a nearer deadline") {
        const auto poll = world.poll({.deadline = 10s});
        world.advance(2min);
        CHECK(poll->is_empty());
        CHECK(poll->ended == kStart + 9s);
    }
    SECTION("at once when less than a second is left") {
        const auto poll = world.poll({.deadline = 500ms});
        CHECK(poll->is_empty());
    }
    SECTION("activity polls likewise") {
        const auto poll = world.poll_activity({.deadline = 10s});
        world.advance(2min);
        CHECK(poll->is_empty());
        CHECK(poll->ended == kStart + 9s);
    }
}

TEST_CASE("urgent tasks are dispatched first when several wait", "[matching][priority]") {
    World world;
    world.add("ordinary", {});
    world.add("last", {.priority = 5});
    world.add("first", {.priority = 1});
    world.add("ordinary-2", {.priority = 3});
    world.add("beyond the scale", {.priority = 9});
    std::vector<std::string> order;
    for (int poll = 0; poll < 5; ++poll) order.push_back(world.poll()->workflow_id());
    CHECK(order ==
          std::vector<std::string>{"first", "ordinary", "ordinary-2", "last", "beyond the scale"});
}

TEST_CASE("the rate that a worker asks for limits its queue", "[matching][rate]") {
    World world;
    std::vector<ActivityPollCall> polls;
    for (int poll = 0; poll < 4; ++poll) polls.push_back(world.poll_activity({.rate = 0.5}));
    for (int task = 0; task < 4; ++task) world.add_activity("w" + std::to_string(task));
    const auto served = [&] {
        return std::count_if(polls.begin(), polls.end(),
                             [](const auto& p) { return p->has_task(); });
    };
    CHECK(served() == 1);
    world.advance(2s);
    CHECK(served() == 2);
    world.advance(4s);
    CHECK(served() == 4);

    SECTION("rate zero stops it, another rate starts it again") {
        const auto stopped = world.poll_activity({.rate = 0});
        world.add_activity("w5");
        world.advance(30s);
        CHECK_FALSE(stopped->done());
        world.poll_activity({.rate = 1000});
        world.advance(1s);
        CHECK(stopped->has_task());
    }
}

TEST_CASE("a poll says how many tasks wait behind its own", "[matching][poll]") {
    World world;
    for (int task = 0; task < 3; ++task) world.add("w" + std::to_string(task));
    const auto poll = world.poll();
    REQUIRE(poll->has_task());
    CHECK((*poll->result)->backlog_count_hint() == 2);
}

TEST_CASE("more polls than a partition may hold are refused", "[matching][limits]") {
    matching::Options options;
    options.pollers_max = 2;
    World world(options);
    world.poll();
    world.poll();
    const auto third = world.poll();
    REQUIRE(third->done());
    CHECK(third->code() == Code::ResourceExhausted);
    CHECK(third->result->status().message() ==
          "task queue orders has 2 open polls, the most allowed; run fewer pollers");
}

TEST_CASE("a task without queue or of an unknown type is refused", "[matching][validation]") {
    World world;
    role::v1::AddTaskRequest request;
    request.set_task_queue_type(1);
    const auto no_queue = world.run(world.matching->add_task({}, request));
    CHECK(no_queue->code() == Code::InvalidArgument);
    request.set_task_queue("orders");
    request.set_task_queue_type(7);
    const auto bad_type = world.run(world.matching->add_task({}, request));
    CHECK(bad_type->code() == Code::InvalidArgument);
    CHECK(bad_type->result->status().message() ==
          "task_queue_type must be workflow (1) or activity (2): 7");
}

}  // namespace server::tests
