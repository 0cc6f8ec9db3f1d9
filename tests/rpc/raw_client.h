#pragma once
// A gRPC client that sends and receives bytes: what an SDK puts on the wire, and also what none
// would.

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <future>
#include <map>
#include <memory>
#include <string>

namespace server::tests {

struct RawAnswer {
    grpc::Status status;
    std::string bytes;
    std::multimap<std::string, std::string> headers;
};

struct RawOptions {
    std::map<std::string, std::string> metadata;
    std::chrono::milliseconds deadline{10'000};
    bool gzip = false;
};

// A call under way. Keeps what gRPC needs until the answer is there.
class RawCall {
public:
    // Waits for the answer; fails the test after 20 s.
    RawAnswer wait();
    void cancel() { context_.TryCancel(); }

private:
    friend class RawClient;
    grpc::ClientContext context_;
    grpc::ByteBuffer request_;
    grpc::ByteBuffer response_;
    std::promise<grpc::Status> done_;
};

class RawClient {
public:
    explicit RawClient(int port);

    // `path` as "/temporal.api.workflowservice.v1.WorkflowService/GetSystemInfo".
    std::unique_ptr<RawCall> start(const std::string& path, const std::string& request,
                                   const RawOptions& options = {});
    RawAnswer call(const std::string& path, const std::string& request,
                   const RawOptions& options = {});

private:
    grpc::GenericStub stub_;
};

}  // namespace server::tests
