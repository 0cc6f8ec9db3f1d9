#include "server/rpc/peer_watches.h"

#include "tests/support/catch.h"
#include "tests/support/role_edge.h"

using namespace server;
using namespace server::tests;

namespace {

WatchResult watch_at(const std::string& address, Duration patience = 20s) {
    SystemClock clock;
    rpc::Peers peers(clock);
    rpc::PeerWatches watches(peers);
    return await(
        watches.watch(address, WatchRequest(), clock.now() + patience, Cancellation::create()));
}

}  // namespace

TEST_CASE("a watch is Unavailable only when nobody answers there", "[rpc][peer]") {
    CHECK(is_unreachable(watch_at("127.0.0.1:1").status(), "127.0.0.1:1"));

    AnsweringPeer leaving([](const rpc::CallContext&, const WatchRequest&) -> WatchResult {
        return unavailable("this process is leaving the cluster");
    });
    RoleEdge edge;
    edge.start(leaving);
    const Status alive = watch_at(edge.address()).status();
    CHECK(alive.code() == Code::Aborted);
    CHECK(alive.message() == "this process is leaving the cluster");

    AnsweringPeer living = well();
    RoleEdge other;
    other.start(living);
    CHECK(watch_at(other.address()).ok());
}

TEST_CASE("a watch ends with its deadline, as of a host that is silent", "[rpc][peer]") {
    RoleEdge edge;
    HoldingPeer callee(edge.clock, *edge.lanes);
    edge.start(callee);
    CHECK(watch_at(edge.address(), 300ms).status().code() == Code::DeadlineExceeded);
}
