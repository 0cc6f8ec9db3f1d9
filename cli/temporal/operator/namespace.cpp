// `temporal operator namespace`.
#include <ostream>

#include "cli/client/flags.h"
#include "cli/output/output.h"
#include "cli/requests/api.h"
#include "cli/temporal/operator/operator.h"

namespace cli {

namespace {

using StringMap = google::protobuf::Map<std::string, std::string>;

// A word, or --namespace.
std::string given_namespace(const Invocation& invocation) {
    return invocation.words.empty() ? invocation.flags.text("namespace") : invocation.words[0];
}

Result<StringMap> namespace_data(const FlagValues& flags) {
    StringMap data;
    for (const std::string& text : flags.list("data")) {
        TRY_ASSIGN(const auto pair, split_pair("data", text));
        data[pair.first] = pair.second;
    }
    return data;
}

enums::ArchivalState archival_state(const FlagValues& flags, const std::string& flag) {
    const std::string text = flags.text(flag);
    if (text == "enabled") return enums::ARCHIVAL_STATE_ENABLED;
    if (text == "disabled") return enums::ARCHIVAL_STATE_DISABLED;
    return enums::ARCHIVAL_STATE_UNSPECIFIED;
}

Status create_namespace(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    const FlagValues& flags = invocation.flags;
    api::RegisterNamespaceRequest request;
    request.set_namespace_(given_namespace(invocation));
    request.set_description(flags.text("description"));
    request.set_owner_email(flags.text("email"));
    request.set_is_global_namespace(flags.toggle("global"));
    request.set_active_cluster_name(flags.text("active-cluster"));
    request.set_history_archival_state(archival_state(flags, "history-archival-state"));
    request.set_history_archival_uri(flags.text("history-uri"));
    request.set_visibility_archival_state(archival_state(flags, "visibility-archival-state"));
    request.set_visibility_archival_uri(flags.text("visibility-uri"));
    for (const std::string& name : flags.list("cluster")) {
        request.add_clusters()->set_cluster_name(name);
    }
    TRY_ASSIGN(*request.mutable_data(), namespace_data(flags));
    TRY_ASSIGN(const auto retention, duration_flag(flags, "retention"));
    if (retention) *request.mutable_workflow_execution_retention_period() = *retention;
    TRY_ASSIGN(Connection connection, connect(invocation));
    TRY(connection.call<api::RegisterNamespaceResponse>(request).status());
    if (output.for_people()) {
        output.text() << "Namespace " << request.namespace_() << " successfully registered.\n";
    }
    output.print(boost::json::object());
    return {};
}

Status update_namespace(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    const FlagValues& flags = invocation.flags;
    api::UpdateNamespaceRequest request;
    request.set_namespace_(given_namespace(invocation));
    auto& info = *request.mutable_update_info();
    info.set_description(flags.text("description"));
    info.set_owner_email(flags.text("email"));
    TRY_ASSIGN(*info.mutable_data(), namespace_data(flags));
    auto& config = *request.mutable_config();
    config.set_history_archival_state(archival_state(flags, "history-archival-state"));
    config.set_history_archival_uri(flags.text("history-uri"));
    config.set_visibility_archival_state(archival_state(flags, "visibility-archival-state"));
    config.set_visibility_archival_uri(flags.text("visibility-uri"));
    if (flags.given("active-cluster")) {
        request.mutable_replication_config()->set_active_cluster_name(flags.text("active-cluster"));
    }
    request.set_promote_namespace(flags.toggle("promote-global"));
    TRY_ASSIGN(const auto retention, duration_flag(flags, "retention"));
    if (retention) *config.mutable_workflow_execution_retention_ttl() = *retention;
    TRY_ASSIGN(Connection connection, connect(invocation));
    TRY_ASSIGN(const auto updated, connection.call<api::UpdateNamespaceResponse>(request));
    output.print(updated);
    if (output.for_people()) {
        output.text() << "Namespace " << request.namespace_() << " update succeeded.\n";
    }
    return {};
}

void print_namespace(const api::DescribeNamespaceResponse& described, Output& output) {
    const auto& info = described.namespace_info();
    const auto& config = described.config();
    std::string clusters;
    for (const auto& cluster : described.replication_config().clusters()) {
        clusters += (clusters.empty() ? "" : ", ") + cluster.cluster_name();
    }
    std::string data;
    const std::map<std::string, std::string> sorted(info.data().begin(), info.data().end());
    for (const auto& [key, value] : sorted) data += (data.empty() ? "" : " ") + key + ":" + value;
    print_fields(
        output.text(),
        {{"NamespaceInfo.Name", info.name()},
         {"NamespaceInfo.Id", info.id()},
         {"NamespaceInfo.Description", info.description()},
         {"NamespaceInfo.OwnerEmail", info.owner_email()},
         {"NamespaceInfo.State", short_name(info.state())},
         {"NamespaceInfo.Data", "map[" + data + "]"},
         {"Config.WorkflowExecutionRetentionTtl",
          format_duration(config.workflow_execution_retention_ttl())},
         {"Config.HistoryArchivalState", short_name(config.history_archival_state())},
         {"Config.VisibilityArchivalState", short_name(config.visibility_archival_state())},
         {"ReplicationConfig.ActiveClusterName",
          described.replication_config().active_cluster_name()},
         {"ReplicationConfig.Clusters", clusters},
         {"IsGlobalNamespace", described.is_global_namespace() ? "true" : "false"}});
}

Status describe_namespace(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(Connection connection, connect(invocation));
    api::DescribeNamespaceRequest request;
    request.set_id(invocation.flags.text("namespace-id"));
    if (request.id().empty()) request.set_namespace_(given_namespace(invocation));
    TRY_ASSIGN(const auto described, connection.call<api::DescribeNamespaceResponse>(request));
    output.print(described);
    if (output.for_people()) print_namespace(described, output);
    return {};
}

Status list_namespaces(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(Connection connection, connect(invocation));
    boost::json::array elements;
    api::ListNamespacesRequest request;
    bool first = true;
    do {
        TRY_ASSIGN(const auto page, connection.call<api::ListNamespacesResponse>(request));
        for (const auto& described : page.namespaces()) {
            elements.push_back(output.to_json(described));
            if (!output.for_people()) continue;
            if (!first) output.text() << "\n";
            first = false;
            print_namespace(described, output);
        }
        request.set_next_page_token(page.next_page_token());
    } while (!request.next_page_token().empty());
    output.print_list(elements);
    return {};
}

std::vector<Flag> namespace_flags(std::string_view retention_default) {
    const auto text = [](std::string_view name, std::string_view value_name,
                         std::string_view help) {
        return Flag{.name = name, .value_name = value_name, .help = help};
    };
    Flag retention = text("retention", "DURATION", "How long closed workflows are kept: 72h, 3d.");
    retention.default_value = retention_default;
    Flag data = text("data", "KEY=VALUE", "Data of yours.");
    data.kind = Flag::Kind::list;
    Flag history_state = text("history-archival-state", "STATE", "Whether histories are archived.");
    Flag visibility_state =
        text("visibility-archival-state", "STATE", "Whether visibility records are archived.");
    history_state.choices = visibility_state.choices = "enabled|disabled";
    return {text("description", "TEXT", "What it is for."),
            text("email", "TEXT", "Whom to ask."),
            retention,
            data,
            text("active-cluster", "NAME", "The cluster where it is active."),
            history_state,
            text("history-uri", "URI", "Where histories are archived."),
            visibility_state,
            text("visibility-uri", "URI", "Where visibility records are archived.")};
}

std::vector<Flag> creation_flags() {
    std::vector<Flag> flags = namespace_flags("72h");
    flags.push_back({.name = "global", .kind = Flag::Kind::toggle, .help = "It spans clusters."});
    flags.push_back({.name = "cluster",
                     .kind = Flag::Kind::list,
                     .value_name = "NAME",
                     .help = "A cluster it spans."});
    return flags;
}

std::vector<Flag> update_flags() {
    std::vector<Flag> flags = namespace_flags("");
    flags.push_back({.name = "promote-global",
                     .kind = Flag::Kind::toggle,
                     .help = "From now on it spans clusters."});
    return flags;
}

}  // namespace

Command operator_namespace_command() {
    constexpr std::string_view kWords = "[NAME]";
    return {
        .name = "namespace",
        .summary = "Make, change and list namespaces.",
        .children = {
            {.name = "create",
             .summary = "Make a namespace.",
             .examples = "  temporal operator namespace create --namespace orders --retention 7d",
             .flags = creation_flags(),
             .words = kWords,
             .words_max = 1,
             .run = checked<create_namespace>},
            {.name = "describe",
             .summary = "Print what a namespace is.",
             .flags =
                 {{.name = "namespace-id", .value_name = "ID", .help = "Which one, by its id."}},
             .words = kWords,
             .words_max = 1,
             .run = checked<describe_namespace>},
            {.name = "list", .summary = "Print every namespace.", .run = checked<list_namespaces>},
            {.name = "update",
             .summary = "Change what is given, and nothing else.",
             .flags = update_flags(),
             .words = kWords,
             .words_max = 1,
             .run = checked<update_namespace>}}};
}

}  // namespace cli
