#include "server/store/runs.h"
#include "tests/contract/store_under_test.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/store_samples.h"

namespace server::tests {

using namespace store;

namespace {

CommitOutcome commit_now(Store& store, TransitionWrite write) {
    return await(store.runs().commit(std::move(write)));
}

TransitionWrite sample_delete(RangeId range_id, std::int64_t version,
                              const RunKey& run = sample_run()) {
    TransitionWrite write;
    write.shard_id = kShard;
    write.range_id = range_id;
    write.deleted_runs = {{run, version, branch_of(run)}};
    return write;
}

// The sample run with something in every table, search attributes included.
RangeId start_sample(Store& store) {
    const RangeId range = must(store.runs().acquire_shard(kShard, "owner"));
    TransitionWrite start = sample_start(range);
    start.visibility[0].attributes = {{"BuildIds", std::vector<std::string>{"a", "b"}}};
    REQUIRE(commit_now(store, std::move(start)).kind == CommitKind::committed);
    REQUIRE(commit_now(store, sample_step(range)).kind == CommitKind::committed);
    return range;
}

}  // namespace

TEST_CASE("deleting a run leaves no row of it, and tasks find it gone",
          "[contract][runs][delete]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = start_sample(*store);
    TransitionWrite gone = sample_delete(range, 2);
    gone.outbox_done_through = TaskId{21};
    CHECK(commit_now(*store, std::move(gone)).kind == CommitKind::committed);
    CHECK(picture(*store) == "no run\n");

    SECTION("its workflow id is new again") {
        TransitionWrite again = sample_start(range);
        again.outbox.clear();
        CHECK(commit_now(*store, std::move(again)).kind == CommitKind::committed);
    }
    SECTION("a second deletion conflicts") {
        CHECK(commit_now(*store, sample_delete(range, 2)).kind == CommitKind::conflict);
    }
}

TEST_CASE("deleting a run leaves its neighbours alone", "[contract][runs][delete]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = start_sample(*store);
    const RunKey other{kNamespaceId, "order-18", kSecondRunId};
    TransitionWrite start = sample_start(range, other);
    start.outbox[0].id = TaskId{22};
    REQUIRE(commit_now(*store, std::move(start)).kind == CommitKind::committed);
    const std::string before = picture(*store, other);
    REQUIRE(commit_now(*store, sample_delete(range, 2)).kind == CommitKind::committed);
    CHECK(must(store->runs().find_run(kShard, other)).has_value());
    CHECK(must(store->runs().find_current_run(kShard, kNamespaceId, "order-18")).has_value());
    HistoryQuery history{kShard, branch_of(other)};
    CHECK(must(store->runs().read_history(std::move(history))).size() == 1);
    const auto left = must(store->visibility().list(kNamespaceId, visibility::Query{}, 10, ""));
    REQUIRE(left.records.size() == 1);
    CHECK(left.records[0].run_id == kSecondRunId);
    CHECK(before != picture(*store, other));  // the outbox and due rows of both were shown
}

TEST_CASE("deleting an earlier run keeps the pointer to the current one",
          "[contract][runs][delete]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = start_sample(*store);
    const RunKey second{kNamespaceId, kWorkflowId, kSecondRunId};
    TransitionWrite next = sample_start(range, second);
    next.outbox.clear();
    next.current->expected_run_id = kRunId;
    REQUIRE(commit_now(*store, std::move(next)).kind == CommitKind::committed);
    REQUIRE(commit_now(*store, sample_delete(range, 2)).kind == CommitKind::committed);
    const auto current = must(store->runs().find_current_run(kShard, kNamespaceId, kWorkflowId));
    REQUIRE(current);
    CHECK(current->run_id == kSecondRunId);
    CHECK_FALSE(must(store->runs().find_run(kShard, sample_run())));
}

TEST_CASE("a deletion that may not be changes nothing", "[contract][runs][delete][fence]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = start_sample(*store);
    const std::string before = picture(*store);
    SECTION("a stale owner's") {
        REQUIRE(must(store->runs().acquire_shard(kShard, "new owner")) > range);
        CHECK(commit_now(*store, sample_delete(range, 2)).kind == CommitKind::shard_lost);
    }
    SECTION("one that has not seen the last step") {
        const CommitOutcome outcome = commit_now(*store, sample_delete(range, 1));
        CHECK(outcome.kind == CommitKind::conflict);
        CHECK(outcome.message == "run " + kRunId + " has record version 2, the write expects 1");
    }
    SECTION("one of a run that does not exist") {
        const RunKey unknown{kNamespaceId, kWorkflowId, kSecondRunId};
        CHECK(commit_now(*store, sample_delete(range, 1, unknown)).kind == CommitKind::conflict);
        CHECK(commit_now(*store, sample_delete(range, 0, unknown)).kind == CommitKind::conflict);
    }
    SECTION("one whose run id belongs to another workflow") {
        const RunKey wrong{kNamespaceId, "order-18", kRunId};
        CHECK(commit_now(*store, sample_delete(range, 2, wrong)).kind == CommitKind::conflict);
    }
    CHECK(picture(*store) == before);
}

}  // namespace server::tests
