// Files that were written for other servers, with the keys that those have.
#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "server/config/load.h"
#include "tests/config/key_list.h"
#include "tests/support/catch.h"

using namespace server;

namespace {

config::Loaded loaded_file(const std::string& text) {
    auto result = config::load_text("charm.yaml", text);
    INFO(result.status().message());
    REQUIRE(result.ok());
    return *result;
}

// As the Juju charm of today renders it, with its defaults: two databases, everything else off.
const std::string kCharmFile = R"(
log:
    stdout: true
    level: info
auth:
  enabled: false
  adminGroups:
  openAccessNamespaces:
  googleClientID:
  ofga:
    apiScheme: http
    apiHost: "None"
    apiPort: "None"
    token: "None"
    storeID: ""
    authModelID: ""
persistence:
    numHistoryShards: 4
    defaultStore: default
    visibilityStore: visibility
    datastores:
        default:
            sql:
                pluginName: "postgres"
                databaseName: "temporal-k8s_db"
                connectAddr: "10.1.2.3:5432"
                connectProtocol: "tcp"
                user: "relation-7"
                password: "s3cret"
                maxConns: 20
                maxIdleConns: 20
                maxConnLifetime: 1h
                tls:
                    enabled: true
                    caFile:
                    certFile:
                    keyFile:
                    enableHostVerification: false
                    serverName:
        visibility:
            sql:
                pluginName: "postgres12"
                databaseName: "temporal-k8s_visibility"
                connectAddr: "10.1.2.3:5432"
                connectProtocol: "tcp"
                user: "relation-8"
                password: "s3cret"
                maxConns: 10
                maxIdleConns: 10
                maxConnLifetime: 1h
                tls: {enabled: true, caFile: , certFile: , keyFile: , serverName: }
global:
    membership: {maxJoinDuration: 30s, broadcastAddress: "10.1.0.9"}
    pprof: {port: 0}
    tls:
        refreshInterval: 0s
        expirationChecks: {warningWindow: 0s, errorWindow: 0s, checkInterval: 0s}
        internode:
            server: {requireClientAuth: false, certFile: , keyFile: , certData: , keyData: }
            client: {serverName: , disableHostVerification: false}
        frontend:
            server: {requireClientAuth: false, certFile: , keyFile: , certData: , keyData: }
            client: {serverName: , disableHostVerification: false}
    metrics:
        tags: {type: frontend}
        prometheus: {timerType: histogram, listenAddress: 0.0.0.0:9090}
    authorization:
        jwtKeyProvider: {keySourceURIs: , refreshInterval: 1m}
        permissionsClaimName: permissions
        authorizer:
        claimMapper:
services:
    frontend: {rpc: {grpcPort: 7233, membershipPort: 6933, bindOnIP: 0.0.0.0}}
    matching: {rpc: {grpcPort: 7235, membershipPort: 6935, bindOnIP: 0.0.0.0}}
    history: {rpc: {grpcPort: 7234, membershipPort: 6934, bindOnIP: 0.0.0.0}}
    worker: {rpc: {grpcPort: 7239, membershipPort: 6939, bindOnIP: 0.0.0.0}}
    internal-frontend: {rpc: {grpcPort: 7236, membershipPort: 6936, bindOnIP: 0.0.0.0}}
clusterMetadata:
    enableGlobalNamespace: false
    failoverVersionIncrement: 10
    masterClusterName: "active"
    currentClusterName: "active"
    clusterInformation:
        active: {enabled: true, initialFailoverVersion: 1, rpcName: frontend, rpcAddress: 0.0.0.0:7233}
dcRedirectionPolicy: {policy: noop, toDC: ""}
archival:
  history:
    state: "enabled"
    enableRead: true
    provider: {filestore: {fileMode: "0666", dirMode: "0766"}}
  visibility:
    state: "enabled"
    enableRead: true
    provider: {filestore: {fileMode: "0666", dirMode: "0766"}}
namespaceDefaults:
  archival:
    history: {state: disabled, URI: "file:///tmp/temporal_archival/development"}
    visibility: {state: disabled, URI: "file:///tmp/temporal_vis_archival/development"}
dynamicConfigClient: {filepath: /etc/temporal/config/dynamicconfig/docker.yaml, pollInterval: 60s}
)";

// The dotted paths of a file's keys, those behind a `#` without a blank too.
std::vector<std::string> shown_keys(const std::string& path) {
    std::ifstream file(path);
    REQUIRE(file.good());
    std::vector<std::string> paths;
    std::vector<std::pair<std::size_t, std::string>> open;
    for (std::string line; std::getline(file, line);) {
        const std::size_t mark = line.find_first_not_of(' ');
        if (mark == std::string::npos) continue;
        if (line[mark] == '#') line.erase(mark, 1);
        const std::size_t indent = line.find_first_not_of(' ');
        const std::size_t colon = line.find(':');
        if (indent != mark || colon == std::string::npos) continue;
        while (!open.empty() && open.back().first >= indent) open.pop_back();
        open.emplace_back(indent, line.substr(indent, colon - indent));
        std::string joined;
        for (std::size_t i = 0; i < open.size(); ++i) {
            const bool named = i > 0 && (open[i - 1].second == "datastores" ||
                                         open[i - 1].second == "clusterInformation" ||
                                         open[i - 1].second == "services");
            joined += (i == 0 ? "" : ".") + (named ? std::string("<name>") : open[i].second);
        }
        paths.push_back(joined);
    }
    return paths;
}

