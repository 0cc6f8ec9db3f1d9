// Connections that break at the worst moment, and servers that go away and come back.

#include <future>

#include "tests/store/postgres/fixture.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/fault_proxy/fault_proxy.h"
#include "tests/support/store_samples.h"

namespace server::tests {

using namespace store;

namespace {

CommitOutcome commit(Store& store, TransitionWrite write) {
    return await(store.runs().commit(std::move(write)));
}

}  // namespace

TEST_CASE("a commit whose answer is lost is unknown, and the shard is taken again",
          "[store][postgres][unknown]") {
    PostgresServer& server = PostgresServer::shared();
    postgres::Options options = fresh_database(server);
    FaultProxy proxy(server.host(), server.port());
    options.database.port = std::to_string(proxy.port());
    const auto store = open_store(options);
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));

    proxy.drop_commit_answers(1, "transitions");
    CHECK(commit(*store, sample_start(range)).kind == CommitKind::unknown);
    CHECK(proxy.dropped_answers() == 1);

    CHECK(must(store->runs().acquire_shard(kShard, "owner")) > range);
    CHECK(must(store->runs().find_run(kShard, sample_run()))->version == 1);
    CHECK(commit(*store, sample_step(range)).kind == CommitKind::shard_lost);
}

TEST_CASE("a batch that was not sent whole is refused or unknown, and is not there",
          "[store][postgres][unknown]") {
    PostgresServer& server = PostgresServer::shared();
    postgres::Options options = fresh_database(server);
    FaultProxy proxy(server.host(), server.port());
    options.database.port = std::to_string(proxy.port());
    const auto store = open_store(options);
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));

    TransitionWrite write = sample_start(range);
    write.runs[0].history[0].events = std::string(20 << 20, 'x');
    proxy.hold_after(100'000);
    auto outcome = std::async(std::launch::async, [&] { return commit(*store, std::move(write)); });
    proxy.wait_until_held();
    proxy.cut();
    const CommitKind kind = outcome.get().kind;
    CHECK((kind == CommitKind::refused || kind == CommitKind::unknown));
    proxy.release();
    CHECK_FALSE(must(store->runs().find_run(kShard, sample_run())));
    CHECK(commit(*store, sample_start(range)).kind == CommitKind::committed);
}

TEST_CASE("idle connections that the server has closed are no failure of the next call",
          "[store][postgres]") {
    PostgresServer& server = PostgresServer::shared();
    const postgres::Options options = fresh_database(server);
    const auto store = open_store(options);
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    CHECK_FALSE(must(store->runs().find_run(kShard, sample_run())));
    const std::string others = "FROM pg_stat_activity WHERE usename = 'temporal' AND datname = '" +
                               options.database.name + "'";
    // Again and again: a thread of the store may be connecting just now.
    while (server.run("postgres", "SELECT count(pg_terminate_backend(pid)) " + others) != "0") {
    }
    CHECK(commit(*store, sample_start(range)).kind == CommitKind::committed);
    CHECK(must(store->runs().find_run(kShard, sample_run())));
}

TEST_CASE("the store goes on when a server that was killed is there again", "[store][postgres]") {
    PostgresServer server;
    const auto store = open_store(fresh_database(server));
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    REQUIRE(commit(*store, sample_start(range)).kind == CommitKind::committed);
    server.kill();
    auto outcome =
        std::async(std::launch::async, [&] { return commit(*store, sample_step(range)); });
    server.start();
    // Refused, committed after the restart, or lost on the way: never half.
    const CommitKind kind = outcome.get().kind;
    CHECK(kind != CommitKind::conflict);
    const auto run = must(store->runs().find_run(kShard, sample_run()));
    REQUIRE(run);
    CHECK(run->version == (kind == CommitKind::committed ? 2 : 1));
    CHECK(must(store->runs().acquire_shard(kShard, "owner")) > range);
}

TEST_CASE("writes to a database that is read-only are refused, with its reason",
          "[store][postgres]") {
    PostgresServer& server = PostgresServer::shared();
    const postgres::Options options = fresh_database(server);
    RangeId range;
    {
        const auto store = open_store(options);
        range = must(store->runs().acquire_shard(kShard, "owner"));
    }
    static_cast<void>(server.run("postgres", "ALTER DATABASE " + options.database.name +
                                                 " SET default_transaction_read_only = on"));
    const auto store = open_store(options);
    const CommitOutcome outcome = commit(*store, sample_start(range));
    CHECK(outcome.kind == CommitKind::refused);
    CHECK_THAT(outcome.message, Catch::Contains("read-only transaction"));
}

TEST_CASE("stopping a store whose server hangs takes a few seconds, and refuses what waits",
          "[store][postgres]") {
    PostgresServer server;
    const auto store = open_store(fresh_database(server));
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    server.pause();
    auto outcome =
        std::async(std::launch::async, [&] { return commit(*store, sample_start(range)); });
    auto read = std::async(std::launch::async,
                           [&] { return await(store->runs().find_run(kShard, sample_run())); });
    store->stop();
    CHECK(outcome.get().kind != CommitKind::committed);
    CHECK_FALSE(read.get().ok());
    server.resume();
}

}  // namespace server::tests
