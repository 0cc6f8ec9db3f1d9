#include "tests/support/driver/role_process.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace server::driver {

namespace {

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string datastore(const std::string& database, int port) {
    return "      sql: {pluginName: postgres12, databaseName: " + database +
           ", connectAddr: \"127.0.0.1:" + std::to_string(port) +
           "\", connectProtocol: tcp, user: temporal, password: temporal, maxConns: 8}\n";
}

std::string service(std::string_view role, int port) {
    return "  " + std::string(role) + ":\n    rpc: {grpcPort: " + std::to_string(port) +
           ", bindOnIP: 127.0.0.1}\n";
}

void write_dynamic_values(const std::string& path, int task_queue_partitions) {
    std::ofstream file(path);
    if (task_queue_partitions == 0) return;
    file << "matching.numTaskqueueWritePartitions: [{value: " << task_queue_partitions << "}]\n"
         << "matching.numTaskqueueReadPartitions: [{value: " << task_queue_partitions << "}]\n";
}

}  // namespace

RoleProcess::RoleProcess(const ClusterPlace& place, const Options& options)
    : options_(options),
      name_(std::string(to_string(options.role)) + "-" + std::to_string(options.number)),
      folder_(place.directory + "/" + name_) {
    std::filesystem::create_directories(folder_);
    if (options_.host > 0) start_proxies(place);
    write_configuration(place);
    run_program(place.server);
}

void RoleProcess::run_program(const std::string& server) {
    std::vector<std::string> command{server,  "--config-file", folder_ + "/server.yaml",
                                     "start", "--service",     std::string(to_string(role()))};
    if (options_.matching_port > 0) command.insert(command.end(), {"--service", "matching"});
    process_ = std::make_unique<ServerProcess>(std::move(command), folder_ + "/server.log");
}

void RoleProcess::start_proxies(const ClusterPlace& place) {
    using tests::FaultProxy;
    const auto port = static_cast<std::uint16_t>(options_.port);
    FaultProxy::Place advertised{"127.0.1." + std::to_string(options_.host), port};
    from_roles_ = std::make_unique<FaultProxy>("127.0.0.1", port, advertised);
    if (options_.matching_port > 0) {
        const auto matching_port = static_cast<std::uint16_t>(options_.matching_port);
        FaultProxy::Place matching{advertised.host, matching_port};
        from_roles_to_matching_ =
            std::make_unique<FaultProxy>("127.0.0.1", matching_port, matching);
    }
    const auto database_port = static_cast<std::uint16_t>(place.database_port);
    to_database_ = std::make_unique<FaultProxy>("127.0.0.1", database_port);
}

void RoleProcess::write_configuration(const ClusterPlace& place) const {
    const int database_port = to_database_ ? to_database_->port() : place.database_port;
    const std::string host =
        options_.host > 0 ? "127.0.1." + std::to_string(options_.host) : "127.0.0.1";
    const std::string dynamic = folder_ + "/dynamic.yaml";
    write_dynamic_values(dynamic, place.task_queue_partitions);
    std::ofstream file(folder_ + "/server.yaml");
    file << "dynamicConfigClient: {filepath: " << dynamic << "}\n";
    file << "log: {level: info, format: json}\n"
         << "persistence:\n  defaultStore: default\n  visibilityStore: visibility\n"
         << "  numHistoryShards: " << place.history_shards << "\n  datastores:\n"
         << "    default:\n"
         << datastore("temporal", database_port) << "    visibility:\n"
         << datastore("temporal_visibility", database_port)
         << "global:\n  membership: {maxJoinDuration: 30s, broadcastAddress: " << host << "}\n"
         << "services:\n"
         << service(to_string(role()), options_.port);
    if (options_.matching_port > 0) file << service("matching", options_.matching_port);
}

Status RoleProcess::start() {
    log_begin_ = read_file(folder_ + "/server.log").size();
    return process_->start();
}

std::string RoleProcess::new_log() const {
    const std::string log = read_file(folder_ + "/server.log");
    return log.substr(std::min(log_begin_, log.size()));
}

bool RoleProcess::serves() const {
    return new_log().find("\"msg\":\"server started\"") != std::string::npos;
}

long RoleProcess::handed_over_ms() const {
    const std::string log = new_log();
    const std::string field = "\"msg\":\"handed over\",\"took_ms\":";
    const std::size_t found = log.rfind(field);
    return found == std::string::npos ? -1 : std::atol(log.c_str() + found + field.size());
}

}  // namespace server::driver
