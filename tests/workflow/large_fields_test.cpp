#include "server/workflow/events/large_fields.h"

#include "tests/support/catch.h"
#include "tests/workflow/scenario.h"

namespace server::workflow::test::large_fields {

namespace {

Limits small_limits() {
    Limits limits;
    limits.blob_size_bytes_warn = 1000;
    limits.memo_size_bytes_warn = 100;
    return limits;
}

// "field size" of each, a memo with a star.
std::vector<std::string> large_fields_of(const HistoryEvent& event) {
    ::temporal::api::history::v1::History events;
    *events.add_events() = event;
    (void)events.SerializeAsString();
    std::vector<LargeField> found;
    find_large_fields(events, small_limits(), found);
    std::vector<std::string> names;
    for (const LargeField& field : found) {
        names.push_back(field.field + " " + std::to_string(field.size_bytes) +
                        (field.memo ? "*" : ""));
    }
    return names;
}

// Grows the data until the whole has this size.
template <class Message>
void grow(Message& message, std::string& data, std::size_t bytes) {
    data = "";
    while (message.ByteSizeLong() < bytes) {
        data.append(std::max<std::size_t>(1, (bytes - message.ByteSizeLong()) / 2), 'x');
    }
    REQUIRE(message.ByteSizeLong() == bytes);
}

HistoryEvent started_with_input(std::size_t bytes) {
    HistoryEvent event;
    event.set_event_type(enums::EVENT_TYPE_WORKFLOW_EXECUTION_STARTED);
    auto& input = *event.mutable_workflow_execution_started_event_attributes()->mutable_input();
    auto& data = *input.add_payloads()->mutable_data();
    grow(input, data, bytes);
    return event;
}

}  // namespace

TEST_CASE("a blob is large above its limit, not at it", "[workflow][limits]") {
    CHECK(large_fields_of(started_with_input(1000)).empty());
    CHECK(large_fields_of(started_with_input(1001)) == std::vector<std::string>{"input 1001"});
}

TEST_CASE("a memo has a limit of its own", "[workflow][limits]") {
    HistoryEvent event;
    auto& memo =
        *event.mutable_workflow_properties_modified_event_attributes()->mutable_upserted_memo();
    auto& data = *(*memo.mutable_fields())["m"].mutable_data();
    grow(memo, data, 100);
    CHECK(large_fields_of(event).empty());
    grow(memo, data, 101);
    CHECK(large_fields_of(event) == std::vector<std::string>{"upserted_memo 101*"});
}

TEST_CASE("each field of an event is measured by itself", "[workflow][limits]") {
    HistoryEvent event = started_with_input(600);
    auto& started = *event.mutable_workflow_execution_started_event_attributes();
    (*started.mutable_header()->mutable_fields())["h"].set_data(std::string(600, 'x'));
    CHECK(large_fields_of(event).empty());
    (*started.mutable_header()->mutable_fields())["i"].set_data(std::string(600, 'x'));
    REQUIRE(large_fields_of(event).size() == 1);
    CHECK_THAT(large_fields_of(event)[0], Catch::StartsWith("header "));
    event.mutable_user_metadata()->mutable_details()->set_data(std::string(1001, 'x'));
    REQUIRE(large_fields_of(event).size() == 2);
}

TEST_CASE("search attributes and links have other limits and are not among the large fields",
          "[workflow][limits]") {
    HistoryEvent event;
    auto& started = *event.mutable_workflow_execution_started_event_attributes();
    (*started.mutable_search_attributes()->mutable_indexed_fields())["a"].set_data(
        std::string(2000, 'x'));
    event.add_links()->mutable_workflow_event()->set_workflow_id(std::string(2000, 'x'));
    CHECK(large_fields_of(event).empty());
}

TEST_CASE("what is large is found when it enters history, and refused nowhere",
          "[workflow][limits]") {
    Scenario run;
    run.environment().limits = small_limits();
    run.start_task();
    api::SignalWorkflowExecutionRequest request;
    request.set_signal_name("s");
    request.mutable_input()->add_payloads()->set_data(std::string(2000, 'x'));
    auto buffered = signal(run.state(), run.environment(), request);
    REQUIRE(buffered.reply.ok());
    CHECK(buffered.transition->large_fields.empty());  // it waits for its id
    REQUIRE(run.take(std::move(buffered)).ok());
    auto flushed = complete_workflow_task(run.state(), run.environment(),
                                          workflow_task_token(run.state()), {});
    REQUIRE(flushed.reply.ok());
    REQUIRE(flushed.transition->large_fields.size() == 1);
    const LargeField& field = flushed.transition->large_fields[0];
    CHECK(field.event_id == 5);
    CHECK(field.event_type == "EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED");
    CHECK(field.field == "input");
    CHECK_FALSE(field.memo);
}

}  // namespace server::workflow::test::large_fields
