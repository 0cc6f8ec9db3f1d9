// A disk that is full or fails in the middle of a commit.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "server/store/sqlite/sqlite_store.h"
#include "tests/store/sqlite/disk_faults.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

namespace server::store::sqlite {

using namespace tests;
using Catch::Contains;

namespace {

std::unique_ptr<Store> open_file_at(const std::string& path) {
    Options options;
    options.path = path;
    return open(std::move(options)).value();
}

CommitOutcome commit_on_failing_disk(Store& store, DiskFault fault, TransitionWrite write) {
    const FailingDisk disk(fault);
    return await(store.runs().commit(std::move(write)));
}

// Answers of calls that are running when a process dies are lost, but not what they wrote.
void commit_without_sync_and_die(const std::string& path) {
    auto store = open_file_at(path);
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    const auto outcome = commit_on_failing_disk(*store, DiskFault::sync_error, sample_start(range));
    const bool unknown = outcome.kind == CommitKind::unknown;
    ::kill(::getpid(), unknown ? SIGKILL : SIGTERM);
}

}  // namespace

TEST_CASE("a disk that is full at the commit refuses the write and loses nothing",
          "[store][sqlite][disk]") {
    const TempDir directory;
    const std::string path = directory.file("server.db");
    auto store = open_file_at(path);
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    REQUIRE(await(store->runs().commit(sample_start(range))).kind == CommitKind::committed);
    const std::string before = picture(*store);

    const auto [fault, reason] = GENERATE(table<DiskFault, std::string>({
        {DiskFault::write_no_space, "disk full: free space on the file system of "},
        {DiskFault::write_error, "input/output error: check the disk of "},
    }));
    const auto refused = commit_on_failing_disk(*store, fault, sample_step(range));
    CHECK(refused.kind == CommitKind::refused);
    CHECK_THAT(refused.message, Contains(reason + path));
    CHECK(picture(*store) == before);

    SECTION("the next commit tries again") {
        CHECK(await(store->runs().commit(sample_step(range))).kind == CommitKind::committed);
    }
    SECTION("and nothing of it is there after a restart") {
        store->stop();
        CHECK(picture(*open_file_at(path)) == before);
    }
}

TEST_CASE("a commit that cannot be synced has an unknown outcome", "[store][sqlite][disk]") {
    const TempDir directory;
    const std::string path = directory.file("server.db");
    auto store = open_file_at(path);
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    const auto outcome = commit_on_failing_disk(*store, DiskFault::sync_error, sample_start(range));
    CHECK(outcome.kind == CommitKind::unknown);
    CHECK_THAT(outcome.message, Contains("input/output error: check the disk of " + path));

    SECTION("the shard is taken again and tells what is stored") {
        const RangeId next_range = must(store->runs().acquire_shard(kShard, "owner"));
        CHECK(next_range == RangeId{range.value + 1});
        CHECK_FALSE(must(store->runs().find_run(kShard, sample_run())));
        CHECK(await(store->runs().commit(sample_start(next_range))).kind == CommitKind::committed);
    }
}

TEST_CASE("a commit with an unknown outcome may be there after a crash", "[store][sqlite][disk]") {
    const TempDir directory;
    const std::string path = directory.file("server.db");
    const pid_t child = ::fork();
    if (child == 0) commit_without_sync_and_die(path);
    int wait_status = 0;
    REQUIRE(::waitpid(child, &wait_status, 0) == child);
    REQUIRE(WIFSIGNALED(wait_status));
    REQUIRE(WTERMSIG(wait_status) == SIGKILL);
    CHECK(must(open_file_at(path)->runs().find_run(kShard, sample_run())));
}

}  // namespace server::store::sqlite
