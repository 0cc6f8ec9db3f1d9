#include "server/frontend/api/admin/methods.h"
#include "server/frontend/cluster_view.h"

namespace server::frontend::admin {

namespace {

// Reachable is who has a lease; a ring has those of them that still take work.
void fill_membership(const std::vector<store::MemberRecord>& members,
                     admin_api::MembershipInfo& info) {
    for (const store::MemberRecord& member : members) {
        info.add_reachable_members(member.membership_address);
    }
    for (const Role role : kRoles) {
        admin_api::RingInfo& ring = *info.add_rings();
        ring.set_role(std::string(to_string(role)));
        for (const store::MemberRecord& member : members) {
            if (member.role != role || member.draining) continue;
            ring.add_members()->set_identity(member.address);
        }
        ring.set_member_count(ring.members_size());
    }
}

}  // namespace

Async<Result<admin_api::DescribeClusterResponse>> describe_cluster(
    Frontend& frontend, Call, admin_api::DescribeClusterRequest request) {
    const std::string& own_name = frontend.cluster().cluster_name;
    if (!request.cluster_name().empty() && request.cluster_name() != own_name) {
        co_return Status(Code::NotFound, "cluster " + request.cluster_name() +
                                             " is not known here; this is " + own_name);
    }
    CO_TRY_ASSIGN(const auto members, co_await frontend.store().membership().list());
    admin_api::DescribeClusterResponse response;
    fill_cluster(frontend, frontend.store().name(), response);
    auto& info = *response.mutable_membership_info();
    info.mutable_current_host()->set_identity(frontend.address());
    fill_membership(members, info);
    co_return response;
}

}  // namespace server::frontend::admin
