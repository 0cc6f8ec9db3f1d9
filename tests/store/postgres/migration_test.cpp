// A PostgreSQL database from version to version.
#include "tests/store/postgres/migration.h"

#include <future>

#include "tests/support/catch.h"

namespace server::tests {

using Catch::Contains;

TEST_CASE("a database is set up and updated, twice as well as once", "[store][postgres][schema]") {
    PostgresServer& server = PostgresServer::shared();
    Migration migration(server, server.make_database());
    for (int round = 0; round < 2; ++round) {
        CHECK(migration.set_up().message().empty());
        CHECK(migration.update(own(schema::kTemporal)).message().empty());
        CHECK(migration.update(own(schema::kVisibility)).message().empty());
    }
    CHECK(migration.check().message().empty());
    CHECK(migration.run("SELECT schema_name || ' ' || curr_version FROM schema_version"
                        " ORDER BY 1") == " 0.0\ntemporal 1.1\nvisibility 1.0");
    CHECK(migration.run("SELECT schema_name || ' ' || old_version || ' ' || new_version || ' ' ||"
                        " length(manifest_md5) FROM schema_update_history ORDER BY update_time") ==
          " 0.0 0.0 0\ntemporal 0.0 1.0 32\ntemporal 1.0 1.1 32\nvisibility 0.0 1.0 32");
}

TEST_CASE("partitions of servers that know only version 1.0 know their queue in the next",
          "[store][postgres][schema]") {
    PostgresServer& server = PostgresServer::shared();
    Migration migration(server, server.make_database());
    REQUIRE(migration.set_up().ok());
    schema::Schema first = own(schema::kTemporal);
    first.steps.resize(1);
    REQUIRE(migration.update(first).ok());
    const auto insert = [&](const std::string& name) {
        const std::string row = "('\\x01', convert_to('" + name + "', 'UTF8'), 1, 1, '', 0)";
        migration.run("INSERT INTO task_queue VALUES " + row);  // the columns of version 1.0
    };
    const std::string queues =
        "SELECT coalesce(convert_from(queue, 'UTF8'), '-') FROM task_queue ORDER BY name";
    for (const char* name : {"/_sys/a/0/p1", "/_sys/a/2", "/_sys/a/2/p3f16", "/_sys/a\\b/1",
                             "/_sys/a/7/p1/1", "/_sys/caf\xc3\xa9/12", "a", "a/7/p1"}) {
        insert(name);
    }
    REQUIRE(migration.update(own(schema::kTemporal)).message().empty());
    CHECK(migration.run(queues) == "a\na\na\na/7/p1\na\\b\ncaf\xc3\xa9\n-\n-");
    insert("/_sys/a/3");
    CHECK(migration.run(queues) == "a\na\na\na\na/7/p1\na\\b\ncaf\xc3\xa9\n-\n-");
}

TEST_CASE("a step that fails half-way leaves nothing of itself in PostgreSQL",
          "[store][postgres][schema]") {
    PostgresServer& server = PostgresServer::shared();
    Migration migration(server, server.make_database());
    REQUIRE(migration.set_up().ok());
    const Status status = migration.update(schema_of(
        {step_of("1.0", "CREATE TABLE one (a int)"),
         step_of("1.1", "CREATE TABLE two (a int);\n\nINSERT INTO two\n  SELECT b FROM one;\n")}));
    CHECK(status.code() == Code::FailedPrecondition);
    CHECK_THAT(status.message(), Contains("v1.1/test.sql:4: column \"b\" does not exist"));
    CHECK(migration.version_of("temporal") == "1.0");
    CHECK(migration.run("SELECT to_regclass('one') IS NOT NULL, to_regclass('two')") == "t");
    CHECK(migration.run("SELECT to_regclass('two') IS NULL") == "t");
    SECTION("and is made when its mistake is gone") {
        REQUIRE(migration
                    .update(schema_of({step_of("1.0", "SELECT no FROM never"),
                                       step_of("1.1", "CREATE TABLE two (a int)")}))
                    .ok());
        CHECK(migration.version_of("temporal") == "1.1");
    }
    SECTION("and one that ends the transaction is refused") {
        CHECK_THAT(migration.update(schema_of({step_of("1.1", "COMMIT")})).message(),
                   Contains("v1.1/test.sql ends the transaction"));
        CHECK(migration.version_of("temporal") == "1.0");
    }
}

TEST_CASE("of two updates at once one waits, and every step is made once",
          "[store][postgres][schema]") {
    PostgresServer& server = PostgresServer::shared();
    const std::string database = server.make_database();
    Migration held(server, database);
    REQUIRE(held.set_up().ok());
    const schema::Schema steps =
        schema_of({step_of("1.0", "CREATE TABLE counted (a int); INSERT INTO counted VALUES (1)"),
                   step_of("1.1", "INSERT INTO counted VALUES (2)")});
    const auto holder = held.open();
    REQUIRE(holder->begin().ok());

    std::array<std::promise<void>, 2> waits;
    std::array<std::future<Status>, 2> updates;
    for (std::size_t at = 0; at < 2; ++at) {
        updates[at] = std::async(std::launch::async, [&, at] {
            Migration own_way(server, database);
            bool told = false;
            const auto waiting = [&](const std::string&) {
                if (!std::exchange(told, true)) waits[at].set_value();
            };
            const auto opened = own_way.open({}, waiting);
            return schema::update(*opened, steps, std::nullopt, kSilent);
        });
    }
    for (auto& wait : waits) {
        REQUIRE(wait.get_future().wait_for(std::chrono::seconds(30)) == std::future_status::ready);
    }
    CHECK(held.run("SELECT to_regclass('counted') IS NULL") == "t");
    holder->roll_back();
    for (auto& update : updates) CHECK(update.get().message().empty());
    CHECK(held.run("SELECT a FROM counted ORDER BY a") == "1\n2");
    CHECK(held.version_of("temporal") == "1.1");
}

TEST_CASE(
    "a lock that is waited for shows what was committed meanwhile, whatever the user's isolation",
    "[store][postgres][schema]") {
    PostgresServer& server = PostgresServer::shared();
    const std::string database = server.make_database();
    server.run("postgres", "ALTER DATABASE " + database +
                               " SET default_transaction_isolation = 'serializable'");
    Migration migration(server, database);
    REQUIRE(migration.set_up().message().empty());
    const auto holder = migration.open();
    REQUIRE(holder->begin().ok());
    std::promise<void> waits;
    auto update = std::async(std::launch::async, [&] {
        Migration own_way(server, database);
        const auto opened = own_way.open({}, [&](const std::string&) { waits.set_value(); });
        return schema::update(*opened, schema_of({step_of("1.0", "CREATE TABLE one (a int)")}),
                              std::nullopt, kSilent);
    });
    waits.get_future().wait();
    REQUIRE(holder->run({"test", "CREATE TABLE one (a int)"}).ok());
    REQUIRE(holder
                ->record({.schema_name = "temporal",
                          .now = {{{1, 0, 0}}, {{1, 0, 0}}},
                          .before = {},
                          .description = "test",
                          .manifest_md5 = {}})
                .ok());
    REQUIRE(holder->commit().ok());
    CHECK(update.get().message().empty());
}

TEST_CASE("a database that was never set up is told how", "[store][postgres][schema]") {
    PostgresServer& server = PostgresServer::shared();
    Migration migration(server, server.make_database());
    CHECK_THAT(migration.update(own(schema::kTemporal)).message(),
               Contains("run `setup-schema -v 0.0` first"));
    const Status start = migration.check();
    CHECK(start.code() == Code::FailedPrecondition);
    CHECK_THAT(start.message(),
               Contains("schema temporal is not set up, this release needs") &&
                   Contains("setup-schema --version 0.0\" and \"") &&
                   Contains("update-schema --schema-name postgresql/v12/temporal"));
}

TEST_CASE("a server refuses a schema that is too old or too new", "[store][postgres][schema]") {
    PostgresServer& server = PostgresServer::shared();
    const std::string database = server.make_database();
    Migration migration(server, database);
    REQUIRE(migration.set_up().ok());
    REQUIRE(migration.update(own(schema::kTemporal)).ok());
    const Status old = migration.check();
    CHECK(old.code() == Code::FailedPrecondition);
    CHECK_THAT(old.message(),
               Contains("schema visibility has version 0.0, this release needs") &&
                   Contains("run \"temporal-sql-tool --plugin postgres12 --endpoint 127.0.0.1 "
                            "--port " +
                            std::to_string(server.port()) + " --user temporal --database " +
                            database + " update-schema --schema-name postgresql/v12/visibility\""));
    REQUIRE(migration.update(own(schema::kVisibility)).ok());
    REQUIRE(migration.check().ok());
    SECTION("newer, and made for this release too") {
        REQUIRE(migration.update(schema_of({step_of("99.1", "SELECT 1", "1.0")})).ok());
        CHECK(migration.check().message().empty());
    }
    SECTION("newer, and not") {
        REQUIRE(migration.update(schema_of({step_of("99.1", "SELECT 1", "99.0")})).ok());
        const Status status = migration.check();
        CHECK(status.code() == Code::FailedPrecondition);
        CHECK_THAT(status.message(), Contains("schema temporal has version 99.1, for releases that "
                                              "need 99.0 or newer") &&
                                         Contains("start a newer release of the server"));
        SECTION("an update by an old tool leaves it as it is") {
            CHECK(migration.update(own(schema::kTemporal)).ok());
            CHECK(migration.version_of("temporal") == "99.1");
        }
    }
}

TEST_CASE("the database of another Temporal server is refused and left alone",
          "[store][postgres][schema]") {
    PostgresServer& server = PostgresServer::shared();
    Migration migration(server, server.make_database());
    migration.run(
        "SET ROLE temporal; CREATE TABLE schema_version (version_partition INT NOT NULL,"
        " db_name VARCHAR(255) NOT NULL, creation_time TIMESTAMP,"
        " curr_version VARCHAR(64), min_compatible_version VARCHAR(64),"
        " PRIMARY KEY (version_partition, db_name));"
        " INSERT INTO schema_version VALUES (0, 'temporal', now(), '1.12', '1.0')");
    for (const Status& status :
         {migration.set_up(), migration.update(own(schema::kTemporal)), migration.check()}) {
        CHECK(status.code() == Code::FailedPrecondition);
        CHECK_THAT(status.message(), Contains("has the tables of another Temporal server"));
    }
    CHECK(migration.run("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "1");
}
TEST_CASE("a migration runs through a pooler in transaction mode",
          "[store][postgres][schema][pgbouncer]") {
    PostgresServer& server = PostgresServer::shared();
    postgres::Database options = database_options(server, server.make_database());
    options.port = std::to_string(server.pgbouncer_port());
    SystemClock clock;
    postgres::Interrupt interrupt;
    auto connection = postgres::BlockingConnection::open({options, clock, interrupt}, kNever);
    ServerSchema database(std::move(connection).value(), {}, kSilent);
    const schema::Setup set_up{.version = schema::Version{}, .scripts = {}};
    CHECK(schema::set_up(database, set_up, kSilent).message().empty());
    CHECK(
        schema::update(database, own(schema::kTemporal), std::nullopt, kSilent).message().empty());
    CHECK(database.read().value()->at("temporal").current == own(schema::kTemporal).newest().to);
}

TEST_CASE("overwriting drops what the database has, and sets it up", "[store][postgres][schema]") {
    PostgresServer& server = PostgresServer::shared();
    Migration migration(server, server.make_database());
    REQUIRE(migration.set_up().ok());
    REQUIRE(migration.update(own(schema::kTemporal)).ok());
    migration.run("INSERT INTO shard VALUES (1, 1, '')");
    const schema::Setup again{.version = schema::Version{}, .scripts = {}, .overwrite = true};
    REQUIRE(schema::set_up(*migration.open(), again, kSilent).ok());
    CHECK(migration.version_of("temporal") == "0.0");
    REQUIRE(migration.update(own(schema::kTemporal)).ok());
    CHECK(migration.run("SELECT count(*) FROM shard") == "0");
}

}  // namespace server::tests
