#include "server/rpc/peer.h"

#include <cstdlib>

#include "tests/support/catch.h"
#include "tests/support/role_edge.h"

using namespace server;
using namespace server::tests;

namespace {

Async<bool> resumes_on(Lane& lane, rpc::RemoteClusterPeer& remote) {
    rpc::CallContext context;
    WatchRequest request;
    const auto answer = co_await remote.watch(std::move(context), std::move(request));
    co_return answer.ok() && lane.is_current();
}

}  // namespace

TEST_CASE("a call crosses to another process with its context, and its answer comes back",
          "[rpc][peer]") {
    rpc::CallContext seen;
    AnsweringPeer callee([&](const rpc::CallContext& context, const WatchRequest& request) {
        seen = context;
        WatchResponse response;
        response.set_host_id("host of " + request.host_id());
        return WatchResult(response);
    });
    RoleEdge edge;
    edge.start(callee);
    Caller caller(edge.address());
    rpc::CallContext context = within(caller.clock, 30s);
    context.client_name = "temporal-typescript";
    context.client_version = "1.24.0";
    context.supported_server_versions = ">=1.0.0 <2.0.0";
    context.supported_features = "follows-next-run-id";
    context.caller_type = "api";
    WatchRequest request;
    request.set_host_id("me");
    const auto answer = caller.watch(context, request);
    REQUIRE(answer.ok());
    CHECK(answer->host_id() == "host of me");
    CHECK(seen.client_name == "temporal-typescript");
    CHECK(seen.client_version == "1.24.0");
    CHECK(seen.supported_server_versions == ">=1.0.0 <2.0.0");
    CHECK(seen.follows_next_run_id());
    CHECK(seen.caller_type == "api");
    CHECK(seen.deadline < context.deadline + 1s);
    CHECK(seen.deadline > context.deadline - 1s);
}

TEST_CASE("what cannot be a header is left behind and harms nothing", "[rpc][peer]") {
    rpc::CallContext seen;
    AnsweringPeer callee([&](const rpc::CallContext& context, const WatchRequest&) {
        seen = context;
        return WatchResult(WatchResponse());
    });
    RoleEdge edge;
    edge.start(callee);
    Caller caller(edge.address());
    rpc::CallContext context;
    context.client_name = "two\r\nlines";
    context.client_version = "1.0";
    REQUIRE(caller.watch(context).ok());
    CHECK(seen.client_name.empty());
    CHECK(seen.client_version == "1.0");
}

TEST_CASE("a call resumes on the lane that made it", "[rpc][peer]") {
    AnsweringPeer callee = well();
    RoleEdge edge;
    edge.start(callee);
    Caller caller(edge.address());
    std::promise<bool> promise;
    auto resumed = promise.get_future();
    const auto run = [](Async<bool> work, std::promise<bool>& to) -> Async<void> {
        to.set_value(co_await std::move(work));
    };
    caller.lane.spawn(run(resumes_on(caller.lane, caller.remote), promise));
    CHECK(resumed.get());
}

TEST_CASE("a refused connection is told at once, with the address", "[rpc][peer]") {
    Caller caller("127.0.0.1:1");
    const TimePoint begin = caller.clock.now();
    const Status status = caller.watch().status();
    CHECK(is_unreachable(status, "127.0.0.1:1"));
    CHECK_THAT(status.message(),
               Catch::StartsWith("no answer of 127.0.0.1:1 to /server.role.v1.Cluster/Watch: "));
    CHECK_THAT(status.message(), Catch::Contains("Connection refused"));
    CHECK(is_unreachable(caller.watch().status(), "127.0.0.1:1"));
    CHECK(caller.clock.now() - begin < 1s);
}

TEST_CASE("a caller that goes away frees the callee's waiter at once", "[rpc][peer]") {
    RoleEdge edge;
    HoldingPeer callee(edge.clock, *edge.lanes);
    edge.start(callee);
    Caller caller(edge.address());
    const rpc::CallContext context;
    auto pending = caller.start_watch(context);
    callee.wait_begun(1);
    context.cancellation->cancel();
    CHECK(get(pending).status().code() == Code::Cancelled);
    callee.wait_ended(1);
}

