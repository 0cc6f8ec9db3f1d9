// A database that moves to another address while a store is open on it.

#include "tests/store/postgres/fixture.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/fault_proxy/fault_proxy.h"
#include "tests/support/stopwatch.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

namespace server::tests {

using namespace store;
using Catch::Contains;

namespace {

// Two ways to one database; a file says which of them is to be taken.
struct TwoWays {
    PostgresServer& server = PostgresServer::shared();
    FaultProxy first{server.host(), server.port()};
    FaultProxy second{server.host(), server.port()};
    TempDir directory{};
    std::string file = directory.file("address");

    void name(const FaultProxy& way) const {
        write_text(file, "127.0.0.1:" + std::to_string(way.port()) + "\n");
    }
    postgres::Options options() const {
        postgres::Options options = fresh_database(server);
        options.database.address_file = file;
        options.database.host = "nowhere.invalid";
        // One thread of each kind, so that every connection is used below.
        options.writers = 1;
        options.readers = 1;
        return options;
    }
};

}  // namespace

TEST_CASE("an open store follows its database to another address, and leaves the old one",
          "[store][postgres][moved]") {
    TwoWays ways;
    ways.name(ways.first);
    const auto store = open_store(ways.options());
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    CHECK(await(store->runs().commit(sample_start(range))).kind == CommitKind::committed);
    CHECK(ways.first.connections() > 0);
    CHECK(ways.second.connections() == 0);

    // The old place still answers: it might be a former primary.
    ways.name(ways.second);
    const Stopwatch watch;
    while (ways.first.connections() > 0 && watch.elapsed() < 60s) {
        static_cast<void>(picture(*store));
        CHECK(await(store->runs().commit(sample_start(range))).kind == CommitKind::conflict);
    }
    CHECK(ways.first.connections() == 0);
    CHECK(ways.second.connections() > 0);
    // It is the same owner, who has lost nothing.
    CHECK(await(store->runs().commit(sample_step(range))).kind == CommitKind::committed);
}

TEST_CASE("a store whose database is cut off takes up work at the new address",
          "[store][postgres][moved]") {
    TwoWays ways;
    ways.name(ways.first);
    const auto store = open_store(ways.options());
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    ways.name(ways.second);
    ways.first.cut();
    // What was on its way may fail.
    const Stopwatch watch;
    auto taken = await(store->runs().acquire_shard(kShard, "owner"));
    while (!taken.ok() && watch.elapsed() < 60s) {
        taken = await(store->runs().acquire_shard(kShard, "owner"));
    }
    CHECK(taken.value() > range);
}

TEST_CASE("a file without an address is told by its key", "[store][postgres][moved]") {
    const TwoWays ways;
    postgres::Options options = ways.options();
    SECTION("it is not there") {
        const Status status = postgres::open(options).status();
        CHECK(status.code() == Code::FailedPrecondition);
        CHECK_THAT(status.message(), Contains(ways.file));
        CHECK_THAT(status.message(),
                   Contains("persistence.datastores.default.sql.connectAddrFile"));
    }
    SECTION("it says something else") {
        write_text(ways.file, ":5432\n");
        CHECK_THAT(postgres::open(options).status().message(), Contains("is not host:port"));
    }
}

}  // namespace server::tests
