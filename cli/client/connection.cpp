#include "cli/client/connection.h"

#include <grpc/health/v1/health.pb.h>
#include <grpc/support/log.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/rpc_method.h>
#include <grpcpp/support/channel_arguments.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string_view>

#include "cli/client/credentials.h"

namespace cli {

namespace {

using server::Code;
using server::Status;
using Clock = std::chrono::system_clock;
using std::chrono::milliseconds;

constexpr int kMessageBytesMax = 128 * 1024 * 1024;  // as SDKs take
constexpr std::string_view kUnreachable = "failed to connect to all addresses";
constexpr std::string_view kUnknownHost = "DNS resolution failed";

extern "C" void leave_at_signal(int) {
    constexpr char kMessage[] = "Error: program interrupted\n";
    [[maybe_unused]] const auto written = write(STDERR_FILENO, kMessage, sizeof(kMessage) - 1);
    _exit(1);
}

// gRPC tells its troubles on stderr too; the failed call says the same.
void prepare_process_for_calls() {
    gpr_set_log_function([](gpr_log_func_args*) {});
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) std::signal(number, leave_at_signal);
}

grpc::ChannelArguments channel_arguments(const Connection::Options& options) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
    arguments.SetMaxSendMessageSize(kMessageBytesMax);
    if (options.tls && !options.tls->server_name.empty()) {
        arguments.SetSslTargetNameOverride(options.tls->server_name);
    }
    return arguments;
}

// "… Failed to connect to remote host: Connection refused" → "connection refused".
std::string last_reason(const std::string& message) {
    const auto colon = message.rfind(": ");
    std::string reason = colon == std::string::npos ? message : message.substr(colon + 2);
    if (!reason.empty()) reason[0] = static_cast<char>(std::tolower(reason[0]));
    return reason;
}

}  // namespace

struct Connection::Parts {
    Options options;
    Clock::time_point end = Clock::time_point::max();
    std::shared_ptr<grpc::Channel> channel;
};

Connection::Connection(Options options) : parts_(std::make_unique<Parts>()) {
    prepare_process_for_calls();
    parts_->options = std::move(options);
    if (parts_->options.command_timeout > milliseconds::zero()) {
        parts_->end = Clock::now() + parts_->options.command_timeout;
    }
    parts_->channel =
        grpc::CreateCustomChannel(parts_->options.address, credentials_for(parts_->options.tls),
                                  channel_arguments(parts_->options));
}

Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;

const Connection::Options& Connection::options() const { return parts_->options; }

std::string Connection::path_of(const google::protobuf::Descriptor& request) {
    constexpr std::string_view kSuffix = "Request";
    constexpr std::array<std::string_view, 3> kServices{"WorkflowService", "OperatorService",
                                                        "AdminService"};
    ASSERT(request.name().ends_with(kSuffix), request.full_name());
    const std::string& package = request.file()->package();
    for (const std::string_view service : kServices) {
        const std::string name = package + "." + std::string(service);
        if (request.file()->pool()->FindServiceByName(name) == nullptr) continue;
        return "/" + name + "/" + request.name().substr(0, request.name().size() - kSuffix.size());
    }
    ASSERT(false, "no service has the request " + request.full_name());
    return {};
}

Status Connection::send(const std::string& path, const google::protobuf::Message& request,
                        google::protobuf::Message& response, milliseconds timeout) {
    using Bytes = google::protobuf::MessageLite;
    grpc::ClientContext context;
    context.set_deadline(std::min(Clock::now() + timeout, parts_->end));
    if (!parts_->options.authority.empty()) context.set_authority(parts_->options.authority);
    for (const auto& [name, value] : parts_->options.metadata) context.AddMetadata(name, value);
    const grpc::internal::RpcMethod method(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
    const grpc::Status status = grpc::internal::BlockingUnaryCall<Bytes, Bytes, Bytes, Bytes>(
        parts_->channel.get(), method, &context, request, &response);
    if (status.ok()) return {};
    return explained(status.error_code(), status.error_message(), timeout);
}

Status Connection::explained(int code, const std::string& message, milliseconds timeout) const {
    const Options& options = parts_->options;
    const auto kind = static_cast<Code>(code);
    const bool unreachable = message.starts_with(kUnreachable);
    if (kind == Code::Unavailable && (unreachable || message.starts_with(kUnknownHost))) {
        return {kind, "cannot reach a Temporal server at " + options.address + ": " +
                          last_reason(message) +
                          ". Start one (temporal server start-dev), or name another: " +
                          options.address_advice};
    }
    if (kind == Code::DeadlineExceeded) {
        const bool whole = Clock::now() >= parts_->end;
        const auto waited = whole ? options.command_timeout : timeout;
        return {kind, "no answer from " + options.address + " within " +
                          std::to_string(waited.count()) + " ms" +
                          (whole ? ", the time this command was given" : "")};
    }
    return {kind, message};
}

server::Result<bool> Connection::is_serving(const std::string& service) {
    using grpc::health::v1::HealthCheckResponse;
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    HealthCheckResponse response;
    TRY(send("/grpc.health.v1.Health/Check", request, response, parts_->options.call_timeout));
    return response.status() == HealthCheckResponse::SERVING;
}

}  // namespace cli
