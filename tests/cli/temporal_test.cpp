// The commands of `temporal` that talk to a server, as a user runs them.
#include <boost/json/parse.hpp>

#include <csignal>

#include "tests/cli/listener.h"
#include "tests/cli/running_server.h"
#include "tests/support/catch.h"

using namespace server::tests;
using Words = std::vector<std::string>;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

namespace json = boost::json;

const Words kStart{"workflow", "start",         "--task-queue", "orders",  "--type",
                   "Order",    "--workflow-id", "order-17",     "--input", "\"book\""};

Words with(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

}  // namespace

TEST_CASE("a cluster tells what it is and how it is", "[cli][temporal]") {
    const RunningServer server;
    CHECK(server.temporal({"operator", "cluster", "health"}).out == "SERVING\n");
    CHECK(server.temporal({"operator", "cluster", "health", "-o", "json"}).out ==
          "{\n  \"status\": \"SERVING\"\n}\n");
    CHECK(server.temporal({"operator", "cluster", "describe"}).out ==
          "  ClusterName  PersistenceStore  VisibilityStore\n"
          "  active       sqlite            sqlite\n");
    CHECK_THAT(server.temporal({"operator", "cluster", "describe", "--detail"}).out,
               Contains("HistoryShardCount") && Contains("1.32.0"));
    CHECK_THAT(server.temporal({"operator", "cluster", "system"}).out,
               StartsWith("  ServerVersion  SupportsSchedules  UpsertMemo  EagerWorkflowStart\n"
                          "  1.32.0         false              true        true\n"));
    const json::value clusters =
        json::parse(server.temporal({"operator", "cluster", "list", "-o", "json"}).out);
    CHECK(clusters.at(0).at("address").as_string() == server.address());
}

TEST_CASE("a namespace is made, described, changed and listed", "[cli][temporal]") {
    const RunningServer server;
    const Finished made = server.temporal(
        {"operator", "namespace", "create", "--namespace", "orders", "--email", "a@example.com"});
    CHECK(made.err.empty());
    CHECK(made.out == "Namespace orders successfully registered.\n");
    CHECK_THAT(server.temporal({"operator", "namespace", "describe", "orders"}).out,
               Contains("NamespaceInfo.Name                    orders\n") &&
                   Contains("WorkflowExecutionRetentionTtl  72h0m0s\n"));
    CHECK(server.temporal({"operator", "namespace", "update", "-n", "orders", "--retention", "7d"})
              .code == 0);
    const json::value described = json::parse(
        server.temporal({"operator", "namespace", "describe", "-n", "orders", "-o", "json"}).out);
    CHECK(described.at("config").at("workflowExecutionRetentionTtl").as_string() == "604800s");
    CHECK(described.at("namespaceInfo").at("ownerEmail").as_string() == "a@example.com");
    CHECK_THAT(server.temporal({"operator", "namespace", "list", "-o", "jsonl"}).out,
               Contains("\"name\":\"default\"") && Contains("\"name\":\"orders\""));
    const Finished short_one =
        server.temporal({"operator", "namespace", "create", "-n", "brief", "--retention", "1m"});
    CHECK(short_one.code == 1);
    CHECK_THAT(short_one.err, Contains("A valid retention period is not set on request"));
}

TEST_CASE("search attributes are added, listed and removed", "[cli][temporal]") {
    const RunningServer server;
    const Words group{"operator", "search-attribute"};
    CHECK(server.temporal(with(group, {"create", "--name", "Total", "--type", "Int"})).out ==
          "Search attributes have been added\n");
    CHECK_THAT(server.temporal(with(group, {"list"})).out,
               Contains("  Total ") && Contains("  WorkflowId "));
    CHECK_THAT(server.temporal(with(group, {"create", "--name", "Total", "--type", "Keyword"})).err,
               Contains("already exists and has the type Int"));
    CHECK_THAT(server.temporal(with(group, {"create", "--name", "A", "--type", "Number"})).err,
               Contains("\"Number\" is not one of Text, Keyword, Int"));
    CHECK_THAT(server.answered("", "temporal operator search-attribute remove --name Total").err,
               Contains("not confirmed"));
    CHECK(server.temporal(with(group, {"remove", "--name", "Total", "--yes"})).code == 0);
    CHECK_THAT(server.temporal(with(group, {"list"})).out, !Contains("  Total "));
}

