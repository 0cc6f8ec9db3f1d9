#include "server/config/load.h"

#include <filesystem>
#include <fstream>

#include "tests/support/catch.h"

using namespace server;
using config::Config;

namespace {

const std::string kStore = R"(persistence:
  defaultStore: main
  visibilityStore: main
  numHistoryShards: 4
  datastores:
    main: {sql: {pluginName: sqlite, databaseName: /data/t.db}}
)";
const std::string kServices = "services: {frontend: {rpc: {grpcPort: 7233}}}\n";

Config loaded(const std::string& text) {
    const auto result = config::load_text("t.yaml", text);
    INFO(result.status().message());
    REQUIRE(result.ok());
    return result->config;
}

std::string errors(const std::string& text) {
    const auto result = config::load_text("t.yaml", text);
    REQUIRE_FALSE(result.ok());
    return result.status().message();
}

std::string warnings(const std::string& text) {
    const auto result = config::load_text("t.yaml", text);
    INFO(result.status().message());
    REQUIRE(result.ok());
    return config::to_string(result->warnings);
}

// A folder of files that is removed at the end.
class Folder {
public:
    Folder() {
        char pattern[] = "/tmp/load_test.XXXXXX";
        path_ = mkdtemp(pattern);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name) << text;
    }
    std::string path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace

TEST_CASE("the files in config/ load without a warning", "[config][load]") {
    const std::string name = GENERATE("development", "development-memory");
    const auto result = config::load({.environment = name});
    INFO(result.status().message());
    REQUIRE(result.ok());
    CHECK(config::to_string(result->warnings).empty());
    CHECK(result->config.services.size() == 4);
    CHECK(result->config.services.at("frontend").grpc_port == 7233);
    CHECK(result->config.persistence.datastores.at("sqlite-default").sql->plugin_name == "sqlite");
}

TEST_CASE("every section of a file is read under its own key", "[config][load]") {
    const Config config = loaded(R"(
log: {stdout: yes, level: debug, format: console, outputFile: /var/log/t.log}
global:
  membership: {maxJoinDuration: 1m30s, broadcastAddress: 10.0.0.1}
  pprof: {port: 7936}
  metrics: {prometheus: {listenAddress: "127.0.0.1:8000", timerType: histogram}}
services:
  frontend: {rpc: {grpcPort: 7233, membershipPort: 6933, httpPort: 7243, bindOnIP: 0.0.0.0}}
  internal-frontend: {rpc: {grpcPort: 7236, bindOnLocalHost: true}}
clusterMetadata:
  enableGlobalNamespace: true
  failoverVersionIncrement: 100
  masterClusterName: east
  currentClusterName: east
  clusterInformation: {east: {enabled: true, initialFailoverVersion: 3, rpcAddress: "e:1"}}
dcRedirectionPolicy: {policy: noop}
publicClient: {hostPort: "localhost:7233"}
dynamicConfigClient: {filepath: d.yaml, pollInterval: 10s}
)" + kStore);
    CHECK(config.log.standard_output);
    CHECK(config.log.level == "debug");
    CHECK(config.log.output_file == "/var/log/t.log");
    CHECK(config.global.membership.join_duration_max == 90s);
    CHECK(config.global.metrics.prometheus.listen_address == "127.0.0.1:8000");
    CHECK(config.services.at("frontend").bind_on_ip == "0.0.0.0");
    CHECK(config.services.at("internal-frontend").bind_on_local_host);
    CHECK(config.cluster_metadata.cluster_information.at("east").initial_failover_version == 3);
    CHECK(config.public_client.host_port == "localhost:7233");
    CHECK(config.dynamic_config_client.poll_interval == 10s);
    CHECK(config.persistence.datastores.at("main").sql->database_name == "/data/t.db");
}

TEST_CASE("an unknown key is a warning with its line", "[config][load]") {
    CHECK(warnings("log:\n  levle: debug\nfuture: {a: 1}\n" + kStore + kServices) ==
          "t.yaml:2: log.levle: unknown key, without effect; did you mean level?\n"
          "t.yaml:3: future: unknown key, without effect");
}

