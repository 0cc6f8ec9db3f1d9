#pragma once
// The keys of a configuration file, in one list: what reads a file (YamlReader), what writes one
// (YamlWriter) and what the documentation is checked against walk it, so a key cannot be known to
// one of them alone. A visitor has:
//
//   value(key, field)                   text, truth, duration, port, list or map of texts
//   choice(key, text, words)            a text that must be one of these words
//   number(key, field, min, max)
//   secret(key, text)                   a text that is shown to nobody
//   section(key, struct)                a map with keys of its own; an optional one may be absent
//   entries(key, map of structs, names) a map of such maps, of these names or of any
//   command(key, list)                  a program with arguments, or one line for the shell
//   ignored(key)                        without meaning for this server, in whatever form
//   not_built(key)                      a warning when it asks for something
//   refused(key, why)                   an error then: going on without it would be unsafe
//   present(key, truth)                 whether the key is there; what is under it is not looked at

#include <string_view>
#include <vector>

#include "server/config/config.h"

namespace server::config {

// A shard costs memory in the process that owns it.
inline constexpr std::int64_t kHistoryShardsMax = 16'384;
inline constexpr std::int64_t kConnectionsMax = 10'000;
inline constexpr std::int64_t kWritersMax = 16;

template <class Visitor>
void describe(Visitor& at, Log& log) {
    at.value("stdout", log.standard_output);
    at.choice("level", log.level,
              {"debug", "info", "warn", "error", "dpanic", "panic", "fatal", "never", "warning"});
    at.choice("format", log.format, {"json", "text", "console", "pretty"});
    at.value("outputFile", log.output_file);
    at.ignored("development");
}

template <class Visitor>
void describe(Visitor& at, StoreTls& tls) {
    at.value("enabled", tls.enabled);
    at.value("caFile", tls.ca_file);
    at.value("certFile", tls.cert_file);
    at.value("keyFile", tls.key_file);
    at.value("caData", tls.ca_data);
    at.value("certData", tls.cert_data);
    at.secret("keyData", tls.key_data);
    at.value("enableHostVerification", tls.enable_host_verification);
    at.value("serverName", tls.server_name);
}

template <class Visitor>
void describe(Visitor& at, Sql& sql) {
    at.choice("pluginName", sql.plugin_name,
              {"sqlite", "postgres12", "postgres12_pgx", "postgres", "mysql8", "mysql"});
    at.value("databaseName", sql.database_name);
    at.value("connectAddr", sql.connect_address);
    at.value("connectAddrFile", sql.connect_address_file);
    at.choice("connectProtocol", sql.connect_protocol, {"tcp", "unix"});
    at.value("connectAttributes", sql.connect_attributes);
    at.value("user", sql.user);
    at.secret("password", sql.password);
    at.value("passwordFile", sql.password_file);
    at.command("passwordCommand", sql.password_command);
    at.number("maxConns", sql.connections_max, 0, kConnectionsMax);
    at.number("maxIdleConns", sql.idle_connections_max, 0, kConnectionsMax);
    at.value("maxConnLifetime", sql.connection_lifetime_max);
    at.section("tls", sql.tls);
    at.choice("preparedStatements", sql.prepared_statements, {"auto", "on", "off"});
    at.number("writers", sql.writers, 0, kWritersMax);
    at.ignored("taskScanPartitions");
}

template <class Visitor>
void describe(Visitor& at, Datastore& store) {
    at.section("sql", store.sql);
    at.present("cassandra", store.cassandra);
    at.present("elasticsearch", store.elasticsearch);
    at.present("customDatastore", store.custom_datastore);
    at.not_built("faultInjection");
}

template <class Visitor>
void describe(Visitor& at, Persistence& persistence) {
    at.value("defaultStore", persistence.default_store);
    at.value("visibilityStore", persistence.visibility_store);
    at.number("numHistoryShards", persistence.history_shard_count, 1, kHistoryShardsMax);
    at.entries("datastores", persistence.datastores, {});
    at.not_built("secondaryVisibilityStore");
    at.not_built("advancedVisibilityStore");
}

template <class Visitor>
void describe(Visitor& at, Membership& membership) {
    at.value("maxJoinDuration", membership.join_duration_max);
    at.value("broadcastAddress", membership.broadcast_address);
}

template <class Visitor>
void describe(Visitor& at, Prometheus& prometheus) {
    at.value("listenAddress", prometheus.listen_address);
    at.value("handlerPath", prometheus.handler_path);
    at.choice("timerType", prometheus.timer_type, {"histogram", "summary"});
    at.choice("framework", prometheus.framework, {"tally", "opentelemetry"});
    at.ignored("loggerRPS");
}

template <class Visitor>
void describe(Visitor& at, Metrics& metrics) {
    at.value("tags", metrics.tags);
    at.value("prefix", metrics.prefix);
    at.value("withoutUnitSuffix", metrics.without_unit_suffix);
    at.value("withoutCounterSuffix", metrics.without_counter_suffix);
    at.section("prometheus", metrics.prometheus);
    at.ignored("recordTimerInSeconds");  // always
    for (const auto key : {"excludeTags", "perUnitHistogramBoundaries", "statsd"}) {
        at.not_built(key);
    }
}

template <class Visitor>
void describe(Visitor& at, ServerTls& server) {
    at.value("certFile", server.cert_file);
    at.value("keyFile", server.key_file);
    at.value("clientCaFiles", server.client_ca_files);
    at.value("certData", server.cert_data);
    at.secret("keyData", server.key_data);
    at.value("clientCaData", server.client_ca_data);
    at.value("requireClientAuth", server.require_client_auth);
}

template <class Visitor>
void describe(Visitor& at, ClientTls& client) {
    at.value("serverName", client.server_name);
    at.value("disableHostVerification", client.disable_host_verification);
    at.value("rootCaFiles", client.root_ca_files);
    at.value("rootCaData", client.root_ca_data);
    at.value("forceTLS", client.force_tls);
}

template <class Visitor>
void describe(Visitor& at, TlsGroup& group) {
    at.section("server", group.server);
    at.section("client", group.client);
    at.refused("hostOverrides", "callers of these names would get no certificate");
}

template <class Visitor>
void describe(Visitor& at, WorkerTls& worker) {
    at.value("certFile", worker.cert_file);
    at.value("keyFile", worker.key_file);
    at.value("certData", worker.cert_data);
    at.secret("keyData", worker.key_data);
    at.section("client", worker.client);
}

template <class Visitor>
void describe(Visitor& at, ExpirationChecks& checks) {
    at.value("warningWindow", checks.warning_window);
    at.value("errorWindow", checks.error_window);
    at.value("checkInterval", checks.check_interval);
}

template <class Visitor>
void describe(Visitor& at, Tls& tls) {
    at.section("internode", tls.internode);
    at.section("frontend", tls.frontend);
    at.section("systemWorker", tls.system_worker);
    at.section("expirationChecks", tls.expiration_checks);
    at.value("refreshInterval", tls.refresh_interval);
    at.refused("remoteClusters", "there are no connections to other clusters");
}

template <class Visitor>
void describe(Visitor& at, JwtKeyProvider& provider) {
    at.value("keySourceURIs", provider.key_source_uris);
    at.value("refreshInterval", provider.refresh_interval);
}

template <class Visitor>
void describe(Visitor& at, Authorization& authorization) {
    at.section("jwtKeyProvider", authorization.jwt_key_provider);
    at.value("permissionsClaimName", authorization.permissions_claim_name);
    at.value("permissionsRegex", authorization.permissions_regex);
    at.choice("authorizer", authorization.authorizer, {"default"});
    at.choice("claimMapper", authorization.claim_mapper, {"default"});
    at.value("audience", authorization.audience);
    at.value("authHeaderName", authorization.auth_header_name);
    at.value("authExtraHeaderName", authorization.auth_extra_header_name);
    at.refused("remoteClusterAuth", "there are no connections to other clusters");
}

template <class Visitor>
void describe(Visitor& at, Global& global) {
    at.section("membership", global.membership);
    at.section("metrics", global.metrics);
    at.section("tls", global.tls);
    at.section("authorization", global.authorization);
    at.ignored("pprof");  // profiles of Go
}

template <class Visitor>
void describe(Visitor& at, ClusterInformation& cluster) {
    at.value("enabled", cluster.enabled);
    at.number("initialFailoverVersion", cluster.initial_failover_version, 0, INT32_MAX);
    at.value("rpcName", cluster.rpc_name);
    at.value("rpcAddress", cluster.rpc_address);
    at.value("httpAddress", cluster.http_address);
}

template <class Visitor>
void describe(Visitor& at, ClusterMetadata& metadata) {
    at.value("enableGlobalNamespace", metadata.enable_global_namespace);
    at.number("failoverVersionIncrement", metadata.failover_version_increment, 1, INT32_MAX);
    at.value("masterClusterName", metadata.master_cluster_name);
    at.value("currentClusterName", metadata.current_cluster_name);
    at.entries("clusterInformation", metadata.cluster_information, {});
    at.not_built("tags");
}

// services.<role>: its only section of meaning is rpc.
template <class Visitor>
void describe(Visitor& at, Rpc& rpc) {
    at.value("grpcPort", rpc.grpc_port);
    at.value("membershipPort", rpc.membership_port);
    at.value("httpPort", rpc.http_port);
    at.value("bindOnLocalHost", rpc.bind_on_local_host);
    at.value("bindOnIP", rpc.bind_on_ip);
    at.not_built("httpAdditionalForwardedHeaders");
    at.not_built("keepAliveServerConfig");
    at.not_built("clientConnectionConfig");
}

struct ServiceKeys {
    Rpc* rpc = nullptr;
};

template <class Visitor>
void describe(Visitor& at, ServiceKeys& service) {
    at.section("rpc", *service.rpc);
    at.not_built("metrics");
}

template <class Visitor>
void describe(Visitor& at, PublicClient& client) {
    at.value("hostPort", client.host_port);
    at.value("httpHostPort", client.http_host_port);
    at.not_built("forceTLSConfig");
}

template <class Visitor>
void describe(Visitor& at, DynamicConfigClient& client) {
    at.value("filepath", client.file_path);
    at.value("pollInterval", client.poll_interval);
}

template <class Visitor>
void describe(Visitor& at, Archival& archival) {
    at.choice("state", archival.state, {"enabled", "paused", "disabled"});
    at.value("enableRead", archival.enable_read);
    at.ignored("provider");  // the providers are not built; a namespace that needs one is refused
}

template <class Visitor>
void describe(Visitor& at, ArchivalDefault& archival) {
    at.choice("state", archival.state, {"enabled", "disabled"});
    at.value("URI", archival.uri);
}

template <class Visitor, class Each>
void describe(Visitor& at, OfBoth<Each>& both) {
    at.section("history", both.history);
    at.section("visibility", both.visibility);
}

template <class Visitor>
void describe(Visitor& at, NamespaceDefaults& defaults) {
    at.section("archival", defaults.archival);
}

template <class Visitor>
void describe(Visitor& at, OpenFga& ofga) {
    at.value("apiScheme", ofga.api_scheme);
    at.value("apiHost", ofga.api_host);
    at.value("apiPort", ofga.api_port);
    at.secret("token", ofga.token);
    at.value("storeID", ofga.store_id);
    at.value("authModelID", ofga.model_id);
}

template <class Visitor>
void describe(Visitor& at, Auth& auth) {
    at.value("enabled", auth.enabled);
    at.value("adminGroups", auth.admin_groups);
    at.value("openAccessNamespaces", auth.open_access_namespaces);
    at.value("googleClientID", auth.google_client_id);
    at.section("ofga", auth.ofga);
}

template <class Visitor>
void describe(Visitor& at, Config& config) {
    at.section("log", config.log);
    at.section("persistence", config.persistence);
    at.section("global", config.global);
    at.services("services", config.services, service_names());
    at.section("clusterMetadata", config.cluster_metadata);
    at.section("publicClient", config.public_client);
    at.section("dynamicConfigClient", config.dynamic_config_client);
    at.section("archival", config.archival);
    at.section("namespaceDefaults", config.namespace_defaults);
    at.section("auth", config.auth);
    at.ignored("dcRedirectionPolicy");
    at.ignored("additionalEnvs");  // of the charm; the values may be secrets
    at.not_built("otel");
}

}  // namespace server::config