TEST_CASE("a workflow is started and looked at", "[cli][temporal]") {
    const RunningServer server;
    const Finished started = server.temporal(kStart);
    REQUIRE(started.err.empty());
    CHECK_THAT(started.out,
               StartsWith("Running execution:\n  WorkflowId  order-17\n  RunId       ") &&
                   Contains("  TaskQueue   orders\n"));
    CHECK_THAT(server.temporal({"workflow", "list"}).out,
               StartsWith("  Status   WorkflowId  Type   StartTime\n  Running  order-17    Order"));
    CHECK(server.temporal({"workflow", "count"}).out == "Total: 1\n");
    CHECK_THAT(server.temporal({"workflow", "count", "-q", "GROUP BY ExecutionStatus"}).out,
               Contains("Group total: 1, values: \"Running\"\n"));
    CHECK_THAT(server.temporal({"workflow", "describe", "-w", "order-17"}).out,
               StartsWith("Execution Info:\n") && Contains("Status                Running\n") &&
                   Contains("Pending Activities: 0\n"));
    CHECK_THAT(server.temporal({"task-queue", "describe", "--task-queue", "orders"}).out,
               Contains("Task Queue Statistics:\n") && Contains("UNVERSIONED  Workflow"));
    const json::value history =
        json::parse(server.temporal({"workflow", "show", "-w", "order-17", "-o", "json"}).out);
    const auto& first = history.at("events").at(0);
    CHECK(first.at("eventType").as_string() == "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED");
    CHECK(first.at("workflowExecutionStartedEventAttributes").at("input").at(0).as_string() ==
          "book");
    CHECK(server.temporal(kStart).code == 1);
}

TEST_CASE("a run is shown as the deployment guide writes it", "[cli][temporal]") {
    const RunningServer server;
    const json::value started =
        json::parse(server.temporal(with(kStart, {"--output", "json"})).out);
    const std::string run_id(started.at("runId").as_string());
    const Finished shown =
        server.temporal({"--ns", "default", "wf", "show", "--wid", "order-17", "--rid", run_id});
    CHECK(shown.code == 0);
    CHECK_THAT(shown.out, StartsWith("Progress:\n  ID ") && Contains("WorkflowExecutionStarted"));
    const Finished missing =
        server.temporal({"--ns", "elsewhere", "wf", "show", "--wid", "order-17"});
    CHECK(missing.code == 1);
    CHECK_THAT(missing.err, Contains("elsewhere"));
}

TEST_CASE("a workflow is signalled, cancelled and terminated", "[cli][temporal]") {
    const RunningServer server;
    REQUIRE(server.temporal(kStart).code == 0);
    CHECK(server.temporal({"workflow", "signal", "-w", "order-17", "--name", "paid", "-i", "17"})
              .out == "Signal workflow succeeded\n");
    CHECK(server.temporal({"workflow", "cancel", "-w", "order-17", "--reason", "no"}).out ==
          "Canceled workflow\n");
    CHECK(server.temporal({"workflow", "terminate", "-w", "order-17"}).out ==
          "Workflow terminated\n");
    const Finished shown = server.temporal({"workflow", "show", "-w", "order-17"});
    CHECK(shown.code == 0);
    CHECK_THAT(shown.out, Contains("WorkflowExecutionSignaled") &&
                              Contains("WorkflowExecutionCancelRequested") &&
                              Contains("Requested from CLI by temporal-cli:"));
    const Finished result = server.temporal({"workflow", "result", "-w", "order-17"});
    CHECK(result.code == 1);
    CHECK_THAT(result.err, StartsWith("Error: workflow order-17: it was terminated"));
    const Finished late = server.temporal({"workflow", "signal", "-w", "order-17", "--name", "x"});
    CHECK(late.code == 1);
    CHECK_THAT(late.err, Contains("already completed"));
}

