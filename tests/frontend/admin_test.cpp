// AdminService, and what OperatorService says of clusters.
#include "temporal/server/api/adminservice/v1/request_response.pb.h"
#include "tests/frontend/world.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::tests;
namespace admin_api = ::temporal::server::api::adminservice::v1;
using Strings = std::vector<std::string>;

namespace {

constexpr char kFirstHost[] = "11111111-1111-4111-8111-111111111111";
constexpr char kSecondHost[] = "22222222-2222-4222-8222-222222222222";

store::MemberRecord member(const std::string& host_id, Role role, const std::string& ip) {
    constexpr std::array<int, 5> kPorts{0, 7233, 7234, 7235, 7239};
    const int port = kPorts.at(static_cast<std::size_t>(role));
    store::MemberRecord record;
    record.host_id = host_id;
    record.role = role;
    record.address = ip + ":" + std::to_string(port);
    record.membership_address = ip + ":" + std::to_string(port - 300);
    return record;
}

// One host with all roles, and one with a history that drains.
void join_two_hosts(FrontendWorld& world) {
    std::vector<store::MemberRecord> first;
    for (const Role role : kRoles) first.push_back(member(kFirstHost, role, "10.0.0.1"));
    must(world.store.membership().heartbeat(first, 15s));
    store::MemberRecord second = member(kSecondHost, Role::history, "10.0.0.2");
    second.draining = true;
    must(world.store.membership().heartbeat({second}, 15s));
    world.frontend.set_address("10.0.0.1:7233");
}

admin_api::DescribeClusterResponse describe_cluster(FrontendWorld& world) {
    return world
        .call<admin_api::DescribeClusterResponse>("DescribeCluster",
                                                  admin_api::DescribeClusterRequest())
        .value();
}

Strings identities(const admin_api::RingInfo& ring) {
    Strings names;
    for (const auto& host : ring.members()) names.push_back(host.identity());
    return names;
}

Result<admin_api::ListClusterMembersResponse> members(
    FrontendWorld& world, const admin_api::ListClusterMembersRequest& request) {
    return world.call<admin_api::ListClusterMembersResponse>("ListClusterMembers", request);
}

Strings addresses(const admin_api::ListClusterMembersResponse& page) {
    Strings found;
    for (const auto& one : page.active_members()) {
        found.push_back(one.rpc_address() + ":" + std::to_string(one.rpc_port()));
    }
    return found;
}

admin_api::AddSearchAttributesRequest addition(const std::string& name) {
    admin_api::AddSearchAttributesRequest request;
    request.set_namespace_("orders");
    (*request.mutable_search_attributes())[name] = enums::INDEXED_VALUE_TYPE_INT;
    return request;
}

}  // namespace

TEST_CASE("a cluster is described by its four rings and who can be reached", "[frontend][admin]") {
    FrontendWorld world;
    join_two_hosts(world);
    const auto cluster = describe_cluster(world);
    const auto& membership = cluster.membership_info();
    CHECK(membership.current_host().identity() == "10.0.0.1:7233");
    CHECK(Strings(membership.reachable_members().begin(), membership.reachable_members().end()) ==
          Strings{"10.0.0.1:6933", "10.0.0.1:6934", "10.0.0.2:6934", "10.0.0.1:6935",
                  "10.0.0.1:6939"});
    REQUIRE(membership.rings_size() == 4);
    const Strings roles{"frontend", "history", "matching", "worker"};
    const Strings expected{"10.0.0.1:7233", "10.0.0.1:7234", "10.0.0.1:7235", "10.0.0.1:7239"};
    for (int at = 0; at < 4; ++at) {
        const auto& ring = membership.rings(at);
        CHECK(ring.role() == roles[static_cast<std::size_t>(at)]);
        CHECK(ring.member_count() == 1);
        CHECK(identities(ring) == Strings{expected[static_cast<std::size_t>(at)]});
    }
}

TEST_CASE("a cluster tells who it is, and nothing of what it has not", "[frontend][admin]") {
    FrontendWorld world;
    const auto cluster = describe_cluster(world);
    CHECK(cluster.cluster_id() == "0b7a1c1e-0000-4000-8000-000000000000");
    CHECK(cluster.cluster_name() == "active");
    CHECK(cluster.history_shard_count() == 4);
    CHECK(cluster.persistence_store() == "memory");
    CHECK(cluster.visibility_store() == "memory");
    CHECK(cluster.server_version() == "1.32.0");
    CHECK(cluster.failover_version_increment() == 10);
    CHECK(cluster.initial_failover_version() == 1);
    CHECK_FALSE(cluster.has_version_info());
    CHECK_FALSE(cluster.is_global_namespace_enabled());
    Strings clients;
    for (const auto& [name, range] : cluster.supported_clients()) clients.push_back(name + range);
    std::sort(clients.begin(), clients.end());
    CHECK(clients == Strings{"temporal-cli<2.0.0", "temporal-go<2.0.0", "temporal-java<2.0.0",
                             "temporal-php<2.0.0", "temporal-server<2.0.0",
                             "temporal-typescript<2.0.0", "temporal-ui<3.0.0"});
}

TEST_CASE("only the own cluster can be described", "[frontend][admin]") {
    FrontendWorld world;
    admin_api::DescribeClusterRequest request;
    request.set_cluster_name("active");
    CHECK(world.call<admin_api::DescribeClusterResponse>("DescribeCluster", request).ok());
    request.set_cluster_name("elsewhere");
    const auto answer =
        world.call<admin_api::DescribeClusterResponse>("DescribeCluster", request).status();
    CHECK(answer.code() == Code::NotFound);
    CHECK_THAT(answer.message(), Catch::Contains("elsewhere") && Catch::Contains("active"));
}

