#include "tests/support/driver/client.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>

#include "server/base/assert.h"

namespace server::driver {

namespace {

constexpr Duration kPauseMin = 10ms;
constexpr Duration kPauseMax = 500ms;
constexpr int kMessageBytesMax = 64 * 1024 * 1024;

grpc::ChannelArguments channel_arguments() {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
    arguments.SetMaxSendMessageSize(kMessageBytesMax);
    // A server that was killed is back within a fraction of a second, and the driver measures how
    // soon.
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 20);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 50);
    // Every channel its own connection.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return arguments;
}

grpc::ByteBuffer to_buffer(const std::string& bytes) {
    grpc::Slice slice(bytes);
    return grpc::ByteBuffer(&slice, 1);
}

std::string to_bytes(const grpc::ByteBuffer& buffer) {
    std::vector<grpc::Slice> slices;
    std::string bytes;
    if (!buffer.Dump(&slices).ok()) return bytes;
    bytes.reserve(buffer.Length());
    for (const grpc::Slice& slice : slices) {
        bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    return bytes;
}

}  // namespace

struct Client::Call {
    grpc::ClientContext context;
    grpc::ByteBuffer request;
    grpc::ByteBuffer response;
};

struct Client::Channels {
    std::vector<std::unique_ptr<grpc::GenericStub>> stubs;
    std::size_t next = 0;

    grpc::GenericStub& stub() { return *stubs[next++ % stubs.size()]; }
};

Client::Client(Options options, Lane& lane, Clock& clock, Random& random)
    : options_(std::move(options)), lane_(lane), clock_(clock), random_(random),
      channels_(std::make_unique<Channels>()) {
    for (int index = 0; index < std::max(options_.connections, 1); ++index) {
        auto channel = grpc::CreateCustomChannel(
            options_.address, grpc::InsecureChannelCredentials(), channel_arguments());
        channels_->stubs.push_back(std::make_unique<grpc::GenericStub>(std::move(channel)));
    }
}

Client::~Client() { ASSERT(open_.empty(), "a client went away before its calls"); }

std::string Client::path_of(const std::string& request_name) {
    constexpr std::string_view kSuffix = "Request";
    ASSERT(request_name.ends_with(kSuffix), request_name + " is not a request");
    return "/temporal.api.workflowservice.v1.WorkflowService/" +
           request_name.substr(0, request_name.size() - kSuffix.size());
}

Async<Status> Client::check_health(Duration timeout) {
    const Result<std::string> answer =
        co_await send("/grpc.health.v1.Health/Check", std::string(), timeout);
    co_return answer.ok() ? ok_status() : answer.status();
}

Async<Result<std::string>> Client::send(std::string path, std::string request, Duration timeout) {
    ASSERT(lane_.is_current(), "a client is used on its own lane");
    if (closing_) co_return Status(Code::Cancelled, "the client is closing");
    auto call = std::make_shared<Call>();
    call->context.set_deadline(std::chrono::system_clock::now() + timeout);
    call->request = to_buffer(request);
    grpc::GenericStub& stub = channels_->stub();
    // The call has a part of the channel. With the last channel gRPC joins its callback threads, so
    // the call must not go on one of these: it comes back to the lane.
    using Answered = std::pair<grpc::Status, std::shared_ptr<Call>>;
    auto start = [&stub, call, path](Resume<Answered> resume) {
        stub.UnaryCall(&call->context, path, grpc::StubOptions(), &call->request, &call->response,
                       [held = call, resume](grpc::Status status) mutable {
                           resume({std::move(status), std::move(held)});
                       });
    };
    open_.insert(call.get());
    ++calls_;
    const Answered answered = co_await suspend<Answered>(std::move(start));
    const grpc::Status& status = answered.first;
    open_.erase(call.get());
    if (!status.ok()) {
        co_return Status(static_cast<Code>(status.error_code()), status.error_message());
    }
    co_return to_bytes(call->response);
}

bool Client::may_pass(Code code) {
    switch (code) {
    case Code::Unknown:
    case Code::DeadlineExceeded:
    case Code::ResourceExhausted:
    case Code::Aborted:
    case Code::Internal:
    case Code::Unavailable: return true;
    case Code::Ok:
    case Code::Cancelled:
    case Code::InvalidArgument:
    case Code::NotFound:
    case Code::AlreadyExists:
    case Code::PermissionDenied:
    case Code::FailedPrecondition:
    case Code::OutOfRange:
    case Code::Unimplemented:
    case Code::DataLoss:
    case Code::Unauthenticated: return false;
    }
    return false;
}

Async<void> Client::pause(int tries) {
    const Duration longest = std::min(kPauseMax, kPauseMin * (1 << std::min(tries, 10)));
    const auto half = static_cast<std::uint64_t>(longest.count() / 2);
    const Duration wait(static_cast<std::int64_t>(half + random_.below(half + 1)));
    co_await clock_.sleep_for(wait);
}

void Client::close() {
    closing_ = true;
    for (Call* call : open_) call->context.TryCancel();
}

}  // namespace server::driver
