// A database file: what opens, what is refused and with which words, and what survives.
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "server/store/sqlite/schema.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

namespace server::store::sqlite {

using namespace tests;
using Catch::Contains;

namespace {

Result<std::unique_ptr<Store>> open_file(const std::string& path) {
    Options options;
    options.path = path;
    return open(std::move(options));
}

Status refusal(const std::string& path) { return open_file(path).status(); }

void write_text(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Runs SQL on the file as another program would.
void run_sql(const std::string& path, const std::string& sql) {
    auto connection = Connection::open(path).value();
    REQUIRE(connection->run_script(sql, "test").ok());
}

void write_sample(Store& store) {
    const RangeId range = must(store.runs().acquire_shard(kShard, "owner"));
    REQUIRE(await(store.runs().commit(sample_start(range))).kind == CommitKind::committed);
    REQUIRE(await(store.namespaces().create(sample_namespace("id", "default"))).ok());
    ClusterIdentity identity{"cluster id", "active", 4};
    must(store.cluster_metadata().establish(identity));
}

}  // namespace

TEST_CASE("a file that is opened again has everything", "[store][sqlite][file]") {
    const TempDir directory;
    const std::string path = directory.file("server.db");
    std::string before;
    {
        auto store = open_file(path).value();
        write_sample(*store);
        before = picture(*store);
    }
    CHECK_FALSE(std::filesystem::exists(path + "-wal"));
    auto store = open_file(path).value();
    CHECK(picture(*store) == before);
    CHECK(must(store->runs().acquire_shard(kShard, "next owner")) == RangeId{2});
    ClusterIdentity other{"other id", "other", 8};
    CHECK(must(store->cluster_metadata().establish(other)).cluster_id == "cluster id");
}

TEST_CASE("a file is refused while another store has it open, naming the process",
          "[store][sqlite][file]") {
    const TempDir directory;
    const std::string path = directory.file("server.db");
    auto store = open_file(path).value();
    const Status status = refusal(path);
    CHECK(status.code() == Code::FailedPrecondition);
    CHECK(status.message() == "database file " + path + " is in use by process " +
                                  std::to_string(::getpid()) + ": stop it, or choose another file");
    SECTION("also under another name of the same file") {
        std::filesystem::create_symlink(path, directory.file("link.db"));
        CHECK(refusal(directory.file("link.db")).code() == Code::FailedPrecondition);
        CHECK(refusal(directory.file("./server.db")).code() == Code::FailedPrecondition);
    }
    SECTION("and opens when that one has stopped") {
        store->stop();
        CHECK(open_file(path).ok());
    }
}

TEST_CASE("the lock of a process that was killed is free, and what it had answered is there",
          "[store][sqlite][file]") {
    const TempDir directory;
    const std::string path = directory.file("server.db");
    const pid_t child = ::fork();
    if (child == 0) {
        auto store = open_file(path).value();
        write_sample(*store);
        ::kill(::getpid(), SIGKILL);
    }
    int wait_status = 0;
    REQUIRE(::waitpid(child, &wait_status, 0) == child);
    REQUIRE(WIFSIGNALED(wait_status));
    CHECK(read_text(path + ".lock") == std::to_string(child) + "\n");
    auto store = open_file(path).value();
    CHECK_THAT(picture(*store), Contains("run " + kRunId + " v1 started"));
    CHECK(must(store->runs().acquire_shard(kShard, "next owner")) == RangeId{2});
}

TEST_CASE("a file that is no database is refused and left alone", "[store][sqlite][file]") {
    const TempDir directory;
    const std::string path = directory.file("notes.txt");
    const std::string text(5000, 'n');
    write_text(path, text);
    const Status status = refusal(path);
    CHECK(status.code() == Code::DataLoss);
    CHECK_THAT(status.message(), Contains(path + " is not an SQLite database"));
    CHECK(read_text(path) == text);
}

TEST_CASE("a database of another program is refused and left alone", "[store][sqlite][file]") {
    const TempDir directory;
    const std::string path = directory.file("other.db");
    run_sql(path, "CREATE TABLE executions (id INTEGER)");
    const std::string before = read_text(path);
    const Status status = refusal(path);
    CHECK(status.code() == Code::FailedPrecondition);
    CHECK(status.message() ==
          "database file " + path + " was made by another program: choose another file");
    CHECK(read_text(path) == before);
}

TEST_CASE("a database of a newer release is refused, naming both versions",
          "[store][sqlite][file]") {
    const TempDir directory;
    const std::string path = directory.file("server.db");
    open_file(path).value()->stop();
    run_sql(path, "PRAGMA user_version = 99");
    const Status status = refusal(path);
    CHECK(status.code() == Code::FailedPrecondition);
    CHECK(status.message() ==
          "database file " + path + ": it has user version 99, this release knows " +
              std::to_string(kFileVersion) + " and older: start a newer release of the server");
}

TEST_CASE("a damaged file is refused", "[store][sqlite][file]") {
    const TempDir directory;
    const std::string path = directory.file("server.db");
    {
        auto store = open_file(path).value();
        write_sample(*store);
    }
    SECTION("cut off") { std::filesystem::resize_file(path, 8192); }
    SECTION("its first page overwritten") {
        std::string text = read_text(path);
        text.replace(100, 3900, std::string(3900, '\xaa'));
        write_text(path, text);
    }
    const Status status = refusal(path);
    CHECK(status.code() == Code::DataLoss);
    CHECK_THAT(status.message(), Contains(path + " is damaged: restore it from a backup"));
}

TEST_CASE("damage found while reading is data loss, and ends nothing", "[store][sqlite][file]") {
    const TempDir directory;
    const std::string path = directory.file("server.db");
    {
        auto store = open_file(path).value();
        write_sample(*store);
    }
    std::string text = read_text(path);
    text.replace(8192, text.size() - 8192, std::string(text.size() - 8192, '\x55'));
    write_text(path, text);
    const auto opened = open_file(path);
    if (!opened.ok()) {
        CHECK(opened.status().code() == Code::DataLoss);
        return;
    }
    const auto run = await((*opened)->runs().find_run(kShard, sample_run()));
    CHECK(run.status().code() == Code::DataLoss);
}

TEST_CASE("a path that cannot hold a database is refused with its reason",
          "[store][sqlite][file]") {
    const TempDir directory;
    CHECK_THAT(refusal("").message(), Contains("path of the database file is empty"));
    CHECK_THAT(refusal(directory.path().string()).message(), Contains("is a directory"));
    CHECK_THAT(refusal(directory.file("missing/server.db")).message(),
               Contains("missing does not exist: create it"));
    write_text(directory.file("file"), "");
    CHECK_FALSE(refusal(directory.file("file/server.db")).ok());
}

TEST_CASE("a directory or a file without permission to write is refused", "[store][sqlite][file]") {
    const TempDir directory;
    const std::string path = directory.file("server.db");
    const bool is_root = ::geteuid() == 0;
    SECTION("the directory") {
        std::filesystem::permissions(directory.path(), std::filesystem::perms(0555));
    }
    SECTION("the file") {
        open_file(path).value()->stop();
        std::filesystem::permissions(path, std::filesystem::perms(0444));
        std::filesystem::permissions(path + ".lock", std::filesystem::perms(0666));
        std::filesystem::permissions(directory.path(), std::filesystem::perms(0777));
    }
    // Root may write everywhere, so the test steps down for the moment.
    constexpr uid_t kNobody = 65534;
    if (is_root) REQUIRE(::seteuid(kNobody) == 0);
    const Status status = refusal(path);
    if (is_root) REQUIRE(::seteuid(0) == 0);
    std::filesystem::permissions(directory.path(), std::filesystem::perms(0755));
    CHECK_FALSE(status.ok());
    CHECK_THAT(status.message(), Contains(path));
    CHECK_THAT(status.message(), Contains("ermission"));
}

TEST_CASE("a pragma that the store relies on cannot be changed", "[store][sqlite][file]") {
    const TempDir directory;
    const auto [pragma, reason] = GENERATE(table<Pragma, std::string>({
        {{"foreign_keys", "ON"}, "SQLite pragma foreign_keys=ON is not supported: one of "},
        {{"journal_mode", "delete"}, "the store needs journal_mode=wal"},
        {{"synchronous", "OFF; DROP TABLE run"}, "a number or a word is needed"},
        {{"synchronous", ""}, "a number or a word is needed"},
    }));
    Options options;
    options.path = directory.file("server.db");
    options.pragmas = {pragma};
    const Status status = open(std::move(options)).status();
    CHECK(status.code() == Code::InvalidArgument);
    CHECK_THAT(status.message(), Contains(reason));
}

TEST_CASE("a full disk refuses writes, loses nothing, and passes when there is space again",
          "[store][sqlite][file]") {
    const TempDir directory;
    Options options;
    options.path = directory.file("server.db");
    options.pragmas = {{"max_page_count", "64"}};
    auto store = open(options).value();
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    REQUIRE(await(store->runs().commit(sample_start(range))).kind == CommitKind::committed);
    const std::string before = picture(*store);

    TransitionWrite large = sample_step(range);
    large.runs[0].history[0].events = std::string(1 << 20, 'x');
    const CommitOutcome refused = await(store->runs().commit(large));
    CHECK(refused.kind == CommitKind::refused);
    CHECK_THAT(refused.message,
               Contains("disk full: free space on the file system of " + options.path));
    CHECK(picture(*store) == before);

    SECTION("a write that fits is committed") {
        CHECK(await(store->runs().commit(sample_step(range))).kind == CommitKind::committed);
    }
    SECTION("other writes are told so too") {
        NamespaceRecord record = sample_namespace("id", "default");
        record.details = std::string(1 << 20, 'x');
        const Status status = await(store->namespaces().create(record));
        CHECK(status.code() == Code::Unavailable);
        CHECK_THAT(status.message(), Contains("disk full"));
    }
    SECTION("and with more space the same write is committed") {
        store->stop();
        options.pragmas.clear();
        auto again = open(options).value();
        large.range_id = must(again->runs().acquire_shard(kShard, "owner"));
        CHECK(await(again->runs().commit(std::move(large))).kind == CommitKind::committed);
    }
}

TEST_CASE("a step of a run with two thousand activities writes only what it changes",
          "[store][sqlite][file]") {
    const TempDir directory;
    Options options;
    options.path = directory.file("server.db");
    options.pragmas = {{"wal_autocheckpoint", "0"}};
    auto store = open(options).value();
    const RangeId range = must(store->runs().acquire_shard(kShard, "owner"));
    TransitionWrite start = sample_start(range);
    for (int activity = 0; activity < 2000; ++activity) {
        const ItemKey item{ItemKind::activity, std::to_string(activity)};
        start.runs[0].items.push_back({item, std::string(500, 'a')});
    }
    REQUIRE(await(store->runs().commit(std::move(start))).kind == CommitKind::committed);
    const auto before = std::filesystem::file_size(options.path + "-wal");
    REQUIRE(await(store->runs().commit(sample_step(range))).kind == CommitKind::committed);
    const auto written = std::filesystem::file_size(options.path + "-wal") - before;
    CHECK(before > 1'000'000);
    CHECK(written < 100'000);
}

TEST_CASE("a store that has stopped answers unavailable", "[store][sqlite]") {
    const TempDir directory;
    const std::string path = GENERATE(as<std::string>{}, ":memory:", "server.db");
    auto store = open_file(path == ":memory:" ? path : directory.file(path)).value();
    store->stop();
    store->stop();
    CHECK(await(store->runs().commit(sample_start(RangeId{1}))).kind == CommitKind::refused);
    const auto run = await(store->runs().find_run(kShard, sample_run()));
    CHECK(run.status().code() == Code::Unavailable);
    CHECK(await(store->runs().acquire_shard(kShard, "owner")).status().code() == Code::Unavailable);
}

}  // namespace server::store::sqlite