TEST_CASE("both services list the one cluster there is", "[frontend][admin]") {
    FrontendWorld world;
    world.frontend.set_address("10.0.0.1:7233");
    const auto of_admin =
        world
            .call<admin_api::ListClustersResponse>("ListClusters", admin_api::ListClustersRequest())
            .value();
    REQUIRE(of_admin.clusters_size() == 1);
    CHECK(of_admin.clusters(0).cluster_name() == "active");
    CHECK(of_admin.clusters(0).cluster_address() == "10.0.0.1:7233");
    const auto of_operator = world
                                 .call<operator_api::ListClustersResponse>(
                                     "ListClusters", operator_api::ListClustersRequest())
                                 .value();
    REQUIRE(of_operator.clusters_size() == 1);
    CHECK(of_operator.clusters(0).address() == "10.0.0.1:7233");
    CHECK(of_operator.clusters(0).history_shard_count() == 4);
}

TEST_CASE("members are listed by role, host, address and time", "[frontend][admin]") {
    FrontendWorld world;
    join_two_hosts(world);
    admin_api::ListClusterMembersRequest request;
    Strings expected;
    SECTION("all of them, in order of role") {
        expected = {"10.0.0.1:7233", "10.0.0.1:7234", "10.0.0.2:7234", "10.0.0.1:7235",
                    "10.0.0.1:7239"};
    }
    SECTION("of a role") {
        request.set_role(admin_api::CLUSTER_MEMBER_ROLE_HISTORY);
        expected = {"10.0.0.1:7234", "10.0.0.2:7234"};
    }
    SECTION("of a host") {
        request.set_host_id(kSecondHost);
        expected = {"10.0.0.2:7234"};
    }
    SECTION("of an address, with or without its port") {
        request.set_rpc_address(GENERATE("10.0.0.2", "10.0.0.2:7234"));
        expected = {"10.0.0.2:7234"};
    }
    SECTION("whose session began after a time") {
        request.mutable_session_started_after_time()->set_seconds(4'000'000'000);
    }
    CHECK(addresses(members(world, request).value()) == expected);
}

TEST_CASE("members come page by page, and wrong requests name the field", "[frontend][admin]") {
    FrontendWorld world;
    join_two_hosts(world);
    admin_api::ListClusterMembersRequest request;
    request.set_page_size(2);
    Strings found;
    int pages = 0;
    do {
        const auto page = members(world, request).value();
        for (const auto& address : addresses(page)) found.push_back(address);
        request.set_next_page_token(page.next_page_token());
        ++pages;
    } while (!request.next_page_token().empty() && pages < 9);
    CHECK(pages == 3);
    CHECK(found.size() == 5);

    request.set_next_page_token("9:nobody");
    CHECK_THAT(members(world, request).status().message(), Catch::Contains("next_page_token"));
    request.clear_next_page_token();
    request.set_host_id("me");
    CHECK_THAT(members(world, request).status().message(), Catch::Contains("host_id"));
    request.clear_host_id();
    request.set_role(static_cast<admin_api::ClusterMemberRole>(9));
    CHECK_THAT(members(world, request).status().message(), Catch::Contains("role: 9"));
}

TEST_CASE("search attributes of AdminService are those of OperatorService", "[frontend][admin]") {
    FrontendWorld world;
    REQUIRE(
        world.call<admin_api::AddSearchAttributesResponse>("AddSearchAttributes", addition("Total"))
            .ok());
    admin_api::GetSearchAttributesRequest get;
    get.set_namespace_("orders");
    auto known =
        world.call<admin_api::GetSearchAttributesResponse>("GetSearchAttributes", get).value();
    CHECK(known.custom_attributes().at("Total") == enums::INDEXED_VALUE_TYPE_INT);
    CHECK(known.system_attributes().at("WorkflowId") == enums::INDEXED_VALUE_TYPE_KEYWORD);
    CHECK(known.mapping().empty());

    operator_api::ListSearchAttributesRequest list;
    list.set_namespace_("orders");
    CHECK(world.call<operator_api::ListSearchAttributesResponse>("ListSearchAttributes", list)
              .value()
              .custom_attributes()
              .contains("Total"));

    admin_api::RemoveSearchAttributesRequest remove;
    remove.set_namespace_("orders");
    remove.add_search_attributes("Total");
    REQUIRE(world.call<admin_api::RemoveSearchAttributesResponse>("RemoveSearchAttributes", remove)
                .ok());
    known = world.call<admin_api::GetSearchAttributesResponse>("GetSearchAttributes", get).value();
    CHECK(known.custom_attributes().empty());
}

TEST_CASE("search attributes of AdminService need a namespace and a free name",
          "[frontend][admin]") {
    FrontendWorld world;
    auto request = addition("Total");
    request.clear_namespace_();
    CHECK(world.call<admin_api::AddSearchAttributesResponse>("AddSearchAttributes", request)
              .status()
              .message() == "Namespace not set on request.");
    CHECK(world
              .call<admin_api::AddSearchAttributesResponse>("AddSearchAttributes",
                                                            addition("WorkflowId"))
              .status()
              .code() == Code::InvalidArgument);
}
