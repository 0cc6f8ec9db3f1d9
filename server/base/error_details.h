#pragma once
// The typed details a Status may carry. Each is the plain twin of one message of
// temporal.api.errordetails.v1; rpc/ turns it into google.rpc.Status.details[0], the only detail
// SDKs read.

#include <string>
#include <variant>
#include <vector>

namespace server {

struct NotFound {};

struct NamespaceNotFound {
    std::string namespace_name;
};

struct NamespaceAlreadyExists {};

struct NamespaceInvalidState {
    std::string namespace_name;
    int state = 0;                    // temporal.api.enums.v1.NamespaceState
    std::vector<int> allowed_states;  // of the same enumeration
};

struct WorkflowAlreadyStarted {
    std::string start_request_id;
    std::string run_id;
    std::string first_execution_run_id;
};

struct QueryFailed {
    std::string failure;  // serialized temporal.api.failure.v1.Failure, may be empty
};

struct WorkflowNotReady {};

// Cause and scope use the numbers of temporal.api.enums.v1.ResourceExhaustedCause and -Scope.
struct ResourceExhausted {
    enum class Cause {
        rps = 1,
        concurrent = 2,
        system_overloaded = 3,
        persistence = 4,
        busy_workflow = 5
    };
    enum class Scope { of_namespace = 1, system = 2 };
    Cause cause = Cause::system_overloaded;
    Scope scope = Scope::of_namespace;
};

struct ClientVersionNotSupported {
    std::string client_version;
    std::string client_name;
    std::string supported_versions;
};

struct ServerVersionNotSupported {
    std::string server_version;
    std::string client_supported_server_versions;
};

struct PermissionDenied {
    std::string reason;
};

// Between roles only, never shown to clients.

// The task was handed out already, or its cause is gone: matching drops it.
struct TaskObsolete {};

// No poll reached the sticky queue lately: history goes on with the normal queue.
struct StickyWorkerUnavailable {};

// Nothing was done: the caller holds a stale owner of the shard or the partition, or the owner is
// just taking it. Look for the owner and try again.
struct OwnershipLost {
    std::string owner;  // address of the present owner, empty when unknown
};

// No answer came from the process at this address: the connection was refused or broke, so the call
// may or may not have run. Without this detail a failure is the answer of the role that was called.
struct PeerUnreachable {
    std::string address;
};

using ErrorDetail =
    std::variant<NotFound, NamespaceNotFound, NamespaceAlreadyExists, NamespaceInvalidState,
                 WorkflowAlreadyStarted, QueryFailed, WorkflowNotReady, ResourceExhausted,
                 ClientVersionNotSupported, ServerVersionNotSupported, PermissionDenied,
                 TaskObsolete, StickyWorkerUnavailable, OwnershipLost, PeerUnreachable>;

}  // namespace server
