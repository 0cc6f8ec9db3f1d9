#include "tests/support/catch.h"
#include "tests/support/role_edge.h"

using namespace server;
using namespace server::tests;

TEST_CASE("a message above the limit is refused and the connection lives", "[rpc][peer]") {
    AnsweringPeer callee([](const rpc::CallContext&, const WatchRequest& request) {
        WatchResponse response;
        response.set_host_id(std::string(request.host_id() == "long" ? 3000 : 1000, 'x'));
        return WatchResult(response);
    });
    auto options = RoleEdge::default_options();
    options.limits.message_bytes_max = 2000;
    RoleEdge edge;
    edge.start(callee, options);
    rpc::Peers::Options small;
    small.limits.message_bytes_max = 2000;
    Caller caller(edge.address(), std::move(small));
    WatchRequest request;
    SECTION("a request") {
        request.set_host_id(std::string(2000, 'x'));
        const Status status = caller.watch({}, request).status();
        CHECK(status.code() == Code::ResourceExhausted);
        CHECK(status.message() == "grpc: received message larger than max (2003 vs. 2000)");
    }
    SECTION("an answer") {
        request.set_host_id("long");
        CHECK(caller.watch({}, request).status().code() == Code::ResourceExhausted);
    }
    CHECK(caller.watch().ok());
}

TEST_CASE("the caps of a listener hold between roles too", "[rpc][peer]") {
    RoleEdge edge;
    HoldingPeer callee(edge.clock, *edge.lanes);
    auto options = RoleEdge::default_options();
    SECTION("open calls: one too many is refused, not queued") {
        options.limits.open_calls_max = 1;
        edge.start(callee, options);
        Caller caller(edge.address());
        auto pending = caller.start_watch();
        callee.wait_begun(1);
        const Status refused = caller.watch().status();
        CHECK(refused.code() == Code::ResourceExhausted);
        CHECK(refused.detail<ResourceExhausted>() != nullptr);
        edge.server->stop(10s);
        CHECK(get(pending).ok());
    }
    SECTION("streams: what is above waits for one to end") {
        options.limits.streams_per_connection_max = 1;
        edge.start(callee, options);
        Caller caller(edge.address());
        const rpc::CallContext context;
        auto first = caller.start_watch(context);
        callee.wait_begun(1);
        CHECK(caller.watch(within(caller.clock, 300ms)).status().code() == Code::DeadlineExceeded);
        auto second = caller.start_watch();
        context.cancellation->cancel();
        CHECK(get(first).status().code() == Code::Cancelled);
        callee.wait_begun(2);
        edge.server->stop(10s);
        CHECK(get(second).ok());
    }
}

// gRPC 1.51 ends the whole connection when the headers of one call are too large.
TEST_CASE("a client's long header breaks no internal connection", "[rpc][peer]") {
    rpc::CallContext seen;
    AnsweringPeer callee([&](const rpc::CallContext& context, const WatchRequest&) {
        seen = context;
        return WatchResult(WatchResponse());
    });
    RoleEdge edge;
    edge.start(callee);
    Caller caller(edge.address());
    rpc::CallContext context;
    context.client_name = std::string(4097, 'n');
    for (const auto& [name, field] : rpc::kContextHeaders) {
        if ((context.*field).empty()) context.*field = std::string(4096, 'n');
    }
    REQUIRE(caller.watch(context).ok());
    CHECK(seen.client_name.empty());
    CHECK(seen.caller_type.size() == 4096);
    CHECK(rpc::role_limits().header_bytes_max > 2 * std::size(rpc::kContextHeaders) * 4096);
}

TEST_CASE("the caller's own cap of open calls refuses, with the number", "[rpc][peer]") {
    RoleEdge edge;
    HoldingPeer callee(edge.clock, *edge.lanes);
    edge.start(callee);
    rpc::Peers::Options options;
    options.limits.open_calls_max = 1;
    Caller caller(edge.address(), std::move(options));
    auto pending = caller.start_watch();
    callee.wait_begun(1);
    const Status refused = caller.watch().status();
    CHECK(refused.code() == Code::ResourceExhausted);
    CHECK(refused.message() == "the process has 1 open calls to others, its maximum");
    edge.server->stop(10s);
    CHECK(get(pending).ok());
}
