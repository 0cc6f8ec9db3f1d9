#include "server/app/role_options.h"

#include <set>

#include "server/config/dynamic_file.h"
#include "tests/support/catch.h"

using namespace server;

namespace {

app::RoleOptions options_of(const std::string& text) {
    const auto file = config::parse_dynamic_file("d.yaml", text);
    INFO(file.status().message());
    REQUIRE(file.ok());
    return app::role_options_from(file->values);
}

}  // namespace

TEST_CASE("a dynamic value becomes the options of the roles", "[app][dynamic]") {
    const app::RoleOptions options = options_of(R"(
limit.blobSize.error: [{value: 1000}]
matching.longPollExpirationInterval: [{value: 50s}]
history.longPollExpirationInterval: [{value: 30}]
frontend.namespaceCount:
  - value: 100
  - value: 7
    constraints: {namespace: small}
frontend.namespaceRPS:
  - value: 50
    constraints: {namespace: small}
  - value: 2000
)");
    CHECK(options.warnings.empty());
    CHECK(options.unused_keys.empty());
    CHECK(options.frontend.blob_bytes_max == 1000);
    CHECK(options.history.workflow.blob_size_bytes_max == 1000);
    CHECK(options.matching.long_poll == 50s);
    CHECK(options.history.history_wait_max == 30s);
    CHECK(options.frontend.waits_max("small") == 7);
    CHECK(options.frontend.waits_max("other") == 100);
    CHECK(options.frontend.request_rate_max("small") == 50);
    CHECK(options.frontend.request_rate_max("other") == 2000);
}

TEST_CASE("a value that cannot be meant keeps the default and is a warning", "[app][dynamic]") {
    const app::RoleOptions defaults;
    const app::RoleOptions options = options_of(R"(
limit.blobSize.error: [{value: large}]
limit.memoSize.error: [{value: 0}]
limit.maxIDLength:
  - value: 10
    constraints: {namespace: n}
frontend.namespaceCount: [{value: 3, constraints: {taskQueueName: q}}]
history.enableSomething: [{value: true}]
)");
    CHECK(options.frontend.blob_bytes_max == defaults.frontend.blob_bytes_max);
    CHECK(options.frontend.memo_bytes_max == defaults.frontend.memo_bytes_max);
    CHECK(options.frontend.id_bytes_max == defaults.frontend.id_bytes_max);
    CHECK(std::set(options.warnings.begin(), options.warnings.end()) ==
          std::set<std::string>{
              "d.yaml:2: limit.blobSize.error: \"large\" is not a whole number",
              "d.yaml:3: limit.memoSize.error: must be above zero",
              "d.yaml:5: limit.maxIDLength: these constraints have no effect on this key here",
              "d.yaml:7: frontend.namespaceCount: these constraints have no effect on this key "
              "here"});
    CHECK(options.unused_keys == std::vector<std::string>{"history.enablesomething"});
}

TEST_CASE("a value typed on the command line is refused instead", "[app][dynamic]") {
    config::DynamicValues values;
    REQUIRE(values.add("limit.blobSize.error=\"large\"").ok());
    CHECK(app::strict_role_options_from(values).status().message() ==
          "dynamic config limit.blobSize.error: \"large\" is not a whole number");
}
