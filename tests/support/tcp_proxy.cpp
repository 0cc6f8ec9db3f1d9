#include "tests/support/tcp_proxy.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace server::tests {

namespace {

sockaddr_in address_of(const std::string& host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
    return address;
}

// False when the peer is gone.
bool send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace

TcpProxy::TcpProxy(std::string host, std::uint16_t port)
    : host_(std::move(host)), server_port_(port), listener_(::socket(AF_INET, SOCK_STREAM, 0)),
      wakeup_(::eventfd(0, EFD_CLOEXEC)) {
    sockaddr_in address = address_of("127.0.0.1", 0);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 64) != 0) {
        throw std::runtime_error("the proxy cannot listen");
    }
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { work(); });
}

TcpProxy::~TcpProxy() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake();
    thread_.join();
    for (const auto& pair : pairs_) close_pair(*pair);
    ::close(listener_);
    ::close(wakeup_);
}

void TcpProxy::wake() const {
    const std::uint64_t one = 1;
    if (::write(wakeup_, &one, sizeof one) != sizeof one) throw std::runtime_error("eventfd");
}

void TcpProxy::swallow_answers(bool swallow) {
    const std::lock_guard lock(mutex_);
    swallow_ = swallow;
}

void TcpProxy::hold_after(std::size_t bytes) {
    {
        const std::lock_guard lock(mutex_);
        budget_ = bytes;
        holding_ = false;
    }
    wake();
}

void TcpProxy::wait_until_held() {
    std::unique_lock lock(mutex_);
    held_changed_.wait(lock, [this] { return holding_; });
}

void TcpProxy::cut() {
    {
        const std::lock_guard lock(mutex_);
        cut_ = true;
    }
    wake();
}

void TcpProxy::close_pair(Pair& pair) {
    ::close(pair.client);
    ::close(pair.server);
}

void TcpProxy::accept_one() {
    auto pair = std::make_unique<Pair>();
    pair->client = ::accept(listener_, nullptr, nullptr);
    pair->server = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = address_of(host_, server_port_);
    if (::connect(pair->server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return close_pair(*pair);
    }
    pairs_.push_back(std::move(pair));
}

bool TcpProxy::from_client(Pair& pair) {
    std::array<char, 16384> buffer;
    const auto size = ::recv(pair.client, buffer.data(), buffer.size(), 0);
    if (size <= 0) return false;
    pair.held.append(buffer.data(), static_cast<std::size_t>(size));
    return forward_held(pair);
}

bool TcpProxy::forward_held(Pair& pair) {
    std::size_t passing = 0;
    {
        const std::lock_guard lock(mutex_);
        passing = std::min(budget_, pair.held.size());
        if (budget_ != std::numeric_limits<std::size_t>::max()) budget_ -= passing;
        if (passing < pair.held.size()) holding_ = true;
    }
    held_changed_.notify_all();
    const bool sent = send_all(pair.server, std::string_view(pair.held).substr(0, passing));
    pair.held.erase(0, passing);
    return sent;
}

bool TcpProxy::from_server(Pair& pair) {
    std::array<char, 16384> buffer;
    const auto size = ::recv(pair.server, buffer.data(), buffer.size(), 0);
    if (size <= 0) return false;
    {
        const std::lock_guard lock(mutex_);
        if (swallow_) return true;
    }
    return send_all(pair.client, std::string_view(buffer.data(), static_cast<std::size_t>(size)));
}

void TcpProxy::work() {
    for (;;) {
        std::vector<pollfd> waiting{pollfd{wakeup_, POLLIN, 0}, pollfd{listener_, POLLIN, 0}};
        for (const auto& pair : pairs_) {
            // What is held back fills the sockets, as behind a server that does not read.
            const short from_client = pair->held.empty() ? POLLIN : 0;
            waiting.push_back(pollfd{pair->client, from_client, 0});
            waiting.push_back(pollfd{pair->server, POLLIN, 0});
        }
        ::poll(waiting.data(), waiting.size(), -1);
        bool cut = false;
        if (waiting[0].revents != 0) {
            std::uint64_t ignored = 0;
            if (::read(wakeup_, &ignored, sizeof ignored) != sizeof ignored) return;
            const std::lock_guard lock(mutex_);
            if (stopping_) return;
            cut = std::exchange(cut_, false);
        }
        for (std::size_t index = 0; index < pairs_.size(); ++index) {
            Pair& pair = *pairs_[index];
            bool lives = !cut;
            if (lives && !pair.held.empty()) lives = forward_held(pair);
            if (lives && waiting[2 + 2 * index].revents != 0) lives = from_client(pair);
            if (lives && waiting[3 + 2 * index].revents != 0) lives = from_server(pair);
            if (lives) continue;
            close_pair(pair);
            pairs_[index].reset();
        }
        std::erase(pairs_, nullptr);
        if (waiting[1].revents != 0) accept_one();
    }
}

}  // namespace server::tests
