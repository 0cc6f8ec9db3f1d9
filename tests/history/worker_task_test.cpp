#include "tests/history/world.h"

namespace server::tests {

namespace {

history::Options one_batch_pages() {
    history::Options options;
    options.history_page_batches_max = 1;
    return options;
}

}  // namespace

TEST_CASE("the first task carries the whole history up to its started event", "[history][worker]") {
    World world;
    world.start("w");
    const auto task = world.poll("w");
    CHECK(task.started_event_id() == 3);
    CHECK(task.previous_started_event_id() == 0);
    CHECK(task.attempt() == 1);
    CHECK(!task.task_token().empty());
    CHECK(task.next_page_token().empty());
    CHECK(kinds(task.history()) ==
          "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED");
}

TEST_CASE("a repeated poll gets the same task, another poll none", "[history][worker]") {
    World world;
    world.start("w");
    const auto request = world.poll_request("w");
    const auto first = world.must(world.history->record_workflow_task_started({}, request));
    const auto again = world.must(world.history->record_workflow_task_started({}, request));
    CHECK(again.task_token() == first.task_token());
    CHECK(world.history_of("w").events_size() == 3);
    const auto other =
        world.run(world.history->record_workflow_task_started({}, world.poll_request("w")));
    CHECK(other->status().detail<TaskObsolete>() != nullptr);
}

TEST_CASE("paged history stops at started_event_id of its task", "[history][worker]") {
    World world(one_batch_pages());
    world.start("w");
    world.complete(world.poll("w"), {start_timer("t", 1s)});
    world.advance(2s);
    const auto task = world.poll("w");
    REQUIRE(!task.next_page_token().empty());
    // While the worker still reads, the task fails and new events are written.
    world.signal("w", "s");
    world.advance(11s);
    world.signal("w", "s");

    EventId last = task.history().events(task.history().events_size() - 1).event_id();
    auto request = world.history_request("w");
    request.set_show_transient_events(true);
    request.mutable_request()->set_next_page_token(task.next_page_token());
    while (true) {
        const auto page = world.get_history(request)->value();
        for (const auto& event : page.history().events()) CHECK(event.event_id() == ++last);
        if (page.next_page_token().empty()) break;
        request.mutable_request()->set_next_page_token(page.next_page_token());
    }
    CHECK(last == task.started_event_id());
    CHECK(world.history_of("w").events_size() > 0);
}

TEST_CASE("a sticky worker gets the events since its last task", "[history][worker]") {
    World world;
    world.start("w");
    const auto first = world.poll("w");
    world.complete(first, {start_timer("t", 1s)}, true);
    world.advance(2s);
    const auto& added = world.matching.last("w", kWorkflowTask);
    CHECK(added.task_queue() == kStickyQueue);
    CHECK(added.sticky());
    if (GENERATE(false, true)) world.restart();
    const auto task = world.poll("w", kStickyQueue);
    CHECK(task.previous_started_event_id() == first.started_event_id());
    CHECK(task.history().events(0).event_id() == first.started_event_id() + 1);
    CHECK(kinds(task.history()) ==
          "WORKFLOW_TASK_COMPLETED TIMER_STARTED TIMER_FIRED WORKFLOW_TASK_SCHEDULED "
          "WORKFLOW_TASK_STARTED");
}

TEST_CASE("the next task comes with the answer when the worker asks for it", "[history][worker]") {
    World world;
    world.start("w");
    const auto task = world.poll("w");
    world.signal("w", "s");
    auto request = world.completion(task, {start_timer("t", 1h)}, true);
    request.mutable_request()->set_return_new_workflow_task(true);
    const auto response =
        world.must(world.history->respond_workflow_task_completed({}, std::move(request)));
    REQUIRE(response.has_workflow_task());
    CHECK(response.workflow_task().previous_started_event_id() == task.started_event_id());
    CHECK(kinds(response.workflow_task().history()) ==
          "WORKFLOW_TASK_COMPLETED TIMER_STARTED WORKFLOW_EXECUTION_SIGNALED "
          "WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED");
    CHECK(world.complete(response.workflow_task(), {complete_workflow()})->code() == Code::Ok);
}

TEST_CASE("a completion that is refused fails the task and says why", "[history][worker]") {
    World world;
    world.start("w");
    const auto task = world.poll("w");
    const auto refused = world.complete(task, {start_timer("", 1s)});
    CHECK(refused->code() == Code::InvalidArgument);
    const auto history = world.history_of("w");
    CHECK(history.events(history.events_size() - 1).has_workflow_task_failed_event_attributes());
    CHECK(world.complete(task, {})->code() == Code::NotFound);
}

TEST_CASE("a token of another namespace, or of nobody, is refused", "[history][worker]") {
    World world;
    world.start("w");
    auto request = world.completion(world.poll("w"), {});
    SECTION("another namespace") { request.set_namespace_id("elsewhere"); }
    SECTION("empty") { request.mutable_request()->clear_task_token(); }
    SECTION("unreadable") { request.mutable_request()->set_task_token("\xff\xff"); }
    const auto call = world.run(world.history->respond_workflow_task_completed({}, request));
    CHECK(call->code() == Code::InvalidArgument);
}

TEST_CASE("an activity runs from its command to its result", "[history][worker]") {
    World world;
    world.start("w");
    world.complete(world.poll("w"), {schedule_activity("a")});
    if (GENERATE(false, true))
        world.restart();  // its Scheduled event comes from memory or the store
    const auto activity = world.poll_activity("w");
    CHECK(activity.activity_id() == "a");
    CHECK(activity.workflow_namespace() == "default");
    CHECK(activity.input().payloads(0).data() == "7");

    role::v1::RespondActivityCompletedRequest request;
    request.set_namespace_id(world.namespace_id);
    request.mutable_request()->set_task_token(activity.task_token());
    const auto done = world.run(world.history->respond_activity_completed({}, request));
    CHECK(done->code() == Code::Ok);
    CHECK(kinds(world.poll("w").history()).find("ACTIVITY_TASK_COMPLETED") != std::string::npos);
    const auto twice = world.run(world.history->respond_activity_completed({}, request));
    CHECK(twice->code() == Code::NotFound);
}

TEST_CASE("an activity that ran into its timeout comes again after the backoff",
          "[history][worker]") {
    World world;
    world.start("w");
    world.complete(world.poll("w"), {schedule_activity("a", 5s)});
    CHECK(world.poll_activity("w").attempt() == 1);
    world.advance(5s + 1s + 100ms);
    CHECK(world.poll_activity("w").attempt() == 2);
}

}  // namespace server::tests
