// `tctl cluster`, `tctl admin cluster` and `tctl admin membership`.
#include <google/protobuf/util/time_util.h>

#include <ostream>

#include "cli/json/message.h"
#include "cli/output/table.h"
#include "cli/requests/search_attributes.h"
#include "cli/tctl/commands.h"
#include "cli/tctl/globals.h"
#include "temporal/server/api/adminservice/v1/request_response.pb.h"

namespace cli::tctl {

namespace {

namespace admin_api = ::temporal::server::api::adminservice::v1;

constexpr char kWorkflowService[] = "temporal.api.workflowservice.v1.WorkflowService";

Status cluster_health(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    TRY_ASSIGN(const bool serving, connection.is_serving(kWorkflowService));
    terminal.out << kWorkflowService << ": " << (serving ? "SERVING" : "NOT_SERVING") << "\n";
    if (serving) return {};
    return server::unavailable("the server at " + connection.options().address +
                               " is up and does not serve: it starts or stops");
}

Status list_common_attributes(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    TRY_ASSIGN(const auto known, connection.call<api::GetSearchAttributesResponse>(
                                     api::GetSearchAttributesRequest()));
    print_framed(terminal.out, attribute_table(known.keys()));
    return {};
}

Status describe_cluster(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    admin_api::DescribeClusterRequest request;
    request.set_cluster_name(invocation.flags.text("cluster"));
    TRY_ASSIGN(const auto cluster, connection.call<admin_api::DescribeClusterResponse>(request));
    print_json(cluster, terminal);
    return {};
}

Status list_clusters(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    admin_api::ListClustersRequest request;
    do {
        TRY_ASSIGN(const auto page, connection.call<admin_api::ListClustersResponse>(request));
        for (const auto& cluster : page.clusters()) print_json(cluster, terminal);
        request.set_next_page_token(page.next_page_token());
    } while (!request.next_page_token().empty());
    return {};
}

Status list_rings(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    TRY_ASSIGN(const auto cluster, connection.call<admin_api::DescribeClusterResponse>(
                                       admin_api::DescribeClusterRequest()));
    print_json(cluster.membership_info(), terminal);
    return {};
}

Status list_members(const Invocation& invocation, Terminal& terminal) {
    using google::protobuf::util::TimeUtil;
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    Table table{{"Role", "Host ID", "Address", "Session start", "Last heartbeat"}, {}};
    admin_api::ListClusterMembersRequest request;
    do {
        TRY_ASSIGN(const auto page,
                   connection.call<admin_api::ListClusterMembersResponse>(request));
        for (const auto& member : page.active_members()) {
            table.rows.push_back({short_name(member.role()), member.host_id(),
                                  member.rpc_address() + ":" + std::to_string(member.rpc_port()),
                                  TimeUtil::ToString(member.session_start_time()),
                                  TimeUtil::ToString(member.last_heartbit_time())});
        }
        request.set_next_page_token(page.next_page_token());
    } while (!request.next_page_token().empty());
    print_piped(terminal.out, table);
    return {};
}

}  // namespace

Command cluster_command() {
    return {.name = "cluster",
            .aliases = "cl",
            .summary = "Ask the cluster how it is.",
            .children = {{.name = "health",
                          .aliases = "h",
                          .summary = "Ask whether the frontend serves; exit code 1 when not.",
                          .run = checked<cluster_health>},
                         {.name = "get-search-attributes",
                          .aliases = "gsa",
                          .summary = "List the search attributes that every namespace has.",
                          .run = checked<list_common_attributes>}}};
}

Command admin_cluster_command() {
    Command command{
        .name = "cluster",
        .aliases = "cl",
        .summary = "Describe the cluster, and its search attributes.",
        .children = {{.name = "describe",
                      .aliases = "d|desc",
                      .summary = "Print who is in the cluster, and what it is, as JSON.",
                      .flags = {{.name = "cluster",
                                 .value_name = "NAME",
                                 .help = "Which cluster; the one that is asked without it."}},
                      .run = checked<describe_cluster>},
                     {.name = "list",
                      .aliases = "l",
                      .summary = "Print the clusters that this one knows, as JSON.",
                      .run = checked<list_clusters>}}};
    for (Command& child : search_attribute_commands()) command.children.push_back(std::move(child));
    return command;
}

Command admin_membership_command() {
    return {.name = "membership",
            .summary = "List the processes of the cluster.",
            .children = {{.name = "list_gossip",
                          .summary = "Print the rings as a frontend sees them, as JSON.",
                          .run = checked<list_rings>},
                         {.name = "list_db",
                          .summary = "List the members with a lease in the database.",
                          .run = checked<list_members>}}};
}

}  // namespace cli::tctl