TEST_CASE("a call whose caller had gone before is not sent", "[rpc][peer]") {
    AnsweringPeer callee = well();
    RoleEdge edge;
    edge.start(callee);
    Caller caller(edge.address());
    const rpc::CallContext context;
    context.cancellation->cancel();
    CHECK(caller.watch(context).status().code() == Code::Cancelled);
}

TEST_CASE("the deadline of a call ends it on both sides", "[rpc][peer]") {
    RoleEdge edge;
    HoldingPeer callee(edge.clock, *edge.lanes);
    edge.start(callee);
    Caller caller(edge.address());
    const Status status = caller.watch(within(caller.clock, 300ms)).status();
    CHECK(status.code() == Code::DeadlineExceeded);
    CHECK(status.any_detail() == nullptr);
    callee.wait_ended(1);
    SECTION("one that has passed already fails at once") {
        CHECK(caller.watch(within(caller.clock, -1s)).status().code() == Code::DeadlineExceeded);
    }
}

TEST_CASE("ten megabytes cross both ways", "[rpc][peer]") {
    AnsweringPeer callee = well();
    RoleEdge edge;
    edge.start(callee);
    Caller caller(edge.address());
    WatchRequest request;
    request.set_host_id(std::string(10 * 1024 * 1024, 'x'));
    const auto answer = caller.watch({}, request);
    REQUIRE(answer.ok());
    CHECK(answer->host_id() == "host of " + request.host_id());
}

TEST_CASE("a thousand calls at once share one connection and all are answered", "[rpc][peer]") {
    RoleEdge edge;
    HoldingPeer callee(edge.clock, *edge.lanes);
    edge.start(callee);
    Caller caller(edge.address());
    std::vector<std::future<WatchResult>> pending;
    for (int index = 0; index < 1000; ++index) pending.push_back(caller.start_watch());
    callee.wait_begun(1000);
    CHECK(edge.server->open_calls() == 1000);
    edge.server->stop(10s);
    for (auto& call : pending) CHECK(get(call).ok());
}

TEST_CASE("stopping the peers ends their open calls and refuses new ones", "[rpc][peer]") {
    RoleEdge edge;
    HoldingPeer callee(edge.clock, *edge.lanes);
    edge.start(callee);
    Caller caller(edge.address());
    auto pending = caller.start_watch();
    callee.wait_begun(1);
    caller.peers.stop();
    const Status ended = get(pending).status();
    CHECK(ended.code() == Code::Unavailable);
    CHECK(ended.message() == "the server is stopping");
    CHECK(ended.any_detail() == nullptr);
    CHECK(caller.watch().status().message() == "the server is stopping");
    callee.wait_ended(1);
}

TEST_CASE("a callee that stops ends long polls with their answer", "[rpc][peer]") {
    RoleEdge edge;
    HoldingPeer callee(edge.clock, *edge.lanes);
    edge.start(callee);
    Caller caller(edge.address());
    auto pending = caller.start_watch();
    callee.wait_begun(1);
    edge.server->stop(10s);
    const auto answer = get(pending);
    REQUIRE(answer.ok());
    CHECK(answer->draining());
    CHECK(is_unreachable(caller.watch().status(), edge.address()));
}

TEST_CASE("a proxy of the environment is not asked for internal calls", "[rpc][peer]") {
    AnsweringPeer callee = well();
    RoleEdge edge;
    edge.start(callee);
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    Caller caller(edge.address());
    const bool answered = caller.watch().ok();
    unsetenv("http_proxy");
    CHECK(answered);
}

TEST_CASE("peers are made on demand, shared, and the longest unused is dropped first",
          "[rpc][peer]") {
    SystemClock clock;
    rpc::Peers::Options options;
    options.limits.peers_max = 2;
    rpc::Peers peers(clock, std::move(options));
    const auto first = peers.to("127.0.0.1:1");
    const auto second = peers.to("127.0.0.1:2");
    CHECK(peers.to("127.0.0.1:1") == first);
    const auto third = peers.to("127.0.0.1:3");
    CHECK(peers.size() == 2);
    CHECK(peers.to("127.0.0.1:1") == first);
    CHECK(peers.to("127.0.0.1:2") != second);
}
