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

}  // namespace

RoleProcess::RoleProcess(const ClusterPlace& place, Role role, int number, int port)
    : role_(role), name_(std::string(to_string(role)) + "-" + std::to_string(number)),
      folder_(place.directory + "/" + name_), port_(port) {
    std::filesystem::create_directories(folder_);
    write_configuration(place);
    std::vector<std::string> command{place.server, "--config-file", folder_ + "/server.yaml",
                                     "start",      "--service",     std::string(to_string(role))};
    process_ = std::make_unique<ServerProcess>(std::move(command), folder_ + "/server.log");
}

void RoleProcess::write_configuration(const ClusterPlace& place) const {
    std::ofstream file(folder_ + "/server.yaml");
    file << "log: {level: info, format: json}\n"
         << "persistence:\n  defaultStore: default\n  visibilityStore: visibility\n"
         << "  numHistoryShards: " << place.history_shards << "\n  datastores:\n"
         << "    default:\n"
         << datastore("temporal", place.database_port) << "    visibility:\n"
         << datastore("temporal_visibility", place.database_port)
         << "global:\n  membership: {maxJoinDuration: 30s, broadcastAddress: 127.0.0.1}\n"
         << "services:\n  " << to_string(role_) << ":\n    rpc: {grpcPort: " << port_
         << ", bindOnIP: 127.0.0.1}\n";
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
