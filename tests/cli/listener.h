#pragma once
// A port that this process listens on, or did: for messages about taken ports, and for ports that
// are free.

#include <fcntl.h>

#include <cstdint>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace server::tests {

class Listener {
public:
    Listener()
        : acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}),
          port_(acceptor_.local_endpoint().port()) {
        // A program that the test starts must not have it too.
        ::fcntl(acceptor_.native_handle(), F_SETFD, FD_CLOEXEC);
    }
    std::uint16_t port() const { return port_; }

private:
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
};

inline std::uint16_t free_port() { return Listener().port(); }

}  // namespace server::tests
