#pragma once
// One call to another process: where the threads of gRPC meet the lane that waits. The object keeps
// itself alive until gRPC has told it the outcome.
//
//   a lane        make(), start()
//   any thread    cancel()
//   gRPC thread   OnDone(): parse the answer, resume the lane

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <atomic>
#include <memory>
#include <string>

#include "server/rpc/method_table.h"
#include "server/runtime/async.h"

namespace server::rpc {

class OutgoingCalls;

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

    explicit OutgoingCall(Spec spec) : spec_(std::move(spec)) {}

    // Before start(). A value that cannot be a header is left out.
    void add_header(std::string_view name, const std::string& value);
    void set_timeout(Duration timeout);

    void start(grpc::GenericStub& stub, OutgoingCalls& open_calls, Resume<Outcome> resume);
    // The callee is told at once. Any thread, also before start().
    void cancel(Ended why);

private:
    void OnDone(const grpc::Status& status) override;
    Outcome outcome_of(const grpc::Status& status);
    Status transport_failure(const grpc::Status& status) const;

    const Spec spec_;
    grpc::ClientContext context_;
    grpc::ByteBuffer response_;
    std::atomic<Ended> ended_ = Ended::no;
    OutgoingCalls* open_calls_ = nullptr;
    Resume<Outcome> resume_;
    std::shared_ptr<OutgoingCall> self_;  // from start() to OnDone()
};

}  // namespace server::rpc
