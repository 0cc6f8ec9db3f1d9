#pragma once
// One published gRPC service: its methods by name, each with its handler or none. Handlers see
// messages, never gRPC types, so the transport can be replaced inside this folder; tests and the
// simulator call through the same table. A method without a handler answers UNIMPLEMENTED, naming
// itself.

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "server/rpc/call_context.h"
#include "server/runtime/async.h"

namespace server::rpc {

class MethodTable {
public:
    using MessagePtr = std::unique_ptr<google::protobuf::Message>;
    // Runs on the lane that the edge chose for the call. Owns the request.
    using Handler = std::function<Async<Result<MessagePtr>>(CallContext, MessagePtr)>;

    // `service` is a full name, for example temporal.api.workflowservice.v1.WorkflowService, of the
    // generated pool.
    explicit MethodTable(std::string_view service);

    // Adds the handler of one method; the message types must be those of the descriptor (asserted).
    template <class Request, class Response>
    void add(std::string_view method,
             std::function<Async<Result<Response>>(CallContext, Request)> handler) {
        add_erased(method, Request::descriptor(), Response::descriptor(),
                   erase<Request, Response>(std::move(handler)));
    }

    const google::protobuf::ServiceDescriptor& service() const { return *service_; }
    // Null for a method that is not built.
    const Handler* find(std::string_view method) const;

private:
    template <class Request, class Response>
    static Handler erase(std::function<Async<Result<Response>>(CallContext, Request)> handler) {
        return [handler = std::move(handler)](CallContext context, MessagePtr request) {
            return call<Request, Response>(handler, std::move(context), std::move(request));
        };
    }
    template <class Request, class Response>
    static Async<Result<MessagePtr>> call(
        const std::function<Async<Result<Response>>(CallContext, Request)>& handler,
        CallContext context, MessagePtr request) {
        Request typed = std::move(static_cast<Request&>(*request));
        CO_TRY_ASSIGN(Response response, co_await handler(std::move(context), std::move(typed)));
        co_return MessagePtr(std::make_unique<Response>(std::move(response)));
    }
    void add_erased(std::string_view method, const google::protobuf::Descriptor* request,
                    const google::protobuf::Descriptor* response, Handler handler);

    const google::protobuf::ServiceDescriptor* service_;
    std::map<std::string, Handler, std::less<>> handlers_;
};

}  // namespace server::rpc
