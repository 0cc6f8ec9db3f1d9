#include <arpa/inet.h>

#include <array>
#include <map>

#include "server/config/duration.h"
#include "server/config/flags.h"
#include "server/config/read_config.h"

namespace server::config {

namespace {

bool is_ip_address(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
           inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

void check_ip_address(const std::string& key, const std::string& text, Findings& findings) {
    if (text.empty() || is_ip_address(text)) return;
    findings.error_at(key, "\"" + text + "\" is not an IP address, for example 10.0.0.1 or ::1");
}

bool is_host_and_port(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return false;
    const auto port = parse_integer(text.substr(colon + 1));
    return port && *port >= 0 && *port <= 65535;
}

void check_password(const std::string& path, const Sql& sql, Findings& findings) {
    const int ways = int{!sql.password.empty()} + int{!sql.password_file.empty()} +
                     int{!sql.password_command.empty()};
    if (ways < 2) return;
    findings.error_at(path, "give one of password, passwordFile and passwordCommand, not several");
}

void check_postgres(const std::string& path, const Sql& sql, Findings& findings) {
    if (sql.database_name.empty()) {
        findings.error_at(path + ".databaseName", "is missing; the name of the database");
    }
    if (sql.connect_address.empty() && sql.connect_address_file.empty()) {
        findings.error_at(path + ".connectAddr", "is missing; host:port of the database");
    }
    if (!sql.connect_address.empty() && !sql.connect_address_file.empty()) {
        findings.error_at(path, "give one of connectAddr and connectAddrFile, not both");
    }
    if (sql.user.empty()) findings.error_at(path + ".user", "is missing; the database's user");
    check_password(path, sql, findings);
    if (sql.connections_max == 1) {
        findings.error_at(path + ".maxConns", "1 is too few: one writes and others read; from 2");
    }
    if (sql.writers > 0 && sql.connections_max > 0 && sql.writers >= sql.connections_max) {
        findings.error_at(path + ".writers", "must be fewer than maxConns, so that some can read");
    }
    const StoreTls& tls = sql.tls;
    if (tls.cert_file.empty() != tls.key_file.empty()) {
        findings.error_at(path + ".tls.certFile", "certFile and keyFile belong together");
    }
}

void check_sql(const std::string& path, const Sql& sql, Findings& findings) {
    if (sql.plugin_name == "sqlite") return;
    if (sql.is_postgres()) return check_postgres(path, sql, findings);
    findings.error_at(
        path + ".pluginName",
        (sql.plugin_name.empty() ? "is missing" : "\"" + sql.plugin_name + "\" is not built yet") +
            std::string("; use sqlite or postgres12"));
}

void check_datastore(const std::string& path, const Datastore& store, Findings& findings) {
    for (const auto& [is_it, kind] :
         {std::pair(store.cassandra, "cassandra"), std::pair(store.elasticsearch, "elasticsearch"),
          std::pair(store.custom_datastore, "customDatastore")}) {
        if (!is_it) continue;
        return findings.error_at(path, std::string(kind) +
                                           " is not built yet; use sql with pluginName: sqlite or "
                                           "postgres12");
    }
    if (!store.sql) return findings.error_at(path, "has no sql section");
    check_sql(path + ".sql", *store.sql, findings);
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

void check_persistence(const Persistence& persistence, Findings& findings) {
    check_store(persistence, "defaultStore", persistence.default_store, findings);
    if (persistence.visibility_store != persistence.default_store) {
        check_store(persistence, "visibilityStore", persistence.visibility_store, findings);
    }
    if (persistence.history_shard_count == 0) {
        findings.error_at("persistence.numHistoryShards", "is missing; a whole number from 1 to " +
                                                              std::to_string(kHistoryShardsMax));
    }
}

void check_services(const Config& config, Findings& findings) {
    std::map<std::uint16_t, std::string> ports;
    for (const auto& [name, rpc] : config.services) {
        const std::string path = "services." + name + ".rpc.";
        check_ip_address(path + "bindOnIP", rpc.bind_on_ip, findings);
        if (rpc.bind_on_local_host && !rpc.bind_on_ip.empty()) {
            findings.error_at(path + "bindOnLocalHost",
                              "excludes bindOnIP \"" + rpc.bind_on_ip + "\"; keep one of them");
        }
        for (const auto& [key, port] :
             {std::pair("grpcPort", rpc.grpc_port), std::pair("httpPort", rpc.http_port)}) {
            if (port == 0) continue;
            const auto [other, is_new] = ports.emplace(port, name);
            if (is_new) continue;
            findings.error_at(path + key, std::to_string(port) + " is also a port of " +
                                              other->second + "; give each its own");
        }
    }
    if (config.services.empty()) {
        findings.error_at("services",
                          "names no service; allowed are frontend, history, matching and worker");
    }
}

void check_cluster_metadata(const ClusterMetadata& metadata, Findings& findings) {
    if (metadata.cluster_information.empty()) return;
    for (const auto& [key, name] :
         {std::pair("masterClusterName", metadata.master_cluster_name),
          std::pair("currentClusterName", metadata.current_cluster_name)}) {
        if (metadata.cluster_information.contains(name)) continue;
        findings.error_at(
            std::string("clusterMetadata.") + key,
            "\"" + name + "\" is not one of clusterMetadata.clusterInformation; add it there");
    }
    int enabled = 0;
    for (const auto& [unused, cluster] : metadata.cluster_information) enabled += cluster.enabled;
    if (enabled < 2) return;
    findings.error_at("clusterMetadata.clusterInformation",
                      "not built yet: nothing would be replicated to the other clusters; enable "
                      "only the current one");
}

void check_metrics(const Metrics& metrics, Findings& findings) {
    const Prometheus& prometheus = metrics.prometheus;
    const std::string path = "global.metrics.prometheus.";
    if (!prometheus.listen_address.empty() && !is_host_and_port(prometheus.listen_address)) {
        findings.error_at(
            path + "listenAddress",
            "\"" + prometheus.listen_address + "\" is not host:port, for example 127.0.0.1:8000");
    }
    if (!prometheus.handler_path.starts_with('/')) {
        findings.error_at(path + "handlerPath",
                          "\"" + prometheus.handler_path + "\" does not begin with /");
    }
    if (prometheus.timer_type == "summary") {
        findings.warning_at(path + "timerType", "not built yet, times are histograms");
    }
}

struct NeedsTls {
    const char* key;
    bool wanted;
};

void check_tls_group(const std::string& path, const TlsGroup& group, Findings& findings) {
    const ServerTls& server = group.server;
    const ClientTls& client = group.client;
    for (const NeedsTls& row :
         {NeedsTls{".server.certFile", !server.cert_file.empty() || !server.key_file.empty()},
          NeedsTls{".server.certData", !server.cert_data.empty() || !server.key_data.empty()},
          NeedsTls{".server.clientCaFiles",
                   !server.client_ca_files.empty() || !server.client_ca_data.empty()},
          NeedsTls{".server.requireClientAuth", server.require_client_auth},
          NeedsTls{".client.rootCaFiles",
                   !client.root_ca_files.empty() || !client.root_ca_data.empty()},
          NeedsTls{".client.forceTLS", client.force_tls}}) {
        if (!row.wanted) continue;
        return findings.error_at(path + row.key,
                                 "not built yet: the listeners would not be encrypted");
    }
}

void check_security(const Config& config, Findings& findings) {
    const Tls& tls = config.global.tls;
    check_tls_group("global.tls.internode", tls.internode, findings);
    check_tls_group("global.tls.frontend", tls.frontend, findings);
    const WorkerTls& worker = tls.system_worker;
    if (!worker.cert_file.empty() || !worker.cert_data.empty() || worker.client.force_tls) {
        findings.error_at("global.tls.systemWorker",
                          "not built yet: the listeners would not be encrypted");
    }
    const Authorization& authorization = config.global.authorization;
    for (const auto& [key, wanted] :
         {std::pair("authorizer", !authorization.authorizer.empty()),
          std::pair("claimMapper", !authorization.claim_mapper.empty())}) {
        if (!wanted) continue;
        findings.error_at(std::string("global.authorization.") + key,
                          "not built yet: every caller would be let in");
    }
    if (config.auth.enabled) {
        findings.error_at("auth.enabled", "not built yet: every caller would be let in");
    }
}

// A cluster that could archive is one thing (Temporal's own templates say so), namespaces that do
// another: histories would be deleted and not kept.
void check_archival(const Config& config, Findings& findings) {
    const auto& defaults = config.namespace_defaults.archival;
    for (const auto& [key, state] : {std::pair("history", defaults.history.state),
                                     std::pair("visibility", defaults.visibility.state)}) {
        if (state != "enabled") continue;
        findings.error_at(std::string("namespaceDefaults.archival.") + key + ".state",
                          "not built yet: nothing would be archived; set it to disabled");
    }
    for (const auto& [key, state] : {std::pair("history", config.archival.history.state),
                                     std::pair("visibility", config.archival.visibility.state)}) {
        if (state != "enabled") continue;
        findings.warning_at(std::string("archival.") + key, "not built yet, without effect");
    }
}

void check_dynamic_config(const DynamicConfigClient& client, Findings& findings) {
    if (client.file_path.empty() || client.poll_interval == Duration{}) return;
    if (client.poll_interval >= kDynamicPollMin) return;
    findings.error_at(
        "dynamicConfigClient.pollInterval",
        to_string(client.poll_interval) + " is too short; from " + to_string(kDynamicPollMin));
}

}  // namespace

void check_config(const Config& config, Findings& findings) {
    check_persistence(config.persistence, findings);
    check_services(config, findings);
    check_cluster_metadata(config.cluster_metadata, findings);
    check_ip_address("global.membership.broadcastAddress",
                     config.global.membership.broadcast_address, findings);
    check_metrics(config.global.metrics, findings);
    check_security(config, findings);
    check_archival(config, findings);
    check_dynamic_config(config.dynamic_config_client, findings);
}

}  // namespace server::config
