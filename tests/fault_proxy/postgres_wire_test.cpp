#include "tests/support/fault_proxy/postgres_wire.h"

#include <libpq-fe.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/fault_proxy/fault_proxy.h"
#include "tests/support/postgres_server.h"

using namespace server::tests;

namespace {

std::string message(const std::string& type, const std::string& body) {
    const auto length = static_cast<std::uint32_t>(body.size() + 4);
    std::string bytes = type;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift & 0xff);
    return bytes + body;
}
const std::string kStartup = message("", std::string("\0\3\0\0user\0a\0\0", 12));
std::string ready() { return message("Z", "I"); }
std::string query(const std::string& sql) { return message("Q", sql + '\0'); }
std::string complete(const std::string& tag) { return message("C", tag + '\0'); }

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Rows = std::unique_ptr<PGresult, decltype(&PQclear)>;

Connection connected(const std::string& conninfo) {
    Connection connection(PQconnectdb(conninfo.c_str()), &PQfinish);
    INFO(PQerrorMessage(connection.get()));
    REQUIRE(PQstatus(connection.get()) == CONNECTION_OK);
    return connection;
}

ExecStatusType execute(PGconn* connection, const std::string& sql) {
    return PQresultStatus(Rows(PQexec(connection, sql.c_str()), &PQclear).get());
}

}  // namespace

TEST_CASE("the answer of a batch that matches is dropped, of others not", "[fault_proxy][wire]") {
    std::size_t drops = 1;
    const std::string text = "COMMIT";
    PostgresConversation conversation(drops, text);
    CHECK(conversation.from_client(kStartup) == kStartup);
    CHECK(conversation.from_server(message("R", std::string(4, '\0')) + ready()).bytes.size() ==
          9 + 6);
    conversation.from_client(query("SELECT 1"));
    CHECK(conversation.from_server(complete("SELECT 1") + ready()).bytes ==
          complete("SELECT 1") + ready());

    SECTION("also when it comes in pieces") {
        const std::string sent = query("COMMIT");
        for (const char byte : sent) conversation.from_client({&byte, 1});
        const std::string answer = complete("COMMIT") + ready();
        for (std::size_t at = 0; at < answer.size(); ++at) {
            const auto forwarded = conversation.from_server({&answer[at], 1});
            CHECK(forwarded.bytes.empty());
            CHECK(forwarded.answer_dropped == (at + 1 == answer.size()));
        }
        CHECK(drops == 0);
    }
    SECTION("a pipelined batch counts up to its Sync, and those before it are answered") {
        conversation.from_client(message("P", "a") + message("S", "") + message("B", "x COMMIT y") +
                                 message("E", "") + message("S", ""));
        const auto first = conversation.from_server(complete("SELECT 1") + ready());
        CHECK(first.bytes == complete("SELECT 1") + ready());
        CHECK_FALSE(first.answer_dropped);
        CHECK(conversation.from_server(complete("INSERT 0 1")).bytes.empty());
        CHECK(conversation.from_server(ready()).answer_dropped);
    }
}

TEST_CASE("a connection that turns to TLS goes through untouched", "[fault_proxy][wire]") {
    std::size_t drops = 1;
    const std::string text = "COMMIT";
    PostgresConversation conversation(drops, text);
    const std::string tls_request = message("", std::string("\x04\xd2\x16\x2f", 4));
    conversation.from_client(tls_request);
    CHECK(conversation.from_server("S").bytes == "S");
    conversation.from_client("\x16\x03\x01 COMMIT");
    CHECK(conversation.from_server("\x16\x03\x01").bytes == "\x16\x03\x01");
    CHECK(drops == 1);
}

TEST_CASE("PostgreSQL commits and the client never hears of it", "[fault_proxy][postgres]") {
    PostgresServer& server = PostgresServer::shared();
    const std::string database = server.make_database("proxy");
    FaultProxy proxy(server.host(), server.port());
    const std::string through =
        "host=127.0.0.1 port=" + std::to_string(proxy.port()) +
        " user=temporal password=temporal sslmode=disable dbname=" + database;
    const Connection connection = connected(through);
    REQUIRE(execute(connection.get(), "CREATE TABLE t (n int)") == PGRES_COMMAND_OK);
    proxy.drop_commit_answers(1, "INSERT");
    CHECK(execute(connection.get(), "SELECT 1") == PGRES_TUPLES_OK);
    CHECK(execute(connection.get(), "INSERT INTO t VALUES (7)") == PGRES_FATAL_ERROR);
    CHECK(PQstatus(connection.get()) == CONNECTION_BAD);
    CHECK(proxy.dropped_answers() == 1);
    CHECK(server.run(database, "SELECT n FROM t") == "7");
    SECTION("the next one is answered again") {
        const Connection again = connected(through);
        CHECK(execute(again.get(), "INSERT INTO t VALUES (8)") == PGRES_COMMAND_OK);
    }
}

TEST_CASE("a connection that logged in before a drop was asked for is no match for it",
          "[fault_proxy][postgres]") {
    PostgresServer& server = PostgresServer::shared();
    FaultProxy proxy(server.host(), server.port());
    const std::string through = "host=127.0.0.1 port=" + std::to_string(proxy.port()) +
                                " user=temporal password=temporal sslmode=disable dbname=postgres";
    const Connection early = connected(through);
    proxy.drop_commit_answers(1, "SELECT 2");
    CHECK(execute(early.get(), "SELECT 1") == PGRES_TUPLES_OK);
    CHECK(execute(early.get(), "SELECT 2") == PGRES_FATAL_ERROR);
    CHECK(proxy.dropped_answers() == 1);
}

TEST_CASE("an answer is dropped while other connections are busy", "[fault_proxy][postgres]") {
    PostgresServer& server = PostgresServer::shared();
    FaultProxy proxy(server.host(), server.port());
    const std::string through = "host=127.0.0.1 port=" + std::to_string(proxy.port()) +
                                " user=temporal password=temporal sslmode=disable dbname=postgres";
    std::atomic<bool> stopping = false;
    std::vector<std::thread> others;
    for (int number = 0; number < 3; ++number) {
        others.emplace_back([&] {
            const Connection busy(PQconnectdb(through.c_str()), &PQfinish);
            while (!stopping) execute(busy.get(), "SELECT 1");
        });
    }
    for (int drop = 0; drop < 50; ++drop) {
        const Connection connection = connected(through);
        proxy.drop_commit_answers(1, "SELECT 2");
        CHECK(execute(connection.get(), "SELECT 2") == PGRES_FATAL_ERROR);
    }
    stopping = true;
    for (std::thread& other : others) other.join();
    CHECK(proxy.dropped_answers() == 50);
}
