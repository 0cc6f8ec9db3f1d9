// What every program does alike, and `temporal-server`.
#include <csignal>
#include <fstream>

#include "tests/cli/child.h"
#include "tests/cli/listener.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

using namespace server::tests;
using Words = std::vector<std::string>;
using Catch::Matchers::Contains;

namespace {

Words command(const std::string& name, const Words& arguments) {
    Words words{program(name)};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
}

// A configuration file on a free port.
std::string service(const std::string& name, std::uint16_t port) {
    return "  " + name + ": {rpc: {bindOnLocalHost: true, grpcPort: " + std::to_string(port) +
           "}}\n";
}

std::string configuration(std::uint16_t port, const std::string& database_file) {
    return "log: {stdout: true}\n"
           "persistence:\n"
           "  defaultStore: main\n"
           "  visibilityStore: main\n"
           "  numHistoryShards: 2\n"
           "  datastores: {main: {sql: {pluginName: sqlite, databaseName: " +
           database_file +
           "}}}\n"
           "services:\n" +
           service("frontend", port) + service("history", free_port()) +
           service("matching", free_port()) + service("worker", free_port());
}

std::string written(const TempDir& folder, const std::string& name, const std::string& text) {
    std::ofstream(folder.file(name)) << text;
    return folder.file(name);
}

}  // namespace

TEST_CASE("every program tells its version and its help", "[cli][programs]") {
    const std::string name = GENERATE("temporal", "tctl", "temporal-server");
    const Finished version = finish(command(name, {"--version"}));
    CHECK(version.code == 0);
    CHECK_THAT(version.out, Catch::Matchers::StartsWith(name + " version "));
    const Words arguments = GENERATE(Words{"--help"}, Words{"help"}, Words{});
    const Finished help = finish(command(name, arguments));
    CHECK(help.code == 0);
    CHECK_THAT(help.out, Contains("Usage:") && Contains("Flags:"));
    CHECK(help.err.empty());
}

TEST_CASE("an unknown command ends with exit code 1", "[cli][programs]") {
    const std::string name = GENERATE("temporal", "tctl", "temporal-server");
    const Finished ended = finish(command(name, {"dance"}));
    CHECK(ended.code == 1);
    CHECK_THAT(ended.err, Contains("Error: unknown command \"dance\""));
    CHECK(ended.out.empty());
}

TEST_CASE("temporal-server runs all roles from a file and keeps its data", "[cli][server]") {
    const TempDir folder;
    const std::string file =
        written(folder, "server.yaml", configuration(free_port(), folder.file("temporal.db")));
    const Words services =
        GENERATE(Words{}, Words{"--services", "frontend,history,matching,worker"},
                 Words{"--service", "frontend", "--service", "history", "--svc", "matching",
                       "--svc=worker"});
    Words arguments{"--config-file", file, "start"};
    arguments.insert(arguments.end(), services.begin(), services.end());
    Child server(command("temporal-server", arguments));
    REQUIRE(server.printed("\"msg\":\"server started\""));
    CHECK_THAT(server.out(), Contains("\"history_shard_count\":2"));
    server.signal(SIGTERM);
    CHECK(server.wait(Child::kStopMax) == 0);
    CHECK_THAT(server.out(), Contains("\"msg\":\"server stopped\""));
    CHECK(std::ifstream(folder.file("temporal.db")).good());
}

TEST_CASE("a database is refused to a configuration that means another cluster", "[cli][server]") {
    const TempDir folder;
    const std::string right = configuration(free_port(), folder.file("temporal.db"));
    const Words arguments{"--config-file", written(folder, "right.yaml", right), "start"};
    Child server(command("temporal-server", arguments));
    REQUIRE(server.printed("\"msg\":\"server started\""));
    server.signal(SIGTERM);
    REQUIRE(server.wait(Child::kStopMax) == 0);
    SECTION("another number of history shards") {
        std::string wrong = right;
        wrong.replace(wrong.find("Shards: 2"), 9, "Shards: 8");
        const std::string file = written(folder, "wrong.yaml", wrong);
        const Finished ended = finish(command("temporal-server", {"--config-file", file, "start"}));
        CHECK(ended.code == 1);
        CHECK_THAT(ended.err, Contains("persistence.numHistoryShards is 8") &&
                                  Contains("was made with 2") && Contains("temporal.db"));
    }
    SECTION("another name of the cluster") {
        const std::string file = written(
            folder, "wrong.yaml",
            right +
                "clusterMetadata: {currentClusterName: other, masterClusterName: other, "
                "clusterInformation: {other: {enabled: true, initialFailoverVersion: 1}}}\n");
        const Finished ended = finish(command("temporal-server", {"--config-file", file, "start"}));
        CHECK(ended.code == 1);
        CHECK_THAT(ended.err, Contains("clusterMetadata.currentClusterName is \"other\"") &&
                                  Contains("belongs to the cluster \"active\""));
    }
}

TEST_CASE("temporal-server finds its file by folder and environment, also by variables",
          "[cli][server]") {
    const TempDir folder;
    written(folder, "prod.yaml", configuration(7233, folder.file("temporal.db")));
    const Words by_flags{"--root", folder.path().string(), "--config", ".", "--env",
                         "prod",   "render-config"};
    const Finished flags = finish(command("temporal-server", by_flags));
    CHECK(flags.code == 0);
    CHECK_THAT(flags.out, Contains("numHistoryShards: 2"));
    const Finished variables =
        finish(command("temporal-server", {"render-config"}),
               {.environment = {"TEMPORAL_ROOT=" + folder.path().string(), "TEMPORAL_CONFIG_DIR=.",
                                "TEMPORAL_ENVIRONMENT=prod"}});
    CHECK(variables.out == flags.out);
}

