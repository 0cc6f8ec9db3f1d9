#pragma once
// What the remote forms of the roles share: a call of one service at one address.
//
// In server.role.v1 a method X takes a message XRequest of its own, so the request says which
// method it is for.

#include <string>
#include <utility>

#include "server/rpc/network.h"

namespace server::rpc {

class RemoteRole {
protected:
    // `service` is a full name of the generated pool.
    RemoteRole(Network& network, std::string address, std::string_view service);

    // The role may be dropped while its calls are open.
    template <class Response, class Request>
    Async<Result<Response>> send(CallContext context, Request request) const {
        const auto& method = method_for(*Request::descriptor(), *Response::descriptor());
        return run<Response, Request>(network_, address_, method, std::move(context),
                                      std::move(request));
    }

private:
    template <class Response, class Request>
    static Async<Result<Response>> run(Network& network, std::string address,
                                       const google::protobuf::MethodDescriptor& method,
                                       CallContext context, Request request) {
        auto call = network.call(std::move(address), method, std::move(context), request,
                                 Response::default_instance());
        CO_TRY_ASSIGN(const MethodTable::MessagePtr response, co_await std::move(call));
        co_return std::move(static_cast<Response&>(*response));
    }

    const google::protobuf::MethodDescriptor& method_for(
        const google::protobuf::Descriptor& request,
        const google::protobuf::Descriptor& response) const;

    Network& network_;
    const std::string address_;
    const google::protobuf::ServiceDescriptor* const service_;
};

// "SignalWorkflow" of a SignalWorkflowRequest.
std::string method_name_of(const google::protobuf::Descriptor& request);

}  // namespace server::rpc
