#include <google/protobuf/util/time_util.h>

#include "server/frontend/api/methods.h"
#include "server/frontend/namespace_view.h"
#include "server/frontend/validation/ids.h"
#include "server/frontend/validation/namespaces.h"
#include "server/frontend/validation/not_built.h"
#include "server/frontend/validation/timeouts.h"

namespace server::frontend {

namespace {

using UpdateRequest = api::UpdateNamespaceRequest;
using google::protobuf::util::TimeUtil;

constexpr std::string_view kUpdateNamespace = "UpdateNamespace";

Status refuse_unbuilt_update(const UpdateRequest& request, const std::string& cluster_name) {
    if (request.promote_namespace()) return not_built(kUpdateNamespace, "promote_namespace");
    const auto& active = request.replication_config().active_cluster_name();
    if (!active.empty() && active != cluster_name) {
        return invalid_argument("active cluster " + active + " is not this cluster, " +
                                cluster_name);
    }
    const auto& config = request.config();
    if (config.history_archival_state() == enums::ARCHIVAL_STATE_ENABLED ||
        config.visibility_archival_state() == enums::ARCHIVAL_STATE_ENABLED) {
        return not_built(kUpdateNamespace, "archival");
    }
    if (!config.custom_search_attribute_aliases().empty()) {
        return invalid_argument(
            "custom_search_attribute_aliases are not set here: add search "
            "attributes by OperatorService.AddSearchAttributes");
    }
    return {};
}

// Empty means unchanged; data is merged by key.
Status update_info(const UpdateRequest& request, const Limits& limits,
                   state::v1::Namespace& stored) {
    const auto& update = request.update_info();
    auto& info = *stored.mutable_info();
    TRY(check_state_change(info.state(), update.state()));
    if (update.state() != enums::NAMESPACE_STATE_UNSPECIFIED) info.set_state(update.state());
    if (!update.description().empty()) info.set_description(update.description());
    if (!update.owner_email().empty()) info.set_owner_email(update.owner_email());
    for (const auto& [key, value] : update.data()) (*info.mutable_data())[key] = value;
    return check_namespace_info(info, limits);
}

Status update_bad_binaries(const UpdateRequest& request, TimePoint now, const Limits& limits,
                           state::v1::Namespace& stored) {
    auto& binaries = *stored.mutable_config()->mutable_bad_binaries()->mutable_binaries();
    const std::string& deleted = request.delete_bad_binary();
    if (!deleted.empty() && binaries.erase(deleted) == 0) {
        return invalid_argument("Bad binary checksum " + deleted + " doesn't exist.");
    }
    for (const auto& [checksum, reason] : request.config().bad_binaries().binaries()) {
        auto& binary = binaries[checksum];
        binary = reason;
        if (!binary.has_create_time()) {
            *binary.mutable_create_time() = TimeUtil::NanosecondsToTimestamp(unix_nanos(now));
        }
    }
    const auto count = static_cast<int>(binaries.size());
    if (count <= limits.bad_binaries_max) return {};
    return invalid_argument("a namespace has at most " + std::to_string(limits.bad_binaries_max) +
                            " bad binaries, this would be " + std::to_string(count));
}

Status update_stored(const UpdateRequest& request, TimePoint now, const Limits& limits,
                     state::v1::Namespace& stored) {
    TRY(update_info(request, limits, stored));
    if (request.config().has_workflow_execution_retention_ttl()) {
        auto& retention = *stored.mutable_config()->mutable_workflow_execution_retention_ttl();
        retention = request.config().workflow_execution_retention_ttl();
        TRY(check_retention(true, retention, limits));
        cap_duration(retention, limits.duration_max);
    }
    return update_bad_binaries(request, now, limits, stored);
}

}  // namespace

Async<Result<api::UpdateNamespaceResponse>> update_namespace(Frontend& frontend, Call,
                                                             UpdateRequest request) {
    CO_TRY(check_name("Namespace", request.namespace_(), frontend.limits().id_bytes_max));
    CO_TRY(refuse_unbuilt_update(request, frontend.cluster().cluster_name));
    cluster::NamespaceRegistry::Change change = [&request, &frontend](auto& stored) {
        return update_stored(request, frontend.clock().now(), frontend.limits(), stored);
    };
    CO_TRY_ASSIGN(const cluster::NamespacePtr updated,
                  co_await frontend.namespaces().update(request.namespace_(), std::move(change)));
    auto described = describe(frontend, *updated);
    api::UpdateNamespaceResponse response;
    *response.mutable_namespace_info() = std::move(*described.mutable_namespace_info());
    *response.mutable_config() = std::move(*described.mutable_config());
    *response.mutable_replication_config() = std::move(*described.mutable_replication_config());
    co_return response;
}

}  // namespace server::frontend
