// `tctl taskqueue` and `tctl activity`.
#include <google/protobuf/util/time_util.h>

#include <ostream>

#include "cli/output/table.h"
#include "cli/requests/payloads.h"
#include "cli/tctl/commands.h"
#include "cli/tctl/globals.h"
#include "temporal/api/failure/v1/message.pb.h"

namespace cli::tctl {

namespace {

using google::protobuf::util::TimeUtil;

Status describe_task_queue(const Invocation& invocation, Terminal& terminal) {
    const FlagValues& flags = invocation.flags;
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    api::DescribeTaskQueueRequest request;
    request.set_namespace_(namespace_name(invocation));
    request.mutable_task_queue()->set_name(flags.text("taskqueue"));
    request.set_task_queue_type(flags.text("taskqueuetype") == "activity"
                                    ? enums::TASK_QUEUE_TYPE_ACTIVITY
                                    : enums::TASK_QUEUE_TYPE_WORKFLOW);
    request.set_include_task_queue_status(true);
    TRY_ASSIGN(const auto queue, connection.call<api::DescribeTaskQueueResponse>(request));
    Table pollers{{"Identity", "Last access time", "Rate per second"}, {}};
    for (const auto& poller : queue.pollers()) {
        pollers.rows.push_back({poller.identity(), TimeUtil::ToString(poller.last_access_time()),
                                std::to_string(poller.rate_per_second())});
    }
    print_piped(terminal.out, pollers);
    const auto& status = queue.task_queue_status();
    Table levels{{"Read level", "Ack level", "Backlog"}, {}};
    levels.rows.push_back({std::to_string(status.read_level()), std::to_string(status.ack_level()),
                           std::to_string(status.backlog_count_hint())});
    print_piped(terminal.out, levels);
    return {};
}

template <class Request>
Request by_id(const Invocation& invocation) {
    const FlagValues& flags = invocation.flags;
    Request request;
    request.set_namespace_(namespace_name(invocation));
    request.set_workflow_id(flags.text("workflow_id"));
    request.set_run_id(flags.text("run_id"));
    request.set_activity_id(flags.text("activity_id"));
    request.set_identity(identity());
    return request;
}

Status complete_activity(const Invocation& invocation, Terminal& terminal) {
    auto request = by_id<api::RespondActivityTaskCompletedByIdRequest>(invocation);
    TRY_ASSIGN(*request.mutable_result(),
               json_payloads("flag --result", invocation.flags.text("result")));
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    TRY(connection.call<api::RespondActivityTaskCompletedByIdResponse>(request).status());
    terminal.out << "Complete activity successfully.\n";
    return {};
}

Status fail_activity(const Invocation& invocation, Terminal& terminal) {
    auto request = by_id<api::RespondActivityTaskFailedByIdRequest>(invocation);
    request.mutable_failure()->set_message(invocation.flags.text("reason"));
    request.mutable_failure()->set_source("tctl");
    auto& failure = *request.mutable_failure()->mutable_application_failure_info();
    failure.set_non_retryable(true);
    TRY_ASSIGN(*failure.mutable_details(),
               json_payloads("flag --detail", invocation.flags.text("detail")));
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    TRY(connection.call<api::RespondActivityTaskFailedByIdResponse>(request).status());
    terminal.out << "Fail activity successfully.\n";
    return {};
}

std::vector<Flag> activity_flags(std::vector<Flag> others) {
    std::vector<Flag> flags{
        {.name = "workflow_id",
         .letter = 'w',
         .value_name = "ID",
         .help = "The workflow.",
         .alias = "wid"},
        {.name = "run_id",
         .letter = 'r',
         .value_name = "ID",
         .help = "Its run; the current one without it.",
         .alias = "rid"},
        {.name = "activity_id", .value_name = "ID", .help = "The activity.", .alias = "aid"}};
    flags.insert(flags.end(), others.begin(), others.end());
    return flags;
}

}  // namespace

Command task_queue_command() {
    return {.name = "taskqueue",
            .aliases = "tq",
            .summary = "Look at task queues.",
            .children = {{.name = "describe",
                          .aliases = "desc|d",
                          .summary = "List who polls a task queue, and its backlog.",
                          .flags = {{.name = "taskqueue",
                                     .letter = 't',
                                     .value_name = "NAME",
                                     .help = "The task queue.",
                                     .alias = "tq"},
                                    {.name = "taskqueuetype",
                                     .value_name = "TYPE",
                                     .help = "Whose tasks it has.",
                                     .default_value = "workflow",
                                     .choices = "workflow|activity",
                                     .alias = "tqt"}},
                          .required = {"taskqueue"},
                          .run = checked<describe_task_queue>}}};
}

Command activity_command() {
    return {
        .name = "activity",
        .aliases = "act",
        .summary = "End activities by hand.",
        .children = {{.name = "complete",
                      .aliases = "comp",
                      .summary = "Complete an activity.",
                      .flags = activity_flags(
                          {{.name = "result", .value_name = "JSON", .help = "Its result."}}),
                      .required = {"workflow_id", "activity_id"},
                      .run = checked<complete_activity>},
                     {.name = "fail",
                      .summary = "Fail an activity, without another attempt.",
                      .flags = activity_flags(
                          {{.name = "reason", .value_name = "TEXT", .help = "Why."},
                           {.name = "detail", .value_name = "JSON", .help = "What else to know."}}),
                      .required = {"workflow_id", "activity_id"},
                      .run = checked<fail_activity>}}};
}

}  // namespace cli::tctl
