#pragma once
// Which workflow a call to the history role is for: the one place that knows where each request
// names it. The shard, and with it the owner, follow from it.

#include <string>

#include "server/base/status.h"
#include "server/state/v1/token.pb.h"

namespace server::rpc {

struct WorkflowTarget {
    std::string namespace_id;
    std::string workflow_id;
};

// A token that a worker carries back. InvalidArgument when it is empty, unreadable, or of another
// namespace than the call's.
Result<state::v1::TaskToken> decode_task_token(const std::string& bytes,
                                               const std::string& namespace_id);

// Whether a request names its workflow by the task token it carries.
template <class Request>
concept NamedByTaskToken = requires(const Request& request) {
    request.request().task_token();
};

template <class Request>
Result<WorkflowTarget> target_of(const Request& request) {
    if constexpr (NamedByTaskToken<Request>) {
        TRY_ASSIGN(const state::v1::TaskToken token,
                   decode_task_token(request.request().task_token(), request.namespace_id()));
        return WorkflowTarget{token.namespace_id(), token.workflow_id()};
    } else if constexpr (requires { request.execution(); }) {
        return WorkflowTarget{request.namespace_id(), request.execution().workflow_id()};
    } else if constexpr (requires { request.request().workflow_id(); }) {
        return WorkflowTarget{request.namespace_id(), request.request().workflow_id()};
    } else if constexpr (requires { request.request().workflow_execution(); }) {
        return WorkflowTarget{request.namespace_id(),
                              request.request().workflow_execution().workflow_id()};
    } else {
        return WorkflowTarget{request.namespace_id(), request.request().execution().workflow_id()};
    }
}

}  // namespace server::rpc
