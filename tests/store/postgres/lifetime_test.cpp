// Connections that are replaced when they are old.

#include <set>
#include <sstream>

#include "tests/store/postgres/fixture.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/stopwatch.h"
#include "tests/support/store_samples.h"

namespace server::tests {

using namespace store;

namespace {

// The server's processes for the connections of the user to this database.
std::set<std::string> backends_of(PostgresServer& server, const std::string& database) {
    std::istringstream pids(
        server.run(database,
                   "SELECT pid FROM pg_stat_activity WHERE usename = 'temporal' AND "
                   "datname = '" +
                       database + "'"));
    std::set<std::string> all;
    for (std::string pid; pids >> pid;) all.insert(pid);
    return all;
}

}  // namespace

TEST_CASE("a connection is replaced when it is old, and no call fails by that",
          "[store][postgres][lifetime]") {
    PostgresServer& server = PostgresServer::shared();
    postgres::Options options = fresh_database(server);
    options.writers = 1;
    options.readers = 1;
    options.database.connection_lifetime_max = 200ms;
    const auto store = open_store(options);
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    REQUIRE(await(store->runs().commit(sample_start(range))).kind == CommitKind::committed);
    static_cast<void>(picture(*store));
    const auto first = backends_of(server, options.database.name);
    REQUIRE(first.size() >= 2);

    const auto any_left = [&] {
        for (const std::string& pid : backends_of(server, options.database.name)) {
            if (first.contains(pid)) return true;
        }
        return false;
    };
    const Stopwatch watch;
    while (any_left() && watch.elapsed() < 60s) {
        static_cast<void>(picture(*store));
        CHECK(await(store->runs().commit(sample_start(range))).kind == CommitKind::conflict);
    }
    CHECK_FALSE(any_left());
}

}  // namespace server::tests
