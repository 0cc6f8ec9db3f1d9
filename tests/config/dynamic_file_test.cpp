#include "server/config/dynamic_file.h"

#include "tests/support/catch.h"

using namespace server;
using config::Constraints;
using config::DynamicValues;

namespace {

DynamicValues values_of(const std::string& text) {
    const auto file = config::parse_dynamic_file("d.yaml", text);
    INFO(file.status().message());
    REQUIRE(file.ok());
    return file->values;
}

std::string refusal_of(const std::string& text) {
    const auto file = config::parse_dynamic_file("d.yaml", text);
    REQUIRE_FALSE(file.ok());
    return file.status().message();
}

}  // namespace

TEST_CASE("a dynamic config file is read by key without regard to case", "[config][dynamic]") {
    const DynamicValues values = values_of(R"(
limit.blobSize.error:
  - value: 100
Frontend.EnableX: [{value: true}]
matching.longPoll: [{Value: 10s}]
a.text: [{value: "10"}]
a.list: [{value: [1, two, {three: 3.5}]}]
)");
    CHECK(*values.integer("LIMIT.blobsize.error", 1) == 100);
    CHECK(*values.truth("frontend.enablex", false));
    CHECK(*values.duration("matching.longpoll", 1s) == 10s);
    CHECK(values.integer("a.text", 1).status().message() ==
          "d.yaml:6: a.text: \"10\" is not a whole number");
    CHECK(values.find("a.list")->value.as_array().size() == 3);
    CHECK(*values.integer("absent", 7) == 7);
    CHECK(values_of("").empty());
    CHECK(values_of("# nothing but a comment\n").empty());
}

TEST_CASE("the most specific value that matches wins", "[config][dynamic]") {
    const DynamicValues values = values_of(R"(
k:
  - value: 1
  - value: 2
    constraints: {namespace: n}
  - value: 3
    constraints: {taskQueueName: q}
  - value: 4
    constraints: {Namespace: n, TASKQUEUENAME: q}
  - value: 5
    constraints: {namespace: n, taskQueueName: q, taskType: Workflow}
  - value: 6
    constraints: {namespace: n}
  - value: 7
    constraints: {shardID: 12}
)");
    const auto value = [&values](const Constraints& asked) {
        return *values.integer("k", 0, asked);
    };
    CHECK(value({}) == 1);
    CHECK(value({.namespace_name = "other"}) == 1);
    CHECK(value({.namespace_name = "n"}) == 2);  // the first of two equals
    CHECK(value({.namespace_name = "other", .task_queue_name = "q"}) == 3);
    CHECK(value({.namespace_name = "n", .task_queue_name = "q"}) == 4);
    CHECK(value({.namespace_name = "n", .task_queue_name = "q", .task_type = 2}) == 4);
    CHECK(value({.namespace_name = "n", .task_queue_name = "q", .task_type = 1}) == 5);
    CHECK(value({.shard_id = 12}) == 7);
    CHECK(value({.shard_id = 13}) == 1);
}

TEST_CASE("a key whose values all have other constraints has none", "[config][dynamic]") {
    const DynamicValues values = values_of("k: [{value: 2, constraints: {namespace: n}}]");
    CHECK(*values.integer("k", 9) == 9);
    CHECK(*values.integer("k", 9, {.namespace_name = "n"}) == 2);
}

TEST_CASE("a dynamic config file of a wrong form is refused as a whole", "[config][dynamic]") {
    CHECK(
        refusal_of("good: [{value: 1}]\nbad:\n  - value: 1\n    constraints: {tenant: n}\n") ==
        "d.yaml:4: bad: unknown constraint \"tenant\": use namespace, namespaceID, taskQueueName, "
        "taskType, shardID, historyTaskType, destination or chasmTaskType");
    CHECK(refusal_of("k: [{value: 1, constraints: {taskType: Timer}}]") ==
          "d.yaml:1: k: constraint taskType: \"Timer\" is not Workflow, Activity or Nexus");
    CHECK(refusal_of("k: [{value: 1, constraints: {shardID: x}}]") ==
          "d.yaml:1: k: constraint shardID: \"x\" is not a whole number");
    CHECK(refusal_of("k: [{value: 1, constraints: {namespace: [a]}}]") ==
          "d.yaml:1: k: constraint namespace is not a single value");
    CHECK(refusal_of("k: 10") == "d.yaml:1: k: is not a list of entries such as \"- value: 10\"");
    CHECK(refusal_of("k: [10]") == "d.yaml:1: k: an entry is a map with value");
    CHECK(refusal_of("k: [{constraints: {}}]") == "d.yaml:1: k: an entry without value");
    CHECK(refusal_of("k: [{value: 1, constraint: {}}]") ==
          "d.yaml:1: k: an entry has value and constraints, not \"constraint\"");
    CHECK(refusal_of("k: [{value: 1}]\nK: [{value: 2}]") ==
          "d.yaml:2: K: the key is there twice; keep one");
    CHECK(refusal_of("[a]") == "d.yaml:1: is not a map of keys and lists of values");
    CHECK(refusal_of("k: [\n").find("d.yaml:2: no valid YAML: ") == 0);
    CHECK(refusal_of("a: &a [{value: *a}]").find("d.yaml:1: a: a value too deep") == 0);
}

TEST_CASE("the file that today's charm renders is read", "[config][dynamic]") {
    const DynamicValues values = values_of(R"(
frontend.namespacerps:
  - value: 2000
  - value: 50
    constraints:
      namespace: "orders"
)");
    CHECK(*values.integer("frontend.namespaceRPS", 1) == 2000);
    CHECK(*values.integer("frontend.namespaceRPS", 1, {.namespace_name = "orders"}) == 50);
}

TEST_CASE("values of the command line win over those of the file", "[config][dynamic]") {
    DynamicValues values = values_of("a: [{value: 1}]\nb: [{value: 2}]");
    DynamicValues own;
    REQUIRE(own.add("B=3").ok());
    REQUIRE(own.add("b=4").ok());  // the last one counts
    values.overlay(own);
    CHECK(*values.integer("a", 0) == 1);
    CHECK(*values.integer("b", 0) == 4);
}
