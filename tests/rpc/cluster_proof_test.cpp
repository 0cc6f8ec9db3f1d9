#include "server/rpc/cluster_proof.h"

#include "grpc/health/v1/health.pb.h"
#include "tests/rpc/edge.h"
#include "tests/support/catch.h"
#include "tests/support/role_edge.h"

using namespace server;
using namespace server::tests;

namespace {

constexpr char kPath[] = "/server.role.v1.History/StartWorkflow";
constexpr char kOtherPath[] = "/server.role.v1.History/TerminateWorkflow";
constexpr char kHere[] = "10.0.0.3:7234";
const std::string kSecret(32, '\x07');

class OneHeader final : public rpc::CallHeaders {
public:
    explicit OneHeader(std::string value) : value_(std::move(value)) {}
    std::string_view find(std::string_view name) const override {
        return name == rpc::kProofHeader ? std::string_view(value_) : std::string_view();
    }
    std::string caller_address() const override { return "ipv4:10.0.0.9:40000"; }

private:
    std::string value_;
};

struct Clocked {
    boost::asio::io_context context{1};
    FakeClock clock{context, from_unix_nanos(1'800'000'000'000'000'000)};
};

rpc::Peers::Options proving(rpc::ClusterProof& proof) {
    rpc::Peers::Options options;
    options.prove = [&proof](std::string_view path, std::string_view address) {
        return proof.make(path, address);
    };
    return options;
}

}  // namespace

TEST_CASE("a proof opens the method and the process it was made for, and no other",
          "[rpc][proof]") {
    Clocked here;
    rpc::ClusterProof proof("c-1", kSecret, here.clock);
    const OneHeader made(proof.make(kPath, kHere));
    CHECK(proof.check(made, kPath, kHere).ok());
    CHECK(proof.check(made, kPath, kHere).ok());  // from the cache
    CHECK(proof.check(made, kPath, "").ok());
    CHECK_FALSE(proof.check(made, kOtherPath, kHere).ok());
    const Status elsewhere = proof.check(made, kPath, "10.0.0.4:7234");
    CHECK(elsewhere.code() == Code::PermissionDenied);
    CHECK(elsewhere.message() ==
          "this call is for the process at 10.0.0.3:7234, this one is at 10.0.0.4:7234");
    CHECK(proof.refusals() == 2);
}

TEST_CASE("a proof is the HMAC-SHA256 that its header file describes", "[rpc][proof]") {
    Clocked here;
    rpc::ClusterProof proof("c-1", "secret", here.clock);
    // printf 'temporal internal call\n1\nc-1\n1800000000\n10.0.0.3:7234\n/server...\n' |
    //     openssl dgst -sha256 -hmac secret
    CHECK(proof.make(kPath, kHere) ==
          "1 c-1 1800000000 10.0.0.3:7234 "
          "0f0fe02cadfcb3b11f32c8d1f69b88de40084d26fd7a8d7a54922866783910fa");
}

TEST_CASE("a call of another cluster is refused by name", "[rpc][proof]") {
    Clocked here;
    rpc::ClusterProof ours("c-1", kSecret, here.clock);
    rpc::ClusterProof theirs("c-2", std::string(32, '\x08'), here.clock);
    const Status refused = ours.check(OneHeader(theirs.make(kPath, kHere)), kPath, kHere);
    CHECK(refused.code() == Code::PermissionDenied);
    CHECK(refused.message() ==
          "this call is for cluster c-2, this process belongs to cluster c-1: the address "
          "10.0.0.3:7234 has changed hands");
}

TEST_CASE("without the secret nobody can name our cluster", "[rpc][proof]") {
    Clocked here;
    rpc::ClusterProof ours("c-1", kSecret, here.clock);
    rpc::ClusterProof liar("c-1", std::string(32, '\x08'), here.clock);
    const std::string right = ours.make(kPath, kHere);
    SECTION("another secret") {
        const Status refused = ours.check(OneHeader(liar.make(kPath, kHere)), kPath, kHere);
        CHECK(refused.code() == Code::PermissionDenied);
        CHECK_THAT(refused.message(), Catch::Contains("not made with the secret"));
    }
    SECTION("any field or digit changed") {
        const std::size_t at = GENERATE(range(std::size_t{0}, std::size_t{100}));
        REQUIRE(right.size() == 95);
        std::string forged = right;
        if (at < right.size()) {
            forged[at] = forged[at] == '1' ? '2' : '1';
        } else {
            forged += std::string(at - right.size() + 1, '0');
        }
        CHECK_FALSE(ours.check(OneHeader(forged), kPath, kHere).ok());
        CHECK(ours.check(OneHeader(right), kPath, kHere).ok());
        CHECK_FALSE(ours.check(OneHeader(forged), kPath, kHere).ok());
    }
    SECTION("a part of it") {
        const std::size_t size = GENERATE(range(std::size_t{0}, std::size_t{95}));
        CHECK_FALSE(ours.check(OneHeader(right.substr(0, size)), kPath, kHere).ok());
    }
}

