#pragma once
// A frontend over the memory store with the namespace "orders", called through the tables as the
// edge calls it.

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <utility>

#include "server/frontend/frontend.h"
#include "server/state/v1/token.pb.h"
#include "server/store/memory/memory_store.h"
#include "temporal/api/operatorservice/v1/request_response.pb.h"
#include "temporal/api/workflowservice/v1/request_response.pb.h"
#include "tests/frontend/recorded_roles.h"
#include "tests/support/await.h"

namespace server::tests {

namespace api = ::temporal::api::workflowservice::v1;
namespace operator_api = ::temporal::api::operatorservice::v1;
namespace common = ::temporal::api::common::v1;
namespace enums = ::temporal::api::enums::v1;

inline const std::string kRun = "8d1f2a7e-1111-4222-8333-944455556666";

class FrontendWorld {
public:
    explicit FrontendWorld(frontend::Limits limits = {});

    // Calls a method of the service whose package the request has; Unimplemented when it is not in
    // the table.
    template <class Response, class Request>
    Result<Response> call(std::string_view method, Request request, rpc::CallContext context) {
        const auto* handler = table_for(*Request::descriptor()).find(method);
        if (handler == nullptr) return Status(Code::Unimplemented, std::string(method));
        auto answer =
            await((*handler)(std::move(context), std::make_unique<Request>(std::move(request))));
        if (!answer.ok()) return answer.status();
        return std::move(static_cast<Response&>(**answer));
    }
    // With a deadline of 30 s.
    template <class Response, class Request>
    Result<Response> call(std::string_view method, Request request) {
        rpc::CallContext context;
        context.deadline = clock.now() + 30s;
        return call<Response>(method, std::move(request), std::move(context));
    }

    void advance(Duration duration) { clock.run_until(clock.now() + duration); }
    // The bytes of a task token for a run of the namespace "orders".
    std::string task_token() const;
    const rpc::MethodTable& table_for(const google::protobuf::Descriptor& request) const;

    boost::asio::io_context context;
    FakeClock clock{context, from_unix_nanos(1'700'000'000'000'000'000)};
    Random random{1};
    store::memory::MemoryStore store;
    RecordedHistory history;
    RecordedMatching matching;
    cluster::NamespaceRegistry namespaces{store.namespaces(), clock, random};
    telemetry::Registry metrics;
    frontend::Frontend frontend;
    rpc::MethodTable workflow_service{"temporal.api.workflowservice.v1.WorkflowService"};
    rpc::MethodTable operator_service{"temporal.api.operatorservice.v1.OperatorService"};
    rpc::MethodTable admin_service{"temporal.server.api.adminservice.v1.AdminService"};
    std::string namespace_id;
};

// Requests that pass every check.
api::StartWorkflowExecutionRequest valid_start();
api::SignalWorkflowExecutionRequest valid_signal();

common::Payload payload_of(std::size_t bytes);
common::Payload json_payload(const std::string& json);

}  // namespace server::tests
