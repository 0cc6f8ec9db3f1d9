#include "server/store/memory/faults.h"

#include "server/store/memory/memory_store.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/store_samples.h"

namespace server::store::memory {

using namespace tests;

TEST_CASE("an injected commit fault tells what it says, and writes or does not",
          "[store][memory][faults]") {
    MemoryStore store;
    const RangeId range = must(store.runs().acquire_shard(kShard, "owner"));
    const auto [fault, told, written] = GENERATE(table<CommitFault, CommitKind, bool>({
        {CommitFault::none, CommitKind::committed, true},
        {CommitFault::refused, CommitKind::refused, false},
        {CommitFault::shard_lost, CommitKind::shard_lost, false},
        {CommitFault::unknown_written, CommitKind::unknown, true},
        {CommitFault::unknown_not_written, CommitKind::unknown, false},
    }));
    store.faults().commit = [fault = fault](const TransitionWrite&) { return fault; };
    CHECK(await(store.runs().commit(sample_start(range))).kind == told);
    CHECK(must(store.runs().find_run(kShard, sample_run())).has_value() == written);
}

TEST_CASE("after an ambiguous commit the new owner sees what happened, and the old one is fenced",
          "[store][memory][faults]") {
    MemoryStore store;
    const RangeId range = must(store.runs().acquire_shard(kShard, "owner"));
    const auto fault = GENERATE(CommitFault::unknown_written, CommitFault::unknown_not_written);
    store.faults().commit = [fault](const TransitionWrite&) { return fault; };
    REQUIRE(await(store.runs().commit(sample_start(range))).kind == CommitKind::unknown);
    store.faults().commit = {};

    const RangeId next_range = must(store.runs().acquire_shard(kShard, "owner again"));
    CHECK(await(store.runs().commit(sample_step(range))).kind == CommitKind::shard_lost);
    const bool written = must(store.runs().find_run(kShard, sample_run())).has_value();
    TransitionWrite next = written ? sample_step(next_range) : sample_start(next_range);
    CHECK(await(store.runs().commit(std::move(next))).kind == CommitKind::committed);
}

TEST_CASE("injected failures of reads and writes name their call", "[store][memory][faults]") {
    MemoryStore store;
    std::vector<std::string> calls;
    const auto fail = [&calls](std::string_view call) {
        calls.emplace_back(call);
        return unavailable("injected");
    };
    store.faults().read = fail;
    store.faults().write = fail;
    CHECK(await(store.runs().find_run(kShard, sample_run())).status().code() == Code::Unavailable);
    CHECK_FALSE(await(store.namespaces().create(sample_namespace("id", "default"))).ok());
    CHECK(calls == std::vector<std::string>{"runs.find_run", "namespaces.create"});
    store.faults() = {};
    CHECK_FALSE(must(store.namespaces().find_by_name("default")));
}

TEST_CASE("a write whose answer is lost has happened", "[store][memory][faults]") {
    MemoryStore store;
    store.faults().answer = [](std::string_view) { return unavailable("injected"); };
    CHECK_FALSE(await(store.namespaces().create(sample_namespace("id", "default"))).ok());
    CHECK(must(store.namespaces().find_by_name("default")));
}

TEST_CASE("two processes at one database see the same rows, each with its own faults",
          "[store][memory][faults]") {
    MemoryStore store;
    MemoryStore other(store);
    store.faults().write = [](std::string_view) { return unavailable("injected"); };
    CHECK_FALSE(await(store.runs().acquire_shard(kShard, "first")).ok());
    const RangeId range = must(other.runs().acquire_shard(kShard, "second"));
    CHECK(await(store.runs().commit(sample_start(range))).kind == CommitKind::committed);
    CHECK(must(other.runs().find_run(kShard, sample_run())).has_value());
}

namespace {

Async<bool> note_when_done(Async<CommitOutcome> commit, std::vector<int>& order, int number) {
    co_await std::move(commit);
    order.push_back(number);
    co_return true;
}

}  // namespace

TEST_CASE("delays change the order of answers, never that of a shard's commits",
          "[store][memory][faults]") {
    MemoryStore store;
    const RangeId range = must(store.runs().acquire_shard(kShard, "owner"));
    int next_delay = 6;
    store.faults().delay = [&next_delay](std::string_view) {
        next_delay /= 2;
        return Delay{next_delay, next_delay};
    };
    std::vector<int> order;
    std::vector<Async<bool>> commits;
    commits.push_back(note_when_done(store.runs().commit(sample_start(range)), order, 1));
    commits.push_back(note_when_done(store.runs().commit(sample_step(range)), order, 2));
    await_all(std::move(commits));
    CHECK(order == std::vector<int>{2, 1});
    CHECK(must(store.runs().find_run(kShard, sample_run()))->version == 2);
}

}  // namespace server::store::memory
