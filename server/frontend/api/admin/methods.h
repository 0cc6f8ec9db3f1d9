#pragma once
// The methods of AdminService that are built, one file each (see ../methods.h). The wire is that of
// Temporal's server; `tctl admin` and the admin charm are the clients.

#include "server/frontend/api/methods.h"
#include "temporal/server/api/adminservice/v1/request_response.pb.h"

namespace server::frontend::admin {

namespace admin_api = ::temporal::server::api::adminservice::v1;

// NotFound for the name of another cluster.
Async<Result<admin_api::DescribeClusterResponse>> describe_cluster(
    Frontend&, Call, admin_api::DescribeClusterRequest);
Async<Result<admin_api::ListClustersResponse>> list_clusters(Frontend&, Call,
                                                             admin_api::ListClustersRequest);
// InvalidArgument for a host id that is no UUID, an unknown role or a token that is not ours.
Async<Result<admin_api::ListClusterMembersResponse>> list_cluster_members(
    Frontend&, Call, admin_api::ListClusterMembersRequest);

Async<Result<admin_api::AddSearchAttributesResponse>> add_search_attributes(
    Frontend&, Call, admin_api::AddSearchAttributesRequest);
Async<Result<admin_api::RemoveSearchAttributesResponse>> remove_search_attributes(
    Frontend&, Call, admin_api::RemoveSearchAttributesRequest);
Async<Result<admin_api::GetSearchAttributesResponse>> get_search_attributes(
    Frontend&, Call, admin_api::GetSearchAttributesRequest);

}  // namespace server::frontend::admin
