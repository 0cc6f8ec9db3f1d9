// What happens to internal calls when processes, hosts and cables fail. Real sockets.
#include <cstdio>

#include "tests/rpc/child.h"
#include "tests/support/catch.h"
#include "tests/support/fault_proxy/fault_proxy.h"
#include "tests/support/role_edge.h"

using namespace server;
using namespace server::tests;

namespace {

AnsweringPeer answering_with(std::string host_id) {
    return AnsweringPeer([host_id = std::move(host_id)](const rpc::CallContext&,
                                                        const WatchRequest&) -> WatchResult {
        WatchResponse response;
        response.set_host_id(host_id);
        return response;
    });
}

}  // namespace

TEST_CASE("a connection that breaks under a call ends it at once", "[rpc][peer][fault]") {
    RoleEdge edge;
    HoldingPeer callee(edge.clock, *edge.lanes);
    edge.start(callee);
    FaultProxy wire("127.0.0.1", static_cast<std::uint16_t>(edge.port));
    Caller caller(wire.address());
    auto pending = caller.start_watch();
    callee.wait_begun(1);
    const TimePoint begin = caller.clock.now();
    wire.cut();
    CHECK(is_unreachable(get(pending).status(), wire.address()));
    CHECK(caller.clock.now() - begin < 1s);
    SECTION("and the callee lets go of it") { callee.wait_ended(1); }
    SECTION("and the next call makes a new one") {
        // It may come before gRPC has noticed, and ends with the old one then.
        WatchResult next = caller.watch(within(caller.clock, 1s));
        while (is_unreachable(next.status(), wire.address())) {
            next = caller.watch(within(caller.clock, 1s));
        }
        CHECK(next.status().code() == Code::DeadlineExceeded);  // it holds calls
        callee.wait_begun(2);
    }
}

// Not a test of its own: the process that the next one kills.
TEST_CASE("(callee)", "[.callee]") {
    RoleEdge edge;
    HoldingPeer callee(edge.clock, *edge.lanes);
    edge.start(callee);
    std::printf("\nport %d\n", edge.port);
    std::fflush(stdout);
    std::getchar();  // until the other end is closed
}

TEST_CASE("a peer that is killed under a call is told at once", "[rpc][peer][fault]") {
    Child child("(callee)");
    Caller caller(child.address());
    auto pending = caller.start_watch();
    rpc::CallContext context = within(caller.clock, 1s);
    CHECK(caller.watch(context).status().code() == Code::DeadlineExceeded);  // it holds calls
    const TimePoint begin = caller.clock.now();
    child.kill();
    CHECK(is_unreachable(get(pending).status(), child.address()));
    CHECK(is_unreachable(caller.watch().status(), child.address()));
    CHECK(caller.clock.now() - begin < 2s);
}

TEST_CASE("a host that goes silent is found by keepalive", "[rpc][peer][fault]") {
    RoleEdge edge;
    HoldingPeer callee(edge.clock, *edge.lanes);
    edge.start(callee);
    FaultProxy wire("127.0.0.1", static_cast<std::uint16_t>(edge.port));
    rpc::Peers::Options options;
    CHECK(options.limits.keepalive_interval + options.limits.keepalive_timeout < 20s);
    options.limits.keepalive_interval = 1s;  // so that the test ends sooner
    options.limits.keepalive_timeout = 1s;
    Caller caller(wire.address(), std::move(options));
    auto pending = caller.start_watch();
    callee.wait_begun(1);
    const TimePoint begin = caller.clock.now();
    wire.pause();
    CHECK(is_unreachable(get(pending).status(), wire.address()));
    CHECK(caller.clock.now() - begin < 6s);
}

TEST_CASE("a host that accepts and says nothing fails within the connect timeout",
          "[rpc][peer][fault]") {
    RoleEdge edge;
    AnsweringPeer callee = well();
    edge.start(callee);
    FaultProxy wire("127.0.0.1", static_cast<std::uint16_t>(edge.port));
    wire.pause();
    rpc::Peers::Options options;
    options.limits.connect_timeout = 1s;
    Caller caller(wire.address(), std::move(options));
    const TimePoint begin = caller.clock.now();
    CHECK(is_unreachable(caller.watch().status(), wire.address()));
    CHECK(caller.clock.now() - begin < 5s);
}

TEST_CASE("a callee that starts again on the same port is reached as soon as it is there",
          "[rpc][peer][fault]") {
    AnsweringPeer first = answering_with("first");
    AnsweringPeer second = answering_with("second");
    RoleEdge edge;
    edge.start(first);
    FaultProxy wire("127.0.0.1", static_cast<std::uint16_t>(edge.port));
    Caller caller(wire.address());
    REQUIRE(caller.watch().ok());
    edge.stop();
    // A call that comes before gRPC has noticed ends with the old connection, and makes no new one.
    const TimePoint stopped = caller.clock.now();
    while (wire.accepted() == 1 && caller.clock.now() - stopped < 5s) {
        CHECK(is_unreachable(caller.watch().status(), wire.address()));
    }
    wire.wait_until_accepted(7);  // the back-off has grown
    CHECK(is_unreachable(caller.watch().status(), wire.address()));
    edge.start(second);
    const TimePoint begin = caller.clock.now();
    WatchResult answer = caller.watch();
    while (!answer.ok() && caller.clock.now() - begin < 5s) answer = caller.watch();
    REQUIRE(answer.ok());
    CHECK(answer->host_id() == "second");
}
