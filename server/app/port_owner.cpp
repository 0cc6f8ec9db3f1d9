#include "server/app/port_owner.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

#include "server/app/address.h"
#include "server/rpc/port_probe.h"

namespace server::app {

namespace {

namespace fs = std::filesystem;

constexpr const char* kListening = "0A";  // the state TCP_LISTEN in /proc/net/tcp

// Adds "socket:[<inode>]" of each socket that listens on the port (proc(5), /proc/net/tcp).
void add_listeners(const char* table, std::uint16_t port, std::set<std::string>& sockets) {
    std::ifstream file(table);
    std::string line;
    std::getline(file, line);  // the heading
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string slot, local, remote, state, queues, timer, retransmits, user, timeout, inode;
        fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> user >>
            timeout >> inode;
        const auto colon = local.rfind(':');
        if (state != kListening || colon == std::string::npos) continue;
        if (std::strtoul(local.c_str() + colon + 1, nullptr, 16) == port) {
            sockets.insert("socket:[" + inode + "]");
        }
    }
}

bool holds_one_of(const fs::path& process, const std::set<std::string>& sockets) {
    std::error_code failure;
    for (fs::directory_iterator at(process / "fd", failure), end; !failure && at != end;
         at.increment(failure)) {
        std::error_code unreadable;
        const fs::path target = fs::read_symlink(at->path(), unreadable);
        if (!unreadable && sockets.contains(target.string())) return true;
    }
    return false;
}

}  // namespace

std::optional<std::string> find_port_owner(std::uint16_t port) {
    std::set<std::string> sockets;
    add_listeners("/proc/net/tcp", port, sockets);
    add_listeners("/proc/net/tcp6", port, sockets);
    if (sockets.empty()) return std::nullopt;
    std::error_code failure;
    for (fs::directory_iterator at("/proc", failure), end; !failure && at != end;
         at.increment(failure)) {
        const std::string pid = at->path().filename();
        if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
        if (!holds_one_of(at->path(), sockets)) continue;
        std::ifstream name_file(at->path() / "comm");
        std::string name;
        std::getline(name_file, name);
        return name + " (pid " + pid + ")";
    }
    return std::nullopt;
}

Status check_port(const std::string& host, std::uint16_t port, const std::string& setting) {
    const Status probed = rpc::probe_port(host_and_port(host, port));
    if (probed.ok()) return probed;
    const std::string in_use = std::make_error_code(std::errc::address_in_use).message();
    const bool is_taken = probed.message().find(in_use) != std::string::npos;
    if (!is_taken) return probed;
    const auto owner = find_port_owner(port);
    if (!owner) return failed_precondition(probed.message() + " with " + setting);
    return failed_precondition("port " + std::to_string(port) + " on " + host + " is taken by " +
                               *owner + "; stop it, or choose another port with " + setting);
}

}  // namespace server::app
