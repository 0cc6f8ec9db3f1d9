// Every fault that a command may have: which cause and text it fails the workflow task with, and
// that nothing of its completion is kept (reference temporal-server.md §2.5, events.md §2.6).

#include "tests/workflow/command_faults.h"
#include "tests/support/catch.h"

namespace server::workflow::test::command_faults {

namespace {

std::vector<Fault> timer_faults() {
    Family family{enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_START_TIMER_ATTRIBUTES,
                  [] { return start_timer_command("t", 1s); },
                  {}};
    const auto timer = [](C & c) -> auto& { return *c.mutable_start_timer_command_attributes(); };
    family.add(
        "no timer id", [=](C& c) { timer(c).clear_timer_id(); }, "TimerId is not set on command.");
    family.add(
        "a long timer id", [=](C& c) { timer(c).set_timer_id(std::string(1001, 't')); },
        "TimerId exceeds length limit: 1001");
    const std::string no_timeout = "A valid StartToFireTimeout is not set on command. TimerId: t";
    family.add(
        "no timeout", [=](C& c) { timer(c).clear_start_to_fire_timeout(); }, no_timeout);
    family.add(
        "a timeout of nothing",
        [=](C& c) { timer(c).mutable_start_to_fire_timeout()->set_seconds(0); }, no_timeout);
    family.add(
        "a negative timeout",
        [=](C& c) { timer(c).mutable_start_to_fire_timeout()->set_seconds(-1); }, no_timeout);
    family.add(
        "the most negative timeout",
        [=](C& c) { timer(c).mutable_start_to_fire_timeout()->set_seconds(-kForever - 1); },
        no_timeout);
    return family.faults;
}

std::vector<Fault> activity_faults() {
    Family family{enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_ACTIVITY_ATTRIBUTES,
                  [] { return schedule_activity_command("a"); },
                  {}};
    const auto activity = [](C & c) -> auto& {
        return *c.mutable_schedule_activity_task_command_attributes();
    };
    family.add(
        "no activity id", [=](C& c) { activity(c).clear_activity_id(); },
        "ActivityId is not set on command.");
    family.add(
        "no activity type", [=](C& c) { activity(c).clear_activity_type(); },
        "ActivityType is not set on command. ActivityId: a");
    const std::string too_long =
        "ActivityId, ActivityType or TaskQueue exceeds length limit: 1001 of 1000";
    family.add(
        "a long activity id", [=](C& c) { activity(c).set_activity_id(std::string(1001, 'a')); },
        too_long);
    family.add(
        "a long type",
        [=](C& c) { activity(c).mutable_activity_type()->set_name(std::string(1001, 'a')); },
        too_long);
    family.add(
        "a long task queue",
        [=](C& c) { activity(c).mutable_task_queue()->set_name(std::string(1001, 'a')); },
        too_long);
    family.add(
        "a partition's task queue",
        [=](C& c) { activity(c).mutable_task_queue()->set_name("/_sys/q/1"); },
        "TaskQueue has the reserved prefix /_sys/: /_sys/q/1.");
    family.add(
        "neither of two timeouts", [=](C& c) { activity(c).clear_start_to_close_timeout(); },
        "A valid StartToClose or ScheduleToCloseTimeout is not set on command. ActivityId: a, "
        "ActivityType: ");
    const auto negative = [&](const std::string& field, const auto& spoil) {
        family.add("a negative " + field, spoil, "A valid " + field + " is not set on command.");
    };
    negative("ScheduleToCloseTimeout",
             [=](C& c) { activity(c).mutable_schedule_to_close_timeout()->set_seconds(-1); });
    negative("ScheduleToStartTimeout",
             [=](C& c) { activity(c).mutable_schedule_to_start_timeout()->set_seconds(-1); });
    negative("StartToCloseTimeout",
             [=](C& c) { activity(c).mutable_start_to_close_timeout()->set_seconds(-1); });
    negative("HeartbeatTimeout",
             [=](C& c) { activity(c).mutable_heartbeat_timeout()->set_seconds(-kForever - 1); });
    family.add(
        "a negative priority", [=](C& c) { activity(c).mutable_priority()->set_priority_key(-1); },
        "priority key can't be negative: -1 ActivityId: a");
    family.add(
        "a negative weight", [=](C& c) { activity(c).mutable_priority()->set_fairness_weight(-1); },
        "fairness weight can't be negative");
    family.add(
        "a long fairness key",
        [=](C& c) { activity(c).mutable_priority()->set_fairness_key(std::string(65, 'k')); },
        "fairness key length exceeds limit: 65 bytes, 64 are allowed.");
    return family.faults;
}

// Of a retry policy, wherever it is.
std::vector<Fault> retry_policy_faults() {
    Family family{enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_ACTIVITY_ATTRIBUTES,
                  [] { return schedule_activity_command("a"); },
                  {}};
    const auto policy = [](C & c) -> auto& {
        return *c.mutable_schedule_activity_task_command_attributes()->mutable_retry_policy();
    };
    family.add(
        "a negative first interval",
        [=](C& c) { policy(c).mutable_initial_interval()->set_seconds(-kForever - 1); },
        "InitialInterval cannot be negative on retry policy.");
    family.add(
        "a coefficient that shrinks", [=](C& c) { policy(c).set_backoff_coefficient(0.5); },
        "BackoffCoefficient cannot be less than 1 on retry policy");
    family.add(
        "a coefficient that is no number",
        [=](C& c) { policy(c).set_backoff_coefficient(std::numeric_limits<double>::quiet_NaN()); },
        "BackoffCoefficient cannot be less than 1 on retry policy");
    family.add(
        "a negative longest interval",
        [=](C& c) { policy(c).mutable_maximum_interval()->set_seconds(-1); },
        "MaximumInterval cannot be negative on retry policy.");
    family.add(
        "a longest interval below the first",
        [=](C& c) {
            policy(c).mutable_initial_interval()->set_seconds(5);
            policy(c).mutable_maximum_interval()->set_seconds(4);
        },
        "MaximumInterval cannot be less than InitialInterval on retry policy.");
    family.add(
        "a negative number of attempts", [=](C& c) { policy(c).set_maximum_attempts(-1); },
        "MaximumAttempts cannot be negative on retry policy, got -1");
    return family.faults;
}

std::vector<Fault> other_faults() {
    std::vector<Fault> faults{
        {"a timer that is not open", cancel_timer_command("none"),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_CANCEL_TIMER_ATTRIBUTES,
         "timer id is not open: none"},
        {"an activity that is not pending", cancel_activity_command(99),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES,
         "activity is not pending. ScheduledEventId: 99"},
        {"a timer id in use", start_timer_command("kept?", 1s),
         enums::WORKFLOW_TASK_FAILED_CAUSE_START_TIMER_DUPLICATE_ID,
         "timer id already in use: kept?"},
        {"a failure that is none", of_type(enums::COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_FAIL_WORKFLOW_EXECUTION_ATTRIBUTES,
         "Failure is not set on FailWorkflowExecution."},
        {"no search attributes", of_type(enums::COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES,
         "IndexedFields is not set on UpsertWorkflowSearchAttributes."},
        {"no memo", of_type(enums::COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_MODIFY_WORKFLOW_PROPERTIES_ATTRIBUTES,
         "UpsertedMemo is not set on ModifyWorkflowProperties."},
        {"a marker without a name", of_type(enums::COMMAND_TYPE_RECORD_MARKER),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_RECORD_MARKER_ATTRIBUTES,
         "MarkerName is not set on command."},
        {"an update's message", of_type(enums::COMMAND_TYPE_PROTOCOL_MESSAGE),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_UPDATE_WORKFLOW_EXECUTION_MESSAGE,
         "COMMAND_TYPE_PROTOCOL_MESSAGE is not supported by this server yet"},
        {"a Nexus operation", of_type(enums::COMMAND_TYPE_SCHEDULE_NEXUS_OPERATION),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_NEXUS_OPERATION_ATTRIBUTES,
         "COMMAND_TYPE_SCHEDULE_NEXUS_OPERATION is not supported by this server yet"},
        {"the cancellation of one", of_type(enums::COMMAND_TYPE_REQUEST_CANCEL_NEXUS_OPERATION),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_NEXUS_OPERATION_ATTRIBUTES,
         "COMMAND_TYPE_REQUEST_CANCEL_NEXUS_OPERATION is not supported by this server yet"},
    };
    C long_marker = of_type(enums::COMMAND_TYPE_RECORD_MARKER);
    long_marker.mutable_record_marker_command_attributes()->set_marker_name(std::string(1001, 'm'));
    faults.push_back({"a long marker name", long_marker,
                      enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_RECORD_MARKER_ATTRIBUTES,
                      "MarkerName exceeds length limit: 1001"});
    return faults;
}

std::vector<Fault> all_faults() {
    std::vector<Fault> all;
    for (const auto& faults : {timer_faults(), activity_faults(), retry_policy_faults(),
                               other_workflow_faults(), other_faults()}) {
        all.insert(all.end(), faults.begin(), faults.end());
    }
    return all;
}

// The fault behind a command that is right.
Status complete_with(Scenario& run, const C& command) {
    api::RespondWorkflowTaskCompletedRequest request;
    *request.add_commands() = start_timer_command("kept?", 1h);
    *request.add_commands() = command;
    return run.try_complete_task(std::move(request));
}

}  // namespace

TEST_CASE("each fault of a command fails the task with its cause and text, and nothing is kept",
          "[workflow][validation]") {
    for (const Fault& fault : all_faults()) {
        INFO(fault.what);
        Scenario run;
        run.start_task();
        const Status refused = complete_with(run, fault.command);
        CHECK(refused.code() == Code::InvalidArgument);
        CHECK_THAT(refused.message(), Catch::Contains(fault.message));
        REQUIRE(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_FAILED"});
        const auto& failed = run.last_step()[0].workflow_task_failed_event_attributes();
        CHECK(failed.cause() == fault.cause);
        CHECK(failed.failure().message() == refused.message());
        CHECK(failed.failure().has_server_failure_info());
        CHECK(run.state().running());
        CHECK(run.state().timers().empty());
        CHECK(run.state().workflow_task()->attempt() == 2);
    }
}

TEST_CASE("at a later attempt a fault of a command writes nothing at all",
          "[workflow][validation]") {
    for (const Fault& fault : all_faults()) {
        INFO(fault.what);
        Scenario run;
        run.start_task();
        run.fail_task();
        run.start_task();
        const auto before = run.state().encode_info();
        const auto events = run.events().size();
        CHECK(complete_with(run, fault.command).code() == Code::InvalidArgument);
        CHECK(run.events().size() == events);
        CHECK(run.state().encode_info() == before);
        CHECK(run.state().timers().empty());
    }
}

TEST_CASE("durations of commands are cut at a century", "[workflow][validation]") {
    constexpr std::int64_t kCentury = std::int64_t{100} * 365 * 24 * 3600;
    Scenario run;
    C timer = start_timer_command("t", 1s);
    timer.mutable_start_timer_command_attributes()->mutable_start_to_fire_timeout()->set_seconds(
        kForever);
    C activity = schedule_activity_command("a");
    auto& policy =
        *activity.mutable_schedule_activity_task_command_attributes()->mutable_retry_policy();
    policy.mutable_initial_interval()->set_seconds(kForever);
    policy.mutable_maximum_interval()->set_seconds(kForever);
    run.workflow_task({timer, activity});
    const auto& step = run.last_step();
    CHECK(step[1].timer_started_event_attributes().start_to_fire_timeout().seconds() == kCentury);
    const auto& kept = step[2].activity_task_scheduled_event_attributes().retry_policy();
    CHECK(kept.initial_interval().seconds() == kCentury);
    CHECK(kept.maximum_interval().seconds() == kCentury);
}

}  // namespace server::workflow::test::command_faults
