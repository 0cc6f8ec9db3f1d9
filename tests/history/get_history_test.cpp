#include "tests/history/world.h"

#include "server/state/v1/token.pb.h"

namespace server::tests {

namespace {

namespace enums = ::temporal::api::enums::v1;
using Response = api::GetWorkflowExecutionHistoryResponse;

// Reads to the present end and returns the token that waits for more.
std::string follow_token(World& world, const std::string& workflow_id) {
    auto request = world.history_request(workflow_id);
    request.mutable_request()->set_wait_new_event(true);
    return world.get_history(std::move(request))->value().next_page_token();
}

role::v1::GetHistoryRequest follow(World& world, const std::string& token) {
    auto request = world.history_request("w");
    request.mutable_request()->set_wait_new_event(true);
    request.mutable_request()->set_next_page_token(token);
    return request;
}

role::v1::GetHistoryRequest close_request(World& world, bool waits) {
    auto request = world.history_request("w");
    request.mutable_request()->set_wait_new_event(waits);
    request.mutable_request()->set_history_event_filter_type(
        enums::HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT);
    return request;
}

}  // namespace

TEST_CASE("history comes in pages of whole batches, without gaps", "[history][read]") {
    World world;
    world.start("w");
    for (int number = 0; number < 5; ++number) {
        const auto task = world.poll("w");
        world.complete(task, {start_timer("t" + std::to_string(number), 1s)});
        world.advance(2s);
    }
    if (GENERATE(false, true)) world.restart();
    auto request = world.history_request("w");
    request.mutable_request()->set_maximum_page_size(2);
    EventId next = 1;
    int pages = 0;
    while (true) {
        const Response page = world.get_history(request)->value();
        for (const auto& event : page.history().events()) CHECK(event.event_id() == next++);
        ++pages;
        if (page.next_page_token().empty()) break;
        request.mutable_request()->set_next_page_token(page.next_page_token());
    }
    CHECK(pages > 3);
    CHECK(next - 1 == world.history_of("w").events_size());
}

TEST_CASE("a reader that waits gets new events at once", "[history][read]") {
    World world;
    world.start("w");
    const std::string token = follow_token(world, "w");
    REQUIRE(!token.empty());
    const auto waiting = world.get_history(follow(world, token));
    CHECK(!waiting->done());
    world.signal("w", "s");
    REQUIRE(waiting->done());
    CHECK(waiting->ended == kStart);
    CHECK(kinds(waiting->value().history()) == "WORKFLOW_EXECUTION_SIGNALED");
    CHECK(!waiting->value().next_page_token().empty());
}

TEST_CASE("a long poll ends empty with a token, before the caller's deadline", "[history][read]") {
    World world;
    world.start("w");
    const std::string token = follow_token(world, "w");
    const auto patient = world.get_history(follow(world, token));
    const auto hurried = world.get_history(follow(world, token), kStart + 5s);
    world.advance(30s);
    REQUIRE(patient->done());
    CHECK(patient->ended == kStart + 20s);
    CHECK(patient->value().history().events().empty());
    CHECK(patient->value().next_page_token() == token);
    REQUIRE(hurried->done());
    CHECK(hurried->ended == kStart + 4s);
    CHECK(hurried->code() == Code::Ok);
}

TEST_CASE("a reader that goes away is let go at once", "[history][read]") {
    World world;
    world.start("w");
    const auto waiting = world.get_history(follow(world, follow_token(world, "w")));
    CHECK(!waiting->done());
    waiting->cancellation->cancel();
    world.settle();
    CHECK(waiting->done());
}

TEST_CASE("the close event comes when the run closes", "[history][read]") {
    World world;
    world.start("w");

    SECTION("a reader that does not wait sees nothing of an open run") {
        const auto now = world.get_history(close_request(world, false));
        CHECK(now->value().history().events().empty());
        CHECK(now->value().next_page_token().empty());
    }
    SECTION("a reader that waits gets it") {
        const auto waiting = world.get_history(close_request(world, true));
        world.signal("w", "s");
        CHECK(!waiting->done());
        world.terminate("w");
        REQUIRE(waiting->done());
        CHECK(kinds(waiting->value().history()) == "WORKFLOW_EXECUTION_TERMINATED");
        CHECK(waiting->value().next_page_token().empty());
    }
    SECTION("or waits again with the token") {
        const auto first = world.get_history(close_request(world, true));
        world.advance(21s);
        REQUIRE(!first->value().next_page_token().empty());
        auto again = close_request(world, true);
        again.mutable_request()->set_next_page_token(first->value().next_page_token());
        const auto second = world.get_history(again);
        CHECK(!second->done());
        world.terminate("w");
        CHECK(kinds(second->value().history()) == "WORKFLOW_EXECUTION_TERMINATED");
    }
}

TEST_CASE("a waiting reader stays with its run when the workflow continues as new",
          "[history][read]") {
    World world;
    world.start("w");
    world.advance(2s);
    const auto waiting = world.get_history(close_request(world, true));
    world.complete(world.poll("w"), {continue_as_new()});
    REQUIRE(waiting->done());
    CHECK(kinds(waiting->value().history()) == "WORKFLOW_EXECUTION_CONTINUED_AS_NEW");
}

TEST_CASE("a token is good for its own run only", "[history][read]") {
    World world;
    world.start("w");
    const std::string token = follow_token(world, "w");
    auto request = follow(world, token);

    SECTION("another run id") {
        request.mutable_request()->mutable_execution()->set_run_id(
            "11111111-1111-4111-8111-111111111111");
        CHECK(world.get_history(request)->code() == Code::InvalidArgument);
    }
    SECTION("not our bytes") {
        request.mutable_request()->set_next_page_token("\xff\xfe nonsense");
        CHECK(world.get_history(request)->code() == Code::InvalidArgument);
    }
    SECTION("a place where no batch begins") {
        state::v1::HistoryToken forged;
        REQUIRE(forged.ParseFromString(token));
        forged.set_next_event_id(2);
        request.mutable_request()->set_wait_new_event(false);
        request.mutable_request()->set_next_page_token(forged.SerializeAsString());
        CHECK(world.get_history(request)->code() == Code::InvalidArgument);
    }
}

TEST_CASE("a transient task shows its virtual events on the last page only", "[history][read]") {
    World world;
    world.start("w");
    world.poll("w");
    world.advance(11s);
    world.poll("w");
    auto request = world.history_request("w");
    CHECK(kinds(world.get_history(request)->value().history()) ==
          "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED "
          "WORKFLOW_TASK_TIMED_OUT");
    request.set_show_transient_events(true);
    CHECK(kinds(world.get_history(request)->value().history()) ==
          "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED "
          "WORKFLOW_TASK_TIMED_OUT WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED");
    request.mutable_request()->set_maximum_page_size(1);
    const Response first = world.get_history(request)->value();
    CHECK(first.history().events_size() == 2);
    CHECK(!first.next_page_token().empty());
}

TEST_CASE("an unknown workflow is not found, by name", "[history][read]") {
    World world;
    const auto missing = world.get_history(world.history_request("nobody"));
    CHECK(missing->code() == Code::NotFound);
    CHECK(missing->status().message() == "workflow not found for ID: nobody");
}

TEST_CASE("history backwards is history turned round, page by page", "[history][read]") {
    World world;
    world.start("w");
    for (int number = 0; number < 5; ++number) {
        const auto task = world.poll("w");
        world.complete(task, {start_timer("t" + std::to_string(number), 1s)});
        world.advance(2s);
    }
    auto request = world.history_request("w");
    request.set_newest_first(true);
    request.mutable_request()->set_maximum_page_size(GENERATE(0, 1, 2, 256));
    EventId next = world.history_of("w").events_size();
    for (int page = 0;; ++page) {
        const Response answer = world.get_history(request)->value();
        for (const auto& event : answer.history().events()) CHECK(event.event_id() == next--);
        if (page == 0) world.signal("w", "later");  // not part of what was begun
        if (answer.next_page_token().empty()) break;
        request.mutable_request()->set_next_page_token(answer.next_page_token());
    }
    CHECK(next == 0);
}

TEST_CASE("a bad token of a reading backwards is refused", "[history][read]") {
    World world;
    world.start("w");
    auto request = world.history_request("w");
    request.set_newest_first(true);
    state::v1::HistoryToken token;
    token.set_run_id(world.run_key("w").run_id);
    token.set_branch_id(token.run_id());
    token.set_next_event_id(1);
    token.set_end_event_id(99);
    std::string bytes = token.SerializeAsString();
    SECTION("that reaches beyond the end") {}
    SECTION("that is no token") { bytes = "token"; }
    request.mutable_request()->set_next_page_token(bytes);
    const auto refused = world.get_history(request);
    CHECK(refused->code() == Code::InvalidArgument);
    CHECK(refused->status().message() == "Invalid NextPageToken.");
}

}  // namespace server::tests
