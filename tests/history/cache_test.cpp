#include "server/base/fingerprint32.h"
#include "server/history/cache/current_runs.h"
#include "server/history/cache/recent_history.h"
#include "tests/history/world.h"

namespace server::tests {

namespace {

history::CachedRun* cached(World& world, const std::string& workflow_id) {
    return world.shard_of(workflow_id).cache().find(world.run_key(workflow_id));
}

}  // namespace

TEST_CASE("a run that was evicted is read back as it was", "[history][cache]") {
    World world;
    world.start("w");
    world.complete(world.poll("w"),
                   {start_timer("t", 1h), schedule_activity("a"), schedule_activity("b")}, true);
    world.poll_activity("w");
    world.signal("w", "s", "signal-1");
    world.poll("w", kStickyQueue);
    world.signal("w", "buffered", "signal-2");
    REQUIRE(cached(world, "w") != nullptr);
    const auto info = cached(world, "w")->state->encode_info();
    const auto items = cached(world, "w")->state->encode_all();
    const auto version = cached(world, "w")->version;

    world.restart();
    CHECK(world.history_of("w").events_size() > 0);  // loads it
    REQUIRE(cached(world, "w") != nullptr);
    CHECK(cached(world, "w")->state->encode_info() == info);
    CHECK(cached(world, "w")->state->encode_all() == items);
    CHECK(cached(world, "w")->version == version);
}

TEST_CASE("the cache keeps its bound and loses nothing", "[history][cache]") {
    history::Options options;
    options.shard_count = 1;
    options.cached_run_bytes_max = 64 * 1024;
    World world(options);
    constexpr int kWorkflows = 200;
    for (int number = 0; number < kWorkflows; ++number) world.start("w" + std::to_string(number));
    CHECK(world.shard_of("w0").cache().size_bytes() <= options.cached_run_bytes_max);
    CHECK(world.shard_of("w0").cache().size() < kWorkflows);
    for (int number = 0; number < kWorkflows; ++number) {
        const std::string id = "w" + std::to_string(number);
        CHECK(world.complete(world.poll(id), {complete_workflow()})->code() == Code::Ok);
    }
}

TEST_CASE("the runs of all shards together keep one bound", "[history][cache]") {
    history::CacheBudget budget(64 * 1024, 4);
    const auto fill = [&](history::RunCache& cache, int runs) {
        for (int number = 0; number < runs; ++number) {
            cache.get({"n", "w" + std::to_string(number), "r"});
            CHECK(budget.taken() <= 2 * 64 * 1024);
        }
    };
    auto first = std::make_unique<history::RunCache>(budget);
    history::RunCache second(budget);
    fill(*first, 1'000);
    const std::size_t alone = first->size_bytes();
    CHECK(alone > 48 * 1024);  // a busy one may use nearly all
    CHECK(alone <= 64 * 1024);

    SECTION("another one gets its share") {
        fill(second, 1'000);
        CHECK(second.size_bytes() > 12 * 1024);
        CHECK(second.size_bytes() <= 16 * 1024);
        SECTION("and the first one gives way when it goes on") {
            fill(*first, 1'000);
            CHECK(budget.taken() <= 64 * 1024);
        }
    }
    SECTION("what has gone is not counted") {
        first->clear();
        CHECK(budget.taken() == 0);
        fill(*first, 10);
        first.reset();
        CHECK(budget.taken() == 0);
    }
}

TEST_CASE("the current runs of all shards together keep one bound", "[history][cache]") {
    history::CacheBudget budget(100, 10);
    history::CurrentRuns first(budget);
    history::CurrentRuns second(budget);
    const auto fill = [](history::CurrentRuns& runs) {
        for (int number = 0; number < 500; ++number) {
            runs.set({"n", std::to_string(number)}, {"r", false});
        }
    };
    fill(first);
    CHECK(budget.taken() == 100);
    fill(second);
    CHECK(budget.taken() == 110);
    CHECK(second.find({"n", "499"}).has_value());
    CHECK(!second.find({"n", "489"}).has_value());
    CHECK(first.find({"n", "499"}).has_value());
}

TEST_CASE("a run with a waiting reader stays in memory", "[history][cache]") {
    history::Options options;
    options.shard_count = 1;
    options.cached_run_bytes_max = 1;
    World world(options);
    world.start("w");
    auto request = world.history_request("w");
    request.mutable_request()->set_wait_new_event(true);
    request.mutable_request()->set_history_event_filter_type(
        ::temporal::api::enums::v1::HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT);
    const auto waiting = world.get_history(request);
    for (int number = 0; number < 20; ++number) world.start("other" + std::to_string(number));
    CHECK(!waiting->done());
    world.terminate("w");
    CHECK(waiting->done());
}

TEST_CASE("a damaged run is set apart and does not stop its neighbours", "[history][cache]") {
    World world;
    world.start("w");
    world.start("neighbour");
    const store::StoredRun stored = world.stored_run("w");
    world.stop();
    auto damage = [](World& here, store::StoredRun run, ShardId shard) -> Async<Result<bool>> {
        CO_TRY_ASSIGN(const RangeId range_id,
                      co_await here.store.runs().acquire_shard(shard, "vandal"));
        store::RunWrite write;
        write.run = run.run;
        write.expected_version = run.version;
        write.info = "\xff\xff not a run";
        store::TransitionWrite transition;
        transition.shard_id = shard;
        transition.range_id = range_id;
        transition.runs.push_back(std::move(write));
        const auto outcome = co_await here.store.runs().commit(std::move(transition));
        co_return outcome.kind == store::CommitKind::committed;
    };
    const ShardId shard = server::shard_of(world.namespace_id, "w", world.options.shard_count);
    REQUIRE(world.must(damage(world, stored, shard)));
    world.restart();
    CHECK(world.signal("w", "s")->code() == Code::Unavailable);
    CHECK(world.signal("neighbour", "s")->code() == Code::Ok);
}

TEST_CASE("recent history gives whole batches from the border asked for", "[history][cache]") {
    history::RecentHistory recent;
    for (EventId first : {1, 3, 4}) recent.append({first, std::string(10, 'x')}, 1000);
    REQUIRE(recent.find(1, 5, 100).has_value());
    CHECK(recent.find(1, 5, 100)->size() == 3);
    CHECK(recent.find(1, 4, 100)->size() == 2);
    CHECK(recent.find(3, 5, 1)->size() == 1);
    CHECK(!recent.find(2, 5, 100).has_value());
    recent.append({7, std::string(10, 'x')}, 25);
    CHECK(!recent.find(1, 8, 100).has_value());
    CHECK(recent.find(4, 8, 100)->size() == 2);
}

TEST_CASE("a read of a current run that a write overtook is not believed", "[history][cache]") {
    history::CacheBudget budget(2, 1);
    history::CurrentRuns runs(budget);
    const history::WorkflowKey workflow{"n", "w"};
    const store::CurrentRun old_run{"run-1", false};
    runs.begin_read(workflow);
    runs.set(workflow, {"run-2", false});
    CHECK(!runs.end_read(workflow, old_run));
    CHECK(runs.find(workflow)->run_id == "run-2");
    runs.set({"n", "a"}, {"run-a", false});
    runs.set({"n", "b"}, {"run-b", false});
    CHECK(!runs.find(workflow).has_value());  // the bound
    runs.begin_read(workflow);
    CHECK(runs.end_read(workflow, store::CurrentRun{"run-2", false}));
    CHECK(runs.find(workflow)->run_id == "run-2");
}

}  // namespace server::tests
