// What is wrong when a server starts is told with the cause, the configuration key and the fix.

#include <future>

#include "tests/store/postgres/certificates.h"
#include "tests/store/postgres/fixture.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

namespace server::tests {

using namespace store;
using Catch::Contains;

namespace {

Status refusal(const postgres::Options& options) { return postgres::open(options).status(); }

postgres::Options with_tls(PostgresServer& server, postgres::TlsMode mode,
                           const std::string& ca_file) {
    postgres::Options options = fresh_database(server);
    options.database.tls.mode = mode;
    options.database.tls.ca_file = ca_file;
    return options;
}

}  // namespace

TEST_CASE("what cannot heal refuses the start at once", "[store][postgres][start]") {
    PostgresServer& server = PostgresServer::shared();
    postgres::Options options = fresh_database(server);
    options.start_patience = 60s;

    SECTION("a wrong password") {
        options.database.password = "wrong";
        const Status status = refusal(options);
        CHECK(status.code() == Code::FailedPrecondition);
        CHECK_THAT(status.message(), Contains("the password is wrong for user"));
        CHECK_THAT(status.message(), Contains("persistence.datastores.default.sql.password"));
    }
    SECTION("a database that does not exist") {
        options.database.name = "nowhere";
        const Status status = refusal(options);
        CHECK(status.code() == Code::FailedPrecondition);
        CHECK_THAT(status.message(), Contains("there is no such database"));
        CHECK_THAT(status.message(), Contains("persistence.datastores.default.sql.databaseName"));
    }
    SECTION("the database of visibility is named as such") {
        options.visibility = options.database;
        options.visibility->datastore = "visibility";
        options.visibility->name = "nowhere";
        CHECK_THAT(refusal(options).message(),
                   Contains("persistence.datastores.visibility.sql.databaseName"));
    }
    SECTION("a password file that is not there") {
        options.database.password.clear();
        options.database.password_file = "/nowhere";
        const Status status = refusal(options);
        CHECK(status.code() == Code::FailedPrecondition);
        CHECK_THAT(status.message(), Contains("/nowhere"));
    }
    SECTION("a password command that fails") {
        options.database.password.clear();
        options.database.password_command = "exit 3";
        CHECK_THAT(refusal(options).message(), Contains("passwordCommand"));
    }
    SECTION("fewer connections than it needs") {
        options.database.connections_max = 2;
        const Status status = refusal(options);
        CHECK(status.code() == Code::InvalidArgument);
        CHECK_THAT(status.message(), Contains("persistence.datastores.default.sql.maxConns is 2"));
    }
}

TEST_CASE("what may heal is Unavailable, with the cause and the key", "[store][postgres][start]") {
    PostgresServer& server = PostgresServer::shared();
    postgres::Options options = fresh_database(server);

    SECTION("nobody listens") {
        options.database.port = "1";
        const Status status = refusal(options);
        CHECK(status.code() == Code::Unavailable);
        CHECK_THAT(status.message(), Contains("nothing listens there"));
        CHECK_THAT(status.message(), Contains("persistence.datastores.default.sql.connectAddr"));
    }
    SECTION("a name that is not known") {
        options.database.host = "no-such-host.invalid";
        const Status status = refusal(options);
        CHECK(status.code() == Code::Unavailable);
        CHECK_THAT(status.message(), Contains("the host's name is not known"));
    }
    SECTION("all connections are taken") {
        static_cast<void>(server.run("postgres", "ALTER ROLE second CONNECTION LIMIT 0"));
        options.database.user = options.database.password = "second";
        const Status status = refusal(options);
        static_cast<void>(server.run("postgres", "ALTER ROLE second CONNECTION LIMIT -1"));
        CHECK(status.code() == Code::Unavailable);
        CHECK_THAT(status.message(), Contains("all connections of the server are taken"));
        CHECK_THAT(status.message(), Contains("persistence.datastores.default.sql.maxConns"));
    }
}

TEST_CASE("a start is held until the server is there", "[store][postgres][start]") {
    PostgresServer server;
    postgres::Options options = fresh_database(server);
    options.start_patience = 60s;
    server.stop();
    auto opened = std::async(std::launch::async, [&] { return postgres::open(options); });
    server.start();
    const auto store = opened.get().value();
    CHECK(must(store->runs().acquire_shard(kShard, "owner")) == RangeId{1});
}

TEST_CASE("the password comes from a file or a command, read anew for each connection",
          "[store][postgres][start]") {
    PostgresServer& server = PostgresServer::shared();
    postgres::Options options = fresh_database(server);
    options.database.password.clear();
    const TempDir directory;
    SECTION("file") {
        options.database.password_file = directory.file("password");
        write_text(options.database.password_file, "temporal\n");
        CHECK(refusal(options).ok());
        write_text(options.database.password_file, "another\n");
        CHECK(refusal(options).code() == Code::FailedPrecondition);
    }
    SECTION("command") {
        options.database.password_command = "printf tempo; echo ral";
        CHECK(refusal(options).ok());
    }
}

TEST_CASE("with verify-full the server's certificate must be of the authority and name the server",
          "[store][postgres][tls]") {
    PostgresServer& server = PostgresServer::shared();
    using postgres::TlsMode;
    SECTION("it is") {
        const postgres::Options options =
            with_tls(server, TlsMode::verify_full, server.file("ca.crt"));
        const auto store = open_store(options);
        CHECK(must(store->runs().acquire_shard(kShard, "owner")) == RangeId{1});
        CHECK(server.run("postgres",
                         "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
                         " WHERE datname = '" +
                             options.database.name + "'") == "t");
    }
    SECTION("it is of another authority") {
        const Status status =
            refusal(with_tls(server, TlsMode::verify_full, server.file("other-ca.crt")));
        CHECK(status.code() == Code::FailedPrecondition);
        CHECK_THAT(status.message(), Contains("not of a known authority"));
        CHECK_THAT(status.message(), Contains("persistence.datastores.default.sql.tls.caFile"));
    }
    SECTION("it is of another authority, and nobody asks") {
        CHECK(refusal(with_tls(server, TlsMode::require, server.file("other-ca.crt"))).ok());
    }
    SECTION("it names another server") {
        postgres::Options options = with_tls(server, TlsMode::verify_full, server.file("ca.crt"));
        options.database.tls.server_name = "database.example";
        const Status status = refusal(options);
        CHECK(status.code() == Code::FailedPrecondition);
        CHECK_THAT(status.message(), Contains("tls.serverName"));
    }
    SECTION("it names the server by the name that is expected") {
        postgres::Options options = with_tls(server, TlsMode::verify_full, server.file("ca.crt"));
        options.database.tls.server_name = "localhost";
        CHECK(refusal(options).ok());
    }
    SECTION("the authority's file is not there") {
        const Status status = refusal(with_tls(server, TlsMode::verify_full, "/nowhere/ca.crt"));
        CHECK(status.code() == Code::FailedPrecondition);
        CHECK_THAT(status.message(), Contains("/nowhere/ca.crt"));
    }
}

TEST_CASE("a certificate that has expired is named as the cause", "[store][postgres][tls]") {
    PostgresServer server;
    make_expired_certificate(server.file("ca.crt"), server.file("ca.key"),
                             server.file("server.key"), server.file("expired.crt"));
    static_cast<void>(server.run(
        "postgres", "ALTER SYSTEM SET ssl_cert_file = '" + server.file("expired.crt") + "'"));
    server.stop();
    server.start();
    const Status status =
        refusal(with_tls(server, postgres::TlsMode::verify_full, server.file("ca.crt")));
    CHECK(status.code() == Code::FailedPrecondition);
    CHECK_THAT(status.message(), Contains("the server's certificate has expired"));
    CHECK_THAT(status.message(), Contains("renew the server's certificate"));
}

TEST_CASE("named statements are used on a direct connection and not behind a pooler",
          "[store][postgres][pgbouncer]") {
    PostgresServer& server = PostgresServer::shared();
    postgres::Options options = fresh_database(server);
    const bool direct = GENERATE(true, false);
    if (!direct) options.database.port = std::to_string(server.pgbouncer_port());
    SystemClock clock;
    postgres::Interrupt interrupt;
    const auto opened = postgres::Connection::open({options.database, clock, interrupt},
                                                   postgres::Purpose::keyed, kNever);
    REQUIRE(std::holds_alternative<std::unique_ptr<postgres::Connection>>(opened));
    CHECK(std::get<0>(opened)->pooled() != direct);
}

}  // namespace server::tests
