#include "server/frontend/api/methods.h"
#include "server/frontend/validation/namespaces.h"
#include "server/frontend/validation/timeouts.h"

namespace server::frontend {

namespace {

state::v1::Namespace namespace_of(const api::RegisterNamespaceRequest& request,
                                  const Limits& limits) {
    state::v1::Namespace stored;
    auto& info = *stored.mutable_info();
    info.set_name(request.namespace_());
    info.set_description(request.description());
    info.set_owner_email(request.owner_email());
    *info.mutable_data() = request.data();
    auto& config = *stored.mutable_config();
    *config.mutable_workflow_execution_retention_ttl() =
        request.workflow_execution_retention_period();
    cap_duration(*config.mutable_workflow_execution_retention_ttl(), limits.duration_max);
    config.set_history_archival_state(enums::ARCHIVAL_STATE_DISABLED);
    config.set_visibility_archival_state(enums::ARCHIVAL_STATE_DISABLED);
    return stored;
}

}  // namespace

Async<Result<api::RegisterNamespaceResponse>> register_namespace(
    Frontend& frontend, Call, api::RegisterNamespaceRequest request) {
    CO_TRY(check_registration(request, frontend.cluster().cluster_name, frontend.limits()));
    state::v1::Namespace stored = namespace_of(request, frontend.limits());
    CO_TRY(check_namespace_info(stored.info(), frontend.limits()));
    CO_TRY_ASSIGN(const cluster::NamespacePtr created,
                  co_await frontend.namespaces().create(std::move(stored)));
    static_cast<void>(created);
    co_return api::RegisterNamespaceResponse();
}

}  // namespace server::frontend
