#pragma once
// One call to another process: where the threads of gRPC meet the lane that waits. The object keeps
// itself alive until gRPC has told it the outcome.
//
//   a lane        make(), start()
//   any thread    cancel()
//   gRPC thread   OnDone(): parse the answer, resume the lane
//
// The last reference may go on any thread, also on one of gRPC's; the connection's must not
// (PeerConnection).

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <atomic>
#include <memory>
#include <string>

#include "server/rpc/method_table.h"
#include "server/runtime/async.h"

namespace server::rpc {

class OutgoingCall;
class OutgoingCalls;

// The way to one process. Kept by Peers, which lets go of it when nobody else has it: with the last
// channel of a process gRPC joins its callback threads, and on one of these that ends the process.
struct PeerConnection {
    explicit PeerConnection(std::shared_ptr<grpc::Channel> channel) : stub(std::move(channel)) {}
    grpc::GenericStub stub;
};

// The place of a call among the open ones, from enter() until the call has gone.
class OpenCall {
public:
    OpenCall() = default;
    OpenCall(const OpenCall&) = delete;
    OpenCall& operator=(const OpenCall&) = delete;
    ~OpenCall();

    Status enter(OutgoingCalls& calls, const std::shared_ptr<OutgoingCall>& call);

private:
    OutgoingCalls* calls_ = nullptr;
    const OutgoingCall* call_ = nullptr;
};

class OutgoingCall final : public grpc::ClientUnaryReactor,
                           public std::enable_shared_from_this<OutgoingCall> {
public:
    using Outcome = Result<MethodTable::MessagePtr>;

    struct Spec {
        std::string address;
        std::string path;
        const google::protobuf::Message* prototype = nullptr;  // of the answer
        grpc::ByteBuffer request;
    };
    // Why a call ended before its answer.
    enum class Ended { no, by_caller, by_stop };

    OutgoingCall(Spec spec, std::shared_ptr<PeerConnection> connection)
        : connection_(std::move(connection)), spec_(std::move(spec)) {}

    // Takes its place among `calls`, which outlive it.
    Status enter(OutgoingCalls& calls) { return place_.enter(calls, shared_from_this()); }

    // Before start(). A value that cannot be a header is left out.
    void add_header(std::string_view name, const std::string& value);
    void set_timeout(Duration timeout);

    void start(Resume<Outcome> resume);
    // The callee is told at once. Any thread, also before start().
    void cancel(Ended why);

private:
    void OnDone(const grpc::Status& status) override;
    Outcome outcome_of(const grpc::Status& status);
    Status transport_failure(const grpc::Status& status) const;

    OpenCall place_;  // the first member, and so the last to go
    const std::shared_ptr<PeerConnection> connection_;
    const Spec spec_;
    grpc::ClientContext context_;
    grpc::ByteBuffer response_;
    std::atomic<Ended> ended_ = Ended::no;
    Resume<Outcome> resume_;
    std::shared_ptr<OutgoingCall> self_;  // from start() to OnDone()
};

}  // namespace server::rpc
