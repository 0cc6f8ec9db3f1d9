#include "server/frontend/interceptors/interceptors.h"

#include "temporal/api/enums/v1/namespace.pb.h"

namespace server::frontend {

namespace {

namespace enums = ::temporal::api::enums::v1;

std::string_view state_name(int state) {
    switch (state) {
    case enums::NAMESPACE_STATE_REGISTERED: return "Registered";
    case enums::NAMESPACE_STATE_DEPRECATED: return "Deprecated";
    case enums::NAMESPACE_STATE_DELETED: return "Deleted";
    default: return "Unspecified";
    }
}

Status check_state(const Method& method, const cluster::NamespaceEntry& entry) {
    std::vector<int> allowed;
    switch (method.states) {
    case States::any: return {};
    case States::registered: allowed = {enums::NAMESPACE_STATE_REGISTERED}; break;
    case States::registered_or_deprecated:
        allowed = {enums::NAMESPACE_STATE_REGISTERED, enums::NAMESPACE_STATE_DEPRECATED};
        break;
    }
    std::string names;
    for (const int state : allowed) {
        if (state == static_cast<int>(entry.state)) return {};
        names += (names.empty() ? "" : " or ") + std::string(state_name(state));
    }
    NamespaceInvalidState detail{entry.name, static_cast<int>(entry.state), std::move(allowed)};
    return {Code::FailedPrecondition,
            "Namespace " + entry.name + " has invalid state: " +
                std::string(state_name(entry.state)) + ". Must be " + names + ".",
            std::move(detail)};
}

}  // namespace

Async<Result<cluster::NamespacePtr>> resolve_namespace(Frontend& frontend, const Method& method,
                                                       NamespaceReference reference) {
    cluster::NamespacePtr entry;
    if (reference.id.empty()) {
        CO_TRY_ASSIGN(entry, co_await frontend.namespaces().find(reference.name));
    } else {
        CO_TRY_ASSIGN(entry, co_await frontend.namespaces().find_by_id(reference.id));
        if (!reference.name.empty() && reference.name != entry->name) {
            co_return invalid_argument(
                "Operation requested with a token from a different "
                "namespace: the request names " +
                reference.name + ".");
        }
    }
    CO_TRY(check_state(method, *entry));
    co_return entry;
}

Status authorise(const Method&, const Call&) { return {}; }

}  // namespace server::frontend
