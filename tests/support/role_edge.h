#pragma once
// A listener for roles on a free port, and the peers of a caller: two ends of an internal call in
// one process, with real sockets between them.

#include <functional>
#include <future>
#include <memory>
#include <string>

#include "server/rpc/grpc_server.h"
#include "server/rpc/peer.h"
#include "server/rpc/remote_cluster_peer.h"
#include "server/rpc/role_tables.h"
#include "server/runtime/clock.h"
#include "server/runtime/lane.h"
#include "tests/support/await.h"

namespace server::tests {

using role::v1::WatchRequest;
using role::v1::WatchResponse;
using WatchResult = Result<WatchResponse>;

// Answers with what the test says, at once.
class AnsweringPeer final : public rpc::ClusterPeer {
public:
    using Answer = std::function<WatchResult(const rpc::CallContext&, const WatchRequest&)>;
    explicit AnsweringPeer(Answer answer) : answer_(std::move(answer)) {}
    Async<WatchResult> watch(rpc::CallContext context, WatchRequest request) override;

private:
    Answer answer_;
};

// Answers "host of <host id of the caller>".
AnsweringPeer well();

// Holds every call until its caller has gone or the listener stops; then it answers as draining.
class HoldingPeer final : public rpc::ClusterPeer {
public:
    HoldingPeer(Clock& clock, Lanes& lanes) : clock_(clock), lanes_(lanes) {}
    Async<WatchResult> watch(rpc::CallContext context, WatchRequest request) override;

    // Blocks until so many calls have begun, or ended; fails the test after 20 s.
    void wait_begun(int count);
    void wait_ended(int count);
    TimePoint last_deadline() const;

private:
    void count_up(int& counter);
    void wait_for(const int& counter, int count, const char* what);

    Clock& clock_;
    Lanes& lanes_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    int begun_ = 0;
    int ended_ = 0;
    TimePoint last_deadline_;
};

class RoleEdge {
public:
    // The options' services, address (a free port when not set) and audience are filled in.
    void start(rpc::ClusterPeer& served, rpc::GrpcServer::Options options = default_options());
    // Any tables; they outlive the edge.
    void start(std::vector<const rpc::MethodTable*> tables,
               rpc::GrpcServer::Options options = default_options());
    void stop() { server.reset(); }

    static rpc::GrpcServer::Options default_options();
    std::string address() const { return "127.0.0.1:" + std::to_string(port); }

    SystemClock clock;
    std::unique_ptr<Lanes> lanes = std::make_unique<Lanes>(2);
    std::optional<rpc::MethodTable> table;
    std::unique_ptr<rpc::GrpcServer> server;
    int port = 0;
};

// A caller with one peer.
class Caller {
public:
    explicit Caller(std::string address, rpc::Peers::Options options = {})
        : peers(clock, std::move(options)), remote(peers, std::move(address)) {}

    WatchResult watch(rpc::CallContext context = {}, WatchRequest request = {}) {
        return await(remote.watch(std::move(context), std::move(request)));
    }
    // The call runs on a lane of its own until get().
    std::future<WatchResult> start_watch(rpc::CallContext context = {});

    SystemClock clock;
    Lane lane{"caller"};
    rpc::Peers peers;  // ends before the lane
    rpc::RemoteClusterPeer remote;
};

// The outcome, at most 20 s from now.
WatchResult get(std::future<WatchResult>& pending);

inline rpc::CallContext within(Clock& clock, Duration duration) {
    rpc::CallContext context;
    context.deadline = clock.now() + duration;
    return context;
}

inline bool is_unreachable(const Status& status, const std::string& address) {
    const auto* detail = status.detail<PeerUnreachable>();
    return status.code() == Code::Unavailable && detail != nullptr && detail->address == address;
}

}  // namespace server::tests
