#pragma once
// A TCP proxy that a test tells when to stand still: so a connection breaks, or a sender stops, at
// a chosen moment. One thread of its own.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace server::tests {

class TcpProxy {
public:
    TcpProxy(std::string host, std::uint16_t port);
    ~TcpProxy();
    TcpProxy(const TcpProxy&) = delete;
    TcpProxy& operator=(const TcpProxy&) = delete;

    std::uint16_t port() const { return port_; }

    // From now on answers of the server are read and thrown away.
    void swallow_answers(bool swallow);
    // Lets this many bytes of the clients through, all together, and holds back what follows.
    void hold_after(std::size_t bytes);
    // Returns when something is held back.
    void wait_until_held();
    void release() { hold_after(std::numeric_limits<std::size_t>::max()); }
    // Ends every connection, on both sides.
    void cut();

private:
    struct Pair {
        int client = -1;
        int server = -1;
        std::string held;  // of the client
    };

    void work();
    void accept_one();
    bool from_client(Pair& pair);
    bool from_server(Pair& pair);
    bool forward_held(Pair& pair);
    static void close_pair(Pair& pair);
    void wake() const;

    std::string host_;
    std::uint16_t server_port_;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    int wakeup_ = -1;

    std::mutex mutex_;
    std::condition_variable held_changed_;
    bool stopping_ = false;
    bool swallow_ = false;
    bool cut_ = false;
    bool holding_ = false;
    std::size_t budget_ = std::numeric_limits<std::size_t>::max();

    std::vector<std::unique_ptr<Pair>> pairs_;
    std::thread thread_;
};

}  // namespace server::tests
