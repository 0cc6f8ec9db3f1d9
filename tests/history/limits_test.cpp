#include <functional>

#include "tests/history/world.h"
#include "tests/support/captured_log.h"

namespace server::tests {

namespace {

history::Options limited(const std::function<void(workflow::Limits&)>& change) {
    history::Options options;
    change(options.workflow);
    return options;
}

// The run was ended by the server for this reason, behind what was there before.
void check_ended(World& world, const std::string& reason) {
    const auto history = world.history_of("w");
    const auto& last = history.events(history.events_size() - 1);
    REQUIRE(last.has_workflow_execution_terminated_event_attributes());
    const auto& ended = last.workflow_execution_terminated_event_attributes();
    CHECK(ended.reason() == reason);
    CHECK(ended.identity() == "history-service");
}

Command marker(std::size_t bytes) {
    Command command;
    command.set_command_type(::temporal::api::enums::v1::COMMAND_TYPE_RECORD_MARKER);
    auto& attributes = *command.mutable_record_marker_command_attributes();
    attributes.set_marker_name("m");
    (*attributes.mutable_details())["d"].add_payloads()->set_data(std::string(bytes, 'x'));
    return command;
}

}  // namespace

TEST_CASE("a history with too many events ends its run instead of growing",
          "[history][limits][trap]") {
    World world(limited([](auto& limits) { limits.history_count_max = 10; }));
    world.start("w");
    for (int count = 0; count < 8; ++count) {
        REQUIRE(world.signal("w", "s")->code() == Code::Ok);
    }
    const auto refused = world.signal("w", "one too many");
    CHECK(refused->code() == Code::InvalidArgument);
    CHECK(refused->status().message() == "Workflow history count exceeds limit.");
    check_ended(world, "Workflow history count exceeds limit.");
    CHECK(world.history_of("w").events_size() == 11);  // the refused signal is not there
    CHECK(world.signal("w", "s")->code() == Code::NotFound);
}

TEST_CASE("a workflow may still end when its history is full", "[history][limits]") {
    World world(limited([](auto& limits) { limits.history_count_max = 4; }));
    world.start("w");
    CHECK(world.complete(world.poll("w"), {complete_workflow()})->code() == Code::Ok);
    CHECK(world.history_of("w").events_size() == 5);
}

TEST_CASE("a history of too many bytes ends its run", "[history][limits]") {
    World world(limited([](auto& limits) { limits.history_size_bytes_max = 2000; }));
    world.start("w");
    REQUIRE(world.complete(world.poll("w"), {marker(3000)})->code() == Code::Ok);
    CHECK(world.signal("w", "s")->status().message() == "Workflow history size exceeds limit.");
    check_ended(world, "Workflow history size exceeds limit.");
}

TEST_CASE("a run of too much state ends", "[history][limits]") {
    World world(limited([](auto& limits) { limits.state_size_bytes_max = 10'000; }));
    world.start("w");
    std::vector<Command> commands;
    for (int number = 0; number < 20; ++number) {
        commands.push_back(schedule_activity("a" + std::to_string(number), 60s));
    }
    REQUIRE(world.complete(world.poll("w"), commands)->code() == Code::Ok);
    role::v1::RecordActivityHeartbeatRequest beat;
    beat.set_namespace_id(world.namespace_id);
    const auto activity = world.poll_activity("w");
    beat.mutable_request()->set_task_token(activity.task_token());
    beat.mutable_request()->mutable_details()->add_payloads()->set_data(std::string(5000, 'x'));
    REQUIRE(world.run(world.history->record_activity_heartbeat({}, beat))->code() == Code::Ok);
    beat.mutable_request()->mutable_details()->add_payloads()->set_data(std::string(5000, 'x'));
    const auto refused = world.run(world.history->record_activity_heartbeat({}, beat));
    CHECK(refused->code() == Code::InvalidArgument);
    CHECK(refused->status().message() == "Workflow mutable state size exceeds limit.");
    check_ended(world, "Workflow mutable state size exceeds limit.");
}

TEST_CASE("a transition too large is not written", "[history][limits]") {
    World world(limited([](auto& limits) { limits.transaction_size_bytes_max = 10'000; }));
    SECTION("a completion ends the run, even one that would close it") {
        world.start("w");
        const auto refused =
            world.complete(world.poll("w"), {marker(6000), marker(6000), complete_workflow()});
        CHECK(refused->code() == Code::InvalidArgument);
        CHECK(refused->status().message() == "Transaction size exceeds limit.");
        check_ended(world, "Transaction size exceeds limit.");
        CHECK(kinds(world.history_of("w")) ==
              "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED "
              "WORKFLOW_TASK_FAILED WORKFLOW_EXECUTION_TERMINATED");
    }
    SECTION("a start leaves nothing behind") {
        auto request = world.start_request("w");
        request.mutable_request()->mutable_input()->add_payloads()->set_data(
            std::string(20'000, 'x'));
        const auto refused = world.start(request);
        CHECK(refused->code() == Code::InvalidArgument);
        CHECK(refused->status().message() == "Transaction size exceeds limit.");
        CHECK(world.signal("w", "s")->code() == Code::NotFound);
    }
}

TEST_CASE("a poll for a run that has become too large gets no task, and no error that ends workers",
          "[history][limits][trap]") {
    World world(limited([](auto& limits) { limits.history_count_max = 2; }));
    world.start("w");
    const auto started =
        world.run(world.history->record_workflow_task_started({}, world.poll_request("w")));
    CHECK(started->code() == Code::NotFound);
    check_ended(world, "Workflow history count exceeds limit.");
}

TEST_CASE("what is large enough for a warning is kept, counted, and named once a minute",
          "[history][limits]") {
    World world(limited([](auto& limits) {
        limits.blob_size_bytes_warn = 1000;
        limits.memo_size_bytes_warn = 100;
    }));
    const CapturedLog log(log::Level::warn);
    auto request = world.start_request("w");
    (*request.mutable_request()->mutable_memo()->mutable_fields())["m"].set_data(
        std::string(200, 'x'));
    REQUIRE(world.start(request)->code() == Code::Ok);
    const auto second = world.complete(world.poll("w"), {marker(2000), marker(500)});
    REQUIRE(second->code() == Code::Ok);
    const std::string of_namespace = "{namespace=\"default\",service_name=\"history\"} ";
    CHECK_THAT(world.metrics.to_text(),
               Catch::Contains("large_memo_count" + of_namespace + "1\n") &&
                   Catch::Contains("large_blob_count" + of_namespace + "1\n"));
    CHECK_THAT(log.lines(),
               Catch::Contains("msg=\"event is large\" workflow_id=w") &&
                   Catch::Contains("event_id=1 event_type=EVENT_TYPE_WORKFLOW_EXECUTION_STARTED "
                                   "field=memo size_bytes="));
    CHECK_THAT(log.lines(), !Catch::Contains("MARKER_RECORDED"));  // counted, in the same minute

    world.advance(1min);
    world.signal("w", "s");
    REQUIRE(world.complete(world.poll("w"), {marker(2000)})->code() == Code::Ok);
    CHECK_THAT(log.lines(), Catch::Contains("EVENT_TYPE_MARKER_RECORDED field=details"));
}

TEST_CASE("a run that passes a warning's limit is named once", "[history][limits]") {
    std::string size;
    World world(limited([&](auto& limits) {
        SECTION("events") {
            limits.history_count_warn = 5;
            size = "history_length=6";
        }
        SECTION("bytes") {
            limits.history_size_bytes_warn = 1000;
            size = "history_size_bytes=";
        }
        SECTION("state") {
            limits.state_size_bytes_warn = 1000;
            size = "state_size_bytes=";
        }
    }));
    const CapturedLog log(log::Level::warn);
    world.start("w");
    for (int number = 0; number < 40; ++number) {
        const std::string id = std::string(50, 'r') + std::to_string(number);
        REQUIRE(world.signal("w", "s", id)->code() == Code::Ok);
    }
    const std::string lines = log.lines();
    const std::size_t first = lines.find("msg=\"run is large\" workflow_id=w");
    REQUIRE(first != std::string::npos);
    CHECK_THAT(lines, Catch::Contains(size));
    CHECK(lines.find("run is large", first + 10) == std::string::npos);
}

}  // namespace server::tests
