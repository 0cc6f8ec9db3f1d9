#include "server/frontend/api/methods.h"
#include "server/frontend/cluster_view.h"

namespace server::frontend {

Async<Result<api::GetClusterInfoResponse>> get_cluster_info(Frontend& frontend, Call,
                                                            api::GetClusterInfoRequest) {
    api::GetClusterInfoResponse response;
    fill_cluster(frontend, frontend.store().name(), response);
    auto& version = *response.mutable_version_info();
    version.mutable_current()->set_version(std::string(kServerVersion));
    co_return response;
}

}  // namespace server::frontend
