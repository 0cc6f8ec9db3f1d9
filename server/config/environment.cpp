#include "server/config/environment.h"

#include <algorithm>
#include <array>

#include "server/config/read_config.h"

namespace server::config {

namespace {

// One key: the first of the variables that is set gives its value, else `fallback`; empty is left
// out.
struct Row {
    std::string_view key;
    std::vector<std::string_view> variables;
    std::string_view fallback = "";
};

const std::vector<Row>& common_rows() {
    static const std::vector<Row> kRows{
        {"log.level", {"LOG_LEVEL"}, "info"},
        {"log.stdout", {}, "true"},
        {"persistence.numHistoryShards", {"NUM_HISTORY_SHARDS"}, "4"},
        {"persistence.defaultStore", {}, "default"},
        {"global.membership.maxJoinDuration", {}, "30s"},
        {"global.membership.broadcastAddress", {"TEMPORAL_BROADCAST_ADDRESS"}},
        {"global.tls.refreshInterval", {"TEMPORAL_TLS_REFRESH_INTERVAL"}},
        {"global.tls.internode.server.requireClientAuth", {"TEMPORAL_TLS_REQUIRE_CLIENT_AUTH"}},
        {"global.tls.internode.server.certFile", {"TEMPORAL_TLS_SERVER_CERT"}},
        {"global.tls.internode.server.keyFile", {"TEMPORAL_TLS_SERVER_KEY"}},
        {"global.tls.internode.server.certData", {"TEMPORAL_TLS_SERVER_CERT_DATA"}},
        {"global.tls.internode.server.keyData", {"TEMPORAL_TLS_SERVER_KEY_DATA"}},
        {"global.tls.internode.client.serverName", {"TEMPORAL_TLS_INTERNODE_SERVER_NAME"}},
        {"global.tls.frontend.server.requireClientAuth", {"TEMPORAL_TLS_REQUIRE_CLIENT_AUTH"}},
        {"global.tls.frontend.server.certFile", {"TEMPORAL_TLS_FRONTEND_CERT"}},
        {"global.tls.frontend.server.keyFile", {"TEMPORAL_TLS_FRONTEND_KEY"}},
        {"global.tls.frontend.server.certData", {"TEMPORAL_TLS_FRONTEND_CERT_DATA"}},
        {"global.tls.frontend.server.keyData", {"TEMPORAL_TLS_FRONTEND_KEY_DATA"}},
        {"global.tls.frontend.client.serverName", {"TEMPORAL_TLS_FRONTEND_SERVER_NAME"}},
        {"global.metrics.prometheus.listenAddress", {"PROMETHEUS_ENDPOINT"}},
        {"global.metrics.prometheus.timerType", {"PROMETHEUS_TIMER_TYPE"}},
        {"global.metrics.statsd.hostPort", {"STATSD_ENDPOINT"}},
        {"global.pprof.port", {"PPROF_PORT"}},
        {"global.authorization.permissionsClaimName", {"TEMPORAL_JWT_PERMISSIONS_CLAIM"}},
        {"global.authorization.authorizer", {"TEMPORAL_AUTH_AUTHORIZER"}},
        {"global.authorization.claimMapper", {"TEMPORAL_AUTH_CLAIM_MAPPER"}},
        {"publicClient.hostPort", {"PUBLIC_FRONTEND_ADDRESS"}},
        {"dynamicConfigClient.filepath", {"DYNAMIC_CONFIG_FILE_PATH"}},
        {"dynamicConfigClient.pollInterval", {}, "60s"},
        {"clusterMetadata.failoverVersionIncrement", {}, "10"},
        {"clusterMetadata.masterClusterName", {}, "active"},
        {"clusterMetadata.currentClusterName", {}, "active"},
        {"clusterMetadata.clusterInformation.active.enabled", {}, "true"},
        {"clusterMetadata.clusterInformation.active.initialFailoverVersion", {}, "1"},
        {"clusterMetadata.clusterInformation.active.rpcName", {}, "frontend"}};
    return kRows;
}

// Below persistence.datastores.<store>.sql.
const std::vector<Row>& sql_rows(bool visibility) {
    static const std::vector<Row> kTls{{"tls.enabled", {"SQL_TLS_ENABLED"}},
                                       {"tls.caFile", {"SQL_CA"}},
                                       {"tls.certFile", {"SQL_CERT"}},
                                       {"tls.keyFile", {"SQL_CERT_KEY"}},
                                       {"tls.enableHostVerification", {"SQL_HOST_VERIFICATION"}},
                                       {"tls.serverName", {"SQL_HOST_NAME"}},
                                       {"connectProtocol", {}, "tcp"}};
    static const auto with = [](std::vector<Row> rows) {
        rows.insert(rows.end(), kTls.begin(), kTls.end());
        return rows;
    };
    static const std::vector<Row> kDefault =
        with({{"databaseName", {"DBNAME"}, "temporal"},
              {"maxConns", {"SQL_MAX_CONNS"}, "20"},
              {"maxIdleConns", {"SQL_MAX_IDLE_CONNS"}, "20"},
              {"maxConnLifetime", {"SQL_MAX_CONN_TIME"}, "1h"}});
    static const std::vector<Row> kVisibility =
        with({{"databaseName", {"VISIBILITY_DBNAME"}, "temporal_visibility"},
              {"maxConns", {"SQL_VIS_MAX_CONNS"}, "10"},
              {"maxIdleConns", {"SQL_VIS_MAX_IDLE_CONNS"}, "10"},
              {"maxConnLifetime", {"SQL_VIS_MAX_CONN_TIME"}, "1h"}});
    return visibility ? kVisibility : kDefault;
}

struct Service {
    std::string_view name;
    std::string_view variable;  // the beginning of it
    std::string_view grpc_port;
    std::string_view membership_port;
};

constexpr std::array<Service, 5> kServices{
    {{"frontend", "FRONTEND", "7233", "6933"},
     {"internal-frontend", "INTERNAL_FRONTEND", "7236", "6936"},
     {"history", "HISTORY", "7234", "6934"},
     {"matching", "MATCHING", "7235", "6935"},
     {"worker", "WORKER", "7239", "6939"}}};

std::string lower_case_word(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

// The file that the environment amounts to, and which variable stands behind each key.
class EnvironmentFile {
public:
    explicit EnvironmentFile(const Environment& environment) : environment_(environment) {}

    std::string text(std::string_view variable) const {
        return environment_(std::string(variable)).value_or("");
    }
    std::string first_of(const std::vector<std::string_view>& variables,
                         std::string_view fallback) const {
        for (const auto variable : variables) {
            if (std::string value = text(variable); !value.empty()) return value;
        }
        return std::string(fallback);
    }
    void set(const std::string& key, const std::string& value, std::string_view variable) {
        if (value.empty()) return;
        YAML::Node node = root_;
        std::size_t begin = 0;
        for (std::size_t dot = 0; (dot = key.find('.', begin)) != std::string::npos;
             begin = dot + 1) {
            YAML::Node child = node[key.substr(begin, dot - begin)];
            node.reset(child);
        }
        node[key.substr(begin)] = value;
        if (!variable.empty()) variables_[key] = variable;
    }
    void set(const std::string& prefix, const Row& row) {
        set(prefix + std::string(row.key), first_of(row.variables, row.fallback),
            row.variables.empty() ? std::string_view() : row.variables.front());
    }
    void append(const std::string& key, const std::string& value);

    const YAML::Node& root() const { return root_; }
    // "environment variable X" for a finding about the key.
    Finding placed(Finding finding) const {
        const auto variable = variables_.find(finding.key);
        finding.line = 0;
        if (variable != variables_.end()) {
            finding.file = "environment variable " + variable->second;
        }
        return finding;
    }

private:
    const Environment& environment_;
    YAML::Node root_{YAML::NodeType::Map};
    std::map<std::string, std::string> variables_;
};

void EnvironmentFile::append(const std::string& key, const std::string& value) {
    if (value.empty()) return;
    root_["global"]["authorization"]["jwtKeyProvider"][key].push_back(value);
}

// Seeds without a port get the one of DB_PORT, several have commas between.
std::string addresses(const std::string& seeds, const std::string& port) {
    std::string result;
    for (std::size_t begin = 0; begin <= seeds.size();) {
        const std::size_t end = std::min(seeds.find(',', begin), seeds.size());
        const std::string host = seeds.substr(begin, end - begin);
        begin = end + 1;
        if (host.empty()) continue;
        const bool has_port = std::count(host.begin(), host.end(), ':') == 1;
        result += (result.empty() ? "" : ",") + host + (has_port ? "" : ":" + port);
    }
    return result;
}

void set_sql(EnvironmentFile& file, const std::string& plugin, bool visibility) {
    const std::string prefix =
        std::string("persistence.datastores.") + (visibility ? "visibility" : "default") + ".sql.";
    const bool is_mysql = plugin.starts_with("mysql");
    const std::string own = is_mysql ? "MYSQL_" : "POSTGRES_";
    const auto value = [&](const std::string& name) {
        const std::string twin = "VISIBILITY_" + name;
        return visibility ? file.first_of({twin, name}, "") : file.text(name);
    };
    const std::string named_port = value("DB_PORT");
    const std::string port = named_port.empty() ? (is_mysql ? "3306" : "5432") : named_port;
    file.set(prefix + "pluginName", plugin, "DB");
    file.set(prefix + "connectAddr", addresses(value(own + "SEEDS"), port), own + "SEEDS");
    file.set(prefix + "user", value(own + "USER"), own + "USER");
    file.set(prefix + "password", value(own + "PWD"), own + "PWD");
    file.set(prefix + "connectAttributes.connect_timeout", file.text("SQL_CONNECT_TIMEOUT"),
             "SQL_CONNECT_TIMEOUT");
    for (const Row& row : sql_rows(visibility)) file.set(prefix, row);
}

void set_stores(EnvironmentFile& file) {
    const std::string plugin = lower_case_word(file.first_of({"DB"}, "cassandra"));
    if (plugin == "cassandra") {
        file.set("persistence.datastores.default.cassandra.hosts",
                 file.first_of({"CASSANDRA_SEEDS"}, "127.0.0.1"), "CASSANDRA_SEEDS");
    } else {
        set_sql(file, plugin, false);
        set_sql(file, plugin, true);
    }
    const bool elasticsearch = lower_case_word(file.text("ENABLE_ES")) == "true";
    file.set("persistence.visibilityStore", elasticsearch ? "es-visibility" : "visibility", "DB");
    if (!elasticsearch) return;
    file.set("persistence.datastores.es-visibility.elasticsearch.url.host",
             file.first_of({"ES_SEEDS"}, "127.0.0.1"), "ES_SEEDS");
}

void set_services(EnvironmentFile& file) {
    for (const Service& service : kServices) {
        const bool internal = service.name == "internal-frontend";
        if (internal && file.text("USE_INTERNAL_FRONTEND").empty()) continue;
        const std::string prefix = "services." + std::string(service.name) + ".rpc.";
        const auto set = [&](const char* key, const char* suffix, std::string_view fallback) {
            const std::string variable = std::string(service.variable) + suffix;
            file.set(prefix + key, file.first_of({variable}, fallback), variable);
        };
        set("grpcPort", "_GRPC_PORT", service.grpc_port);
        set("membershipPort", "_MEMBERSHIP_PORT", service.membership_port);
        set("httpPort", "_HTTP_PORT", "");
        file.set(prefix + "bindOnIP", file.first_of({"BIND_ON_IP"}, "127.0.0.1"), "BIND_ON_IP");
    }
}

std::string to_text(const std::vector<Finding>& findings, const EnvironmentFile& file) {
    std::vector<Finding> placed;
    for (const Finding& finding : findings) placed.push_back(file.placed(finding));
    return to_string(placed);
}

}  // namespace

bool is_configured(const Environment& environment) {
    for (const char* variable : {"DB", "POSTGRES_SEEDS", "MYSQL_SEEDS", "CASSANDRA_SEEDS"}) {
        if (!environment(variable).value_or("").empty()) return true;
    }
    return false;
}

Result<Loaded> load_environment(const Environment& environment) {
    EnvironmentFile file(environment);
    for (const Row& row : common_rows()) file.set("", row);
    set_stores(file);
    set_services(file);
    for (const char* source : {"TEMPORAL_JWT_KEY_SOURCE1", "TEMPORAL_JWT_KEY_SOURCE2"}) {
        file.append("keySourceURIs", file.text(source));
    }
    Loaded loaded;
    Findings findings;
    YamlReader reader(file.root(), "environment", "", findings);
    read_config(reader, loaded.config);
    reader.finish();
    if (findings.errors().empty()) check_config(loaded.config, findings);
    if (!findings.errors().empty()) return invalid_argument(to_text(findings.errors(), file));
    for (const Finding& warning : findings.warnings()) {
        loaded.warnings.push_back(file.placed(warning));
    }
    loaded.files.emplace_back("environment");
    return loaded;
}

std::vector<std::string> environment_variables() {
    std::vector<std::string> names{"DB",
                                   "DB_PORT",
                                   "POSTGRES_SEEDS",
                                   "POSTGRES_USER",
                                   "POSTGRES_PWD",
                                   "VISIBILITY_POSTGRES_SEEDS",
                                   "VISIBILITY_POSTGRES_USER",
                                   "VISIBILITY_POSTGRES_PWD",
                                   "VISIBILITY_DB_PORT",
                                   "SQL_CONNECT_TIMEOUT",
                                   "BIND_ON_IP",
                                   "USE_INTERNAL_FRONTEND",
                                   "ENABLE_ES"};
    for (const auto* rows : {&common_rows(), &sql_rows(false), &sql_rows(true)}) {
        for (const Row& row : *rows) {
            for (const auto variable : row.variables) names.emplace_back(variable);
        }
    }
    for (const Service& service : kServices) {
        for (const char* suffix : {"_GRPC_PORT", "_MEMBERSHIP_PORT", "_HTTP_PORT"}) {
            names.push_back(std::string(service.variable) + suffix);
        }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace server::config
