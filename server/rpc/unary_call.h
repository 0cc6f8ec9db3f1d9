#pragma once
// One call, from its bytes to its answer. The single place where the threads of gRPC meet our
// lanes, and (with main) the only one that catches every exception.
//
//   gRPC thread   begin()      refuse who may not call, or when too many are open; else parse
//                 OnCancel()   the caller has gone: cancel the context
//                 OnDone()     delete
//   a lane        run()        the handler, serialise, Finish
//
// gRPC owns the object from begin() on; it deletes itself in OnDone, which comes after Finish.

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "server/rpc/call_headers.h"
#include "server/rpc/method_table.h"
#include "server/runtime/clock.h"
#include "server/runtime/lane.h"

namespace server::rpc {

class UnaryCall;

// The open calls of one listener: counted, bounded, cancelled together when it stops. Any thread.
class OpenCalls {
public:
    explicit OpenCalls(std::size_t count_max) : count_max_(count_max) {}

    // ResourceExhausted when there are too many, Unavailable once stopping.
    Status add(const UnaryCall& call, std::shared_ptr<Cancellation> cancellation);
    void remove(const UnaryCall& call);
    // Long polls end now; calls that write run to their end. Later calls are refused.
    void stop();
    // Returns when no call is open, at the latest after this time. Blocks; not on a lane.
    void wait_until_none(Duration time);
    std::size_t count() const;

private:
    const std::size_t count_max_;
    mutable std::mutex mutex_;
    std::condition_variable none_left_;
    bool stopping_ = false;
    std::unordered_map<const UnaryCall*, std::shared_ptr<Cancellation>> calls_;
};

// Who calls, and so how failures look (error_details.h, failure_codec.h).
enum class Audience { clients, roles };

// What the calls of a listener share; outlives them.
struct CallHost {
    Lanes& lanes;
    Clock& clock;
    const Audience audience;
    const std::size_t message_bytes_max;
    OpenCalls open_calls;
    std::atomic<std::size_t> next_lane = 0;  // calls go round the lanes
};

// A method as the edge serves it.
struct ServedMethod {
    const google::protobuf::MethodDescriptor* descriptor = nullptr;
    const MethodTable::Handler* handler = nullptr;  // null when it is not built
    std::string path;                               // "/package.Service/Method"
    const Authenticate* authenticate = nullptr;     // null: whoever reaches the port may call
};

class UnaryCall final : public grpc::ServerUnaryReactor {
public:
    static grpc::ServerUnaryReactor* start(CallHost& host, const ServedMethod& method,
                                           grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response);

private:
    UnaryCall(CallHost& host, const ServedMethod& method, grpc::CallbackServerContext* context,
              grpc::ByteBuffer* response)
        : host_(host), method_(method), context_(context), response_(response) {}

    void OnCancel() override { cancellation_->cancel(); }
    void OnDone() override;
    // Both are short and never wait, so they need no thread of gRPC's executor, a wake-up per call.
    bool InternalInlineable() override { return true; }

    Status begin(const grpc::ByteBuffer& request);
    static Async<void> run(UnaryCall* call, MethodTable::MessagePtr request);
    Async<Result<MethodTable::MessagePtr>> handle(MethodTable::MessagePtr request);
    CallContext call_context() const;
    // The last word of the call: the object may be gone when it returns.
    void answer(const Result<MethodTable::MessagePtr>& outcome);
    void fail(const Status& status);

    CallHost& host_;
    const ServedMethod& method_;
    grpc::CallbackServerContext* const context_;
    grpc::ByteBuffer* const response_;
    const std::shared_ptr<Cancellation> cancellation_ = Cancellation::create();
};

}  // namespace server::rpc
