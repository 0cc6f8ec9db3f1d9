// The workflow that the driver runs.

#include "tests/support/driver/canned_workflow.h"

#include <temporal/api/protocol/v1/message.pb.h>
#include <temporal/api/update/v1/message.pb.h>

#include "tests/support/catch.h"
#include "tests/support/driver/update_answers.h"

using namespace server;
using namespace server::driver;

namespace {

Shape two_rounds() {
    Shape shape;
    shape.rounds = 2;
    shape.activities = 1;
    shape.timers = 1;
    shape.signals = 1;
    shape.timer_max = 1s;
    return shape;
}

HistoryEvent event(enums::EventType type) {
    HistoryEvent event;
    event.set_event_type(type);
    return event;
}

CannedRun started(const Shape& shape) {
    HistoryEvent start = event(enums::EVENT_TYPE_WORKFLOW_EXECUTION_STARTED);
    *start.mutable_workflow_execution_started_event_attributes()->mutable_input() =
        text_payload(encode(shape));
    CannedRun run("w");
    run.fold(start);
    return run;
}

void begin_round(CannedRun& run) {
    run.fold(event(enums::EVENT_TYPE_ACTIVITY_TASK_SCHEDULED));
    run.fold(event(enums::EVENT_TYPE_TIMER_STARTED));
}

std::vector<std::string> commands_of(const CannedRun& run) {
    std::vector<std::string> names;
    for (const command::Command& command : run.decide()) {
        names.push_back(enums::CommandType_Name(command.command_type()));
    }
    return names;
}
using Commands = std::vector<std::string>;
const Commands kRound{"COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK", "COMMAND_TYPE_START_TIMER"};
const Commands kEnd{"COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION"};

}  // namespace

TEST_CASE("a shape survives its way through the input of a workflow", "[crash][driver]") {
    Shape shape = two_rounds();
    shape.failing_activities_percent = 7;
    const Result<Shape> decoded = decode_shape(encode(shape));
    REQUIRE(decoded.ok());
    CHECK(encode(*decoded) == encode(shape));
    CHECK(decode_shape("something else").status().code() == Code::InvalidArgument);
    CHECK(!CannedRun("w").understood());
}

TEST_CASE("a round begins when all of the round before is there, and the run ends after the last",
          "[crash][driver]") {
    CannedRun run = started(two_rounds());
    CHECK(commands_of(run) == kRound);
    begin_round(run);
    std::vector<enums::EventType> missing{enums::EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
                                          enums::EVENT_TYPE_TIMER_FIRED,
                                          enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED};
    for (const enums::EventType type : missing) {
        CHECK(commands_of(run).empty());
        run.fold(event(type));
    }
    CHECK(commands_of(run) == kRound);
    begin_round(run);
    for (const enums::EventType type : missing) {
        CHECK(commands_of(run).empty());
        run.fold(event(type));
    }
    CHECK(commands_of(run) == kEnd);
}

TEST_CASE("deciding changes nothing: the same history gives the same commands", "[crash][driver]") {
    const CannedRun run = started(two_rounds());
    const auto first = run.decide();
    const auto second = run.decide();
    REQUIRE(first.size() == second.size());
    for (std::size_t index = 0; index < first.size(); ++index) {
        CHECK(first[index].SerializeAsString() == second[index].SerializeAsString());
    }
}

TEST_CASE("a run without activities and timers waits for its signals alone", "[crash][driver]") {
    Shape shape;
    shape.activities = 0;
    shape.signals = 2;
    CannedRun run = started(shape);
    CHECK(commands_of(run).empty());
    run.fold(event(enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED));
    CHECK(commands_of(run).empty());
    run.fold(event(enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED));
    CHECK(commands_of(run) == kEnd);
}

TEST_CASE("a run starts its children and waits for them", "[crash][driver]") {
    Shape shape;
    shape.activities = 0;
    shape.children = 2;
    CannedRun run = started(shape);
    const std::string start = "COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION";
    CHECK(commands_of(run) == Commands{start, start});
    run.fold(event(enums::EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED));
    run.fold(event(enums::EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED));
    run.fold(event(enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED));
    CHECK(commands_of(run).empty());
    run.fold(event(enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED));
    CHECK(commands_of(run) == kEnd);
}

TEST_CASE("a chain continues as new until its last run", "[crash][driver]") {
    Shape shape;
    shape.rounds = 0;
    shape.runs = 2;
    CannedRun first = started(shape);
    const std::vector<command::Command> commands = first.decide();
    REQUIRE(commands.size() == 1);
    const auto& next = commands[0].continue_as_new_workflow_execution_command_attributes();
    const Result<Shape> left = decode_shape(text_of(next.input()));
    REQUIRE(left.ok());
    CHECK(left->runs == 1);
    CHECK(commands_of(started(*left)) == kEnd);
}

TEST_CASE("timers that stay open are no part of a round", "[crash][driver]") {
    Shape shape;
    shape.open_timers = 2;
    CannedRun run = started(shape);
    CHECK(commands_of(run).size() == 3);
    run.fold(event(enums::EVENT_TYPE_ACTIVITY_TASK_SCHEDULED));
    run.fold(event(enums::EVENT_TYPE_TIMER_STARTED));
    run.fold(event(enums::EVENT_TYPE_TIMER_STARTED));
    CHECK(commands_of(run).empty());
    run.fold(event(enums::EVENT_TYPE_ACTIVITY_TASK_COMPLETED));
    CHECK(commands_of(run) == kEnd);
}

TEST_CASE("a run completes with the task that completes its last update", "[crash][driver]") {
    Shape shape;
    shape.rounds = 0;
    shape.updates = 2;
    CannedRun run = started(shape);
    CHECK(run.decide().empty());
    CHECK(run.decide(1).empty());
    run.fold(event(enums::EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED));
    CHECK(run.decide(1).size() == 1);
}

TEST_CASE("a query is answered with the signals in their order", "[crash][driver]") {
    CannedRun run = started(two_rounds());
    CHECK(text_of(run.answer_to_query()).empty());
    for (const char* id : {"w/signal-0", "w/signal-1"}) {
        HistoryEvent signal = event(enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED);
        *signal.mutable_workflow_execution_signaled_event_attributes()->mutable_input() =
            text_payload(id);
        run.fold(signal);
    }
    CHECK(text_of(run.answer_to_query()) == "0 1");
}

TEST_CASE("each update is accepted and completed, with a command for each message",
          "[crash][driver]") {
    api::PollWorkflowTaskQueueResponse task;
    auto& message = *task.add_messages();
    message.set_id("u/request");
    message.set_protocol_instance_id("u");
    message.set_event_id(4);
    ::temporal::api::update::v1::Request request;
    *request.mutable_input()->mutable_args() = text_payload("7");
    message.mutable_body()->PackFrom(request);
    api::RespondWorkflowTaskCompletedRequest answer;
    CHECK(answer_updates(task, answer) == 1);
    REQUIRE(answer.messages_size() == 2);
    REQUIRE(answer.commands_size() == 2);
    ::temporal::api::update::v1::Acceptance acceptance;
    REQUIRE(answer.messages(0).body().UnpackTo(&acceptance));
    CHECK(acceptance.accepted_request_message_id() == "u/request");
    CHECK(acceptance.accepted_request_sequencing_event_id() == 4);
    ::temporal::api::update::v1::Response response;
    REQUIRE(answer.messages(1).body().UnpackTo(&response));
    CHECK(text_of(response.outcome().success()) == "7");
    for (int index = 0; index < 2; ++index) {
        CHECK(answer.commands(index).protocol_message_command_attributes().message_id() ==
              answer.messages(index).id());
    }
}
