#include <google/protobuf/util/time_util.h>

#include "server/base/uuid.h"
#include "server/config/flags.h"
#include "server/frontend/api/admin/methods.h"

namespace server::frontend::admin {

namespace {

using google::protobuf::util::TimeUtil;
using MembersRequest = admin_api::ListClusterMembersRequest;

constexpr std::int32_t kMembersPageMax = 1000;

struct HostAndPort {
    std::string host;
    std::int32_t port = 0;
};

// "10.0.0.1:7234" or "[::1]:7234".
HostAndPort split_address(const std::string& address) {
    const auto colon = address.rfind(':');
    if (colon == std::string::npos) return {address, 0};
    const auto port = config::parse_integer(std::string_view(address).substr(colon + 1));
    std::string host = address.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    return {std::move(host), static_cast<std::int32_t>(port.value_or(0))};
}

TimePoint time_of(const google::protobuf::Timestamp& time) {
    return from_unix_nanos(TimeUtil::TimestampToNanoseconds(time));
}

Status check_members_request(const MembersRequest& request) {
    if (!request.host_id().empty() && !is_uuid(request.host_id())) {
        return invalid_argument("host_id is no UUID: " + request.host_id());
    }
    if (!admin_api::ClusterMemberRole_IsValid(request.role())) {
        return invalid_argument("unknown role: " + std::to_string(request.role()));
    }
    return {};
}

bool is_asked_for(const MembersRequest& request, const store::MemberRecord& member, TimePoint now) {
    const int role = request.role();
    if (role != admin_api::CLUSTER_MEMBER_ROLE_UNSPECIFIED && role != static_cast<int>(member.role))
        return false;
    if (!request.host_id().empty() && request.host_id() != member.host_id) return false;
    if (!request.rpc_address().empty() && request.rpc_address() != member.address &&
        request.rpc_address() != split_address(member.address).host)
        return false;
    if (request.has_last_heartbeat_within()) {
        const Duration within(TimeUtil::DurationToNanoseconds(request.last_heartbeat_within()));
        if (member.last_heartbeat < now - within) return false;
    }
    return !request.has_session_started_after_time() ||
           member.session_start > time_of(request.session_started_after_time());
}

admin_api::ClusterMember view_of(const store::MemberRecord& member) {
    const auto wire_time = [](TimePoint time) {
        return TimeUtil::NanosecondsToTimestamp(unix_nanos(time));
    };
    admin_api::ClusterMember view;
    view.set_role(static_cast<admin_api::ClusterMemberRole>(member.role));
    view.set_host_id(member.host_id);
    const HostAndPort address = split_address(member.address);
    view.set_rpc_address(address.host);
    view.set_rpc_port(address.port);
    *view.mutable_session_start_time() = wire_time(member.session_start);
    *view.mutable_last_heartbit_time() = wire_time(member.last_heartbeat);
    *view.mutable_record_expiry_time() = wire_time(member.expires);
    return view;
}

// One record per role and host, so these two name the last one of a page.
std::string token_of(const store::MemberRecord& member) {
    return std::to_string(static_cast<int>(member.role)) + ":" + member.host_id;
}

// Where the page after `token` begins. A member that left in between is an error: the caller begins
// anew.
Result<std::size_t> page_begin(const std::vector<store::MemberRecord>& members,
                               const std::string& token) {
    if (token.empty()) return std::size_t{0};
    for (std::size_t at = 0; at < members.size(); ++at) {
        if (token_of(members[at]) == token) return at + 1;
    }
    return invalid_argument("next_page_token is of no member that is there; list from the start");
}

}  // namespace

Async<Result<admin_api::ListClusterMembersResponse>> list_cluster_members(Frontend& frontend, Call,
                                                                          MembersRequest request) {
    CO_TRY(check_members_request(request));
    CO_TRY_ASSIGN(const auto members, co_await frontend.store().membership().list());
    CO_TRY_ASSIGN(std::size_t at, page_begin(members, request.next_page_token()));
    std::int32_t page_size = request.page_size();
    if (page_size <= 0 || page_size > kMembersPageMax) page_size = kMembersPageMax;
    const TimePoint now = frontend.clock().now();
    admin_api::ListClusterMembersResponse response;
    for (; at < members.size() && response.active_members_size() < page_size; ++at) {
        if (is_asked_for(request, members[at], now)) {
            *response.add_active_members() = view_of(members[at]);
        }
    }
    if (at < members.size()) response.set_next_page_token(token_of(members[at - 1]));
    co_return response;
}

}  // namespace server::frontend::admin
