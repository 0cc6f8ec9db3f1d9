// `temporal task-queue` and `temporal activity`.
#include <ostream>

#include "cli/client/flags.h"
#include "cli/output/output.h"
#include "cli/requests/payloads.h"
#include "cli/temporal/commands.h"
#include "cli/temporal/workflow/workflow.h"
#include "temporal/api/failure/v1/message.pb.h"

namespace cli {

namespace {

constexpr std::array<std::pair<std::string_view, enums::TaskQueueType>, 3> kQueueTypes{
    {{"workflow", enums::TASK_QUEUE_TYPE_WORKFLOW},
     {"activity", enums::TASK_QUEUE_TYPE_ACTIVITY},
     {"nexus", enums::TASK_QUEUE_TYPE_NEXUS}}};

void add_stats(const std::string& build_id, const std::string& type,
               const ::temporal::api::taskqueue::v1::TaskQueueStats& stats, Table& table) {
    table.rows.push_back({build_id, type, std::to_string(stats.approximate_backlog_count()),
                          format_duration(stats.approximate_backlog_age()),
                          std::to_string(stats.tasks_add_rate()),
                          std::to_string(stats.tasks_dispatch_rate())});
}

void print_queue(const api::DescribeTaskQueueResponse& queue, Output& output) {
    Table stats{{"BuildID", "TaskQueueType", "ApproximateBacklogCount", "ApproximateBacklogAge",
                 "TasksAddRate", "TasksDispatchRate"},
                {}};
    Table pollers{{"BuildID", "TaskQueueType", "Identity", "LastAccessTime", "RatePerSecond"}, {}};
    for (const auto& [id, version] : queue.versions_info()) {
        const std::string build_id = id.empty() ? "UNVERSIONED" : id;
        const std::map<int, ::temporal::api::taskqueue::v1::TaskQueueTypeInfo> types(
            version.types_info().begin(), version.types_info().end());
        for (const auto& [number, info] : types) {
            const std::string type = short_name(static_cast<enums::TaskQueueType>(number));
            add_stats(build_id, type, info.stats(), stats);
            for (const auto& poller : info.pollers()) {
                pollers.rows.push_back({build_id, type, poller.identity(),
                                        output.time(poller.last_access_time()),
                                        std::to_string(poller.rate_per_second())});
            }
        }
    }
    output.text() << "Task Queue Statistics:\n";
    output.print_table(stats);
    output.text() << "Pollers:\n";
    output.print_table(pollers);
}

Status describe_queue(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    const FlagValues& flags = invocation.flags;
    TRY_ASSIGN(Connection connection, connect(invocation));
    api::DescribeTaskQueueRequest request;
    request.set_namespace_(flags.text("namespace"));
    request.mutable_task_queue()->set_name(flags.text("task-queue"));
    request.set_api_mode(enums::DESCRIBE_TASK_QUEUE_MODE_ENHANCED);
    request.set_report_pollers(true);
    request.set_report_stats(true);
    for (const std::string& name : flags.list("task-queue-type")) {
        for (const auto& [known, type] : kQueueTypes) {
            if (known == name) request.add_task_queue_types(type);
        }
    }
    TRY_ASSIGN(const auto queue, connection.call<api::DescribeTaskQueueResponse>(request));
    output.print(queue);
    if (output.for_people()) print_queue(queue, output);
    return {};
}

template <class Request>
Request activity_by_id(const Invocation& invocation) {
    const Run run = run_of(invocation);
    Request request;
    request.set_namespace_(run.namespace_name);
    request.set_workflow_id(run.workflow_id);
    request.set_run_id(run.run_id);
    request.set_activity_id(invocation.flags.text("activity-id"));
    request.set_identity(identity_of(invocation));
    return request;
}

// Ends the activity, and says so when there is somebody to tell.
template <class Response, class Request>
Status end_activity(const Invocation& invocation, const Request& request, Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(Connection connection, connect(invocation));
    TRY(connection.call<Response>(request).status());
    output.print(boost::json::object());
    return {};
}

Status complete_activity(const Invocation& invocation, Terminal& terminal) {
    auto request = activity_by_id<api::RespondActivityTaskCompletedByIdRequest>(invocation);
    TRY_ASSIGN(*request.mutable_result()->add_payloads(),
               json_payload("flag --result", invocation.flags.text("result")));
    return end_activity<api::RespondActivityTaskCompletedByIdResponse>(invocation, request,
                                                                       terminal);
}

Status fail_activity(const Invocation& invocation, Terminal& terminal) {
    const FlagValues& flags = invocation.flags;
    auto request = activity_by_id<api::RespondActivityTaskFailedByIdRequest>(invocation);
    request.mutable_failure()->set_message(flags.text("reason"));
    request.mutable_failure()->set_source("CLI");
    auto& failure = *request.mutable_failure()->mutable_application_failure_info();
    failure.set_non_retryable(true);
    if (flags.given("detail")) {
        TRY_ASSIGN(*failure.mutable_details()->add_payloads(),
                   json_payload("flag --detail", flags.text("detail")));
    }
    return end_activity<api::RespondActivityTaskFailedByIdResponse>(invocation, request, terminal);
}

const Flag kActivityId{
    .name = "activity-id", .letter = 'a', .value_name = "ID", .help = "The activity."};

}  // namespace

Command task_queue_command() {
    return {.name = "task-queue",
            .summary = "Look at task queues.",
            .children = {{.name = "describe",
                          .summary = "List who polls a task queue, and what waits in it.",
                          .flags = {{.name = "task-queue",
                                     .letter = 't',
                                     .value_name = "NAME",
                                     .help = "The task queue."},
                                    {.name = "task-queue-type",
                                     .kind = Flag::Kind::list,
                                     .value_name = "TYPE",
                                     .help = "Whose tasks; workflow and activity without it.",
                                     .choices = "workflow|activity|nexus"}},
                          .required = {"task-queue"},
                          .run = checked<describe_queue>}}};
}

Command activity_command() {
    return {
        .name = "activity",
        .summary = "End activities by hand.",
        .children = {
            {.name = "complete",
             .summary = "Complete an activity.",
             .flags = run_flags(
                 {kActivityId, {.name = "result", .value_name = "JSON", .help = "Its result."}}),
             .required = {"workflow-id", "activity-id", "result"},
             .run = checked<complete_activity>},
            {.name = "fail",
             .summary = "Fail an activity, without another attempt.",
             .flags = run_flags(
                 {kActivityId,
                  {.name = "reason", .value_name = "TEXT", .help = "Why."},
                  {.name = "detail", .value_name = "JSON", .help = "What else to know."}}),
             .required = {"workflow-id", "activity-id"},
             .run = checked<fail_activity>}}};
}

}  // namespace cli
