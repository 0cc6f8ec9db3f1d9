#include "tests/support/fault_proxy/fault_proxy.h"

#include "tests/fault_proxy/echo.h"
#include "tests/support/catch.h"

using namespace server::tests;
namespace asio = boost::asio;

TEST_CASE("without a fault bytes go through unchanged, in both directions", "[fault_proxy]") {
    const EchoServer server;
    const FaultProxy proxy("127.0.0.1", server.port());
    EchoClient client(proxy.port());
    std::string long_text(40'000, 'x');  // the echo waits for its reader
    long_text += "end";
    client.send("hello");
    CHECK(client.receive(5) == "hello");
    client.send(long_text);
    CHECK(client.receive(long_text.size()) == long_text);
    CHECK(proxy.accepted() == 1);
    CHECK(proxy.connections() == 1);
}

TEST_CASE("a cut resets every connection, and new ones work", "[fault_proxy]") {
    const EchoServer server;
    FaultProxy proxy("127.0.0.1", server.port());
    EchoClient client(proxy.port());
    client.send("a");
    REQUIRE(client.receive(1) == "a");
    proxy.cut();
    CHECK(client.receive(1).empty());
    CHECK(client.failure() == asio::error::connection_reset);
    EchoClient another(proxy.port());
    another.send("b");
    CHECK(another.receive(1) == "b");
}

TEST_CASE("a paused proxy swallows nothing and sends nothing until it resumes", "[fault_proxy]") {
    const EchoServer server;
    FaultProxy proxy("127.0.0.1", server.port());
    EchoClient client(proxy.port());
    client.send("a");
    REQUIRE(client.receive(1) == "a");
    proxy.pause();
    client.send("held");
    CHECK_FALSE(client.has_bytes());
    proxy.resume();
    CHECK(client.receive(4) == "held");
}

TEST_CASE("a delay holds bytes back, and loses none", "[fault_proxy]") {
    const EchoServer server;
    FaultProxy proxy("127.0.0.1", server.port());
    EchoClient client(proxy.port());
    client.send("a");
    REQUIRE(client.receive(1) == "a");
    proxy.set_delay(std::chrono::milliseconds(100));
    client.send("late");
    CHECK_FALSE(client.has_bytes());
    CHECK(client.receive(4) == "late");
}

TEST_CASE("a half-closed client reads the end and the rest still works", "[fault_proxy]") {
    const EchoServer server;
    FaultProxy proxy("127.0.0.1", server.port());
    EchoClient client(proxy.port());
    client.send("a");
    REQUIRE(client.receive(1) == "a");
    proxy.half_close(FaultProxy::Side::client);
    CHECK(client.receive(1).empty());
    CHECK(client.failure() == asio::error::eof);
}

TEST_CASE("an answer can be torn after so many bytes", "[fault_proxy]") {
    const EchoServer server;
    FaultProxy proxy("127.0.0.1", server.port());
    EchoClient client(proxy.port());
    proxy.cut_after(3);
    client.send("hello");
    const std::string torn = client.receive(5);
    CHECK(torn.size() <= 3);  // a reset may overtake what was sent before it
    CHECK(client.failure() == asio::error::connection_reset);
}

TEST_CASE("what a client sends is held back after so many bytes, and goes on when released",
          "[fault_proxy]") {
    const EchoServer server;
    FaultProxy proxy("127.0.0.1", server.port());
    EchoClient client(proxy.port());
    proxy.hold_after(3);
    client.send("hello");
    proxy.wait_until_held();
    CHECK(client.receive(3) == "hel");
    CHECK_FALSE(client.has_bytes());
    proxy.release();
    CHECK(client.receive(2) == "lo");
    SECTION("and a connection is cut in the middle of what it sent") {
        proxy.hold_after(2);
        client.send("again");
        proxy.wait_until_held();
        proxy.cut();
        CHECK(client.receive(5).size() <= 2);
        CHECK(client.failure() == asio::error::connection_reset);
    }
}

TEST_CASE("a proxy that refuses closes new connections and keeps the open ones", "[fault_proxy]") {
    const EchoServer server;
    FaultProxy proxy("127.0.0.1", server.port());
    EchoClient open(proxy.port());
    open.send("a");
    REQUIRE(open.receive(1) == "a");
    proxy.refuse(true);
    EchoClient refused(proxy.port());
    CHECK(refused.receive(1).empty());
    open.send("b");
    CHECK(open.receive(1) == "b");
}

TEST_CASE("a target that is gone is a closed connection", "[fault_proxy]") {
    std::uint16_t port = 0;
    { port = EchoServer().port(); }
    const FaultProxy proxy("127.0.0.1", port);
    EchoClient client(proxy.port());
    CHECK(client.receive(1).empty());
}