TEST_CASE("a wrong value is an error with file, line, key and what is allowed", "[config][load]") {
    CHECK(errors("log:\n  level: loud\n" + kStore + kServices) ==
          "t.yaml:2: log.level: \"loud\" is not one of debug, info, warn, error, dpanic, panic, "
          "fatal, never, warning");
    CHECK(errors("services:\n  frontend:\n    rpc:\n      grpcPort: 72333\n" + kStore) ==
          "t.yaml:4: services.frontend.rpc.grpcPort: \"72333\" is not a whole number from 0 to "
          "65535");
    CHECK(errors("services:\n  frontend: {rpc: {bindOnLocalHost: perhaps}}\n" + kStore) ==
          "t.yaml:2: services.frontend.rpc.bindOnLocalHost: \"perhaps\" is not true or false");
    CHECK(errors("dynamicConfigClient:\n  pollInterval: 10\n" + kStore + kServices) ==
          "t.yaml:2: dynamicConfigClient.pollInterval: \"10\" is not a duration such as 300ms, "
          "10s or 1h30m");
    CHECK(errors("log: [a]\n" + kStore + kServices) ==
          "t.yaml:1: log: a list is not a map of keys and values");
    CHECK(errors("log:\n  level: {a: b}\n" + kStore + kServices) ==
          "t.yaml:2: log.level: a map is not a single value");
}

TEST_CASE("all errors of a file are told at once", "[config][load]") {
    CHECK(errors("log:\n  level: loud\n  stdout: 7\n") ==
          "t.yaml:3: log.stdout: \"7\" is not true or false\n"
          "t.yaml:2: log.level: \"loud\" is not one of debug, info, warn, error, dpanic, panic, "
          "fatal, never, warning");
}

TEST_CASE("a key that is there twice is an error", "[config][load]") {
    CHECK(errors("log:\n  level: info\n  level: debug\n" + kStore + kServices) ==
          "t.yaml:3: log.level: the key is there twice; keep one");
}

TEST_CASE("a store that is not there or not built is an error with its line", "[config][load]") {
    CHECK(errors("persistence:\n  numHistoryShards: 4\n  defaultStore: gone\n"
                 "  visibilityStore: gone\n  datastores: {a: {sql: {}}}\n" +
                 kServices) ==
          "t.yaml:3: persistence.defaultStore: \"gone\" is not one of "
          "persistence.datastores: a");
    CHECK(errors("persistence:\n  numHistoryShards: 4\n  defaultStore: a\n  visibilityStore: a\n"
                 "  datastores:\n    a:\n      sql:\n        pluginName: mysql8\n" +
                 kServices) ==
          "t.yaml:8: persistence.datastores.a.sql.pluginName: \"mysql8\" "
          "is not built yet; use sqlite or postgres12");
    CHECK(errors("persistence:\n  numHistoryShards: 4\n  defaultStore: a\n  visibilityStore: a\n"
                 "  datastores:\n    a: {cassandra: {hosts: h}}\n" +
                 kServices) ==
          "t.yaml:6: persistence.datastores.a: cassandra is not built yet; use "
          "sql with pluginName: sqlite or postgres12");
}

TEST_CASE("what is missing is named at the place where it belongs", "[config][load]") {
    CHECK(errors(kServices + "persistence:\n  defaultStore: a\n  visibilityStore: a\n"
                             "  datastores: {a: {sql: {pluginName: sqlite}}}\n") ==
          "t.yaml:2: persistence.numHistoryShards: is missing; a whole number from 1 to 16384");
    CHECK(errors(kStore) ==
          "t.yaml: services: names no service; allowed are frontend, history, "
          "matching and worker");
}

TEST_CASE("two services on one port are an error", "[config][load]") {
    CHECK(
        errors(kStore + "services:\n  frontend: {rpc: {grpcPort: 7}}\n"
                        "  history: {rpc: {grpcPort: 7}}\n") ==
        "t.yaml:9: services.history.rpc.grpcPort: 7 is also a port of frontend; give each its own");
}

