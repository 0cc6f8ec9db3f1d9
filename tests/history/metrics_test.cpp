#include "tests/history/world.h"

namespace server::tests {

namespace {

using Catch::Matchers::Contains;

const std::string kOwn = "{namespace=\"default\",service_name=\"history\"} ";

}  // namespace

TEST_CASE("runs are counted by how they end", "[history][metrics]") {
    World world;
    world.start("completed");
    world.complete(world.poll("completed"), {complete_workflow()});
    world.start("terminated");
    world.terminate("terminated");
    world.start("continued");
    world.complete(world.poll("continued"), {continue_as_new()});
    const std::string text = world.metrics.to_text();
    INFO(text);
    CHECK_THAT(text, Contains("workflow_success" + kOwn + "1\n"));
    CHECK_THAT(text, Contains("workflow_terminate" + kOwn + "1\n"));
    CHECK_THAT(text, Contains("workflow_continued_as_new" + kOwn + "1\n"));
    CHECK_THAT(text, Contains("workflow_failed" + kOwn + "0\n"));
}

TEST_CASE("each transition is one observation of the run's size", "[history][metrics]") {
    World world;
    world.start("w");                                        // 1
    world.complete(world.poll("w"), {complete_workflow()});  // 2, 3
    CHECK_THAT(world.metrics.to_text(), Contains("state_transition_count_count" + kOwn + "3\n") &&
                                            Contains("history_count_count" + kOwn + "3\n"));
}

TEST_CASE("a timeout is counted by its type", "[history][metrics]") {
    World world;
    world.start("w");
    world.poll("w");
    world.advance(11s);
    CHECK_THAT(world.metrics.to_text(), Contains("start_to_close_timeout" + kOwn + "1\n"));
}

TEST_CASE("calls, tasks and owned shards are counted", "[history][metrics]") {
    World world;
    world.start("w");
    const std::string text = world.metrics.to_text();
    CHECK_THAT(text, Contains("service_requests{operation=\"StartWorkflowExecution\",service_name="
                              "\"history\"} 1\n"));
    CHECK_THAT(text, Contains("task_requests{operation=\"TransferActiveTaskWorkflowTask\",service_"
                              "name=\"history\"} 1\n"));
    const std::string owned = "numshards_gauge{service_name=\"history\"} ";
    CHECK_THAT(text, Contains(owned + std::to_string(world.options.shard_count) + "\n"));
    world.stop();
    CHECK_THAT(world.metrics.to_text(), Contains(owned + "0\n"));
}

TEST_CASE("new options hold for what happens after them", "[history][dynamic]") {
    World world;
    world.start("w");
    CHECK(world.signal("w", "first")->result->ok());
    history::Options options = world.options;
    options.workflow.signals_max = 1;
    options.shard_count = 77;  // not while it runs
    world.history->reconfigure(options);
    world.settle();
    CHECK_FALSE(world.signal("w", "second")->result->ok());
    options.workflow.signals_max = 10;
    world.history->reconfigure(options);
    world.settle();
    CHECK(world.signal("w", "third")->result->ok());
}

}  // namespace server::tests
