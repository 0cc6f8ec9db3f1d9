// `temporal-sql-tool` as its users run it.
#include <libpq-fe.h>

#include <csignal>
#include <fstream>
#include <memory>

#include "tests/cli/child.h"
#include "tests/cli/listener.h"
#include "tests/support/catch.h"
#include "tests/support/postgres_server.h"
#include "tests/support/temp_dir.h"

using namespace server::tests;
using Words = std::vector<std::string>;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

Words tool(const Words& arguments) {
    Words words{program("temporal-sql-tool")};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
}

Finished run_tool(const Words& arguments, const std::vector<std::string>& environment = {}) {
    return finish(tool(arguments), {.environment = environment});
}

// The flags that lead to a database of the shared server.
Words on(const std::string& database, const Words& arguments) {
    const PostgresServer& server = PostgresServer::shared();
    Words words{
        "--plugin", "postgres12", "--ep", server.host(), "-p",   std::to_string(server.port()),
        "-u",       "temporal",   "--pw", "temporal",    "--db", database};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
}

Finished run_on(const std::string& database, const Words& arguments) {
    return run_tool(on(database, arguments));
}

std::string fresh_name() {
    static int number = 0;
    return "tool_" + std::to_string(++number);
}

std::string prepared_database() {
    const std::string name = fresh_name();
    REQUIRE(run_on(name, {"create-database"}).code == 0);
    REQUIRE(run_on(name, {"setup-schema", "-v", "0.0"}).code == 0);
    return name;
}

// A line of a shell: `input` goes into the tool.
Finished with_input(const std::string& input, const Words& arguments) {
    std::string line = "printf '" + input + "' |";
    for (const std::string& word : tool(arguments)) line += " '" + word + "'";
    return finish({"/bin/sh", "-c", line});
}

// Holds the lock of migrations until it is destroyed.
class HeldLock {
public:
    explicit HeldLock(const std::string& database)
        : connection_(PQconnectdb(PostgresServer::shared().conninfo(database).c_str()), PQfinish) {
        PQclear(PQexec(connection_.get(), "SELECT pg_advisory_lock(6081387201454891880)"));
        REQUIRE(PQstatus(connection_.get()) == CONNECTION_OK);
    }

private:
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

}  // namespace

TEST_CASE("the commands of the deployment guide update both schemas as they are written",
          "[cli][sql-tool]") {
    const PostgresServer& server = PostgresServer::shared();
    const std::string schema = GENERATE("temporal", "visibility");
    const std::string name = prepared_database();
    const Words guide{"--tls",
                      "--tls-enable-host-verification",
                      "--tls-cert-file",
                      server.file("client.crt"),
                      "--tls-key-file",
                      server.file("client.key"),
                      "--tls-ca-file",
                      server.file("ca.crt"),
                      "--ep",
                      "localhost",
                      "-p",
                      std::to_string(server.port()),
                      "-u",
                      "temporal",
                      "-pw",
                      "temporal",
                      "--pl",
                      "postgres",
                      "--db",
                      name,
                      "update-schema",
                      "-d",
                      "./schema/postgresql/v96/" + schema + "/versioned"};
    const Finished first = run_tool(guide);
    CHECK(first.err.empty());
    CHECK(first.code == 0);
    CHECK_THAT(first.out, Contains("schema " + schema + " now has version 1.0"));
    const Finished second = run_tool(guide);
    CHECK(second.code == 0);
    CHECK_THAT(second.out, Contains("nothing to do"));
    CHECK(run_on(name, {"schema-version", "-s", schema}).code == 0);
}

TEST_CASE("the variables of Temporal's images lead to the database", "[cli][sql-tool]") {
    const PostgresServer& server = PostgresServer::shared();
    const std::string name = fresh_name();
    const std::string host = GENERATE("SQL_HOST=127.0.0.1", "POSTGRES_SEEDS=127.0.0.1,10.0.0.1");
    const std::vector<std::string> environment{host,
                                               "SQL_PORT=" + std::to_string(server.port()),
                                               "SQL_USER=temporal",
                                               "SQL_PASSWORD=temporal",
                                               "SQL_DATABASE=" + name,
                                               "SQL_PLUGIN=postgres12_pgx",
                                               "SQL_CONNECT_ATTRIBUTES=sslmode=verify-full&"
                                               "sslrootcert=" +
                                                   server.file("ca.crt") +
                                                   "&work_mem=8MB&binary_parameters=yes"};
    CHECK(run_tool({"create"}, environment).err.empty());
    CHECK(run_tool({"setup", "-v", "0.0"}, environment).code == 0);
    CHECK(run_tool({"update", "-s", "postgresql/v12/temporal"}, environment).code == 0);
    CHECK(run_tool({"schema-version"}, environment).code == 0);
}