TEST_CASE("no proof at all is refused with what to do", "[rpc][proof]") {
    Clocked here;
    rpc::ClusterProof proof("c-1", kSecret, here.clock);
    const Status refused = proof.check(OneHeader(""), kPath, kHere);
    CHECK(refused.code() == Code::PermissionDenied);
    CHECK(refused.message() ==
          "this port serves the processes of cluster c-1 only, and the call has no "
          "internal-call-proof; clients use the port of the frontend");
}

TEST_CASE("clocks may differ by minutes, and a proof grows old", "[rpc][proof]") {
    Clocked here;
    rpc::ClusterProof callee("c-1", kSecret, here.clock);
    Clocked there;
    rpc::ClusterProof caller("c-1", kSecret, there.clock);
    const auto differ = GENERATE(-299s, 0s, 269s);
    (differ < 0s ? here : there).clock.run_until(here.clock.now() + std::chrono::abs(differ));
    const OneHeader made(caller.make(kPath, kHere));
    CHECK(callee.check(made, kPath, kHere).ok());
    here.clock.run_until(there.clock.now() + 331s);
    const Status old = callee.check(made, kPath, kHere);
    CHECK(old.code() == Code::PermissionDenied);
    CHECK_THAT(old.message(), Catch::Contains("set the clocks of the hosts (NTP)"));
    CHECK(callee.check(OneHeader(callee.make(kPath, kHere)), kPath, kHere).ok());
}

TEST_CASE("internal calls pass with the proof of their cluster and none without it",
          "[rpc][proof]") {
    SystemClock clock;
    rpc::ClusterProof ours("c-1", kSecret, clock);
    rpc::ClusterProof theirs("c-2", std::string(32, '\x08'), clock);
    AnsweringPeer callee = well();
    auto options = RoleEdge::default_options();
    options.authenticate = ours.guard("");
    RoleEdge edge;
    edge.start(callee, options);

    Caller friendly(edge.address(), proving(ours));
    CHECK(friendly.watch().ok());

    Caller bare(edge.address());
    const Status refused = bare.watch().status();
    CHECK(refused.code() == Code::Unavailable);  // what a client may repeat
    CHECK(refused.any_detail() == nullptr);
    CHECK_THAT(refused.message(), Catch::Contains("refused an internal call: this port serves"));

    Caller stale(edge.address(), proving(theirs));
    const Status other = stale.watch().status();
    CHECK(is_unreachable(other, edge.address()));  // nobody of cluster c-2 is there
    CHECK_THAT(other.message(), Catch::Contains("this call is for cluster c-2, this process "
                                                "belongs to cluster c-1"));
    CHECK(ours.refusals() == 2);

    SECTION("on the wire it is PERMISSION_DENIED, and health is for everybody") {
        RawClient client(edge.port);
        const auto denied = client.call("/server.role.v1.Cluster/Watch", "");
        CHECK(denied.status.error_code() == grpc::StatusCode::PERMISSION_DENIED);
        CHECK(client.call("/grpc.health.v1.Health/Check", "").status.ok());
    }
}

TEST_CASE("a listener that checks its callers refuses before it reads the request",
          "[rpc][proof]") {
    SystemClock clock;
    rpc::ClusterProof proof("c-1", kSecret, clock);
    AnsweringPeer callee = well();
    auto options = RoleEdge::default_options();
    options.authenticate = proof.guard("");
    RoleEdge edge;
    edge.start(callee, options);
    RawClient client(edge.port);
    const auto denied = client.call("/server.role.v1.Cluster/Watch", "\xff\xff\xff");
    CHECK(denied.status.error_code() == grpc::StatusCode::PERMISSION_DENIED);
}
