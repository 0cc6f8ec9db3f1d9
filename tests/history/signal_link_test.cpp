#include "tests/history/world.h"

namespace server::tests {

namespace {

namespace enums = ::temporal::api::enums::v1;

::temporal::api::workflow::v1::RequestIdInfo described(World& world, const std::string& id) {
    role::v1::DescribeWorkflowRequest request;
    request.set_namespace_id(world.namespace_id);
    request.mutable_request()->mutable_execution()->set_workflow_id("w");
    const auto answer = world.must(world.history->describe_workflow({}, std::move(request)));
    const auto& infos = answer.workflow_extended_info().request_id_infos();
    REQUIRE(infos.contains(id));
    return infos.at(id);
}

}  // namespace

TEST_CASE("the answer to a signal leads to its event, also while that has no id",
          "[history][signal]") {
    World world;
    const std::string run_id = world.start("w");
    const auto task = world.poll("w");
    const auto answer = world.signal("w", "s", "request")->value();
    const auto& link = answer.link().workflow_event();
    CHECK(link.namespace_() == "default");
    CHECK(link.workflow_id() == "w");
    CHECK(link.run_id() == run_id);
    CHECK(link.request_id_ref().request_id() == "request");
    CHECK(link.request_id_ref().event_type() == enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED);

    CHECK(described(world, "request").buffered());
    world.complete(task, {});
    const bool restarted = GENERATE(false, true);
    if (restarted) world.restart();
    const auto info = described(world, "request");
    CHECK_FALSE(info.buffered());
    CHECK(info.event_type() == enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED);
    const auto history = world.history_of("w");
    const auto& event = history.events(static_cast<int>(info.event_id()) - 1);
    CHECK(event.workflow_execution_signaled_event_attributes().request_id() == "request");

    SECTION("a repeat gets the same answer and writes nothing") {
        const auto again = world.signal("w", "s", "request")->value();
        CHECK(again.SerializeAsString() == answer.SerializeAsString());
        CHECK(world.history_of("w").events_size() == history.events_size());
    }
}

TEST_CASE("a signal without a request id has no link", "[history][signal]") {
    World world;
    world.start("w");
    CHECK_FALSE(world.signal("w", "s")->value().has_link());
}

}  // namespace server::tests
