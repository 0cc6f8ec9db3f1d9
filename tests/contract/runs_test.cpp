#include "server/store/runs.h"

#include "tests/contract/store_under_test.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/store_samples.h"

namespace server::tests {

using namespace store;

namespace {

CommitKind commit(Store& store, TransitionWrite write) {
    return await(store.runs().commit(std::move(write))).kind;
}

StoredRun stored(Store& store, const RunKey& run = sample_run()) {
    return must(store.runs().find_run(kShard, run)).value();
}

}  // namespace

TEST_CASE("taking a shard over increments its range id", "[contract][runs]") {
    StoreUnderTest store;
    INFO(store.kind());
    CHECK(must(store->runs().acquire_shard(kShard, "a")) == RangeId{1});
    CHECK(must(store->runs().acquire_shard(kShard, "b")) == RangeId{2});
    CHECK(must(store->runs().acquire_shard(ShardId{2}, "a")) == RangeId{1});
}

TEST_CASE("a stale owner's batch leaves every table unchanged", "[contract][runs][fence]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId old_range = must(store->runs().acquire_shard(kShard, "old owner"));
    REQUIRE(commit(*store, sample_start(old_range)) == CommitKind::committed);
    const RangeId range = must(store->runs().acquire_shard(kShard, "new owner"));
    const std::string before = picture(*store);

    const CommitOutcome outcome = await(store->runs().commit(sample_step(old_range)));
    CHECK(outcome.kind == CommitKind::shard_lost);
    CHECK(outcome.message == "shard 1 has range id 2, the write has 1");
    CHECK(picture(*store) == before);

    SECTION("and the new owner goes on") {
        CHECK(commit(*store, sample_step(range)) == CommitKind::committed);
    }
    SECTION("also when both write at the same time") {
        std::vector<Async<CommitOutcome>> writes;
        writes.push_back(store->runs().commit(sample_step(range)));
        writes.push_back(store->runs().commit(sample_step(old_range)));
        const auto outcomes = await_all(std::move(writes));
        CHECK(outcomes[0].kind == CommitKind::committed);
        CHECK(outcomes[1].kind == CommitKind::shard_lost);
    }
}

TEST_CASE("a write of nothing tells whether the shard has another owner",
          "[contract][runs][fence]") {
    StoreUnderTest store;
    INFO(store.kind());
    TransitionWrite nothing;
    nothing.shard_id = kShard;
    nothing.range_id = must(store->runs().acquire_shard(kShard, "old owner"));
    REQUIRE(commit(*store, sample_start(nothing.range_id)) == CommitKind::committed);
    const std::string before = picture(*store);
    CHECK(commit(*store, nothing) == CommitKind::committed);
    must(store->runs().acquire_shard(kShard, "new owner"));
    CHECK(commit(*store, nothing) == CommitKind::shard_lost);
    CHECK(picture(*store) == before);
}

TEST_CASE("a shard that nobody owns accepts no write", "[contract][runs][fence]") {
    StoreUnderTest store;
    INFO(store.kind());
    CHECK(commit(*store, sample_start(RangeId{0})) == CommitKind::shard_lost);
    CHECK(commit(*store, sample_start(RangeId{1})) == CommitKind::shard_lost);
    CHECK_FALSE(must(store->runs().find_run(kShard, sample_run())));
}

TEST_CASE("a range id read before a take-over in the same batch fences nothing later",
          "[contract][runs][fence]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = must(store->runs().acquire_shard(kShard, "old owner"));
    std::vector<Async<CommitOutcome>> writes;
    std::optional<RangeId> taken;
    const auto take_over = [](Store& store, std::optional<RangeId>& taken) -> Async<CommitOutcome> {
        const Result<RangeId> range = co_await store.runs().acquire_shard(kShard, "new owner");
        taken = range.value();
        co_return CommitOutcome{};
    };
    writes.push_back(store->runs().commit(sample_start(range)));
    writes.push_back(take_over(*store, taken));
    writes.push_back(store->runs().commit(sample_step(range)));
    const auto outcomes = await_all(std::move(writes));
    CHECK(outcomes[0].kind == CommitKind::committed);
    CHECK(taken == RangeId{2});
    CHECK(outcomes[2].kind == CommitKind::shard_lost);
    CHECK(stored(*store).version == 1);
}

TEST_CASE("a transition writes its run, items, current run, history, outbox and visibility",
          "[contract][runs]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    REQUIRE(commit(*store, sample_start(range)) == CommitKind::committed);
    CHECK(picture(*store) ==
          "run " + kRunId + " v1 started\n" + "  item 1/5=" + std::string("\0bytes\xff", 7) +
              "\n  item 2/t1=timer one\n" + "current " + kRunId + " 0\n" +
              "history 1/10 events 1-3\n" + "outbox 10 1 task 10\n" + "due " + kRunId +
              " 1700000000123456789\n" + "visibility " + kRunId + " v10 status 1 memo at 10\n");

    REQUIRE(commit(*store, sample_step(range)) == CommitKind::committed);
    CHECK(picture(*store) ==
          "run " + kRunId + " v2 stepped\n" + "  item 1/5=attempt 2\n" + "current " + kRunId +
              " 0\n" + "history 1/10 events 1-3\n" + "history 4/20 events 4-6\n" +
              "outbox 20 1 task 20\n" + "outbox 21 4 task 21\n" + "due " + kRunId +
              " 1700000060123456789\n" + "visibility " + kRunId + " v20 status 1 memo at 20\n");
}

TEST_CASE("a run is replaced only at the record version the writer has seen",
          "[contract][runs][conflict]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    REQUIRE(commit(*store, sample_start(range)) == CommitKind::committed);
    const std::string before = picture(*store);

    SECTION("creating it again conflicts") {
        TransitionWrite again = sample_start(range);
        again.current.reset();
        CHECK(commit(*store, std::move(again)) == CommitKind::conflict);
    }
    SECTION("an older and a newer version conflict, and the message names both") {
        for (const std::int64_t version : {2, 7}) {
            TransitionWrite step = sample_step(range);
            step.runs[0].expected_version = version;
            const CommitOutcome outcome = await(store->runs().commit(std::move(step)));
            CHECK(outcome.kind == CommitKind::conflict);
            CHECK(outcome.message == "run " + kRunId + " has record version 1, the write expects " +
                                         std::to_string(version));
        }
    }
    SECTION("a run that does not exist cannot be replaced") {
        TransitionWrite step = sample_step(range);
        step.runs[0].run.run_id = kSecondRunId;
        CHECK(commit(*store, std::move(step)) == CommitKind::conflict);
    }
    SECTION("a run id belongs to one workflow") {
        TransitionWrite step = sample_step(range);
        step.runs[0].run.workflow_id = "another";
        CHECK(commit(*store, std::move(step)) == CommitKind::conflict);
    }
    CHECK(picture(*store) == before);
}

TEST_CASE("of two writes on the same version the first wins, and others are not harmed",
          "[contract][runs][conflict]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    REQUIRE(commit(*store, sample_start(range)) == CommitKind::committed);
    const RunKey other{kNamespaceId, "order-18", kSecondRunId};
    TransitionWrite other_start = sample_start(range, other);
    other_start.outbox[0].id = TaskId{22};
    TransitionWrite loser = sample_step(range);
    loser.outbox.clear();

    std::vector<Async<CommitOutcome>> writes;
    writes.push_back(store->runs().commit(sample_step(range)));
    writes.push_back(store->runs().commit(std::move(loser)));
    writes.push_back(store->runs().commit(std::move(other_start)));
    const auto outcomes = await_all(std::move(writes));
    CHECK(outcomes[0].kind == CommitKind::committed);
    CHECK(outcomes[1].kind == CommitKind::conflict);
    CHECK(outcomes[2].kind == CommitKind::committed);
    CHECK(stored(*store).version == 2);
    CHECK(stored(*store, other).version == 1);
}

TEST_CASE("the current run changes only from the run the writer names",
          "[contract][runs][conflict]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    REQUIRE(commit(*store, sample_start(range)) == CommitKind::committed);
    const RunKey second{kNamespaceId, kWorkflowId, kSecondRunId};
    TransitionWrite start = sample_start(range, second);
    start.outbox.clear();

    SECTION("a workflow id that has a run is not new") {
        const CommitOutcome outcome = await(store->runs().commit(std::move(start)));
        CHECK(outcome.kind == CommitKind::conflict);
        CHECK(outcome.message ==
              "the current run of workflow order-17 is " + kRunId + ", the write expects none");
        CHECK_FALSE(must(store->runs().find_run(kShard, second)));
    }
    SECTION("another run than expected conflicts") {
        start.current->expected_run_id = kSecondRunId;
        CHECK(commit(*store, std::move(start)) == CommitKind::conflict);
    }
    SECTION("the expected run makes way, and the pointer follows") {
        start.current->expected_run_id = kRunId;
        CHECK(commit(*store, std::move(start)) == CommitKind::committed);
        const auto current =
            must(store->runs().find_current_run(kShard, kNamespaceId, kWorkflowId));
        REQUIRE(current);
        CHECK(current->run_id == kSecondRunId);
        CHECK_FALSE(current->closed);
    }
    SECTION("closing keeps the run and marks it") {
        TransitionWrite close = sample_step(range);
        close.current = CurrentRunWrite{kNamespaceId, kWorkflowId, kRunId, true, kRunId};
        CHECK(commit(*store, std::move(close)) == CommitKind::committed);
        CHECK(must(store->runs().find_current_run(kShard, kNamespaceId, kWorkflowId))->closed);
    }
}

TEST_CASE("a run closes and its successor starts in one transition", "[contract][runs]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    REQUIRE(commit(*store, sample_start(range)) == CommitKind::committed);
    const RunKey second{kNamespaceId, kWorkflowId, kSecondRunId};
    TransitionWrite write = sample_step(range);
    write.runs.push_back(sample_start(range, second).runs[0]);
    write.current = CurrentRunWrite{kNamespaceId, kWorkflowId, kSecondRunId, false, kRunId};

    SECTION("both are written") {
        CHECK(commit(*store, std::move(write)) == CommitKind::committed);
        CHECK(stored(*store).version == 2);
        CHECK(stored(*store, second).version == 1);
    }
    SECTION("neither is, when the successor conflicts") {
        write.runs[1].expected_version = 3;
        const std::string before = picture(*store);
        CHECK(commit(*store, std::move(write)) == CommitKind::conflict);
        CHECK(picture(*store) == before);
    }
}

TEST_CASE("a transition changes only the items it names", "[contract][runs]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    TransitionWrite start = sample_start(range);
    start.runs[0].items = {{{ItemKind::activity, "5"}, "five"},
                           {{ItemKind::activity, "10"}, "ten"},
                           {{ItemKind::timer, "5"}, "a timer of the same key"},
                           {{ItemKind::request_id, ""}, ""}};
    REQUIRE(commit(*store, std::move(start)) == CommitKind::committed);
    TransitionWrite step = sample_step(range);
    step.runs[0].items = {{{ItemKind::activity, "5"}, "five again"},
                          {{ItemKind::activity, "10"}, std::nullopt},
                          {{ItemKind::activity, "11"}, std::nullopt},
                          {{ItemKind::update, "u"}, "new"}};
    REQUIRE(commit(*store, std::move(step)) == CommitKind::committed);
    const std::map<ItemKey, std::string> expected{
        {{ItemKind::activity, "5"}, "five again"},
        {{ItemKind::timer, "5"}, "a timer of the same key"},
        {{ItemKind::request_id, ""}, ""},
        {{ItemKind::update, "u"}, "new"}};
    CHECK(stored(*store).items == expected);
}

TEST_CASE("ids that are no UUIDs are kept as they are", "[contract][runs]") {
    StoreUnderTest store;
    INFO(store.kind());
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    const std::string run_id =
        GENERATE(as<std::string>{}, "run-1", "A1B2C3D4-0000-4000-8000-000000000001",
                 "a1b2c3d4-0000-4000-8000-00000000000g", "0123456789abcdef", "");
    const RunKey run{"a namespace id", "workflow/\xc3\xa4", run_id};
    REQUIRE(commit(*store, sample_start(range, run)) == CommitKind::committed);
    CHECK(stored(*store, run).run == run);
    CHECK(must(store->runs().find_current_run(kShard, run.namespace_id, run.workflow_id))->run_id ==
          run_id);
    CHECK(must(store->runs().read_due_runs(kShard, kNever, std::nullopt, 10))[0].run == run);
}

TEST_CASE("what is not there is absent, not an error", "[contract][runs]") {
    StoreUnderTest store;
    INFO(store.kind());
    CHECK_FALSE(must(store->runs().find_run(kShard, sample_run())));
    CHECK_FALSE(must(store->runs().find_current_run(kShard, kNamespaceId, kWorkflowId)));
    CHECK(must(store->runs().read_outbox(kShard, TaskId{0}, 10)).empty());
    CHECK(must(store->runs().read_due_runs(kShard, kNever, std::nullopt, 10)).empty());
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    REQUIRE(commit(*store, sample_start(range)) == CommitKind::committed);
    CHECK_FALSE(must(store->runs().find_run(ShardId{2}, sample_run())));
    const RunKey elsewhere{"another namespace", kWorkflowId, kRunId};
    CHECK_FALSE(must(store->runs().find_run(kShard, elsewhere)));
}

}  // namespace server::tests