TEST_CASE("security that is not built is refused, not left out", "[config][load]") {
    CHECK(
        errors("global:\n  tls:\n    frontend: {server: {certFile: c.pem}}\n" + kStore +
               kServices) ==
        "t.yaml:3: global.tls.frontend.server.certFile: not built yet: the listeners would not be "
        "encrypted");
    CHECK(errors("global:\n  authorization: {authorizer: default}\n" + kStore + kServices) ==
          "t.yaml:2: global.authorization.authorizer: not built yet: every caller would be let in");
    SECTION("an empty section, as templates leave behind, asks for nothing") {
        CHECK(warnings("global: {tls: {frontend: {server: {certFile: \"\", "
                       "requireClientAuth: false}}}, authorization: {authorizer: \"\"}}\n" +
                       kStore + kServices)
                  .empty());
    }
}

TEST_CASE("what is not built and harmless is a warning", "[config][load]") {
    CHECK(warnings("archival: {history: {state: enabled}}\n" + kStore + kServices) ==
          "t.yaml:1: archival.history: not built yet, without effect");
    CHECK(warnings("archival: {history: {state: disabled}}\n" + kStore + kServices).empty());
}

TEST_CASE("broken YAML is an error with its line", "[config][load]") {
    CHECK(errors("log:\n  level: info\n bad: [1\n").find("t.yaml:3: no valid YAML: ") == 0);
    CHECK(errors("a: \"unclosed\n").find("t.yaml:") == 0);
    CHECK(errors("just words").find("t.yaml:1: \"just words\" is not a map") == 0);
}

TEST_CASE("hostile YAML ends in an error, not in a crash", "[config][load]") {
    SECTION("nesting") { CHECK_FALSE(errors("a: " + std::string(100'000, '[')).empty()); }
    SECTION("maps in maps") { CHECK_FALSE(errors(std::string(100'000, '{')).empty()); }
    SECTION("an alias of its own parent") {
        CHECK_FALSE(errors("archival: &a {b: *a}\nlog: *a\n").empty());
    }
    SECTION("aliases that multiply") {
        std::string text = "otel: {x0: &x0 [\"\", \"\"], ";
        for (int i = 1; i < 40; ++i) {
            const std::string last = std::to_string(i - 1);
            text += "x" + std::to_string(i) + ": &x" + std::to_string(i) + " [*x" + last + ", *x" +
                    last + "], ";
        }
        CHECK(warnings(text + "}\n" + kStore + kServices) ==
              "t.yaml:1: otel: not built yet, without effect");
    }
}

TEST_CASE("later files win key by key", "[config][load]") {
    const Folder folder;
    folder.write("base.yaml", kStore + "log: {level: warn, format: text}\n");
    folder.write("charm.yaml", kServices + "log: {level: debug}\n");
    folder.write("charm_az1.yaml", "persistence: {numHistoryShards: 8}\n");
    const auto result = config::load(
        {.root = folder.path(), .directory = ".", .environment = "charm", .zone = "az1"});
    INFO(result.status().message());
    REQUIRE(result.ok());
    CHECK(result->files.size() == 3);
    CHECK(result->config.log.level == "debug");
    CHECK(result->config.log.format == "text");
    CHECK(result->config.persistence.history_shard_count == 8);
    CHECK(result->config.persistence.default_store == "main");
}

TEST_CASE("no file at all names where was looked", "[config][load]") {
    const auto result = config::load({.root = "/nowhere", .environment = "prod"});
    CHECK(result.status().code() == Code::NotFound);
    CHECK(result.status().message() ==
          "no configuration file: looked for /nowhere/config/base.yaml, "
          "/nowhere/config/prod.yaml; name one with --config-file");
}

TEST_CASE("a file too large is refused", "[config][load]") {
    const Folder folder;
    folder.write("big.yaml", std::string(config::kConfigFileBytesMax + 1, '#'));
    const auto result = config::load({.file = folder.path() + "/big.yaml"});
    CHECK(result.status().message().find("is larger than 1048576 bytes") != std::string::npos);
}
