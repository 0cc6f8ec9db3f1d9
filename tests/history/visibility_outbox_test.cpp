// Visibility in a database of its own: records go through the outbox.

#include "server/history/queues/update_visibility.h"
#include "tests/history/world.h"

namespace server::tests {

namespace {

history::Options visibility_apart() {
    history::Options options;
    options.shard_count = 1;
    return options;
}

std::vector<store::VisibilityRecord> records(World& world) {
    return world
        .must(world.store.visibility().list(world.namespace_id, visibility::Query{}, 100, ""))
        .records;
}

Status away(std::string_view call) {
    return call == "visibility.write" ? unavailable("visibility is away") : ok_status();
}

// As calls of a world, which end with a result.
Async<Result<bool>> write_record(World& world, store::VisibilityRecord record) {
    std::vector<store::VisibilityRecord> records;
    records.push_back(std::move(record));
    CO_TRY(co_await world.store.visibility().write(std::move(records)));
    co_return true;
}

Async<Result<bool>> execute(World& world, state::v1::Task task) {
    history::Shard& shard = world.shard_of(task.workflow_id());
    CO_TRY(co_await history::update_visibility(shard, std::move(task)));
    co_return true;
}

}  // namespace

TEST_CASE("the record of a run is written behind its transitions, as the run is then",
          "[history][visibility]") {
    World world(visibility_apart(), VisibilityAt::its_own_database);
    world.start("w");
    REQUIRE(records(world).size() == 1);
    CHECK(records(world)[0].workflow_id == "w");
    CHECK_FALSE(records(world)[0].close_time);
    const TaskId first = records(world)[0].version;

    world.complete(world.poll("w"), {complete_workflow()});
    REQUIRE(records(world).size() == 1);
    CHECK(records(world)[0].close_time);
    CHECK(records(world)[0].version > first);
    world.advance(1min);
    CHECK(world.outbox("w").empty());
}

TEST_CASE("a run and its successor get a record each", "[history][visibility]") {
    World world(visibility_apart(), VisibilityAt::its_own_database);
    world.start("w");
    world.complete(world.poll("w"), {continue_as_new()});
    const auto listed = records(world);
    REQUIRE(listed.size() == 2);
    CHECK_FALSE(listed[0].close_time);
    CHECK(listed[1].close_time);
}

TEST_CASE("while visibility is away nothing else waits, and its records come later",
          "[history][visibility]") {
    history::Options options = visibility_apart();
    options.outbox_queue_max = 4;
    options.outbox_concurrency_max = 2;
    options.outbox_page_rows = 3;
    World world(options, VisibilityAt::its_own_database);
    world.store.faults().write = away;
    constexpr int kWorkflows = 30;
    for (int number = 0; number < kWorkflows; ++number) {
        const std::string workflow_id = "w" + std::to_string(number);
        world.start(workflow_id);
        CHECK(world.matching.count(workflow_id) == 1);
    }
    world.complete(world.poll("w0"), {complete_workflow()});
    CHECK(records(world).empty());

    SECTION("when it is back") {
        world.store.faults().write = nullptr;
        world.advance(1min);
    }
    SECTION("when it is back and the server has restarted") {
        world.stop();
        world.store.faults().write = nullptr;
        world.restart();
        world.advance(1min);
    }
    const auto listed = records(world);
    REQUIRE(listed.size() == kWorkflows);
    CHECK(listed.back().workflow_id == "w0");
    CHECK(listed.back().close_time);
    CHECK(world.outbox("w0").empty());
}

TEST_CASE("the record of a run that is gone is removed", "[history][visibility]") {
    World world(visibility_apart(), VisibilityAt::its_own_database);
    store::VisibilityRecord record;
    record.namespace_id = world.namespace_id;
    record.workflow_id = record.run_id = "gone";
    REQUIRE(world.must(write_record(world, std::move(record))));
    REQUIRE(records(world).size() == 1);
    state::v1::Task task;
    task.set_namespace_id(world.namespace_id);
    task.set_workflow_id("gone");
    task.set_run_id("gone");
    task.mutable_update_visibility()->set_version(1);
    CHECK(world.must(execute(world, std::move(task))));
    CHECK(records(world).empty());
}

}  // namespace server::tests
