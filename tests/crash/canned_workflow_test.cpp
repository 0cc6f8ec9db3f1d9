// The workflow that the driver runs.

#include "tests/support/driver/canned_workflow.h"
#include "tests/support/catch.h"

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
