#include "server/rpc/connections.h"

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <thread>

#include "tests/support/catch.h"

using namespace server;

namespace {

using boost::asio::ip::tcp;

// A connection within this process, and its listener.
struct Connected {
    Connected() {
        client.connect(listener.local_endpoint());
        accepted = listener.accept();
    }
    int port() const { return listener.local_endpoint().port(); }

    // What the client's system says; nothing when it went well.
    int error_of_write() {
        return ::send(client.native_handle(), "x", 1, MSG_NOSIGNAL) == 1 ? 0 : errno;
    }
    // 0 at the end of the stream.
    ssize_t read() {
        char byte = 0;
        return ::recv(client.native_handle(), &byte, 1, 0);
    }

    boost::asio::io_context context;
    tcp::acceptor listener{context, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
    tcp::socket client{context};
    tcp::socket accepted{context};
};

}  // namespace

TEST_CASE("a client that writes while its connection ends is not reset, and reads to the end",
          "[rpc][connections]") {
    Connected connection;
    REQUIRE(::send(connection.accepted.native_handle(), "a", 1, 0) == 1);
    std::thread ending([&] { rpc::end_connections(connection.port(), 20s); });
    CHECK(connection.read() == 1);
    CHECK(connection.read() == 0);
    CHECK(connection.error_of_write() == 0);
    CHECK(connection.error_of_write() == 0);
    connection.client.close();
    ending.join();
}

TEST_CASE("a client that does not close its side is waited for until patience ends",
          "[rpc][connections]") {
    Connected connection;
    rpc::end_connections(connection.port(), 10ms);
    CHECK(connection.read() == 0);
}

TEST_CASE("connections to other ports stay, and so does the listening socket",
          "[rpc][connections]") {
    Connected one;
    Connected other;
    rpc::end_connections(one.port(), 0s);
    CHECK(::send(other.accepted.native_handle(), "a", 1, 0) == 1);
    CHECK(other.read() == 1);
    tcp::socket late(one.context);
    late.connect(one.listener.local_endpoint());
    CHECK(late.is_open());
}
