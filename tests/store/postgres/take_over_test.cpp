// A take-over never waits for an owner that was stopped.

#include <libpq-fe.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <future>

#include "tests/store/postgres/fixture.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/fault_proxy/fault_proxy.h"
#include "tests/support/stopwatch.h"
#include "tests/support/store_samples.h"

namespace server::tests {

using namespace store;

namespace {

constexpr const char* kPortVariable = "STOPPED_OWNER_PORT";
constexpr const char* kDatabaseVariable = "STOPPED_OWNER_DATABASE";
constexpr int kRefusedCode = 42;
constexpr std::size_t kBatchBytes = 1 << 20;

TransitionWrite large_step(RangeId range) {
    TransitionWrite write = sample_step(range);
    write.runs[0].history[0].events = std::string(kBatchBytes, 'x');
    return write;
}

// This program again, with the hidden case below.
pid_t start_owner(std::uint16_t port, const std::string& database) {
    ::setenv(kPortVariable, std::to_string(port).c_str(), 1);
    ::setenv(kDatabaseVariable, database.c_str(), 1);
    std::string program = "/proc/self/exe";
    std::string name = "an owner that is stopped and goes on";
    char* arguments[] = {program.data(), name.data(), nullptr};
    pid_t pid = 0;
    REQUIRE(::posix_spawn(&pid, "/proc/self/exe", nullptr, nullptr, arguments, environ) == 0);
    return pid;
}

}  // namespace

// Run by the case below in a process of its own.
TEST_CASE("an owner that is stopped and goes on", "[.owner]") {
    if (std::getenv(kPortVariable) == nullptr) return;
    postgres::Options options;
    options.database.port = std::getenv(kPortVariable);
    options.database.name = std::getenv(kDatabaseVariable);
    options.database.user = options.database.password = "temporal";
    const auto store = open_store(options);
    const auto late = await(store->runs().commit(large_step(RangeId{1})));
    const auto later = await(store->runs().commit(sample_step(RangeId{1})));
    const bool refused =
        late.kind == CommitKind::shard_lost && later.kind == CommitKind::shard_lost;
    ::_exit(refused ? kRefusedCode : 1);
}

TEST_CASE("an owner stopped inside a batch of 1 MB loses its shard at once, and its late writes",
          "[store][postgres][take_over]") {
    PostgresServer& server = PostgresServer::shared();
    const postgres::Options options = fresh_database(server);
    const auto store = open_store(options);
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    REQUIRE(await(store->runs().commit(sample_start(range))).kind == CommitKind::committed);

    FaultProxy proxy(server.host(), server.port());
    proxy.hold_after(kBatchBytes / 2);
    const pid_t owner = start_owner(proxy.port(), options.database.name);
    proxy.wait_until_held();
    ::kill(owner, SIGSTOP);
    const Stopwatch stopwatch;
    CHECK(must(store->runs().acquire_shard(kShard, "new owner")) == RangeId{2});
    CHECK(stopwatch.elapsed() < 5s);
    const std::string before = picture(*store);
    ::kill(owner, SIGCONT);
    proxy.release();
    int status = 0;
    ::waitpid(owner, &status, 0);
    CHECK(WEXITSTATUS(status) == kRefusedCode);
    CHECK(picture(*store) == before);
}

TEST_CASE("a take-over that fails at its beginning leaves nothing open on its connection",
          "[store][postgres][take_over]") {
    PostgresServer& server = PostgresServer::shared();
    postgres::Options options = fresh_database(server);
    options.writers = 1;
    const auto store = open_store(options);
    must(store->runs().acquire_shard(kShard, "owner"));
    const std::string pid_for = "EXECUTE ON FUNCTION pg_catalog.pg_backend_pid() ";
    server.run(options.database.name, "REVOKE " + pid_for + "FROM PUBLIC");
    CHECK_FALSE(await(store->runs().acquire_shard(kShard, "next owner")).ok());
    server.run(options.database.name, "GRANT " + pid_for + "TO PUBLIC");
    CHECK(must(store->runs().acquire_shard(kShard, "next owner")) == RangeId{2});
}

TEST_CASE("a connection that holds the shard's row and says nothing more is ended",
          "[store][postgres][take_over]") {
    PostgresServer& server = PostgresServer::shared();
    const postgres::Options options = fresh_database(server);
    const auto store = open_store(options);
    REQUIRE(must(store->runs().acquire_shard(kShard, "owner")) == RangeId{1});
    const std::unique_ptr<PGconn, decltype(&PQfinish)> stopped(
        PQconnectdb(server.conninfo(options.database.name).c_str()), PQfinish);
    for (const char* sql : {"BEGIN", "SELECT range_id FROM shard WHERE shard_id = 1 FOR SHARE",
                            "INSERT INTO outbox VALUES (1, 99, '')"}) {
        PQclear(PQexec(stopped.get(), sql));
    }
    const Stopwatch stopwatch;
    std::vector<Async<Result<RangeId>>> claims;
    for (int shard = 1; shard <= 20; ++shard) {
        claims.push_back(store->runs().acquire_shard(ShardId{shard}, "new owner"));
    }
    const auto ranges = await_all(std::move(claims));
    CHECK(stopwatch.elapsed() < 5s);
    CHECK(ranges[0].value() == RangeId{2});
    CHECK(ranges[19].value() == RangeId{1});
    PQclear(PQexec(stopped.get(), "COMMIT"));
    CHECK(PQstatus(stopped.get()) == CONNECTION_BAD);
    CHECK(must(store->runs().read_outbox(kShard, TaskId{0}, 10)).empty());
}

}  // namespace server::tests
