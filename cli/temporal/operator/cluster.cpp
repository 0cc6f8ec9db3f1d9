// `temporal operator cluster`, and the group `operator` itself.
#include <ostream>

#include "cli/client/flags.h"
#include "cli/output/output.h"
#include "cli/requests/api.h"
#include "cli/temporal/commands.h"
#include "cli/temporal/operator/operator.h"

namespace cli {

namespace {

constexpr char kWorkflowService[] = "temporal.api.workflowservice.v1.WorkflowService";

Status describe_cluster(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(Connection connection, connect(invocation));
    TRY_ASSIGN(const auto cluster,
               connection.call<api::GetClusterInfoResponse>(api::GetClusterInfoRequest()));
    output.print(cluster);
    if (!output.for_people()) return {};
    Table table{{"ClusterName", "PersistenceStore", "VisibilityStore"}, {}};
    table.rows.push_back(
        {cluster.cluster_name(), cluster.persistence_store(), cluster.visibility_store()});
    if (invocation.flags.toggle("detail")) {
        table.header.insert(table.header.end(), {"ClusterId", "HistoryShardCount", "Version"});
        table.rows[0].insert(table.rows[0].end(),
                             {cluster.cluster_id(), std::to_string(cluster.history_shard_count()),
                              cluster.version_info().current().version()});
    }
    output.print_table(table);
    return {};
}

Status cluster_health(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(Connection connection, connect(invocation));
    TRY_ASSIGN(const bool serving, connection.is_serving(kWorkflowService));
    if (!serving) {
        return server::unavailable("the server at " + connection.options().address +
                                   " is up and does not serve: it starts or stops");
    }
    if (output.for_people()) output.text() << "SERVING\n";
    output.print(boost::json::object{{"status", "SERVING"}});
    return {};
}

Status cluster_system(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(Connection connection, connect(invocation));
    TRY_ASSIGN(const auto system,
               connection.call<api::GetSystemInfoResponse>(api::GetSystemInfoRequest()));
    output.print(system);
    if (!output.for_people()) return {};
    const auto& can = system.capabilities();
    const auto word = [](bool value) { return std::string(value ? "true" : "false"); };
    Table table{{"ServerVersion", "SupportsSchedules", "UpsertMemo", "EagerWorkflowStart"}, {}};
    table.rows.push_back({system.server_version(), word(can.supports_schedules()),
                          word(can.upsert_memo()), word(can.eager_workflow_start())});
    output.print_table(table);
    return {};
}

Status list_clusters(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(Connection connection, connect(invocation));
    Table table{{"Name", "ClusterId", "Address", "HistoryShardCount", "IsConnectionEnabled"}, {}};
    boost::json::array elements;
    operator_api::ListClustersRequest request;
    do {
        TRY_ASSIGN(const auto page, connection.call<operator_api::ListClustersResponse>(request));
        for (const auto& cluster : page.clusters()) {
            elements.push_back(output.to_json(cluster));
            table.rows.push_back({cluster.cluster_name(), cluster.cluster_id(), cluster.address(),
                                  std::to_string(cluster.history_shard_count()),
                                  cluster.is_connection_enabled() ? "true" : "false"});
        }
        request.set_next_page_token(page.next_page_token());
    } while (!request.next_page_token().empty());
    output.print_list(elements);
    if (output.for_people()) output.print_table(table);
    return {};
}

}  // namespace

Command operator_cluster_command() {
    return {.name = "cluster",
            .summary = "Ask the cluster what it is and how it is.",
            .children = {{.name = "describe",
                          .summary = "Print name and stores of the cluster.",
                          .flags = {{.name = "detail",
                                     .kind = Flag::Kind::toggle,
                                     .help = "Also id, number of history shards and version."}},
                          .run = checked<describe_cluster>},
                         {.name = "health",
                          .summary = "Ask whether the frontend serves; exit code 1 when not.",
                          .run = checked<cluster_health>},
                         {.name = "system",
                          .summary = "Print version and capabilities of the server.",
                          .run = checked<cluster_system>},
                         {.name = "list",
                          .summary = "List the clusters that this one knows.",
                          .run = checked<list_clusters>}}};
}

Command operator_command() {
    return {.name = "operator",
            .summary = "Look after clusters, namespaces and search attributes.",
            .children = {operator_cluster_command(), operator_namespace_command(),
                         operator_search_attribute_command()}};
}

}  // namespace cli