TEST_CASE("creating a database again leaves it, dropping asks", "[cli][sql-tool]") {
    const std::string name = fresh_name();
    CHECK_THAT(run_on(name, {"create-database"}).out, Contains(name + ": created"));
    const Finished again = run_on(name, {"create-database"});
    CHECK(again.code == 0);
    CHECK_THAT(again.out, Contains(name + ": is there already"));
    const Finished refused = with_input("n\\n", on(name, {"drop-database"}));
    CHECK(refused.code == 1);
    CHECK_THAT(refused.err, Contains("Drop the database " + name) && Contains("[y/N]") &&
                                Contains("nothing was changed"));
    CHECK(with_input("", on(name, {"drop-database"})).code == 1);
    CHECK_THAT(with_input("y\\n", on(name, {"drop-database"})).out, Contains(name + ": dropped"));
    const Finished gone = run_on(name, {"drop", "--force"});
    CHECK(gone.code == 0);
    CHECK_THAT(gone.out, Contains(name + ": there is none"));
}

TEST_CASE("a database that is in use is not dropped", "[cli][sql-tool]") {
    const std::string name = prepared_database();
    const HeldLock somebody(name);
    const Finished ended = run_on(name, {"drop-database", "-f"});
    CHECK(ended.code == 1);
    CHECK_THAT(ended.err, Contains("stop the servers and programs that are connected to it"));
}

TEST_CASE("schema-version tells by its exit code whether a server can start", "[cli][sql-tool]") {
    const std::string name = fresh_name();
    REQUIRE(run_on(name, {"create-database"}).code == 0);
    const Words asked{"schema-version", "--schema-name", "temporal"};
    const Finished bare = run_on(name, asked);
    CHECK(bare.code == 2);
    CHECK_THAT(bare.out, Contains("schema temporal is not set up, this release needs"));
    REQUIRE(run_on(name, {"setup-schema", "--version", "0.0"}).code == 0);
    CHECK(run_on(name, asked).code == 2);
    CHECK(run_on(name, {"schema-version"}).code == 2);
    const Words update{"update-schema", "-s", "postgresql/v12/temporal"};
    REQUIRE(run_on(name, {update[0], update[1], update[2], "--version", "1.0"}).code == 0);
    const Finished older = run_on(name, asked);
    CHECK(older.code == 2);
    CHECK_THAT(older.out, Contains("schema temporal has version 1.0, this release needs 1.1"));
    REQUIRE(run_on(name, update).code == 0);
    const Finished ready = run_on(name, asked);
    CHECK(ready.code == 0);
    CHECK_THAT(ready.out, Contains("schema temporal has version 1.1") && Contains(": ready"));
    CHECK(run_on(name, {"schema-version"}).code == 0);
    CHECK(run_on(name, {"schema-version", "-s", "temporal", "-s", "visibility"}).code == 2);
    static_cast<void>(PostgresServer::shared().run(
        name, "UPDATE schema_version SET curr_version = '99.0', min_compatible_version = '99.0'"));
    CHECK(run_on(name, asked).code == 3);
    CHECK_THAT(run_on(name, {"schema-version", "-s", "cassandra"}).err,
               Contains("\"cassandra\" is neither temporal nor visibility"));
    const Finished nowhere = run_tool(
        {"--pl", "postgres", "-u", "u", "-p", std::to_string(free_port()), "schema-version"});
    CHECK(nowhere.code == 4);
    CHECK_THAT(nowhere.err, Contains("nothing listens there") && Contains("--endpoint, --port"));
}

