#include "server/store/runs.h"
#include "tests/contract/store_under_test.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/store_samples.h"

namespace server::tests {

using namespace store;

namespace {

// Batches that begin at events 1, 4, 9, 16 and 25, and one of another branch.
void write_history(Store& store) {
    const RangeId range = must(store.runs().acquire_shard(kShard, "owner"));
    TransitionWrite write = sample_start(range);
    write.runs[0].history.clear();
    for (const EventId first : {1, 4, 9, 16, 25}) {
        write.runs[0].history.push_back({kBranchId, first, TaskId{first * 10}, "batch"});
    }
    write.runs[0].history.push_back({"another branch", 4, TaskId{5}, "not ours"});
    REQUIRE(await(store.runs().commit(std::move(write))).kind == CommitKind::committed);
}

std::vector<EventId> first_events(Store& store, HistoryQuery query) {
    std::vector<EventId> events;
    for (const HistoryBatch& batch : must(store.runs().read_history(std::move(query)))) {
        CHECK(batch.branch_id == kBranchId);
        CHECK(batch.transaction_id.value == batch.first_event_id * 10);
        events.push_back(batch.first_event_id);
    }
    return events;
}

using Events = std::vector<EventId>;

}  // namespace

TEST_CASE("history is read in ranges of the first event of a batch", "[contract][history]") {
    StoreUnderTest store;
    INFO(store.kind());
    write_history(*store);
    HistoryQuery query{kShard, kBranchId};

    SECTION("all of it") { CHECK(first_events(*store, query) == Events{1, 4, 9, 16, 25}); }
    SECTION("the beginning is included, the end is not") {
        query.first_event_id = 4;
        query.end_event_id = 16;
        CHECK(first_events(*store, query) == Events{4, 9});
    }
    SECTION("a batch that begins before the range is left out") {
        query.first_event_id = 5;
        CHECK(first_events(*store, query) == Events{9, 16, 25});
    }
    SECTION("newest first") {
        query.newest_first = true;
        CHECK(first_events(*store, query) == Events{25, 16, 9, 4, 1});
        query.batches_max = 2;
        CHECK(first_events(*store, query) == Events{25, 16});
        query.end_event_id = 16;
        CHECK(first_events(*store, query) == Events{9, 4});
    }
    SECTION("pages join without a gap") {
        query.batches_max = 2;
        Events all;
        for (Events page = first_events(*store, query); !page.empty();
             page = first_events(*store, query)) {
            all.insert(all.end(), page.begin(), page.end());
            query.first_event_id = page.back() + 1;
        }
        CHECK(all == Events{1, 4, 9, 16, 25});
    }
    SECTION("an unknown branch and another shard are empty") {
        query.branch_id = "unknown";
        CHECK(must(store->runs().read_history(query)).empty());
        query = {ShardId{2}, kBranchId};
        CHECK(must(store->runs().read_history(query)).empty());
    }
}

TEST_CASE("a batch of history is never overwritten", "[contract][history]") {
    StoreUnderTest store;
    INFO(store.kind());
    write_history(*store);
    TransitionWrite step = sample_step(RangeId{1});
    step.runs[0].history[0].first_event_id = 9;
    const std::string before = picture(*store);
    CHECK(await(store->runs().commit(std::move(step))).kind == CommitKind::conflict);
    CHECK(picture(*store) == before);
}

TEST_CASE("a large batch of history comes back byte by byte", "[contract][history]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    std::string events(3 << 20, 'x');
    for (std::size_t at = 0; at < events.size(); at += 997) events[at] = static_cast<char>(at);
    TransitionWrite write = sample_start(range);
    write.runs[0].history[0].events = events;
    REQUIRE(await(store->runs().commit(std::move(write))).kind == CommitKind::committed);
    HistoryQuery query{kShard, kBranchId};
    const auto batches = must(store->runs().read_history(std::move(query)));
    REQUIRE(batches.size() == 1);
    CHECK(batches[0].events == events);
}

}  // namespace server::tests
