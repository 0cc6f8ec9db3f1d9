#include "server/config/environment.h"

#include <map>

#include "tests/support/catch.h"

using namespace server;
using Variables = std::map<std::string, std::string>;

namespace {

config::Environment environment_of(Variables variables) {
    return
        [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        };
}

const Variables kPostgres{{"DB", "postgres12"},
                          {"POSTGRES_SEEDS", "db1,db2:6000"},
                          {"POSTGRES_USER", "temporal"},
                          {"POSTGRES_PWD", "s3cret"}};

Variables and_also(Variables more) {
    Variables all = kPostgres;
    for (auto& [name, value] : more) all[name] = value;
    return all;
}

config::Loaded loaded_from(Variables variables) {
    auto result = config::load_environment(environment_of(std::move(variables)));
    INFO(result.status().message());
    REQUIRE(result.ok());
    return *result;
}

std::string refused(Variables variables) {
    return config::load_environment(environment_of(std::move(variables))).status().message();
}

}  // namespace

TEST_CASE("the Docker image's variables alone are a configuration", "[config][environment]") {
    const config::Config config = loaded_from(kPostgres).config;
    const auto& stores = config.persistence.datastores;
    const config::Sql& sql = *stores.at("default").sql;
    CHECK(sql.connect_address == "db1:5432,db2:6000");
    CHECK(sql.database_name == "temporal");
    CHECK(sql.user == "temporal");
    CHECK(sql.password == "s3cret");
    CHECK(sql.connections_max == 20);
    const config::Sql& visibility = *stores.at("visibility").sql;
    CHECK(visibility.connect_address == sql.connect_address);
    CHECK(visibility.database_name == "temporal_visibility");
    CHECK(visibility.password == "s3cret");
    CHECK(visibility.connections_max == 10);
    CHECK(config.persistence.history_shard_count == 4);
    CHECK(config.services.size() == 4);
    CHECK(config.services.at("frontend").bind_on_ip == "127.0.0.1");
    CHECK(config.services.at("worker").grpc_port == 7239);
    CHECK(config.cluster_metadata.cluster_information.at("active").enabled);
}

TEST_CASE("each variable sets its key", "[config][environment]") {
    const config::Config config = loaded_from(and_also({{"NUM_HISTORY_SHARDS", "512"},
                                                        {"LOG_LEVEL", "warn"},
                                                        {"DB_PORT", "5433"},
                                                        {"DBNAME", "t"},
                                                        {"VISIBILITY_POSTGRES_SEEDS", "vis"},
                                                        {"VISIBILITY_POSTGRES_USER", "v"},
                                                        {"VISIBILITY_DB_PORT", "5434"},
                                                        {"SQL_TLS_ENABLED", "true"},
                                                        {"SQL_CA", "/ca.pem"},
                                                        {"SQL_HOST_VERIFICATION", "true"},
                                                        {"SQL_MAX_CONN_TIME", "30m"},
                                                        {"BIND_ON_IP", "10.0.0.7"},
                                                        {"TEMPORAL_BROADCAST_ADDRESS", "10.0.0.7"},
                                                        {"HISTORY_GRPC_PORT", "17234"},
                                                        {"USE_INTERNAL_FRONTEND", "true"},
                                                        {"PROMETHEUS_ENDPOINT", "0.0.0.0:9090"},
                                                        {"DYNAMIC_CONFIG_FILE_PATH", "d.yaml"}}))
                                      .config;
    const auto& stores = config.persistence.datastores;
    CHECK(config.persistence.history_shard_count == 512);
    CHECK(config.log.level == "warn");
    CHECK(stores.at("default").sql->connect_address == "db1:5433,db2:6000");
    CHECK(stores.at("default").sql->database_name == "t");
    CHECK(stores.at("default").sql->tls.ca_file == "/ca.pem");
    CHECK(stores.at("default").sql->connection_lifetime_max == 30min);
    CHECK(stores.at("visibility").sql->connect_address == "vis:5434");
    CHECK(stores.at("visibility").sql->user == "v");
    CHECK(stores.at("visibility").sql->tls.enable_host_verification);
    CHECK(config.global.membership.broadcast_address == "10.0.0.7");
    CHECK(config.services.at("history").grpc_port == 17234);
    CHECK(config.services.at("history").bind_on_ip == "10.0.0.7");
    CHECK(config.services.at("internal-frontend").grpc_port == 7236);
    CHECK(config.global.metrics.prometheus.listen_address == "0.0.0.0:9090");
    CHECK(config.dynamic_config_client.file_path == "d.yaml");
}

TEST_CASE("a wrong variable is refused by its name and its key", "[config][environment]") {
    CHECK(
        refused(and_also({{"NUM_HISTORY_SHARDS", "many"}})) ==
        "environment variable NUM_HISTORY_SHARDS: persistence.numHistoryShards: \"many\" is not a "
        "whole number from 1 to 16384");
    CHECK_THAT(refused(and_also({{"FRONTEND_GRPC_PORT", "x"}})),
               Catch::Matchers::StartsWith("environment variable FRONTEND_GRPC_PORT: "));
    CHECK_THAT(refused(and_also({{"DB", "oracle"}})),
               Catch::Matchers::Contains("environment variable DB: ") &&
                   Catch::Matchers::Contains("\"oracle\" is not one of sqlite, postgres12"));
    CHECK_THAT(refused({{"DB", "postgres12"}, {"POSTGRES_SEEDS", "db"}}),
               Catch::Matchers::Contains("sql.user: is missing"));
    CHECK_THAT(refused({{"CASSANDRA_SEEDS", "c1"}}),
               Catch::Matchers::Contains("cassandra is not built yet"));
    CHECK_THAT(refused(and_also({{"ENABLE_ES", "true"}})),
               Catch::Matchers::Contains("elasticsearch is not built yet"));
    CHECK_THAT(refused(and_also({{"TEMPORAL_TLS_FRONTEND_CERT", "/c.pem"}})),
               Catch::Matchers::Contains("TEMPORAL_TLS_FRONTEND_CERT") &&
                   Catch::Matchers::Contains("would not be encrypted"));
}

TEST_CASE("the environment stands in only when it names a database and no file is named",
          "[config][environment]") {
    CHECK(config::is_configured(environment_of(kPostgres)));
    CHECK_FALSE(config::is_configured(environment_of({{"LOG_LEVEL", "info"}})));
    const config::Sources sources;
    const auto by_environment = config::load_any(sources, false, environment_of(kPostgres));
    REQUIRE(by_environment.ok());
    CHECK(by_environment->files == std::vector<std::string>{"environment"});
    const auto by_file = config::load_any(sources, true, environment_of(kPostgres));
    REQUIRE(by_file.ok());
    CHECK(by_file->files == std::vector<std::string>{"./config/development.yaml"});
}