TEST_CASE("two updates in two processes at once make every step once", "[cli][sql-tool]") {
    PostgresServer& server = PostgresServer::shared();
    const std::string name = prepared_database();
    const Words update{"update-schema", "-s", "postgresql/v12/temporal"};
    Finished ends[2];
    {
        auto lock = std::make_unique<HeldLock>(name);
        Child first(tool(on(name, update)));
        Child second(tool(on(name, update)));
        const std::string waiting =
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
            " AND NOT granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = '" +
            name + "')";
        int looks = 0;
        while (server.run("postgres", waiting) != "2" && looks < 10'000) ++looks;
        REQUIRE(looks < 10'000);
        lock.reset();
        ends[0].code = first.wait();
        ends[1].code = second.wait();
        CHECK_THAT(first.err(), Contains("waiting for another program that changes the schema"));
    }
    CHECK(ends[0].code == 0);
    CHECK(ends[1].code == 0);
    CHECK(server.run(name,
                     "SELECT count(*) FROM schema_update_history"
                     " WHERE schema_name = 'temporal'") == "2");
}

TEST_CASE("setting up with a script, a version of the program, or without versions",
          "[cli][sql-tool]") {
    PostgresServer& server = PostgresServer::shared();
    const TempDir folder;
    std::ofstream(folder.file("a.sql")) << "CREATE TABLE a (b int);";
    const std::string name = fresh_name();
    REQUIRE(run_on(name, {"create-database"}).code == 0);
    SECTION("a script, once") {
        const Words setup{"setup-schema", "-v", "0.5", "-f", folder.file("a.sql")};
        CHECK(run_on(name, setup).code == 0);
        const Finished again = run_on(name, setup);
        CHECK(again.code == 0);
        CHECK_THAT(again.out, Contains("is set up already, with version 0.5"));
        CHECK(server.run(name, "SELECT curr_version FROM schema_version") == "0.5");
    }
    SECTION("a version that is part of the program") {
        CHECK(run_on(name, {"setup-schema", "-v", "1.0", "-s", "postgresql/v12/visibility"}).code ==
              0);
        CHECK(run_on(name, {"schema-version", "-s", "visibility"}).code == 0);
    }
    SECTION("without versions") {
        CHECK(run_on(name, {"setup-schema", "-d", "-f", folder.file("a.sql")}).code == 0);
        CHECK(server.run(name, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") ==
              "1");
    }
    SECTION("overwriting asks") {
        CHECK(run_on(name, {"setup-schema", "-d", "-f", folder.file("a.sql")}).code == 0);
        const Words overwrite{"setup-schema", "-v", "0.0", "-o"};
        CHECK(with_input("n\\n", on(name, overwrite)).code == 1);
        CHECK(server.run(name, "SELECT to_regclass('a') IS NOT NULL") == "t");
        CHECK(run_on(name, {"setup-schema", "-v", "0.0", "-o", "--force"}).code == 0);
        CHECK(server.run(name, "SELECT to_regclass('a') IS NULL") == "t");
    }
}

TEST_CASE("what the tool cannot do it refuses, naming the flag and the fix", "[cli][sql-tool]") {
    const PostgresServer& server = PostgresServer::shared();
    const std::string name = prepared_database();
    struct Refused {
        Words arguments;
        std::string message;
    };
    const Words tls{"--tls", "--tls-ca-file", server.file("other-ca.crt")};
    const auto with = [](Words words, const Words& more) {
        words.insert(words.end(), more.begin(), more.end());
        return words;
    };
    const Words update{"update-schema", "-s", "postgresql/v12/temporal"};
    const std::vector<Refused> table{
        {{"create-database"}, "mysql8 is not built yet: set --plugin (or SQL_PLUGIN)"},
        {{"--pl", "oracle", "create"}, "flag --plugin: \"oracle\" is not one of postgres12"},
        {{"--pl", "postgres12", "create"}, "missing: --user"},
        {on(name, with({"--pw", "wrong"}, update)), "the password is wrong for user"},
        {on(name, with({"--pw", "wrong"}, update)), "(--user, --password)"},
        {on("nowhere", update), "create it with `temporal-sql-tool create-database`"},
        {on(name, with(tls, update)), "--tls-ca-file"},
        {on(name, with({"--tls-ca-file", "ca.crt"}, update)),
         "flag --tls-ca-file is without effect unless --tls is given too"},
        {on(name, with({"--connect-attributes", "sslmode"}, update)), "is not NAME=VALUE"},
        {on(name, with({"--connect-attributes", "host=x"}, update)),
         "\"host\" is no attribute of a connection (--connect-attributes)"},
        {on(name, {"update-schema"}), "exactly one of --schema-dir and --schema-name"},
        {on(name, {"update-schema", "-s", "sqlite/v3/temporal"}), "is not for this --plugin"},
        {on(name, {"update-schema", "-s", "mysql/v8/temporal"}), "it has postgresql/v12/temporal"},
        {on(name, {"update-schema", "-d", "nowhere"}), "nowhere: No such file or directory"},
        {on(name, {"update-schema", "-d", "schema"}), "schema has no directory of a version"},
        {on(name, with(update, {"-v", "0.7"})), "version 0.7 is not in"},
        {on(name, with(update, {"-v", "one"})), "flag --version: \"one\" is no version"},
        {on(name, {"setup-schema"}), "exactly one of --version and --disable-versioning"},
        {on(name, {"setup-schema", "-v", "0.0", "-d"}), "exactly one of --version and"},
        {on(name, {"setup-schema", "-d"}), "--disable-versioning needs a script"},
        {on(name, {"setup-schema", "-v", "9.0", "-f", "nowhere.sql"}), "cannot read nowhere.sql"},
    };
    for (const Refused& refused : table) {
        CAPTURE(refused.arguments);
        const Finished ended = run_tool(refused.arguments);
        CHECK(ended.code == 1);
        CHECK_THAT(ended.err, StartsWith("Error: ") && Contains(refused.message));
        CHECK(ended.out.empty());
    }
}

TEST_CASE("with --quiet a failure is told and ends with 0", "[cli][sql-tool]") {
    const Words arguments{"-q",
                          "--pl",
                          "postgres",
                          "-u",
                          "u",
                          "-p",
                          std::to_string(free_port()),
                          "update-schema",
                          "-s",
                          "postgresql/v12/temporal"};
    const Finished ended = run_tool(arguments);
    CHECK(ended.code == 0);
    CHECK_THAT(ended.err, StartsWith("Error: "));
}

TEST_CASE("a user without the right to make a database is told which", "[cli][sql-tool]") {
    const PostgresServer& server = PostgresServer::shared();
    const Finished ended = run_tool({"--pl", "postgres12", "-p", std::to_string(server.port()),
                                     "-u", "second", "--pw", "second", "--db", "never", "create"});
    CHECK(ended.code == 1);
    CHECK_THAT(ended.err, Contains("run \"ALTER ROLE second CREATEDB\""));
}

TEST_CASE("the password comes from a file", "[cli][sql-tool]") {
    const PostgresServer& server = PostgresServer::shared();
    const TempDir folder;
    std::ofstream(folder.file("password")) << "temporal\n";
    const Finished ended =
        run_tool({"--pl", "postgres12", "-p", std::to_string(server.port()), "-u", "temporal",
                  "--password-file", folder.file("password"), "--db", fresh_name(), "create"});
    CHECK(ended.err.empty());
    CHECK(ended.code == 0);
}

TEST_CASE("an SQLite file is prepared by the tool and used by a server", "[cli][sql-tool]") {
    const TempDir folder;
    const std::string file = folder.file("server.db");
    const auto on_file = [&](const Words& arguments) {
        Words words{"--plugin", "sqlite", "--database", file};
        words.insert(words.end(), arguments.begin(), arguments.end());
        return run_tool(words);
    };
    CHECK(on_file({"schema-version"}).code == 2);
    CHECK_FALSE(std::ifstream(file).good());
    CHECK(on_file({"create-database"}).code == 0);
    CHECK(on_file({"setup-schema", "-v", "0.0"}).code == 0);
    CHECK(on_file({"update-schema", "-d", "schema/sqlite/v3/temporal/versioned"}).code == 0);
    CHECK(on_file({"update-schema", "-s", "sqlite/v3/visibility"}).code == 0);
    CHECK(on_file({"schema-version", "-s", "temporal", "-s", "visibility"}).code == 0);
    {
        Child server({program("temporal"), "server", "start-dev", "--db-filename", file, "--port",
                      std::to_string(free_port())});
        REQUIRE(server.printed("Temporal Server:"));
        const Finished busy = on_file({"update-schema", "-s", "sqlite/v3/temporal"});
        CHECK(busy.code == 1);
        CHECK_THAT(busy.err, Contains("is in use by process " + std::to_string(server.pid())));
        CHECK(on_file({"drop-database", "--force"}).code == 1);
        CHECK(on_file({"schema-version"}).code == 0);
        server.signal(SIGTERM);
        CHECK(server.wait(Child::kStopMax) == 0);
    }
    CHECK_THAT(on_file({"drop-database", "--force"}).out, Contains(": dropped"));
    CHECK_FALSE(std::ifstream(file).good());
}
