#include "server/store/runs.h"
#include "tests/contract/store_under_test.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/store_samples.h"

namespace server::tests {

using namespace store;

namespace {

using Ids = std::vector<std::int64_t>;

// A transition that brings outbox tasks only.
TransitionWrite outbox_write(RangeId range_id, const Ids& ids, std::int64_t done_through = 0) {
    TransitionWrite write;
    write.shard_id = kShard;
    write.range_id = range_id;
    for (const std::int64_t id : ids) {
        write.outbox.push_back({TaskId{id}, TaskCategory::transfer, "task " + std::to_string(id)});
    }
    write.outbox_done_through = TaskId{done_through};
    return write;
}

void must_commit(Store& store, TransitionWrite write) {
    REQUIRE(await(store.runs().commit(std::move(write))).kind == CommitKind::committed);
}

Ids read_ids(Store& store, std::int64_t after, std::int32_t count_max = 100) {
    Ids ids;
    for (const auto& task : must(store.runs().read_outbox(kShard, TaskId{after}, count_max))) {
        CHECK(task.task == "task " + std::to_string(task.id.value));
        ids.push_back(task.id.value);
    }
    return ids;
}

// Tasks 1-3, 5 and 8-9, in three commits.
RangeId write_three(Store& store) {
    const RangeId range = must(store.runs().acquire_shard(kShard, "owner"));
    must_commit(store, outbox_write(range, {1, 2, 3}));
    must_commit(store, outbox_write(range, {5}));
    must_commit(store, outbox_write(range, {8, 9}));
    return range;
}

}  // namespace

TEST_CASE("outbox tasks are read in the order of their ids, after any id", "[contract][outbox]") {
    StoreUnderTest store;
    INFO(store.kind());
    write_three(*store);
    CHECK(read_ids(*store, 0) == Ids{1, 2, 3, 5, 8, 9});
    CHECK(read_ids(*store, 2) == Ids{3, 5, 8, 9});
    CHECK(read_ids(*store, 3) == Ids{5, 8, 9});
    CHECK(read_ids(*store, 4) == Ids{5, 8, 9});
    CHECK(read_ids(*store, 9).empty());
    CHECK(must(store->runs().read_outbox(ShardId{2}, TaskId{0}, 100)).empty());
}

TEST_CASE("pages of the outbox join without a gap", "[contract][outbox]") {
    StoreUnderTest store;
    INFO(store.kind());
    write_three(*store);
    Ids all;
    for (Ids page = read_ids(*store, 0, 1); !page.empty(); page = read_ids(*store, all.back(), 1)) {
        all.insert(all.end(), page.begin(), page.end());
    }
    CHECK(all == Ids{1, 2, 3, 5, 8, 9});
}

TEST_CASE("done outbox tasks are removed with a later write", "[contract][outbox]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = write_three(*store);
    SECTION("through the end of a commit") {
        must_commit(*store, outbox_write(range, {12}, 5));
        CHECK(read_ids(*store, 0) == Ids{8, 9, 12});
    }
    SECTION("all of them") {
        must_commit(*store, outbox_write(range, {}, 9));
        CHECK(read_ids(*store, 0).empty());
    }
    SECTION("what is not done stays, even of a commit that is half done") {
        must_commit(*store, outbox_write(range, {}, 2));
        CHECK(read_ids(*store, 2) == Ids{3, 5, 8, 9});
    }
    SECTION("but not by a write that fails") {
        TransitionWrite write = outbox_write(range, {12}, 9);
        write.runs = sample_step(range).runs;
        CHECK(await(store->runs().commit(std::move(write))).kind == CommitKind::conflict);
        CHECK(read_ids(*store, 0) == Ids{1, 2, 3, 5, 8, 9});
    }
    SECTION("and not those of another shard") {
        const RangeId other = must(store->runs().acquire_shard(ShardId{2}, "owner"));
        TransitionWrite write = outbox_write(other, {}, 9);
        write.shard_id = ShardId{2};
        must_commit(*store, std::move(write));
        CHECK(read_ids(*store, 0) == Ids{1, 2, 3, 5, 8, 9});
    }
}

TEST_CASE("outbox tasks of writes that share a commit are all there, in order",
          "[contract][outbox]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    std::vector<Async<CommitOutcome>> writes;
    Ids expected;
    for (std::int64_t id = 1; id <= 60; ++id) {
        writes.push_back(store->runs().commit(outbox_write(range, {id})));
        expected.push_back(id);
    }
    for (const auto& outcome : await_all(std::move(writes))) {
        CHECK(outcome.kind == CommitKind::committed);
    }
    CHECK(read_ids(*store, 0) == expected);
    CHECK(read_ids(*store, 31) == Ids(expected.begin() + 31, expected.end()));
}

}  // namespace server::tests
