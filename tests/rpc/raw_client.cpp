#include "tests/rpc/raw_client.h"

#include <stdexcept>
#include <vector>

#include "server/runtime/clock.h"

namespace server::tests {

namespace {

std::string text_of(const grpc::ByteBuffer& bytes) {
    std::vector<grpc::Slice> slices;
    std::string text;
    if (!bytes.Dump(&slices).ok()) return text;
    for (const auto& slice : slices) {
        text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    return text;
}

std::shared_ptr<grpc::Channel> channel_to(int port) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port),
                                     grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

RawAnswer RawCall::wait() {
    auto done = done_.get_future();
    if (done.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
        throw std::runtime_error("the call was not answered");
    }
    RawAnswer answer;
    answer.status = done.get();
    if (answer.status.ok()) answer.bytes = text_of(response_);
    for (const auto& [name, value] : context_.GetServerInitialMetadata()) {
        answer.headers.emplace(std::string(name.data(), name.size()),
                               std::string(value.data(), value.size()));
    }
    return answer;
}

RawClient::RawClient(int port) : stub_(channel_to(port)) {}

std::unique_ptr<RawCall> RawClient::start(const std::string& path, const std::string& request,
                                          const RawOptions& options) {
    auto call = std::make_unique<RawCall>();
    for (const auto& [name, value] : options.metadata) call->context_.AddMetadata(name, value);
    call->context_.set_deadline(SystemClock().now() + options.deadline);
    if (options.gzip) call->context_.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    const grpc::Slice slice(request);
    call->request_ = grpc::ByteBuffer(&slice, 1);
    stub_.UnaryCall(&call->context_, path, grpc::StubOptions(), &call->request_, &call->response_,
                    [done = &call->done_](grpc::Status status) { done->set_value(status); });
    return call;
}

RawAnswer RawClient::call(const std::string& path, const std::string& request,
                          const RawOptions& options) {
    return start(path, request, options)->wait();
}

}  // namespace server::tests
