#include "server/rpc/connections.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <vector>

namespace server::rpc {

namespace {

// -1 for what is no TCP socket.
int local_port_of(int descriptor) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return -1;
    if (address.ss_family == AF_INET) {
        return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
    }
    if (address.ss_family == AF_INET6) {
        return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
    }
    return -1;
}

bool is_listening(int descriptor) {
    int listening = 0;
    socklen_t size = sizeof listening;
    return ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 &&
           listening != 0;
}

// Descriptors of our own for the connections: gRPC may close its own ones at any time.
std::vector<pollfd> connections_of(int local_port) {
    std::vector<pollfd> connections;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", error)) {
        const int descriptor = std::atoi(entry.path().filename().c_str());
        if (local_port_of(descriptor) != local_port || is_listening(descriptor)) continue;
        const int own = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
        if (own < 0) {
            ::shutdown(descriptor, SHUT_RDWR);
            continue;
        }
        connections.push_back({own, POLLRDHUP, 0});
    }
    return connections;
}

void wait_until_closed(std::vector<pollfd> open, Duration patience) {
    using Monotonic = std::chrono::steady_clock;
    const auto latest = Monotonic::now() + patience;
    while (!open.empty()) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(latest - Monotonic::now()).count();
        if (left <= 0 || ::poll(open.data(), open.size(), static_cast<int>(left)) == 0) return;
        std::erase_if(open, [](const pollfd& each) { return each.revents != 0; });
    }
}

}  // namespace

void end_connections(int local_port, Duration patience) {
    const std::vector<pollfd> connections = connections_of(local_port);
    for (const pollfd& each : connections) ::shutdown(each.fd, SHUT_WR);
    wait_until_closed(connections, patience);
    for (const pollfd& each : connections) {
        ::shutdown(each.fd, SHUT_RDWR);
        ::close(each.fd);
    }
}

}  // namespace server::rpc
