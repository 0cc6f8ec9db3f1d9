// The private PostgreSQL itself: what tests of the store rely on.
#include "tests/support/postgres_server.h"

#include "tests/support/catch.h"

using server::tests::PostgresServer;

TEST_CASE("a private PostgreSQL keeps its data over a kill", "[store][postgres]") {
    PostgresServer server({"max_connections=20"});
    CHECK(server.run("postgres", "SHOW max_connections") == "20");
    CHECK(server.run("postgres", "SHOW fsync") == "on");
    const std::string database = server.make_database("kept");
    server.run(database, "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2)");
    server.kill();
    CHECK_THROWS(server.run(database, "SELECT 1"));
    server.start();
    CHECK(server.run(database, "SELECT a FROM t ORDER BY a") == "1\n2");
}

TEST_CASE("fresh databases are empty, and apart", "[store][postgres]") {
    PostgresServer& server = PostgresServer::shared();
    const std::string first = server.make_database();
    const std::string second = server.make_database();
    CHECK(first != second);
    CHECK(server.run(first, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0");
    CHECK(server.pgbouncer_port() != server.port());
}