TEST_CASE("execute follows a workflow to its result", "[cli][temporal]") {
    const RunningServer server;
    Words command{
        program("temporal"), "workflow", "execute", "-t", "orders", "--type", "Order", "-w",
        "order-17"};
    const std::string form = GENERATE("text", "json");
    Child execute(with(command, {"--output", form}), {.environment = server.environment()});
    auto connection = server.connection();
    complete_next_workflow(connection, "orders", "{\"sent\": true}");
    REQUIRE(execute.wait() == 0);
    if (form == "text") {
        CHECK_THAT(execute.out(), Contains("Running execution:\n") &&
                                      Contains("WorkflowExecutionCompleted\n") &&
                                      Contains("  Status          COMPLETED\n"
                                               "  Result          {\"sent\": true}\n"
                                               "  ResultEncoding  json/plain\n"));
    } else {
        const json::value result = json::parse(execute.out());
        CHECK(result.at("status").as_string() == "COMPLETED");
        CHECK(result.at("result").at("sent").as_bool());
    }
    CHECK_THAT(server.temporal({"workflow", "result", "-w", "order-17"}).out,
               Contains("{\"sent\": true}"));
}

TEST_CASE("a query without a worker ends with the command's own timeout", "[cli][temporal]") {
    const RunningServer server;
    REQUIRE(server.temporal(kStart).code == 0);
    const Finished ended = server.temporal(
        {"workflow", "query", "-w", "order-17", "--name", "state", "--command-timeout", "300ms"});
    CHECK(ended.code == 1);
    CHECK_THAT(ended.err, StartsWith("Error: "));
}

TEST_CASE("a wait can be interrupted", "[cli][temporal]") {
    const RunningServer server;
    REQUIRE(server.temporal(kStart).code == 0);
    Child follow({program("temporal"), "workflow", "show", "-w", "order-17", "--follow"},
                 {.environment = server.environment()});
    REQUIRE(follow.printed("WorkflowExecutionStarted"));
    follow.signal(SIGINT);
    CHECK(follow.wait() == 1);
    CHECK(follow.err() == "Error: program interrupted\n");
}

TEST_CASE("a server that cannot be reached is named, with the fix", "[cli][temporal]") {
    const std::string free = "127.0.0.1:" + std::to_string(free_port());
    const Finished refused = finish({program("temporal"), "workflow", "list", "--address", free});
    CHECK(refused.code == 1);
    CHECK(refused.out.empty());
    CHECK(refused.err == "Error: cannot reach a Temporal server at " + free +
                             ": connection refused. Start one (temporal server start-dev), or name "
                             "another: --address HOST:PORT, or the variable TEMPORAL_ADDRESS\n");
    const Finished unknown =
        finish({program("temporal"), "operator", "cluster", "health"},
               {.environment = {"TEMPORAL_ADDRESS=no-such-host.invalid:7233"}});
    CHECK(unknown.code == 1);
    CHECK_THAT(unknown.err, Contains("no-such-host.invalid:7233"));
}

TEST_CASE("a listener that never answers ends the command in time", "[cli][temporal]") {
    const Listener silent;
    const Finished ended =
        finish({program("temporal"), "operator", "cluster", "health", "--address",
                "127.0.0.1:" + std::to_string(silent.port()), "--command-timeout", "500ms"});
    CHECK(ended.code == 1);
    CHECK_THAT(ended.err, Contains("127.0.0.1:" + std::to_string(silent.port())));
}

TEST_CASE("wrong arguments are told before anything is sent", "[cli][temporal]") {
    struct Bad {
        Words arguments;
        std::string message;
    };
    const std::vector<Bad> table{
        {{"workflow", "start", "--type", "Order"}, "missing: --task-queue"},
        {{"workflow", "strat"},
         "unknown command \"strat\" for \"temporal workflow\"; did you mean"},
        {{"workflow", "list", "--qery", "x"}, "unknown flag: --qery; did you mean --query?"},
        {{"workflow", "list", "-o", "xml"}, "\"xml\" is not one of text, json, jsonl, none"},
        {{"workflow", "start", "-t", "q", "--type", "T", "-i", "a word"}, "no JSON: a word"},
        {{"workflow", "start", "-t", "q", "--type", "T", "--run-timeout", "9"}, "--run-timeout"},
        {{"workflow", "list", "extra"}, "unexpected word \"extra\""}};
    const Bad& bad = table[GENERATE(0U, 1U, 2U, 3U, 4U, 5U, 6U)];
    const Finished ended = finish(with({program("temporal")}, bad.arguments));
    CHECK(ended.code == 1);
    CHECK(ended.out.empty());
    CHECK_THAT(ended.err, StartsWith("Error: ") && Contains(bad.message));
}
