#include "server/frontend/api/methods.h"

namespace server::frontend {

// A bit is a promise: SDKs change what they do by it. On only when its feature passes its tests.
Async<Result<api::GetSystemInfoResponse>> get_system_info(Frontend&, Call,
                                                          api::GetSystemInfoRequest) {
    api::GetSystemInfoResponse response;
    response.set_server_version(std::string(kServerVersion));
    auto& capabilities = *response.mutable_capabilities();
    capabilities.set_signal_and_query_header(true);
    capabilities.set_internal_error_differentiation(true);
    capabilities.set_activity_failure_include_heartbeat(true);
    capabilities.set_encoded_failure_attributes(true);
    capabilities.set_upsert_memo(true);
    capabilities.set_sdk_metadata(true);
    capabilities.set_eager_workflow_start(true);
    capabilities.set_count_group_by_execution_status(true);
    co_return response;
}

}  // namespace server::frontend
