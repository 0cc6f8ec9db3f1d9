// Many lanes on one file: writes, reads and lists at the same time, each on its own thread.
#include <latch>

#include "server/runtime/lane.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

namespace server::store::sqlite {

using namespace tests;

namespace {

constexpr std::size_t kLanes = 4;
constexpr int kRunsPerLane = 40;

// One shard per lane: starts runs, reads each back, steps it.
Async<void> run_shard(Store& store, ShardId shard_id, std::atomic<int>& good, std::latch& done) {
    const Result<RangeId> range = co_await store.runs().acquire_shard(shard_id, "owner");
    for (int number = 0; number < kRunsPerLane; ++number) {
        const std::string name = std::to_string(shard_id.value) + "-" + std::to_string(number);
        const RunKey run{kNamespaceId, "workflow-" + name, "run-" + name};
        TransitionWrite start = sample_start(range.value(), run);
        start.shard_id = shard_id;
        start.outbox[0].id = TaskId{number + 1};
        const CommitOutcome started = co_await store.runs().commit(std::move(start));
        const auto stored = co_await store.runs().find_run(shard_id, run);
        visibility::Query everything;
        const auto count = co_await store.visibility().count(kNamespaceId, everything);
        const bool all_good = started.kind == CommitKind::committed && stored.ok() &&
                              stored->has_value() && count.ok() && count->total > number;
        if (all_good) ++good;
    }
    done.count_down();
}

}  // namespace

TEST_CASE("lanes read their own writes while others write", "[store][sqlite][threads]") {
    const TempDir directory;
    Options options;
    options.path = GENERATE(as<std::string>{}, ":memory:", "server.db");
    if (options.path != ":memory:") options.path = directory.file(options.path);
    auto store = open(std::move(options)).value();
    std::atomic<int> good = 0;
    std::latch done(kLanes);
    Lanes lanes(kLanes);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const ShardId shard_id{static_cast<std::int32_t>(lane + 1)};
        lanes.for_key(lane).spawn(run_shard(*store, shard_id, good, done));
    }
    done.wait();
    store->stop();
    lanes.stop();
    CHECK(good == static_cast<int>(kLanes) * kRunsPerLane);
    CHECK(store->counters().writes == kLanes * (kRunsPerLane + 1));
    CHECK(store->counters().commits <= store->counters().writes);
}

}  // namespace server::store::sqlite