TEST_CASE("a broken configuration is refused with file and line", "[cli][server]") {
    const TempDir folder;
    struct Broken {
        std::string text;
        std::string message;
    };
    const std::string good = configuration(7233, "t.db");
    const Broken broken =
        GENERATE_COPY(Broken{"log:\n  level: [\n", "broken.yaml:3: no valid YAML"},
                      Broken{"log:\n  level: loud\n" + good.substr(good.find('\n') + 1),
                             "broken.yaml:2: log.level: \"loud\" is not one of debug, info"},
                      Broken{good + "global:\n  tls: {frontend: {server: {certFile: c.pem}}}\n",
                             "global.tls.frontend.server.certFile: not built yet"},
                      Broken{"", "persistence.defaultStore: is missing"});
    const std::string file = written(folder, "broken.yaml", broken.text);
    const Finished ended = finish(command("temporal-server", {"--config-file", file, "start"}));
    CHECK(ended.code == 1);
    CHECK_THAT(ended.err, Catch::Matchers::StartsWith("Error: ") && Contains(broken.message));
}

TEST_CASE("an unknown key is a warning in the log, and the server starts", "[cli][server]") {
    const TempDir folder;
    const std::string text = configuration(free_port(), folder.file("temporal.db"));
    const std::string file = written(folder, "server.yaml", text + "futur: {a: 1}\n");
    Child server(command("temporal-server", {"--config-file", file, "start"}));
    REQUIRE(server.printed("\"msg\":\"server started\""));
    CHECK_THAT(server.out(), Contains("server.yaml:12: futur: unknown key, without effect"));
}

TEST_CASE("temporal-server refuses what it cannot do, by name", "[cli][server]") {
    const TempDir folder;
    const std::string file =
        written(folder, "server.yaml", configuration(7233, folder.file("temporal.db")));
    struct Refused {
        Words arguments;
        std::string message;
    };
    const std::vector<Refused> table{
        {{"--config-file", file, "start", "--service", "history"},
         "service frontend is not started, and a sqlite store belongs to one process"},
        {{"--config-file", file, "start", "--service", "fronted"},
         "unknown service \"fronted\": use frontend, internal-frontend, history, matching, worker"},
        {{"--config-file", file, "--env", "prod", "start"},
         "--config-file and --env exclude each other"},
        {{"--config-file", folder.file("none.yaml"), "start"}, "none.yaml"},
        {{"--config-file", file, "start", "now"}, "unexpected word \"now\" after start"},
        {{"--confg", "x", "start"}, "unknown flag: --confg; did you mean --config?"}};
    const Refused& refused = table[GENERATE(0U, 1U, 2U, 3U, 4U, 5U)];
    const Finished ended = finish(command("temporal-server", refused.arguments));
    CHECK(ended.code == 1);
    CHECK_THAT(ended.err, Catch::Matchers::StartsWith("Error: ") && Contains(refused.message));
}

TEST_CASE("a port that the file names and another program has is refused by its key",
          "[cli][server]") {
    const TempDir folder;
    const Listener taken;
    const std::string file =
        written(folder, "server.yaml", configuration(taken.port(), folder.file("temporal.db")));
    const Finished ended = finish(command("temporal-server", {"--config-file", file, "start"}));
    CHECK(ended.code == 1);
    CHECK_THAT(ended.err, Contains(std::to_string(taken.port())) &&
                              Contains("services.frontend.rpc.grpcPort"));
}

TEST_CASE("dynamic config files are checked without a server", "[cli][server]") {
    const TempDir folder;
    const std::string good =
        written(folder, "good.yaml", "limit.maxIDLength: [{value: 10}]\nold.key: [{value: 1}]\n");
    const std::string bad = written(folder, "bad.yaml", "limit.maxIDLength: 10\n");
    const Finished checked = finish(command("temporal-server", {"validate-dynamic-config", good}));
    CHECK(checked.code == 0);
    CHECK_THAT(checked.out, Contains("good.yaml: old.key: without effect in this release") &&
                                Contains("good.yaml: usable"));
    const Finished refused =
        finish(command("temporal-server", {"validate-dynamic-config", good, bad}));
    CHECK(refused.code == 1);
    CHECK_THAT(refused.err, Contains("bad.yaml:1: limit.maxIDLength: is not a list of entries"));
}

TEST_CASE("a dynamic config file that is broken refuses the start", "[cli][server]") {
    const TempDir folder;
    const std::string dynamic = written(folder, "d.yaml", "k: 1\n");
    const std::string file =
        written(folder, "server.yaml",
                configuration(free_port(), folder.file("temporal.db")) +
                    "dynamicConfigClient: {pollInterval: 10s, filepath: " + dynamic + "}\n");
    const Finished ended = finish(command("temporal-server", {"--config-file", file, "start"}));
    CHECK(ended.code == 1);
    CHECK_THAT(ended.err, Contains("d.yaml:1: k: is not a list of entries"));
}

TEST_CASE("the Docker image's variables stand in for a file", "[cli][server]") {
    const Finished rendered =
        finish(command("temporal-server", {"render-config"}),
               {.environment = {"DB=postgres12", "POSTGRES_SEEDS=db", "POSTGRES_USER=temporal",
                                "POSTGRES_PWD=s3cret", "NUM_HISTORY_SHARDS=512"}});
    CHECK(rendered.code == 0);
    CHECK_THAT(rendered.out, Contains("numHistoryShards: 512") &&
                                 Contains("connectAddr: db:5432") && !Contains("s3cret"));
}
