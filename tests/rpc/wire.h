#pragma once
// A cable between a caller and a callee, to be cut: a TCP proxy on a port of its own that forwards
// bytes, goes silent or breaks when told. It has one thread.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <list>
#include <memory>
#include <string>
#include <thread>

namespace server::tests {

class Wire {
public:
    explicit Wire(int callee_port);
    ~Wire();

    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    // From now on bytes are swallowed, and nobody is told: a host that went dark.
    void go_silent();
    // Ends all connections at once, as the system does for a process that died; new ones work.
    void cut();

private:
    struct Link;
    using Socket = boost::asio::ip::tcp::socket;

    void accept();
    void pump(std::shared_ptr<Link> link, Socket Link::*from, Socket Link::*to,
              std::shared_ptr<std::string> buffer);
    void run_now(std::function<void()> work);

    boost::asio::io_context context_{1};
    boost::asio::ip::tcp::acceptor acceptor_;
    const boost::asio::ip::tcp::endpoint callee_;
    int port_ = 0;
    bool silent_ = false;
    std::list<std::weak_ptr<Link>> links_;
    std::thread thread_;
};

}  // namespace server::tests
