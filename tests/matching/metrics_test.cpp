#include "tests/matching/world.h"

namespace server::tests {

namespace {

using Catch::Matchers::Contains;

std::string labels(const std::string& namespace_name, const std::string& type) {
    return "{namespace=\"" + namespace_name + "\",service_name=\"matching\",task_type=\"" + type +
           "\",taskqueue=\"" + kQueue + "\"} ";
}

}  // namespace

TEST_CASE("a sync match is counted as one, and a poll without a task as a timeout",
          "[matching][metrics]") {
    World world;
    world.matching->name_namespaces_by([](const std::string&) { return std::string("orders"); });
    world.poll();
    world.add("w1");
    world.poll();
    world.advance(70s);
    const std::string text = world.metrics.to_text();
    const std::string own = labels("orders", "Workflow");
    CHECK_THAT(text, Contains("poll_success" + own + "1\n"));
    CHECK_THAT(text, Contains("poll_success_sync" + own + "1\n"));
    CHECK_THAT(text, Contains("poll_timeouts" + own + "1\n"));
    CHECK_THAT(text, Contains("syncmatch_latency_count" + own + "1\n"));
    CHECK_THAT(text, Contains("service_requests{operation=\"PollWorkflowTaskQueue\",service_name="
                              "\"matching\"} 2\n"));
}

TEST_CASE("a task that waits is in the backlog's count until a poll has it",
          "[matching][metrics]") {
    World world;
    world.matching->name_namespaces_by([](const std::string&) { return std::string("orders"); });
    const std::string own = labels("orders", "Activity");
    world.add_activity("w1");
    world.add_activity("w2");
    CHECK_THAT(world.metrics.to_text(), Contains("approximate_backlog_count" + own + "2\n") &&
                                            Contains("no_poller_tasks" + own + "2\n"));
    world.poll_activity();
    CHECK_THAT(world.metrics.to_text(), Contains("approximate_backlog_count" + own + "1\n") &&
                                            Contains("poll_success" + own + "1\n") &&
                                            Contains("poll_success_sync" + own + "0\n") &&
                                            Contains("asyncmatch_latency_count" + own + "1\n"));
    world.stop();
    CHECK_THAT(world.metrics.to_text(), Contains("approximate_backlog_count" + own + "0\n"));
}

TEST_CASE("a namespace whose name is not known yet is counted under it once a poll names it",
          "[matching][metrics]") {
    World world;
    std::string name;
    world.matching->name_namespaces_by([&name](const std::string&) { return name; });
    world.add_activity("w1");
    CHECK_THAT(world.metrics.to_text(),
               Contains("approximate_backlog_count" + labels("_unknown_", "Activity") + "1\n"));
    name = "orders";
    world.add_activity("w2");
    CHECK_THAT(world.metrics.to_text(),
               Contains("approximate_backlog_count" + labels("_unknown_", "Activity") + "0\n") &&
                   Contains("approximate_backlog_count" + labels("orders", "Activity") + "2\n"));
}

TEST_CASE("new options hold for the polls that come after them", "[matching][dynamic]") {
    World world;
    matching::Options options;
    options.long_poll = 5s;
    world.matching->reconfigure(options);
    world.settle();
    const auto poll = world.poll();
    world.advance(4s);
    CHECK_FALSE(poll->done());
    world.advance(2s);
    CHECK(poll->is_empty());
}

}  // namespace server::tests