std::string with(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("the file that today's charm renders loads", "[config][load]") {
    const config::Loaded loaded = loaded_file(kCharmFile);
    CHECK(config::to_string(loaded.warnings) ==
          "charm.yaml:87: archival.history: not built yet, without effect\n"
          "charm.yaml:91: archival.visibility: not built yet, without effect");
    const auto& stores = loaded.config.persistence.datastores;
    CHECK(stores.at("default").sql->is_postgres());
    CHECK(stores.at("default").sql->tls.enabled);
    CHECK(stores.at("default").sql->connect_address == "10.1.2.3:5432");
    CHECK(stores.at("visibility").sql->connections_max == 10);
    CHECK(loaded.config.global.metrics.prometheus.listen_address == "0.0.0.0:9090");
    CHECK(loaded.config.global.metrics.tags.at("type") == "frontend");
    CHECK(loaded.config.services.at("internal-frontend").grpc_port == 7236);
}

TEST_CASE("what a charm's file asks for and is not built is refused by its key", "[config][load]") {
    struct Asked {
        std::string from;
        std::string to;
        std::string message;
    };
    const Asked asked = GENERATE(
        Asked{"auth:\n  enabled: false", "auth:\n  enabled: true", "auth.enabled: not built yet"},
        Asked{"history: {state: disabled", "history: {state: enabled",
              "namespaceDefaults.archival.history.state: not built yet: nothing would be archived"},
        Asked{"requireClientAuth: false", "requireClientAuth: true",
              "global.tls.internode.server.requireClientAuth: not built yet"},
        Asked{"        authorizer:", "        authorizer: default",
              "global.authorization.authorizer: not built yet"},
        Asked{"pollInterval: 60s", "pollInterval: 1s",
              "dynamicConfigClient.pollInterval: 1s is too short; from 5s"},
        Asked{"bindOnIP: 0.0.0.0", "bindOnIP: everywhere",
              "services.frontend.rpc.bindOnIP: \"everywhere\" is not an IP address"},
        Asked{"listenAddress: 0.0.0.0:9090", "listenAddress: \"9090\"",
              "global.metrics.prometheus.listenAddress: \"9090\" is not host:port"},
        Asked{"currentClusterName: \"active\"", "currentClusterName: \"east\"",
              "clusterMetadata.currentClusterName: \"east\" is not one of"},
        Asked{"user: \"relation-7\"", "user: \"\"", "sql.user: is missing"},
        Asked{"password: \"s3cret\"", "password: [a]", "sql.password: is not a single value"});
    const auto result = config::load_text("charm.yaml", with(kCharmFile, asked.from, asked.to));
    CHECK(result.status().code() == Code::InvalidArgument);
    CHECK_THAT(result.status().message(), Catch::Matchers::Contains(asked.message));
    CHECK_THAT(result.status().message(), !Catch::Matchers::Contains("s3cret"));
}

TEST_CASE("a password can come from a file or a command instead", "[config][load]") {
    const std::string own = "password: \"s3cret\"";
    const auto sql = [](const std::string& text) {
        return *loaded_file(text).config.persistence.datastores.at("default").sql;
    };
    CHECK(sql(with(kCharmFile, own, "passwordFile: /run/pw")).password_file == "/run/pw");
    CHECK(sql(with(kCharmFile, own, "passwordCommand: cat /run/pw")).password_command ==
          std::vector<std::string>{"/bin/sh", "-c", "cat /run/pw"});
    CHECK(sql(with(kCharmFile, own, "passwordCommand: [cat, /run/pw]")).password_command ==
          std::vector<std::string>{"cat", "/run/pw"});
    const auto both =
        config::load_text("c", with(kCharmFile, own, own + "\n                passwordFile: /f"));
    CHECK_THAT(both.status().message(), Catch::Matchers::Contains("give one of password"));
}

TEST_CASE("the address of a database can come from a file instead", "[config][load]") {
    const std::string own = "connectAddr: \"10.1.2.3:5432\"";
    const std::string file = "connectAddrFile: /run/address";
    const auto loaded = loaded_file(with(kCharmFile, own, file));
    const auto& sql = *loaded.config.persistence.datastores.at("default").sql;
    CHECK(sql.connect_address_file == "/run/address");
    CHECK(sql.connect_address.empty());
    const std::string both = own + "\n                " + file;
    CHECK_THAT(config::load_text("c", with(kCharmFile, own, both)).status().message(),
               Catch::Matchers::Contains("give one of connectAddr and connectAddrFile"));
    CHECK_THAT(config::load_text("c", with(kCharmFile, own, "")).status().message(),
               Catch::Matchers::Contains("sql.connectAddr: is missing"));
}

TEST_CASE("config/development.yaml shows every key", "[config][load]") {
    const auto shown = shown_keys("config/development.yaml");
    for (const std::string& key : tests::KeyList::all()) {
        INFO(key);
        CHECK(std::find(shown.begin(), shown.end(), key) != shown.end());
    }
}

TEST_CASE("config/development-postgres.yaml has four roles on two databases, by environment",
          "[config][load]") {
    const std::map<std::string, std::string> variables{{"POSTGRES_SEEDS", "db.example"},
                                                       {"NUM_HISTORY_SHARDS", "512"}};
    const config::Environment environment =
        [&variables](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    const auto result = config::load({.environment = "development-postgres"}, environment);
    INFO(result.status().message());
    REQUIRE(result.ok());
    CHECK(result->warnings.empty());
    CHECK(result->config.services.size() == 5);
    CHECK(result->config.persistence.history_shard_count == 512);
    const auto& stores = result->config.persistence.datastores;
    CHECK(stores.at("postgres-default").sql->connect_address == "db.example:5432");
    CHECK(stores.at("postgres-visibility").sql->database_name == "temporal_visibility");
}
