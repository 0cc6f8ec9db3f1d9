// `tctl` against a server, as a user runs it: first of all the commands of the two documents.
#include <boost/json/parse.hpp>

#include "tests/cli/running_server.h"
#include "tests/support/catch.h"

using namespace server::tests;
using Words = std::vector<std::string>;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

namespace json = boost::json;

Words keys_of(const json::value& value) {
    Words keys;
    for (const auto& member : value.as_object()) keys.emplace_back(member.key());
    return keys;
}

std::string namespace_field(const std::string& described, const std::string& name) {
    const auto at = described.find("\n" + name + ": ");
    if (at == std::string::npos) return "";
    const auto begin = at + name.size() + 3;
    return described.substr(begin, described.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("a cluster is described with the keys of the document on scaling, in their order",
          "[cli][tctl]") {
    const RunningServer server;
    const Words spelled = GENERATE(Words{"adm", "cl", "d"}, Words{"admin", "cluster", "describe"});
    const Finished described = server.tctl(spelled);
    REQUIRE(described.code == 0);
    CHECK(described.err.empty());
    const json::value cluster = json::parse(described.out);
    CHECK(keys_of(cluster) == Words{"supportedClients", "serverVersion", "membershipInfo",
                                    "clusterId", "clusterName", "historyShardCount",
                                    "persistenceStore", "visibilityStore",
                                    "failoverVersionIncrement", "initialFailoverVersion"});
    CHECK_THAT(described.out, StartsWith("{\n  \"supportedClients\": {\n"
                                         "    \"temporal-cli\": \"\\u003c2.0.0\",\n"
                                         "    \"temporal-go\": \"\\u003c2.0.0\",\n"
                                         "    \"temporal-java\": \"\\u003c2.0.0\",\n"
                                         "    \"temporal-php\": \"\\u003c2.0.0\",\n"
                                         "    \"temporal-server\": \"\\u003c2.0.0\",\n"
                                         "    \"temporal-typescript\": \"\\u003c2.0.0\",\n"
                                         "    \"temporal-ui\": \"\\u003c3.0.0\"\n  },\n"));
    CHECK_THAT(described.out, Contains("\n  \"clusterName\": \"active\",\n"));
    CHECK_THAT(described.out, Contains("\n  \"failoverVersionIncrement\": \"10\",\n"
                                       "  \"initialFailoverVersion\": \"1\"\n}\n"));
    CHECK(cluster.at("membershipInfo").at("currentHost").at("identity").as_string() ==
          server.address());
    CHECK(cluster.at("membershipInfo").at("rings").as_array().size() == 4);
}

TEST_CASE("the health of a cluster is told in the older words", "[cli][tctl]") {
    const RunningServer server;
    const Finished health = server.tctl({"cluster", "health"});
    CHECK(health.code == 0);
    CHECK(health.out == "temporal.api.workflowservice.v1.WorkflowService: SERVING\n");
}

TEST_CASE("a namespace is registered as the deployment guide writes it", "[cli][tctl]") {
    const RunningServer server;
    const Finished made = server.tctl({"--ns", "samples-namespace", "namespace", "register", "--gd",
                                       "false", "--retention", "3"});
    CHECK(made.err.empty());
    CHECK(made.out == "Namespace samples-namespace successfully registered.\n");
    const Finished described = server.tctl({"--ns", "samples-namespace", "namespace", "describe"});
    CHECK_THAT(described.out, StartsWith("Name: samples-namespace\n"));
    CHECK(namespace_field(described.out, "Retention") == "72h0m0s");
    CHECK(namespace_field(described.out, "State") == "Registered");

    SECTION("a second time is refused") {
        const Finished again = server.tctl({"--ns", "samples-namespace", "n", "re"});
        CHECK(again.code == 1);
        CHECK_THAT(again.err, StartsWith("Error: ") && Contains("already exists"));
    }
    SECTION("an update changes what is given") {
        const Finished updated =
            server.tctl({"--ns", "samples-namespace", "namespace", "update", "--description",
                         "for samples", "--retention", "5", "--namespace_data", "team=a"});
        CHECK(updated.out == "Namespace samples-namespace successfully updated.\n");
        const Finished later = server.tctl({"namespace", "describe", "samples-namespace"});
        CHECK(namespace_field(later.out, "Description") == "for samples");
        CHECK(namespace_field(later.out, "Retention") == "120h0m0s");
        CHECK(namespace_field(later.out, "NamespaceData") == "map[team:a]");
    }
    SECTION("the list has it") {
        const Finished listed = server.tctl({"namespace", "list"});
        CHECK_THAT(listed.out,
                   Contains("Name: default\n") && Contains("Name: samples-namespace\n"));
    }
    SECTION("archival is refused while it is not built") {
        const Finished archived =
            server.tctl({"--ns", "archived", "namespace", "register", "--gd", "false",
                         "--history_archival_state", "enabled", "--retention", "3"});
        CHECK(archived.code == 1);
        CHECK_THAT(archived.err, Contains("archival is not supported by this server yet"));
    }
}

TEST_CASE("retention is 2 days unless given, and from 1 to 30", "[cli][tctl]") {
    const RunningServer server;
    CHECK(server.tctl({"--ns", "short", "namespace", "register"}).code == 0);
    CHECK(namespace_field(server.tctl({"--ns", "short", "namespace", "describe"}).out,
                          "Retention") == "48h0m0s");
    for (const char* days : {"0", "-1", "31", "12h", "99999999999"}) {
        INFO(days);
        const Finished refused =
            server.tctl({"--ns", "other", "namespace", "register", "--retention", days});
        CHECK(refused.code == 1);
        CHECK_THAT(refused.err,
                   StartsWith("Error: A valid retention period is not set on request"));
    }
    CHECK(server.tctl({"--ns", "long", "namespace", "register", "--retention", "30"}).code == 0);
}

TEST_CASE("search attributes are added as the deployment guide writes it", "[cli][tctl]") {
    const RunningServer server;
    const Finished added = server.tctl({"--auto_confirm", "admin",
                                        "cluster",        "add-search-attributes",
                                        "--name",         "CustomKeywordField",
                                        "--type",         "Keyword",
                                        "--name",         "CustomStringField",
                                        "--type",         "Text",
                                        "--name",         "CustomTextField",
                                        "--type",         "Text",
                                        "--name",         "CustomIntField",
                                        "--type",         "Int",
                                        "--name",         "CustomDatetimeField",
                                        "--type",         "Datetime",
                                        "--name",         "CustomDoubleField",
                                        "--type",         "Double",
                                        "--name",         "CustomBoolField",
                                        "--type",         "Bool"});
    CHECK(added.err.empty());
    CHECK(added.out == "Search attributes have been added successfully.\n");
    const Finished listed = server.tctl({"admin", "cluster", "get-search-attributes"});
    CHECK_THAT(listed.out, StartsWith("Custom search attributes:\n+---") &&
                               Contains("| CustomDatetimeField | Datetime |\n") &&
                               Contains("System search attributes:\n") &&
                               Contains("| WorkflowId "));

    SECTION("what is there already is fine with the same type, and refused with another") {
        const Words add{"admin", "cluster", "add-search-attributes", "--name", "CustomIntField"};
        const Finished same =
            server.tctl({add[0], add[1], add[2], add[3], add[4], "--type", "Int"});
        CHECK(same.out == "Search attributes already exist.\n");
        const Finished other =
            server.tctl({add[0], add[1], add[2], add[3], add[4], "--type", "Bool"});
        CHECK(other.code == 1);
        CHECK_THAT(other.err, Contains("CustomIntField already exists and has the type Int"));
    }
    SECTION("they can be removed, those that are there") {
        CHECK(server.tctl({"--auto_confirm", "adm", "cl", "rsa", "--name", "CustomIntField"}).out ==
              "Search attributes have been removed successfully.\n");
        const Finished gone =
            server.tctl({"--auto_confirm", "adm", "cl", "rsa", "--name", "CustomIntField"});
        CHECK(gone.code == 1);
        CHECK_THAT(gone.err, Contains("CustomIntField"));
    }
}

TEST_CASE("a change of search attributes wants a yes", "[cli][tctl]") {
    const RunningServer server;
    const std::string add =
        "tctl admin cluster add-search-attributes --name ProductId --type Keyword";
    const Finished no = server.answered("n\\n", add);
    CHECK(no.code == 1);
    CHECK_THAT(no.err, Contains("ProductId (Keyword)") && Contains("Continue? [y/N]") &&
                           Contains("Error: not confirmed, nothing was changed"));
    const Finished nobody = server.answered("", add);
    CHECK(nobody.code == 1);
    const Finished yes = server.answered("y\\n", add);
    CHECK(yes.code == 0);
    CHECK(yes.out == "Search attributes have been added successfully.\n");
}

TEST_CASE("workflows are started, watched and ended by the older command", "[cli][tctl]") {
    const RunningServer server;
    const Finished started = server.tctl({"workflow", "start", "--tq", "orders", "--wt", "Order",
                                          "--wid", "order-17", "-i", "\"book\" 2"});
    REQUIRE(started.err.empty());
    CHECK_THAT(started.out, StartsWith("Started Workflow Id: order-17, run Id: "));
    CHECK_THAT(server.tctl({"wf", "signal", "-w", "order-17", "--name", "paid", "-i", "17"}).out,
               Contains("Signal workflow succeeded."));
    CHECK_THAT(server.tctl({"wf", "list", "--open"}).out,
               Contains("Order") && Contains("order-17"));
    CHECK(server.tctl({"wf", "count"}).out == "1\n");
    const Finished shown = server.tctl({"wf", "show", "-w", "order-17"});
    CHECK_THAT(shown.out, Contains("WorkflowExecutionStarted") &&
                              Contains(R"("input":["book",2])") &&
                              Contains("WorkflowExecutionSignaled"));
    CHECK(server.tctl({"wf", "showid", "order-17"}).out == shown.out);
    const json::value described = json::parse(server.tctl({"wf", "desc", "-w", "order-17"}).out);
    CHECK(described.at("workflowExecutionInfo").at("status").as_string() == "Running");

    SECTION("terminated") {
        CHECK_THAT(server.tctl({"wf", "term", "-w", "order-17", "--reason", "test"}).out,
                   Contains("Terminate workflow succeeded."));
        CHECK_THAT(server.tctl({"wf", "list"}).out, Contains("Terminated"));
        const Finished again = server.tctl({"wf", "term", "-w", "order-17"});
        CHECK(again.code == 1);
        CHECK_THAT(again.err, Contains("already completed"));
    }
    SECTION("completed by a worker") {
        auto connection = server.connection();
        complete_next_workflow(connection, "orders", "\"sent\"");
        const Finished observed = server.tctl({"wf", "observe", "-w", "order-17"});
        CHECK(observed.code == 0);
        CHECK_THAT(observed.out, Contains("Status: COMPLETED") && Contains("Output: \"sent\""));
    }
}

TEST_CASE("a command without its flags says which", "[cli][tctl]") {
    const Finished ended = finish({program("tctl"), "wf", "start", "--wt", "Order"});
    CHECK(ended.code == 1);
    CHECK(ended.err == "Error: missing: --taskqueue\nSee \"tctl workflow start --help\".\n");
}

TEST_CASE("a server that is not there is named, with the fix", "[cli][tctl]") {
    const Finished ended =
        finish({program("tctl"), "-address", "127.0.0.1:1", "admin", "cluster", "describe"});
    CHECK(ended.code == 1);
    CHECK(ended.out.empty());
    CHECK_THAT(
        ended.err,
        StartsWith("Error: cannot reach a Temporal server at 127.0.0.1:1: connection refused") &&
            Contains("--address") && Contains("TEMPORAL_CLI_ADDRESS"));
}
