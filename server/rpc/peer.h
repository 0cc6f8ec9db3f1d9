#pragma once
// Calls to other processes by gRPC: Peer is the connection to one address, Peers makes and keeps
// them. What the caller gets is in network.h; in addition
//
//   Unavailable, PeerUnreachable    silent for PeerLimits.keepalive_*, or a process of another
//                                   cluster
//   ResourceExhausted               too many open calls, or an answer above message_bytes_max
//
// Nothing waits for a connection that has just failed: the next call is
// refused at once until an attempt to connect succeeds (every PeerLimits.backoff_max at least).

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/rpc/network.h"
#include "server/rpc/transport.h"
#include "server/runtime/clock.h"

namespace server::rpc {

class OutgoingCall;
struct PeerConnection;

// The open calls to all peers: counted, bounded, ended together. Any thread.
class OutgoingCalls {
public:
    explicit OutgoingCalls(std::size_t count_max) : count_max_(count_max) {}

    // ResourceExhausted when there are too many, Unavailable once stopped.
    Status add(const std::shared_ptr<OutgoingCall>& call);
    void remove(const OutgoingCall& call);
    // Ends all calls as Unavailable, and returns when their callers have been told and no call is
    // left, on any thread.
    void stop();
    std::size_t count() const;

private:
    const std::size_t count_max_;
    mutable std::mutex mutex_;
    std::condition_variable none_left_;
    bool stopping_ = false;
    std::unordered_map<const OutgoingCall*, std::weak_ptr<OutgoingCall>> calls_;
};

// What proves to a callee that the caller is of its cluster: the value of kProofHeader for a call
// of `path` on the process dialled as `address`.
using Prove = std::function<std::string(std::string_view path, std::string_view address)>;

// Any lane.
class Peer {
public:
    struct Shared {
        Clock& clock;
        const PeerLimits limits;
        const Prove prove;  // may be empty
        OutgoingCalls open_calls;
    };

    // `address` is host:port; `shared` outlives the peer.
    Peer(std::string address, Shared& shared);
    ~Peer();

    const std::string& address() const { return address_; }
    const std::shared_ptr<PeerConnection>& connection() const { return connection_; }

    // The answer is a message of the type of `prototype`. Resumes on the calling lane. The peer may
    // be dropped by its owner meanwhile; `request` is read before the first wait.
    Async<Result<MethodTable::MessagePtr>> call(const google::protobuf::MethodDescriptor& method,
                                                CallContext context,
                                                const google::protobuf::Message& request,
                                                const google::protobuf::Message& prototype);

private:
    const std::string address_;
    Shared& shared_;
    const std::shared_ptr<PeerConnection> connection_;
};

// Any lane. Outlives what calls through it, and stops before the lanes do.
class Peers final : public Network {
public:
    // A host that does not even refuse a connection within this time is silent, not dead.
    static constexpr Duration kProbeTimeout = 500ms;

    struct Options {
        PeerLimits limits;
        Prove prove;
    };
    explicit Peers(Clock& clock, Options options = {});
    // Stops if stop() was not called.
    ~Peers() override;

    // The connection to `address`: made now if there is none, and opened by its first call.
    std::shared_ptr<Peer> to(const std::string& address);
    std::size_t size() const;

    Async<Result<MethodTable::MessagePtr>> call(
        std::string address, const google::protobuf::MethodDescriptor& method, CallContext context,
        const google::protobuf::Message& request,
        const google::protobuf::Message& prototype) override;
    Async<bool> refuses_connections(std::string address) override;

    // Refuses new calls, ends the open ones as Unavailable. Blocks; not on a lane.
    void stop();

private:
    struct Entry {
        std::shared_ptr<Peer> peer;
        std::uint64_t last_used = 0;  // counts calls of to()
    };

    void retire(const std::shared_ptr<PeerConnection>& connection);

    Peer::Shared shared_;
    mutable std::mutex mutex_;
    std::uint64_t uses_ = 0;
    std::map<std::string, Entry, std::less<>> peers_;
    // Of peers that were dropped, while a call has them.
    std::vector<std::shared_ptr<PeerConnection>> retired_;
};

}  // namespace server::rpc
