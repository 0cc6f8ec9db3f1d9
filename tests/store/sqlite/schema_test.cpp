// A database file from version to version.
#include "server/store/sqlite/schema.h"

#include "server/store/schema/migrate.h"
#include "server/store/schema_files.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

namespace server::store::sqlite {

using namespace tests;
using Catch::Contains;

namespace {

std::unique_ptr<Connection> connect(const std::string& path) {
    return Connection::open(path).value();
}

// The only column of the only row.
std::string value_in(Connection& connection, const std::string& sql) {
    constexpr Sql kQuery{"query of a test", ""};
    Cursor row = connection.query_once(kQuery, sql);
    return row.next() ? row.bytes(0) : row.status().message();
}

// A file as the first release made it: the tables of version 1.0, and no table of versions.
void make_first_release(const std::string& path) {
    std::string script;
    for (const SchemaFile& file : schema_files()) {
        const bool first = file.path.starts_with("sqlite/") && file.path.ends_with(".sql") &&
                           file.path.find("/versioned/v1.0/") != std::string_view::npos;
        if (first) script += std::string(file.text) + "\n";
    }
    const auto connection = connect(path);
    REQUIRE(connection->run_script(script, "make").ok());
    REQUIRE(connection
                ->run_script("PRAGMA application_id = " + std::to_string(kApplicationId) +
                                 "; PRAGMA user_version = 1; PRAGMA journal_mode = WAL;"
                                 "INSERT INTO shard VALUES (7, 41, 'first release')",
                             "make")
                .ok());
}

schema::Schema two_steps(const std::string& second) {
    const auto step = [](const char* version, std::string text) {
        return schema::Step{.to = schema::parse_version(version).value(),
                            .min_compatible = {{1, 0, 0}},
                            .description = "test",
                            .manifest_md5 = "0",
                            .scripts = {{"v/test.sql", std::move(text)}}};
    };
    return {.name = "test",
            .place = "test",
            .steps = {step("1.0", "CREATE TABLE one (a)"), step("1.1", second)}};
}

const schema::Progress kSilent = [](const std::string&) {};

}  // namespace

TEST_CASE("a file of the first release opens and keeps what it has", "[store][sqlite][schema]") {
    const TempDir directory;
    const std::string path = directory.file("server.db");
    make_first_release(path);
    {
        Options options;
        options.path = path;
        auto store = open(options).value();
        CHECK(must(store->runs().acquire_shard(ShardId{7}, "next")) == RangeId{42});
    }
    const auto connection = connect(path);
    const auto stored = FileSchema(*connection).read().value();
    REQUIRE(stored.has_value());
    for (const std::string_view name : {schema::kTemporal, schema::kVisibility}) {
        CHECK(stored->at(std::string(name)).current ==
              schema::embedded("sqlite/v3", name).newest().to);
    }
    CHECK(value_in(*connection, "PRAGMA user_version") == std::to_string(kFileVersion));
}

TEST_CASE("partitions in a file of version 1.0 know their queue in the next",
          "[store][sqlite][schema]") {
    const TempDir directory;
    const std::string path = directory.file("server.db");
    make_first_release(path);
    const auto connection = connect(path);
    for (const char* name : {"/_sys/a/0/p1", "/_sys/a/2", "/_sys/a/2/p3f16", "/_sys/a/2/p3f1",
                             "/_sys/a/7/p1/1", "/_sys/caf\xc3\xa9/12", "a", "a/7/p1"}) {
        const std::string row = "(NULL, x'01', '" + std::string(name) + "', 1, 1, '', 0)";
        REQUIRE(connection->run_script("INSERT INTO task_queue VALUES " + row, "insert").ok());
    }
    REQUIRE(migrate(*connection).ok());
    CHECK(value_in(*connection,
                   "SELECT group_concat(coalesce(queue, '-'), ' ')"
                   " FROM (SELECT queue FROM task_queue ORDER BY task_queue_key)") ==
          "a a a a a/7/p1 caf\xc3\xa9 - -");
}

TEST_CASE("setting up a file of the first release keeps its versions", "[store][sqlite][schema]") {
    const TempDir directory;
    const std::string path = directory.file("server.db");
    make_first_release(path);
    const auto connection = connect(path);
    FileSchema file(*connection);
    const auto before = file.read().value();
    REQUIRE(schema::set_up(file, {.version = schema::Version{}, .scripts = {}}, kSilent).ok());
    auto after = file.read().value();
    REQUIRE(after.has_value());
    CHECK(after->erase("") == 1);
    CHECK(after == before);
}

TEST_CASE("a new file has every version in its history", "[store][sqlite][schema]") {
    const auto connection = connect(":memory:");
    REQUIRE(migrate(*connection).ok());
    REQUIRE(migrate(*connection).ok());
    const std::string history =
        value_in(*connection,
                 "SELECT group_concat(schema_name || ' ' || old_version || ' ' || new_version)"
                 " FROM schema_update_history WHERE new_version <> '0.0'");
    CHECK_THAT(history, Contains("temporal 0.0 1.0") && Contains("temporal 1.0 1.1") &&
                            Contains("visibility 0.0 1.0"));
}

TEST_CASE("a step that fails half-way leaves nothing of itself", "[store][sqlite][schema]") {
    const auto connection = connect(":memory:");
    FileSchema file(*connection);
    REQUIRE(schema::set_up(file, {.version = schema::Version{}, .scripts = {}}, kSilent).ok());
    const std::string broken = "CREATE TABLE two (a); INSERT INTO nowhere VALUES (1)";
    const Status status = schema::update(file, two_steps(broken), std::nullopt, kSilent);
    CHECK_THAT(status.message(), Contains("v/test.sql") && Contains("nowhere"));
    CHECK(file.read().value()->at("test").current == schema::Version{{1, 0, 0}});
    CHECK(value_in(*connection,
                   "SELECT group_concat(name) FROM sqlite_schema"
                   " WHERE name IN ('one', 'two')") == "one");
    SECTION("and is made when its mistake is gone") {
        REQUIRE(
            schema::update(file, two_steps("CREATE TABLE two (a)"), std::nullopt, kSilent).ok());
        CHECK(file.read().value()->at("test").current == schema::Version{{1, 1, 0}});
    }
    SECTION("and one that ends the transaction is refused") {
        const Status ends = schema::update(file, two_steps("COMMIT"), std::nullopt, kSilent);
        CHECK_THAT(ends.message(), Contains("ends the transaction"));
    }
}

TEST_CASE("a file whose schema is made for newer releases is refused", "[store][sqlite][schema]") {
    const TempDir directory;
    const std::string path = directory.file("server.db");
    {
        const auto connection = connect(path);
        REQUIRE(migrate(*connection).ok());
        REQUIRE(connection
                    ->run_script("UPDATE schema_version SET curr_version = '9.1',"
                                 " min_compatible_version = '9.0'"
                                 " WHERE schema_name = 'visibility'",
                                 "test")
                    .ok());
    }
    Options options;
    options.path = path;
    const Status status = open(options).status();
    CHECK(status.code() == Code::FailedPrecondition);
    CHECK_THAT(status.message(), Contains("schema visibility has version 9.1") &&
                                     Contains("start a newer release of the server"));
}

}  // namespace server::store::sqlite
