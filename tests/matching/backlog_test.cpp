#include "tests/matching/world.h"

namespace server::tests {

namespace {

std::vector<std::string> poll_all(World& world, std::size_t count) {
    std::vector<std::string> order;
    for (std::size_t poll = 0; poll < count; ++poll) order.push_back(world.poll()->workflow_id());
    return order;
}

std::vector<std::string> names(int first, int last) {
    std::vector<std::string> ids;
    for (int id = first; id <= last; ++id) ids.push_back("w" + std::to_string(id));
    return ids;
}

const store::TaskQueueKey kStoredQueue{kNamespace, kQueue, 1};

std::size_t stored_rows(World& world) {
    const auto read = world.run(world.memory.read(kStoredQueue, TaskId{}, 100'000));
    return (*read->result)->size();
}

void take_lease_elsewhere(World& world) {
    const auto lease = world.run(world.memory.acquire({kStoredQueue, "another process", {}}));
    REQUIRE(lease->result->ok());
}

}  // namespace

TEST_CASE("tasks that find no poller are stored and dispatched in their order",
          "[matching][backlog]") {
    World world;
    for (const auto& id : names(1, 5)) CHECK(world.add(id)->code() == Code::Ok);
    CHECK(stored_rows(world) == 5);
    CHECK(poll_all(world, 5) == names(1, 5));
    SECTION("the rows of dispatched tasks are deleted later, together") {
        const std::size_t commits = world.store.commits;
        world.advance(5s);
        CHECK(world.store.commits == commits + 1);
        CHECK(stored_rows(world) == 0);
    }
    SECTION("or with the next write") {
        world.advance(1s);
        const auto commits = world.store.commits;
        world.add("w6");
        world.advance(1s);
        CHECK(world.store.commits == commits + 1);
        CHECK(stored_rows(world) == 1);
    }
    SECTION("an idle partition asks once a minute whether it is still this process's") {
        world.advance(6s);
        const std::size_t calls = world.store.reads + world.store.acquires;
        const std::size_t commits = world.store.commits;
        world.advance(4min);
        CHECK(world.store.reads + world.store.acquires == calls);
        CHECK(world.store.commits == commits + 4);
    }
}

TEST_CASE("a stored task is acknowledged only after the commit", "[matching][backlog]") {
    World world;
    world.store.holds_commits = true;
    const auto added = world.add("w1");
    CHECK_FALSE(added->done());
    world.store.release();
    world.settle();
    CHECK(added->code() == Code::Ok);
}

TEST_CASE("tasks that come while a commit is under way share the next one", "[matching][backlog]") {
    World world;
    world.store.holds_commits = true;
    for (const auto& id : names(1, 100)) world.add(id);
    world.store.release();
    world.settle();
    CHECK(world.store.batch_sizes == std::vector<std::size_t>{1, 99});
    CHECK(poll_all(world, 100) == names(1, 100));
}

TEST_CASE("a restart keeps the backlog", "[matching][backlog]") {
    World world;
    for (const auto& id : names(1, 4)) world.add(id);
    CHECK(poll_all(world, 2) == names(1, 2));
    world.restart();
    CHECK(poll_all(world, 2) == names(3, 4));
    CHECK_FALSE(world.poll()->done());
}

TEST_CASE("a backlog larger than memory may hold is loaded page by page", "[matching][backlog]") {
    matching::Options options;
    options.backlog_page = 10;
    options.backlog_loaded_max = 20;
    World world(options);
    for (const auto& id : names(1, 100)) world.add(id);
    SECTION("in the process that wrote it") { CHECK(poll_all(world, 100) == names(1, 100)); }
    SECTION("after a restart") {
        world.restart();
        CHECK(poll_all(world, 100) == names(1, 100));
    }
    world.advance(10s);
    CHECK(stored_rows(world) == 0);
}

TEST_CASE("tasks of an unavailable shard do not keep others from being loaded",
          "[matching][backlog]") {
    matching::Options options;
    options.backlog_page = 10;
    World world(options);
    world.history.answer = [](const std::string& id) {
        return id.starts_with("stuck") ? unavailable("shard is moving") : ok_status();
    };
    for (int task = 0; task < 30; ++task) world.add("stuck-" + std::to_string(task));
    world.add("free");
    world.restart();
    const auto poll = world.poll();
    world.advance(1s);
    CHECK(poll->workflow_id() == "free");
    SECTION("and their rows stay") { CHECK(stored_rows(world) == 31); }
}

TEST_CASE("expired tasks are dropped", "[matching][backlog]") {
    World world;
    world.add("expires", {.expires_after = 10s});
    world.add("stays");
    SECTION("from memory") { world.advance(10s); }
    SECTION("from the store") {
        world.stop();
        world.advance(10s);
        world.start();
    }
    CHECK(world.poll()->workflow_id() == "stays");
    CHECK(world.history.calls.size() == 1);
    world.advance(10s);
    CHECK(stored_rows(world) == 0);
}

TEST_CASE("a damaged row is dropped and does not stop those behind it", "[matching][backlog]") {
    World world;
    const auto lease =
        world.run(world.memory.acquire({kStoredQueue, "a writer with a defect", {}}));
    store::BacklogWrite damaged;
    damaged.queue = kStoredQueue;
    damaged.range_id = (*lease->result)->range_id;
    damaged.added.push_back(store::BacklogTask{TaskId{7}, kNever, "\xff not a task"});
    auto written = [](World& home, store::BacklogWrite write) -> Async<Result<bool>> {
        CO_TRY(co_await home.memory.commit(std::move(write)));
        co_return true;
    };
    CHECK(world.run(written(world, damaged))->code() == Code::Ok);
    world.add("w1");
    CHECK(world.poll()->workflow_id() == "w1");
    CHECK(world.history.calls.size() == 1);
    world.advance(10s);
    CHECK(stored_rows(world) == 0);
}

TEST_CASE("a partition that lost its lease lets go, and nothing of it is written",
          "[matching][lease]") {
    World world;
    world.add("w1");
    take_lease_elsewhere(world);
    const auto refused = world.add("w2");
    CHECK(refused->code() == Code::Unavailable);
    CHECK(stored_rows(world) == 1);

    SECTION("the next call takes the lease again and finds the backlog") {
        CHECK(world.add("w3")->code() == Code::Ok);
        CHECK(poll_all(world, 2) == std::vector<std::string>{"w1", "w3"});
    }
    SECTION("open polls end empty, so that workers find the new owner") {
        CHECK(world.poll()->workflow_id() == "w1");
        const auto poll = world.poll();
        take_lease_elsewhere(world);
        world.advance(5s);  // the rows of w1 are due for deletion
        CHECK(poll->is_empty());
    }
}

TEST_CASE("a partition whose polls only wait notices that another process has had it",
          "[matching][lease]") {
    matching::Options options;
    options.confirm_interval = 10s;
    World world(options);
    const auto poll = world.poll();
    take_lease_elsewhere(world);
    world.advance(9s);
    CHECK_FALSE(poll->done());
    world.advance(1s);
    CHECK(poll->is_empty());  // the worker asks anew, and finds whoever has the tasks
    CHECK(world.store.acquires == 1);
    world.add("w1");
    CHECK(world.store.acquires == 2);
    CHECK(world.poll()->workflow_id() == "w1");
}

TEST_CASE("a commit with unknown outcome is answered Unavailable and loses nothing",
          "[matching][lease]") {
    World world;
    world.add("w1");
    world.store.next_commit_fails = unavailable("connection lost");
    world.store.failed_commit_happens = GENERATE(true, false);
    const auto unknown = world.add("w2");
    CHECK(unknown->code() == Code::Unavailable);
    world.advance(1s);
    CHECK(world.add("w3")->code() == Code::Ok);

    const auto expected = world.store.failed_commit_happens
                              ? std::vector<std::string>{"w1", "w2", "w3", ""}
                              : std::vector<std::string>{"w1", "w3", "", ""};
    CHECK(poll_all(world, 4) == expected);
}

TEST_CASE("a store that is down is tried again and the callers are told", "[matching][lease]") {
    World world;
    world.store.acquire_fails = unavailable("no connection");
    const auto added = world.add("w1");
    world.advance(100ms);
    REQUIRE(added->done());
    CHECK(added->code() == Code::Unavailable);
    CHECK(added->result->status().message() == "no connection");
    const std::size_t tries = world.store.acquires;
    world.advance(60s);
    CHECK(world.store.acquires > tries);
    CHECK(world.store.acquires < tries + 50);
    world.store.acquire_fails.reset();
    world.advance(2s);
    CHECK(world.add("w1")->code() == Code::Ok);
    CHECK(world.poll()->workflow_id() == "w1");
}

TEST_CASE("a partition that nobody uses is unloaded and comes back with its backlog",
          "[matching][unload]") {
    World world;
    world.add("w1");
    world.advance(11min);
    CHECK(world.clock.next_deadline() == kNever);  // nothing of it is left
    CHECK(world.poll()->workflow_id() == "w1");
    SECTION("also after an open poll") {
        const auto poll = world.poll();
        world.advance(11min);
        CHECK(poll->is_empty());
        CHECK(world.clock.next_deadline() == kNever);
        CHECK(stored_rows(world) == 0);
    }
}

TEST_CASE("more partitions than the process may hold are refused", "[matching][limits]") {
    matching::Options options;
    options.partitions_max = 3;  // one per lane
    World world(options);
    std::size_t refused = 0;
    for (int queue = 0; queue < 20; ++queue) {
        const auto poll = world.poll({.queue = "queue-" + std::to_string(queue)});
        if (poll->done() && poll->code() == Code::ResourceExhausted) ++refused;
    }
    CHECK(refused == 17);
}

TEST_CASE("stop ends polls empty and refuses what is not written", "[matching][stop]") {
    World world;
    const auto poll = world.poll();
    const auto query = world.query("others");
    world.store.holds_commits = true;
    const auto writing = world.add("w1", {.queue = "busy"});
    const auto waiting = world.add("w2", {.queue = "busy"});
    world.stop();
    CHECK(poll->is_empty());
    CHECK(query->code() == Code::Unavailable);
    CHECK(writing->code() == Code::Ok);  // its commit was under way
    CHECK(waiting->code() == Code::Unavailable);
    world.start();
    CHECK(world.poll({.queue = "busy"})->workflow_id() == "w1");
    CHECK_FALSE(world.poll({.queue = "busy"})->done());
}

}  // namespace server::tests
