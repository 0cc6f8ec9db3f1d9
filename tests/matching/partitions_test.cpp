// A task queue with several partitions: how many it has, and how tasks and polls find one another.
#include <algorithm>
#include <set>

#include "server/cluster/partition_name.h"
#include "tests/matching/world.h"

namespace server::tests {

namespace {

std::string partition(int number) { return cluster::partition_name(kQueue, number); }

matching::Options three_partitions() {
    matching::Options options;
    options.write_partitions = options.read_partitions = 3;
    return options;
}

std::size_t stored_rows(World& world, const std::string& name) {
    const auto read = world.run(world.memory.read({kNamespace, name, 1}, TaskId{}, 100'000));
    return (*read->result)->size();
}

std::size_t children_in_store(World& world) {
    const auto found = world.run(world.memory.find_partitions({kNamespace, kQueue, 1}, 100));
    return (*found->result)->size();
}

// Tasks at this rate for so long, to the root, as if the others got their share.
int add_for(World& world, int seconds, int per_second) {
    int partitions = 0;
    for (int task = 0; task < seconds * per_second; ++task) {
        const auto added = world.add("w" + std::to_string(task));
        REQUIRE(added->code() == Code::Ok);
        partitions = (*added->result)->partitions();
        world.advance(Duration(1s) / per_second);
    }
    return partitions;
}

// Two processes: this one has the partition `kept`, another one has `taken`.
cluster::ViewPtr two_processes(int kept, int taken) {
    for (int port = 1;; ++port) {
        REQUIRE(port < 1000);
        const std::string other = "other:" + std::to_string(port);
        auto view = view_of({kHere, other});
        const auto owner_of = [&](int number) {
            return view->ring(Role::matching)
                .find_owner(cluster::ring_key(kNamespace, partition(number)));
        };
        if (owner_of(kept) == kHere && owner_of(taken) == other) return view;
    }
}

}  // namespace

TEST_CASE("a queue has one partition until its load asks for more, and again when it is over",
          "[matching][partitions]") {
    matching::Options options;
    options.partition_tasks_per_second = 5;
    options.partitions_interval = 1s;
    World world(options);
    const auto first = world.add("first");
    CHECK((*first->result)->partitions() == 1);
    CHECK(children_in_store(world) == 0);
    SECTION("little load changes nothing") {
        CHECK(add_for(world, 60, 4) == 1);
        CHECK(children_in_store(world) == 0);
    }
    SECTION("the partitions grow, up to the lanes of the cluster") {
        CHECK(add_for(world, 20, 20) == 3);
        CHECK(children_in_store(world) == 2);
        SECTION("and shrink after a while") {
            CHECK(add_for(world, 40, 1) == 3);
            CHECK(add_for(world, 40, 1) == 1);
        }
    }
    SECTION("there is no timer for it") {
        const std::size_t calls = world.store.finds + world.store.reads + world.store.acquires;
        world.advance(4min);
        CHECK(world.store.finds + world.store.reads + world.store.acquires == calls);
    }
}

TEST_CASE("the number of partitions may be set", "[matching][partitions]") {
    World world(three_partitions());
    world.poll({.deadline = 2s});
    const auto added = world.add("w1");
    CHECK((*added->result)->partitions() == 3);
    CHECK(children_in_store(world) == 2);
    SECTION("and a smaller one holds from the next calls on") {
        matching::Options fewer;
        fewer.write_partitions = fewer.read_partitions = 1;
        world.matching->reconfigure(fewer);
        world.advance(30s);  // long after the last poll, so that none is waited for
        world.add("w2");
        CHECK((*world.add("w3")->result)->partitions() == 1);
    }
}

TEST_CASE("the store must know a partition before the callers do", "[matching][partitions]") {
    World world(three_partitions());
    world.store.acquire_fails = unavailable("no connection");
    const auto poll = world.poll();
    world.advance(3s);
    const auto added = world.add("w1");
    world.advance(1s);
    REQUIRE(added->done());
    CHECK(poll->has_task());
    CHECK((*added->result)->partitions() == 1);
    world.store.acquire_fails.reset();
    world.advance(30s);  // long after the last poll, so that none is waited for
    CHECK((*world.add("w2")->result)->partitions() == 3);
}

TEST_CASE("a task and a poll meet, whatever partitions they are at", "[matching][partitions]") {
    World world(three_partitions());
    const int task_at = GENERATE(0, 1, 2);
    const int poll_at = GENERATE(0, 1, 2);
    CAPTURE(task_at, poll_at);
    SECTION("the task first") {
        CHECK(world.add("w1", {.queue = partition(task_at)})->code() == Code::Ok);
        const auto poll = world.poll({.queue = partition(poll_at)});
        world.advance(1s);
        CHECK(poll->workflow_id() == "w1");
    }
    SECTION("the poll first") {
        const auto poll = world.poll({.queue = partition(poll_at)});
        CHECK(world.add("w1", {.queue = partition(task_at)})->code() == Code::Ok);
        world.advance(1s);
        CHECK(poll->workflow_id() == "w1");
    }
    REQUIRE(world.history.calls.size() == 1);
    CHECK(world.history.calls[0].task_queue == kQueue);
    world.advance(10s);
    CHECK(stored_rows(world, partition(task_at)) == 0);
}

TEST_CASE("a task at a partition that gets no polls is not stored while workers poll elsewhere",
          "[matching][partitions]") {
    World world(three_partitions());
    const auto first = world.poll();
    world.add("w1", {.queue = partition(2)});
    CHECK(first->workflow_id() == "w1");
    world.advance(6s);  // its row is gone
    const auto poll = world.poll();
    const std::size_t commits = world.store.commits;
    const auto added = world.add("w2", {.queue = partition(2)});
    CHECK(poll->workflow_id() == "w2");
    CHECK((*added->result)->sync_matched());
    CHECK(world.store.commits == commits);
}

TEST_CASE("one poll of a partition waits at the root, the others where they are",
          "[matching][partitions]") {
    World world(three_partitions());
    std::vector<WorkflowPollCall> polls;
    for (int poll = 0; poll < 3; ++poll) polls.push_back(world.poll({.queue = partition(1)}));
    for (const std::string id : {"w1", "w2"}) world.add(id, {.queue = partition(1)});
    for (const std::string id : {"w3"}) world.add(id);
    const auto got = [&](const std::string& id) {
        return std::count_if(polls.begin(), polls.end(),
                             [&](const auto& poll) { return poll->workflow_id() == id; });
    };
    CHECK(got("w1") + got("w2") + got("w3") == 3);
    CHECK(world.store.commits == 0);
    SECTION("and the next one goes there") {
        const auto one = world.poll({.queue = partition(1)});
        const auto two = world.poll({.queue = partition(1)});
        world.add("w4");
        world.add("w5");
        CHECK(one->has_task());
        CHECK(two->has_task());
    }
}

TEST_CASE("a query reaches a worker at any partition", "[matching][partitions][query]") {
    World world(three_partitions());
    const auto poll = world.poll({.queue = partition(2)});
    const auto query = world.query();
    REQUIRE(poll->done());
    rpc::api::RespondQueryTaskCompletedRequest answer;
    answer.set_task_token((*poll->result)->task_token());
    answer.set_completed_type(::temporal::api::enums::v1::QUERY_RESULT_TYPE_ANSWERED);
    CHECK(world.answer_query(std::move(answer))->code() == Code::Ok);
    CHECK(query->code() == Code::Ok);
}

TEST_CASE("a poll that leaves takes no task with it from the root", "[matching][partitions]") {
    World world(three_partitions());
    const auto poll = world.poll({.queue = partition(1)});
    SECTION("cancelled") {
        poll->cancellation->cancel();
        world.settle();
    }
    SECTION("out of time") { world.advance(70s); }
    CHECK(poll->is_empty());
    world.add("w1");
    CHECK(world.poll()->workflow_id() == "w1");
    CHECK(world.history.calls.size() == 1);
}

TEST_CASE("history's doubt about a start is kept when the root tried it",
          "[matching][partitions]") {
    World world(three_partitions());
    int tries = 0;
    world.history.answer = [&tries](const std::string&) {
        return ++tries == 1 ? unavailable("connection lost") : ok_status();
    };
    world.add("w1", {.queue = partition(2)});
    const auto poll = world.poll();
    world.advance(5s);
    CHECK(poll->workflow_id() == "w1");
    REQUIRE(world.history.calls.size() == 2);
    CHECK(world.history.calls[0].request_id == world.history.calls[1].request_id);
}

TEST_CASE("a partition keeps its tasks while the root is away", "[matching][partitions]") {
    World world(three_partitions());
    world.matching->assign(two_processes(2, 0), kHere);
    world.settle();
    CHECK(world.add("w1", {.queue = partition(2)})->code() == Code::Ok);
    SECTION("and a poll at the partition gets them") {
        world.advance(500ms);
        const auto poll = world.poll({.queue = partition(2)});
        world.advance(2s);
        CHECK(poll->workflow_id() == "w1");
    }
    SECTION("and the root gets them when it is back") {
        world.advance(1h);
        world.matching->assign(view_of({kHere}), kHere);
        world.settle();
        const auto poll = world.poll();
        world.advance(2s);
        CHECK(poll->workflow_id() == "w1");
    }
}

TEST_CASE("the root wakes every partition that was ever used when the members change",
          "[matching][partitions]") {
    World world(three_partitions());
    world.poll({.deadline = 2s});  // the root tells three
    world.advance(3s);
    world.restart();
    matching::Options one;  // the next root starts with one again; callers still know three
    one.partitions_interval = Duration(1h);
    world.matching->reconfigure(one);
    world.settle();
    world.poll({.deadline = 2s});
    world.advance(3s);
    CHECK(world.add("w1", {.queue = partition(2)})->code() == Code::Ok);
    world.advance(1s);
    world.matching->assign(two_processes(0, 2), kHere);  // the owner of partition 2 has died …
    world.settle();
    const auto poll = world.poll();
    world.advance(1s);
    CHECK_FALSE(poll->done());
    world.matching->assign(view_of({kHere}), kHere);  // … and this process takes it
    world.advance(5s);
    CHECK(poll->workflow_id() == "w1");
}

TEST_CASE("a partition with a backlog stays loaded, one without is unloaded",
          "[matching][partitions][unload]") {
    World world(three_partitions());
    SECTION("with") {
        world.add("w1", {.queue = partition(1)});
        world.advance(1h);
        const auto poll = world.poll();
        world.advance(1s);
        CHECK(poll->workflow_id() == "w1");
    }
    SECTION("without") {
        const auto poll = world.poll({.queue = partition(1)});
        world.add("w1", {.queue = partition(1)});
        CHECK(poll->workflow_id() == "w1");
        world.advance(11min);
        CHECK(world.clock.next_deadline() == kNever);
    }
}

TEST_CASE("a partition that lost its lease comes back by itself", "[matching][partitions][lease]") {
    World world(three_partitions());
    world.add("w1", {.queue = partition(1)});
    world.run(world.memory.acquire({{kNamespace, partition(1), 1}, "another process", kQueue}));
    CHECK(world.add("w2", {.queue = partition(1)})->code() == Code::Unavailable);
    const auto poll = world.poll();
    world.advance(1s);
    CHECK(poll->workflow_id() == "w1");
}

TEST_CASE("to describe a queue is to describe all its partitions", "[matching][partitions]") {
    World world(three_partitions());
    world.poll({.deadline = 2s});
    world.advance(3s);
    for (int number : {0, 1, 1, 2}) {
        world.add("at " + std::to_string(number), {.queue = partition(number), .priority = 2});
    }
    world.poll({.queue = partition(2), .identity = "worker-9", .deadline = 70s});
    world.advance(1s);
    rpc::api::DescribeTaskQueueRequest request;
    request.mutable_task_queue()->set_name(kQueue);
    request.set_report_stats(true);
    const auto described = world.describe(request);
    REQUIRE(described.ok());
    CHECK(described->stats().approximate_backlog_count() == 3);
    CHECK(described->stats_by_priority_key().at(2).approximate_backlog_count() == 3);
    std::set<std::string> workers;
    for (const auto& poller : described->pollers()) workers.insert(poller.identity());
    CHECK(workers == std::set<std::string>{"worker-1", "worker-9"});
    CHECK(described->pollers_size() == 2);
}

TEST_CASE("each partition has its share of a rate limit", "[matching][partitions][rate]") {
    World world(three_partitions());
    world.poll_activity({.deadline = 2s, .rate = 30.0, .partitions = 3});
    for (int task = 0; task < 40; ++task) world.add_activity("w" + std::to_string(task));
    std::vector<ActivityPollCall> polls;
    for (int poll = 0; poll < 40; ++poll) {
        polls.push_back(world.poll_activity({.rate = 30.0, .partitions = 3}));
    }
    const auto served = std::count_if(polls.begin(), polls.end(),
                                      [](const auto& poll) { return poll->has_task(); });
    CHECK(served >= 9);
    CHECK(served <= 11);
    rpc::api::DescribeTaskQueueRequest request;
    request.mutable_task_queue()->set_name(kQueue);
    request.set_task_queue_type(::temporal::api::enums::v1::TASK_QUEUE_TYPE_ACTIVITY);
    CHECK(world.describe(request)->effective_rate_limit().requests_per_second() == 30);
}

}  // namespace server::tests
