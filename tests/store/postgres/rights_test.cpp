// Whose the tables of a PostgreSQL database are, and who may use and change them.
#include "tests/store/postgres/migration.h"
#include "tests/support/catch.h"

namespace server::tests {

using Catch::Contains;

TEST_CASE("what one user made another may use where the tables are shared",
          "[store][postgres][schema][rights]") {
    PostgresServer& server = PostgresServer::shared();
    const std::string database = server.make_database();
    Migration first(server, database);
    Migration second(server, database, "second");
    REQUIRE(first.set_up().ok());
    REQUIRE(first.update(own(schema::kTemporal)).ok());
    REQUIRE(first.update(own(schema::kVisibility)).ok());
    SECTION("they are not, as long as anybody may connect") {
        const Status status = second.check();
        CHECK(status.code() == Code::FailedPrecondition);
        CHECK_THAT(status.message(), Contains("update-schema --grant-to second"));
    }
    SECTION("with the role that is named, also when there is no step to make") {
        const auto opened = first.open({.grant_to = {"second"}});
        REQUIRE(opened->begin().ok());
        REQUIRE(opened->commit().ok());
        CHECK(second.check().message().empty());
        CHECK(second.connect()->run("insert", "INSERT INTO shard VALUES (1, 1, '')").ok());
        CHECK_FALSE(second.connect()->run("drop", "DROP TABLE shard").ok());
    }
    SECTION("with everybody, where only named roles may connect") {
        server.run("postgres", "REVOKE CONNECT ON DATABASE " + database +
                                   " FROM PUBLIC;"
                                   "GRANT CONNECT ON DATABASE " +
                                   database + " TO second");
        REQUIRE(first.update(schema_of({step_of("99.0", "CREATE TABLE later (a int)")})).ok());
        CHECK(second.check().message().empty());
        CHECK(second.connect()->run("insert", "INSERT INTO later VALUES (1)").ok());
    }
    SECTION("a role that is not there is told by name") {
        const Status status = first.update(
            schema_of({step_of("99.0", "CREATE TABLE later (a int)")}), {.grant_to = {"nobody"}});
        CHECK_THAT(status.message(),
                   Contains("role \"nobody\" does not exist") && Contains("correct --grant-to"));
        CHECK(first.version_of("temporal") == "1.1");
    }
}

namespace {

// As the charm of PostgreSQL leaves a database whose user goes.
void remove_user(PostgresServer& server, Migration& migration, const std::string& user) {
    migration.run("REASSIGN OWNED BY " + user + " TO CURRENT_USER; DROP OWNED BY " + user);
    server.run("postgres", "DROP OWNED BY " + user + "; DROP ROLE " + user);
}

}  // namespace

TEST_CASE("tables of a role outlive the user who made them, and each member brings them forward",
          "[store][postgres][schema][rights]") {
    PostgresServer& server = PostgresServer::shared();
    const std::string database = server.make_database();
    server.run("postgres",
               "CREATE ROLE crew; GRANT crew TO second;"
               "CREATE ROLE leaving LOGIN PASSWORD 'leaving' IN ROLE crew");
    Migration first(server, database, "leaving");
    Migration second(server, database, "second");
    first.run("GRANT ALL ON SCHEMA public TO PUBLIC");
    const postgres::TableRights rights{.owner = "crew"};
    const schema::Schema one =
        schema_of({step_of("1.0",
                           "CREATE TABLE one (a int);"
                           "CREATE FUNCTION two() RETURNS int LANGUAGE sql AS 'SELECT 2'")});
    const schema::Schema next = schema_of(
        {step_of("1.1",
                 "ALTER TABLE one ADD b int;"
                 "CREATE OR REPLACE FUNCTION two() RETURNS int LANGUAGE sql AS 'SELECT 3'")});
    const bool from_the_start = GENERATE(true, false);
    REQUIRE(first.set_up(from_the_start ? rights : postgres::TableRights{}).ok());
    REQUIRE(first.update(one, from_the_start ? rights : postgres::TableRights{}).ok());
    if (!from_the_start) {
        CHECK(second.update(next, rights).code() == Code::FailedPrecondition);
        const auto opened = first.open(rights);
        REQUIRE(opened->begin().ok());
        REQUIRE(opened->commit().ok());
    }
    remove_user(server, second, "leaving");
    CHECK(second.run("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'") ==
          "crew");
    CHECK(second.update(next, rights).message().empty());
    CHECK(second.version_of("temporal") == "1.1");
    second.run("DROP OWNED BY crew CASCADE");
    server.run("postgres", "DROP ROLE crew");
}

TEST_CASE("without membership, the role or its rights the user owns what he makes",
          "[store][postgres][schema][rights]") {
    PostgresServer& server = PostgresServer::shared();
    const std::string database = server.make_database();
    Migration migration(server, database);
    server.run("postgres", "CREATE ROLE crew");
    const std::string owner = GENERATE("crew", "nobody", "temporal");
    const bool member = GENERATE(false, true);
    if (member) server.run("postgres", "GRANT crew TO temporal");
    CAPTURE(owner, member);
    CHECK(migration.set_up({.owner = owner}).message().empty());
    CHECK(
        migration.update(schema_of({step_of("1.0", "CREATE TABLE one (a int)")}), {.owner = owner})
            .message()
            .empty());
    CHECK(migration.run("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'") ==
          "temporal");
    server.run("postgres", "DROP ROLE crew");
}

TEST_CASE("another user brings the schema forward as a member of the owner's role",
          "[store][postgres][schema][rights]") {
    PostgresServer& server = PostgresServer::shared();
    const std::string database = server.make_database();
    Migration first(server, database);
    Migration second(server, database, "second");
    REQUIRE(first.set_up().ok());
    REQUIRE(first
                .update(schema_of({step_of("1.0", "CREATE TABLE one (a int)")}),
                        {.grant_to = {"second"}})
                .ok());
    const schema::Schema next = schema_of({step_of("1.1", "ALTER TABLE one ADD b int")});
    SECTION("without that it is told what to do") {
        const Status status = second.update(next);
        CHECK(status.code() == Code::FailedPrecondition);
        CHECK_THAT(status.message(), Contains("must be owner of table one") &&
                                         Contains("\"GRANT\" his role to second"));
    }
    SECTION("with it the tables keep their owner") {
        server.run("postgres", "GRANT temporal TO second");
        const Status status = second.update(next);
        server.run("postgres", "REVOKE temporal FROM second");
        CHECK(status.message().empty());
        CHECK(first.version_of("temporal") == "1.1");
        CHECK(first.run("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'") ==
              "temporal");
    }
}

TEST_CASE("a user who may not make tables is told the right that is missing",
          "[store][postgres][schema][rights]") {
    PostgresServer& server = PostgresServer::shared();
    Migration second(server, server.make_database(), "second");
    const Status status = second.set_up();
    CHECK(status.code() == Code::FailedPrecondition);
    CHECK_THAT(status.message(), Contains("permission denied for schema public") &&
                                     Contains("GRANT USAGE, CREATE ON SCHEMA public TO second"));
}

}  // namespace server::tests
