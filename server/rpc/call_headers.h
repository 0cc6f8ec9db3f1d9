#pragma once
// The metadata of a call, read without a type of gRPC, and its fields that are copied along as the
// call crosses roles.

#include <functional>
#include <string_view>

#include "server/rpc/call_context.h"

namespace server::rpc {

// Of a call that came in; lives as long as its handling by the edge.
class CallHeaders {
public:
    virtual ~CallHeaders() = default;
    // Empty when absent; names in lower case.
    virtual std::string_view find(std::string_view name) const = 0;
    // For logs.
    virtual std::string caller_address() const = 0;
};

// Who may call: asked before the request is parsed. A failure is the answer of the call.
using Authenticate = std::function<Status(const CallHeaders& headers, std::string_view path)>;

// A field of CallContext that travels as a header.
struct ContextHeader {
    std::string_view name;
    std::string CallContext::*field;
};
inline constexpr ContextHeader kContextHeaders[] = {
    {"client-name", &CallContext::client_name},
    {"client-version", &CallContext::client_version},
    {"supported-server-versions", &CallContext::supported_server_versions},
    {"supported-features", &CallContext::supported_features},
    {"caller-type", &CallContext::caller_type},
};

}  // namespace server::rpc
