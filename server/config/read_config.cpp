#include "server/config/read_config.h"

#include <map>

namespace server::config {

namespace {

// A shard costs memory in the process that owns it.
constexpr std::int64_t kHistoryShardsMax = 16'384;
constexpr std::int64_t kConnectionsMax = 10'000;

void read_log(YamlReader& section, Log& log) {
    section.read("stdout", log.standard_output);
    section.read_choice("level", log.level,
                        {"debug", "info", "warn", "error", "dpanic", "panic", "fatal", "never"});
    section.read_choice("format", log.format, {"json", "text", "console", "pretty"});
    section.read("outputFile", log.output_file);
    section.ignore("development");
}

void read_sql(YamlReader& section, Sql& sql) {
    section.read_choice("pluginName", sql.plugin_name,
                        {"sqlite", "postgres12", "postgres12_pgx", "postgres", "mysql8", "mysql"});
    section.read("databaseName", sql.database_name);
    section.read("connectAddr", sql.connect_address);
    section.read("connectProtocol", sql.connect_protocol);
    section.read("connectAttributes", sql.connect_attributes);
    section.read("user", sql.user);
    section.read("password", sql.password);
    section.read("maxConns", sql.connections_max, 0, kConnectionsMax);
    section.read("maxIdleConns", sql.idle_connections_max, 0, kConnectionsMax);
    section.read("maxConnLifetime", sql.connection_lifetime_max);
    section.not_built("passwordCommand");
    section.ignore("taskScanPartitions");
    section.refuse("tls", "the connection to the database would not be encrypted");
}

void read_datastore(YamlReader& section, Datastore& store) {
    section.read_map("sql", [&store](YamlReader& sql) {
        if (!store.sql) store.sql.emplace();
        read_sql(sql, *store.sql);
    });
    store.cassandra = store.cassandra || section.has("cassandra");
    store.elasticsearch = store.elasticsearch || section.has("elasticsearch");
    section.ignore("cassandra");
    section.ignore("elasticsearch");
    section.refuse("customDatastore", "choose a sql datastore");
    section.not_built("faultInjection");
}

void read_persistence(YamlReader& section, Persistence& persistence) {
    section.read("defaultStore", persistence.default_store);
    section.read("visibilityStore", persistence.visibility_store);
    std::int64_t shards = persistence.history_shard_count;
    section.read("numHistoryShards", shards, 1, kHistoryShardsMax);
    persistence.history_shard_count = static_cast<std::int32_t>(shards);
    section.not_built("secondaryVisibilityStore");
    section.not_built("advancedVisibilityStore");
    section.read_each("datastores", {}, [&persistence](const std::string& name, YamlReader& store) {
        read_datastore(store, persistence.datastores[name]);
    });
}

void read_metrics(YamlReader& section, Global& global) {
    section.read_map("prometheus", [&global](YamlReader& prometheus) {
        prometheus.read("listenAddress", global.metrics_listen_address);
        prometheus.ignore("framework");
        prometheus.ignore("timerType");
        prometheus.not_built("handlerPath");
    });
    for (const auto key : {"tags", "excludeTags", "prefix", "perUnitHistogramBoundaries", "statsd",
                           "withoutUnitSuffix", "withoutCounterSuffix", "recordTimerInSeconds"}) {
        section.not_built(key);
    }
}

void read_global(YamlReader& section, Global& global) {
    section.read_map("membership", [&global](YamlReader& membership) {
        membership.read("maxJoinDuration", global.membership.join_duration_max);
        membership.read("broadcastAddress", global.membership.broadcast_address);
    });
    section.ignore("pprof");  // profiles of Go
    section.read_map("metrics", [&global](YamlReader& metrics) { read_metrics(metrics, global); });
    section.refuse("tls", "the listeners would not be encrypted");
    section.refuse("authorization", "every caller would be let in");
}

void read_rpc(YamlReader& section, Rpc& rpc) {
    section.read("grpcPort", rpc.grpc_port);
    section.read("membershipPort", rpc.membership_port);
    section.read("httpPort", rpc.http_port);
    section.read("bindOnLocalHost", rpc.bind_on_local_host);
    section.read("bindOnIP", rpc.bind_on_ip);
    section.not_built("httpAdditionalForwardedHeaders");
    section.not_built("keepAliveServerConfig");
    section.not_built("clientConnectionConfig");
}

void read_services(YamlReader& file, Config& config) {
    const std::vector<std::string_view> names(service_names().begin(), service_names().end());
    file.read_each("services", names, [&config](const std::string& name, YamlReader& service) {
        Rpc& rpc = config.services[name];
        service.read_map("rpc", [&rpc](YamlReader& section) { read_rpc(section, rpc); });
        service.not_built("metrics");
    });
}

void read_cluster_metadata(YamlReader& section, ClusterMetadata& metadata) {
    section.read("enableGlobalNamespace", metadata.enable_global_namespace);
    section.read("failoverVersionIncrement", metadata.failover_version_increment, 1, INT32_MAX);
    section.read("masterClusterName", metadata.master_cluster_name);
    section.read("currentClusterName", metadata.current_cluster_name);
    section.not_built("tags");
    section.read_each(
        "clusterInformation", {}, [&metadata](const std::string& name, YamlReader& entry) {
            ClusterInformation& cluster = metadata.cluster_information[name];
            entry.read("enabled", cluster.enabled);
            entry.read("initialFailoverVersion", cluster.initial_failover_version, 0, INT32_MAX);
            entry.read("rpcName", cluster.rpc_name);
            entry.read("rpcAddress", cluster.rpc_address);
            entry.read("httpAddress", cluster.http_address);
        });
}

void check_datastore(const std::string& path, const Datastore& store, Findings& findings) {
    if (store.cassandra || store.elasticsearch) {
        const std::string kind = store.cassandra ? "cassandra" : "elasticsearch";
        return findings.error_at(path, kind + " is not built yet; use sql with pluginName: sqlite");
    }
    if (!store.sql) return findings.error_at(path, "has no sql section");
    const std::string& plugin = store.sql->plugin_name;
    if (plugin == "sqlite") return;
    findings.error_at(path + ".sql.pluginName",
                      (plugin.empty() ? "is missing" : "\"" + plugin + "\" is not built yet") +
                          std::string("; use sqlite"));
}

void check_store(const Persistence& persistence, const std::string& key, const std::string& name,
                 Findings& findings) {
    const std::string path = "persistence." + key;
    if (name.empty()) {
        return findings.error_at(path, "is missing; name one of persistence.datastores");
    }
    const auto found = persistence.datastores.find(name);
    if (found != persistence.datastores.end()) {
        return check_datastore("persistence.datastores." + name, found->second, findings);
    }
    std::string known;
    for (const auto& [store, unused] : persistence.datastores) known += " " + store;
    findings.error_at(path, "\"" + name + "\" is not one of persistence.datastores:" +
                                (known.empty() ? " there are none" : known));
}

void check_ports(const Config& config, Findings& findings) {
    std::map<std::uint16_t, std::string> ports;
    for (const auto& [name, rpc] : config.services) {
        if (rpc.grpc_port == 0) continue;
        const auto [other, is_new] = ports.emplace(rpc.grpc_port, name);
        if (is_new) continue;
        findings.error_at("services." + name + ".rpc.grpcPort",
                          std::to_string(rpc.grpc_port) + " is also the port of " + other->second);
    }
}

}  // namespace

const std::vector<std::string>& service_names() {
    static const std::vector<std::string> kNames{"history", "matching", "frontend",
                                                 "internal-frontend", "worker"};
    return kNames;
}

void read_config(YamlReader& file, Config& config) {
    file.read_map("log", [&config](YamlReader& section) { read_log(section, config.log); });
    file.read_map("persistence", [&config](YamlReader& section) {
        read_persistence(section, config.persistence);
    });
    file.read_map("global",
                  [&config](YamlReader& section) { read_global(section, config.global); });
    read_services(file, config);
    file.read_map("clusterMetadata", [&config](YamlReader& section) {
        read_cluster_metadata(section, config.cluster_metadata);
    });
    file.read_map("publicClient", [&config](YamlReader& section) {
        section.read("hostPort", config.public_client.host_port);
        section.ignore("httpHostPort");
        section.ignore("forceTLSConfig");
    });
    file.read_map("dynamicConfigClient", [&config](YamlReader& section) {
        section.read("filepath", config.dynamic_config_client.file_path);
        section.read("pollInterval", config.dynamic_config_client.poll_interval);
    });
    file.read_map("dcRedirectionPolicy", [](YamlReader& section) { section.ignore("policy"); });
    file.ignore("namespaceDefaults");
    file.not_built("archival");
    file.not_built("otel");
    file.refuse("auth", "every caller would be let in");
}

void check_config(const Config& config, Findings& findings) {
    const Persistence& persistence = config.persistence;
    check_store(persistence, "defaultStore", persistence.default_store, findings);
    if (persistence.visibility_store != persistence.default_store) {
        check_store(persistence, "visibilityStore", persistence.visibility_store, findings);
    }
    if (persistence.history_shard_count == 0) {
        findings.error_at("persistence.numHistoryShards", "is missing; a whole number from 1 to " +
                                                              std::to_string(kHistoryShardsMax));
    }
    if (config.services.empty()) {
        findings.error_at("services",
                          "names no service; allowed are frontend, history, matching and worker");
    }
    check_ports(config, findings);
}

}  // namespace server::config
