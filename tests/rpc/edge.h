#pragma once
// A listener on a free port with handlers of the test's own, and a client of it.

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "server/rpc/grpc_server.h"
#include "server/runtime/clock.h"
#include "server/runtime/lane.h"
#include "temporal/api/workflowservice/v1/request_response.pb.h"
#include "tests/rpc/raw_client.h"

namespace server::tests {

namespace api = ::temporal::api::workflowservice::v1;

inline constexpr std::string_view kWorkflowService =
    "temporal.api.workflowservice.v1.WorkflowService";
inline constexpr std::string_view kOperatorService =
    "temporal.api.operatorservice.v1.OperatorService";

inline std::string path_of(std::string_view method) {
    return "/" + std::string(kWorkflowService) + "/" + std::string(method);
}

class Edge {
public:
    Edge() : workflow_service(kWorkflowService), operator_service(kOperatorService) {}

    // DescribeNamespace answers with what `answer` returns; it may throw.
    using Answer = std::function<Result<api::DescribeNamespaceResponse>(
        rpc::CallContext, api::DescribeNamespaceRequest)>;
    void on_describe(Answer answer);

    void start(rpc::TransportLimits limits = {});

    RawAnswer describe(const RawOptions& options = {}) {
        return client->call(path_of("DescribeNamespace"), "", options);
    }

    SystemClock clock;
    std::unique_ptr<Lanes> lanes = std::make_unique<Lanes>(2);
    rpc::MethodTable workflow_service;
    rpc::MethodTable operator_service;
    std::unique_ptr<rpc::GrpcServer> server;
    std::unique_ptr<RawClient> client;
};

// A handler that waits until its caller goes away, or the edge stops; then it answers with an empty
// message.
class Poll {
public:
    explicit Poll(Edge& edge);

    // Blocks until the handler runs; fails the test after 20 s.
    void wait_started();
    void wait_ended();
    rpc::CallContext context() const { return context_; }

private:
    static Async<Result<api::PollWorkflowTaskQueueResponse>> run(Poll& poll,
                                                                 rpc::CallContext context);
    Edge& edge_;
    rpc::CallContext context_;
    std::promise<void> started_;
    std::promise<void> ended_;
};

}  // namespace server::tests
