#include <set>

#include "tests/history/world.h"

namespace server::tests {

namespace {

namespace enums = ::temporal::api::enums::v1;

Command fail_workflow() {
    Command command;
    command.set_command_type(enums::COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION);
    command.mutable_fail_workflow_execution_command_attributes()->mutable_failure()->set_message(
        "declined");
    return command;
}

role::v1::StartWorkflowRequest retried(World& world) {
    auto request = world.start_request("w");
    auto& start = *request.mutable_request();
    start.mutable_retry_policy()->mutable_initial_interval()->set_seconds(10);
    start.mutable_input()->add_payloads()->set_data("input");
    return request;
}

}  // namespace

TEST_CASE("a failed workflow is tried again after its interval, also across a restart",
          "[history][retry]") {
    World world;
    const std::string first = world.start(retried(world))->value().run_id();
    const auto task = world.poll("w");
    if (GENERATE(false, true)) {
        world.restart();
    }
    CHECK(world.complete(task, {fail_workflow()})->code() == Code::Ok);
    const std::string second = world.run_key("w").run_id;
    REQUIRE(second != first);
    CHECK(kinds(world.history_of("w", second)) == "WORKFLOW_EXECUTION_STARTED");
    if (GENERATE(false, true)) {
        world.restart();
    }
    world.advance(10s);
    CHECK(kinds(world.history_of("w", second)) ==
          "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED");
    const auto again = world.poll("w");
    CHECK(again.workflow_execution().run_id() == second);
    const auto& started = again.history().events(0).workflow_execution_started_event_attributes();
    CHECK(started.input().payloads(0).data() == "input");
    CHECK(started.attempt() == 2);
    CHECK(world.complete(again, {complete_workflow()})->code() == Code::Ok);
    CHECK(world.run_key("w").run_id == second);
}

TEST_CASE("a run that timed out while no server ran is followed by its next attempt",
          "[history][retry][timeout]") {
    World world;
    auto request = retried(world);
    request.mutable_request()->mutable_workflow_run_timeout()->set_seconds(60);
    const std::string first = world.start(request)->value().run_id();
    world.stop();
    world.advance(2min);
    world.restart();
    world.advance(1s);
    const std::string second = world.run_key("w").run_id;
    CHECK(second != first);
    CHECK(kinds(world.history_of("w", first)) ==
          "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED WORKFLOW_EXECUTION_TIMED_OUT");
}

TEST_CASE("a cron workflow runs at each of its times", "[history][cron]") {
    World world;
    auto request = world.start_request("w");
    request.mutable_request()->set_cron_schedule("0 * * * *");
    world.start(request);
    std::vector<std::string> runs;
    std::vector<TimePoint> times;
    for (int run = 0; run < 4; ++run) {
        runs.push_back(world.run_key("w").run_id);
        world.advance(61min);
        const auto task = world.poll("w");
        CHECK(task.workflow_execution().run_id() == runs.back());
        times.push_back(from_unix_nanos(workflow::nanos_of(task.scheduled_time())));
        CHECK(world.complete(task, {complete_workflow()})->code() == Code::Ok);
    }
    CHECK(std::set<std::string>(runs.begin(), runs.end()).size() == runs.size());
    for (const TimePoint time : times) {
        CHECK(std::chrono::floor<std::chrono::hours>(time) ==
              std::chrono::floor<std::chrono::seconds>(time));
    }
}

TEST_CASE("a closed attempt is shown as continued to a reader that waits for the close",
          "[history][retry][trap]") {
    World world;
    const std::string first = world.start(retried(world))->value().run_id();
    world.complete(world.poll("w"), {fail_workflow()});
    auto request = world.history_request("w");
    request.mutable_request()->mutable_execution()->set_run_id(first);
    request.mutable_request()->set_history_event_filter_type(
        enums::HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT);
    request.set_follows_next_run_id(GENERATE(false, true));
    const auto history = world.get_history(request)->value().history();
    REQUIRE(history.events_size() == 1);
    const auto& event = history.events(0);
    if (request.follows_next_run_id()) {
        CHECK(event.workflow_execution_failed_event_attributes().retry_state() ==
              enums::RETRY_STATE_IN_PROGRESS);
    } else {
        CHECK(event.workflow_execution_continued_as_new_event_attributes().new_execution_run_id() ==
              world.run_key("w").run_id);
    }
}

}  // namespace server::tests
