// `tctl namespace`. Retention is in days here, from 1 to 30, and 2 when it is not said: so the
// deployment guide has it.
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <ostream>

#include "cli/client/flags.h"
#include "cli/json/message.h"
#include "cli/output/table.h"
#include "cli/output/time.h"
#include "cli/requests/api.h"
#include "cli/tctl/commands.h"
#include "cli/tctl/globals.h"

namespace cli::tctl {

namespace {

using ProtoDuration = google::protobuf::Duration;
using StringMap = google::protobuf::Map<std::string, std::string>;

constexpr std::int64_t kDaySeconds = 24 * 3600;
constexpr std::int64_t kRetentionDaysMax = 30;

// A number of days, or a duration such as 72h.
Result<ProtoDuration> retention_of(const FlagValues& flags) {
    ProtoDuration retention;
    const std::string text = flags.text("retention");
    if (const auto days = server::config::parse_integer(text)) {
        const std::int64_t countable = std::clamp<std::int64_t>(*days, -1, kRetentionDaysMax + 1);
        retention.set_seconds(countable * kDaySeconds);
    } else {
        TRY_ASSIGN(const auto given, duration_flag(flags, "retention"));
        retention = given.value_or(retention);
    }
    if (retention.seconds() >= kDaySeconds && retention.seconds() <= 30 * kDaySeconds) {
        return retention;
    }
    return invalid_argument("A valid retention period is not set on request: --retention " + text +
                            " is not from 1 to 30 days");
}

Result<enums::ArchivalState> archival_state(const FlagValues& flags, const std::string& flag) {
    const std::string text = flags.text(flag);
    if (text == "enabled") return enums::ARCHIVAL_STATE_ENABLED;
    if (text == "disabled") return enums::ARCHIVAL_STATE_DISABLED;
    return enums::ARCHIVAL_STATE_UNSPECIFIED;
}

Result<StringMap> namespace_data(const FlagValues& flags) {
    StringMap data;
    for (const std::string& text : flags.list("namespace_data")) {
        TRY_ASSIGN(const auto pair, split_pair("namespace_data", text));
        data[pair.first] = pair.second;
    }
    return data;
}

// The name comes from --namespace; one that nobody gave is not meant.
Result<std::string> given_namespace(const Invocation& invocation) {
    if (invocation.words.empty()) return namespace_name(invocation);
    return invocation.words[0];
}

Result<api::RegisterNamespaceRequest> registration(const Invocation& invocation) {
    const FlagValues& flags = invocation.flags;
    api::RegisterNamespaceRequest request;
    TRY_ASSIGN(*request.mutable_namespace_(), given_namespace(invocation));
    request.set_description(flags.text("description"));
    request.set_owner_email(flags.text("owner_email"));
    TRY_ASSIGN(*request.mutable_workflow_execution_retention_period(), retention_of(flags));
    TRY_ASSIGN(*request.mutable_data(), namespace_data(flags));
    request.set_is_global_namespace(flags.text("global_namespace") == "true");
    request.set_active_cluster_name(flags.text("active_cluster"));
    for (const std::string& name : flags.list("clusters")) {
        request.add_clusters()->set_cluster_name(name);
    }
    TRY_ASSIGN(const auto history_state, archival_state(flags, "history_archival_state"));
    TRY_ASSIGN(const auto visibility_state, archival_state(flags, "visibility_archival_state"));
    request.set_history_archival_state(history_state);
    request.set_visibility_archival_state(visibility_state);
    request.set_history_archival_uri(flags.text("history_uri"));
    request.set_visibility_archival_uri(flags.text("visibility_uri"));
    return request;
}

Status register_namespace(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(const auto request, registration(invocation));
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    TRY(connection.call<api::RegisterNamespaceResponse>(request).status());
    terminal.out << "Namespace " << request.namespace_() << " successfully registered.\n";
    return {};
}

Status update_namespace(const Invocation& invocation, Terminal& terminal) {
    const FlagValues& flags = invocation.flags;
    api::UpdateNamespaceRequest request;
    TRY_ASSIGN(*request.mutable_namespace_(), given_namespace(invocation));
    auto& info = *request.mutable_update_info();
    info.set_description(flags.text("description"));
    info.set_owner_email(flags.text("owner_email"));
    TRY_ASSIGN(*info.mutable_data(), namespace_data(flags));
    auto& config = *request.mutable_config();
    if (flags.given("retention")) {
        TRY_ASSIGN(*config.mutable_workflow_execution_retention_ttl(), retention_of(flags));
    }
    TRY_ASSIGN(const auto history_state, archival_state(flags, "history_archival_state"));
    TRY_ASSIGN(const auto visibility_state, archival_state(flags, "visibility_archival_state"));
    config.set_history_archival_state(history_state);
    config.set_visibility_archival_state(visibility_state);
    config.set_history_archival_uri(flags.text("history_uri"));
    config.set_visibility_archival_uri(flags.text("visibility_uri"));
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    TRY(connection.call<api::UpdateNamespaceResponse>(request).status());
    terminal.out << "Namespace " << request.namespace_() << " successfully updated.\n";
    return {};
}

void print_namespace(const api::DescribeNamespaceResponse& described, std::ostream& out) {
    const auto& info = described.namespace_info();
    const auto& config = described.config();
    const auto& replication = described.replication_config();
    std::string clusters;
    for (const auto& cluster : replication.clusters()) {
        clusters += (clusters.empty() ? "" : ", ") + cluster.cluster_name();
    }
    std::string data;
    const std::map<std::string, std::string> sorted(info.data().begin(), info.data().end());
    for (const auto& [key, value] : sorted) data += (data.empty() ? "" : " ") + key + ":" + value;
    out << "Name: " << info.name() << "\nId: " << info.id()
        << "\nDescription: " << info.description() << "\nOwnerEmail: " << info.owner_email()
        << "\nNamespaceData: map[" << data << "]\nState: " << short_name(info.state())
        << "\nRetention: " << format_duration(config.workflow_execution_retention_ttl())
        << "\nActiveClusterName: " << replication.active_cluster_name()
        << "\nClusters: " << clusters
        << "\nHistoryArchivalState: " << short_name(config.history_archival_state());
    if (!config.history_archival_uri().empty()) {
        out << "\nHistoryArchivalURI: " << config.history_archival_uri();
    }
    out << "\nVisibilityArchivalState: " << short_name(config.visibility_archival_state());
    if (!config.visibility_archival_uri().empty()) {
        out << "\nVisibilityArchivalURI: " << config.visibility_archival_uri();
    }
    out << "\n";
}

Status describe_namespace(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    api::DescribeNamespaceRequest request;
    request.set_id(invocation.flags.text("namespace_id"));
    if (request.id().empty()) {
        TRY_ASSIGN(*request.mutable_namespace_(), given_namespace(invocation));
    }
    TRY_ASSIGN(const auto described, connection.call<api::DescribeNamespaceResponse>(request));
    print_namespace(described, terminal.out);
    return {};
}

Status list_namespaces(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    api::ListNamespacesRequest request;
    bool first = true;
    do {
        TRY_ASSIGN(const auto page, connection.call<api::ListNamespacesResponse>(request));
        for (const auto& described : page.namespaces()) {
            if (!first) terminal.out << "\n";
            first = false;
            print_namespace(described, terminal.out);
        }
        request.set_next_page_token(page.next_page_token());
    } while (!request.next_page_token().empty());
    return {};
}

// What a namespace is made of, when registered and later; only the retention differs.
std::vector<Flag> namespace_flags(std::string_view retention_default) {
    return {
        {.name = "description", .value_name = "TEXT", .help = "What it is for.", .alias = "desc"},
        {.name = "owner_email", .value_name = "TEXT", .help = "Whom to ask.", .alias = "oe"},
        {.name = "retention",
         .value_name = "DAYS",
         .help = "How long closed workflows are kept, from 1 to 30 days.",
         .default_value = retention_default,
         .alias = "rd"},
        {.name = "namespace_data",
         .kind = Flag::Kind::list,
         .value_name = "KEY=VALUE",
         .help = "Data of yours.",
         .alias = "dmd"},
        {.name = "history_archival_state",
         .value_name = "STATE",
         .help = "Whether histories are archived.",
         .choices = "enabled|disabled",
         .alias = "has"},
        {.name = "history_uri",
         .value_name = "URI",
         .help = "Where histories are archived.",
         .alias = "huri"},
        {.name = "visibility_archival_state",
         .value_name = "STATE",
         .help = "Whether visibility records are archived.",
         .choices = "enabled|disabled",
         .alias = "vas"},
        {.name = "visibility_uri",
         .value_name = "URI",
         .help = "Where visibility records are archived.",
         .alias = "vuri"},
    };
}

std::vector<Flag> registration_flags() {
    std::vector<Flag> flags = namespace_flags("2");
    flags.push_back({.name = "global_namespace",
                     .value_name = "BOOL",
                     .help = "Whether it spans clusters.",
                     .default_value = "false",
                     .choices = "true|false",
                     .alias = "gd"});
    flags.push_back({.name = "active_cluster",
                     .value_name = "NAME",
                     .help = "The cluster where it is active.",
                     .alias = "ac"});
    flags.push_back({.name = "clusters",
                     .kind = Flag::Kind::list,
                     .value_name = "NAME",
                     .help = "The clusters it spans.",
                     .alias = "cl"});
    return flags;
}

}  // namespace

Command namespace_command() {
    constexpr std::string_view kWords = "[NAME]";
    return {
        .name = "namespace",
        .aliases = "n",
        .summary = "Make, change and list namespaces; --namespace names one.",
        .children = {{.name = "register",
                      .aliases = "re",
                      .summary = "Make a namespace.",
                      .examples = "  tctl --ns samples namespace register --gd false --retention 3",
                      .flags = registration_flags(),
                      .words = kWords,
                      .words_max = 1,
                      .run = checked<register_namespace>},
                     {.name = "describe",
                      .aliases = "desc|d",
                      .summary = "Print what a namespace is.",
                      .flags = {{.name = "namespace_id",
                                 .value_name = "ID",
                                 .help = "Which one, by its id."}},
                      .words = kWords,
                      .words_max = 1,
                      .run = checked<describe_namespace>},
                     {.name = "list",
                      .aliases = "l",
                      .summary = "Print every namespace.",
                      .run = checked<list_namespaces>},
                     {.name = "update",
                      .aliases = "up|u",
                      .summary = "Change what is given, and nothing else.",
                      .flags = namespace_flags(""),
                      .words = kWords,
                      .words_max = 1,
                      .run = checked<update_namespace>}}};
}

}  // namespace cli::tctl
