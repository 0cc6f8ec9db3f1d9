#include "server/store/runs.h"
#include "tests/contract/store_under_test.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/store_samples.h"

namespace server::tests {

using namespace store;

namespace {

RunKey due_run(int number) {
    const std::string digits = std::to_string(number);
    return {kNamespaceId, "workflow-" + digits,
            "a1b2c3d4-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits};
}

void start_run(Store& store, RangeId range, int number, TimePoint next_due) {
    TransitionWrite write = sample_start(range, due_run(number));
    write.runs[0].next_due = next_due;
    write.outbox.clear();
    write.visibility.clear();
    REQUIRE(await(store.runs().commit(std::move(write))).kind == CommitKind::committed);
}

using Workflows = std::vector<std::string>;

Workflows due_before(Store& store, TimePoint before) {
    Workflows workflows;
    for (const DueRun& due : must(store.runs().read_due_runs(kShard, before, std::nullopt, 100))) {
        workflows.push_back(due.run.workflow_id);
    }
    return workflows;
}

}  // namespace

TEST_CASE("due runs come earliest first, and a run that is never due does not come",
          "[contract][due]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    start_run(*store, range, 1, kSampleTime + 2min);
    start_run(*store, range, 2, kNever);
    start_run(*store, range, 3, kSampleTime);
    CHECK(due_before(*store, kNever) == Workflows{"workflow-3", "workflow-1"});
    CHECK(due_before(*store, kSampleTime + 2min) == Workflows{"workflow-3"});
    CHECK(due_before(*store, kSampleTime).empty());
    CHECK(must(store->runs().read_due_runs(ShardId{2}, kNever, std::nullopt, 9)).empty());

    SECTION("the next write of a run moves it") {
        TransitionWrite step = sample_step(range, due_run(3));
        step.runs[0].next_due = kSampleTime + 5min;
        REQUIRE(await(store->runs().commit(std::move(step))).kind == CommitKind::committed);
        CHECK(due_before(*store, kNever) == Workflows{"workflow-1", "workflow-3"});
    }
    SECTION("or takes it out") {
        TransitionWrite step = sample_step(range, due_run(3));
        step.runs[0].next_due = kNever;
        REQUIRE(await(store->runs().commit(std::move(step))).kind == CommitKind::committed);
        CHECK(due_before(*store, kNever) == Workflows{"workflow-1"});
    }
}

TEST_CASE("pages of due runs join without a gap, also among equal times", "[contract][due]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    constexpr int kRuns = 23;
    for (int number = 1; number <= kRuns; ++number) {
        start_run(*store, range, number, kSampleTime + std::chrono::minutes(number / 7));
    }
    std::vector<DueRun> all;
    std::optional<DueRun> after;
    for (;;) {
        const auto page = must(store->runs().read_due_runs(kShard, kNever, after, 4));
        if (page.empty()) break;
        CHECK(page.size() <= 4);
        all.insert(all.end(), page.begin(), page.end());
        after = page.back();
    }
    const auto whole = must(store->runs().read_due_runs(kShard, kNever, std::nullopt, 100));
    REQUIRE(all.size() == kRuns);
    REQUIRE(whole.size() == kRuns);
    for (std::size_t index = 0; index < all.size(); ++index) {
        CHECK(all[index].run == whole[index].run);
        CHECK(all[index].next_due == whole[index].next_due);
    }
}

}  // namespace server::tests
