// The contract of Pebble's API: what the charms rely on. The daemon is held to it, so that the
// charms' client is right; and the stand-in is, so that what the simulation of Juju shows is true.
#include <iostream>

#include "charm/layer.h"
#include "tests/charm/pebble/under_test.h"
#include "tests/support/catch.h"

namespace charm::tests {
namespace {

TEST_CASE("the daemon of Pebble is here, so that the contract is its own", "[charm][pebble]") {
    if (daemon().path.empty()) SKIP(daemon().missing);
    PebbleUnderTest pebble(PebbleKind::daemon);
    const auto info = pebble.client().get("/v1/system-info");
    REQUIRE(info.ok());
    std::cout << "Pebble: " << text_at(info->get_object(), "version") << " at " << daemon().path
              << '\n';
}

TEST_CASE("a Pebble says what it is and when it was started", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    const auto first = pebble.client().get("/v1/system-info");
    const auto second = pebble.client().get("/v1/system-info");
    REQUIRE(first.ok());
    CHECK_FALSE(text_at(first->get_object(), "version").empty());
    CHECK_FALSE(text_at(first->get_object(), "boot-id").empty());
    CHECK(first->get_object().at("boot-id") == second->get_object().at("boot-id"));
}

TEST_CASE("a Pebble without layers has nothing, and a replan of nothing is done",
          "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    CHECK(pebble::current_plan(pebble.client()).value().empty());
    CHECK(pebble::services(pebble.client()).value().empty());
    CHECK(pebble::checks(pebble.client()).value().empty());
    CHECK(pebble::replan(pebble.client()).ok());
}

TEST_CASE("what a layer says comes back in the plan, whatever its texts look like",
          "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    const json::object environment{{"A", "true"},
                                   {"B", "1.50"},
                                   {"C", "null"},
                                   {"D", "a: b # c"},
                                   {"E", "two\nlines"},
                                   {"F", "\u00fc \u4e2d"},
                                   {"G", "'\"\\"},
                                   {"H", ""},
                                   {"I", " blanks "},
                                   {"J", "0x1F"},
                                   {"K", "2001-01-01"},
                                   {"L", "~"},
                                   {"M", "!tag &a *a"},
                                   {"N", "- x"},
                                   {"O", "%@`|>"},
                                   {"P", "tab\tcr\r"},
                                   {"Q", std::string(300, 'x') + " " + std::string(300, 'y')},
                                   {"R", "\u001f"},
                                   {"S", "line\n\n  indented\n"},
                                   {"on", "yes"}};
    const json::object service{{"override", "replace"}, {"summary", "a summary"},
                               {"startup", "enabled"},  {"command", "/bin/sh -c 'exit 0'"},
                               {"kill-delay", "20s"},   {"environment", environment}};
    const json::object check{{"override", "replace"},
                             {"level", "ready"},
                             {"startup", "disabled"},
                             {"period", "5s"},
                             {"timeout", "3s"},
                             {"threshold", 1},
                             {"http", json::object{{"url", "http://[::1]:9/readyz"}}}};
    const json::object target{{"override", "replace"},
                              {"type", "loki"},
                              {"location", "http://127.0.0.1:9/loki/api/v1/push"},
                              {"services", json::array{"-all"}},
                              {"labels", json::object{{"juju_unit", "a/0"}}}};
    REQUIRE(pebble::add_layer(pebble.client(), "test",
                              {{"services", json::object{{"a", service}}},
                               {"checks", json::object{{"up", check}}},
                               {"log-targets", json::object{{"loki-a-0", target}}}})
                .ok());
    const json::object there = pebble.entry("services", "a");
    CAPTURE(json::serialize(there));
    CHECK(is_like(service, there));
    CHECK(is_like(check, pebble.entry("checks", "up")));
    CHECK(is_like(target, pebble.entry("log-targets", "loki-a-0")));
}

TEST_CASE("durations come back in Pebble's own spelling, and a threshold that was left out as 3",
          "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    const std::pair<const char*, const char*> spellings[] = {{"60s", "1m0s"},
                                                             {"1500ms", "1.5s"},
                                                             {"90m", "1h30m0s"},
                                                             {"100ms", "100ms"},
                                                             {"20s", "20s"}};
    for (const auto& [written, shown] : spellings) {
        const json::object check{{"override", "replace"},
                                 {"startup", "disabled"},
                                 {"period", written},
                                 {"exec", json::object{{"command", "true"}}}};
        REQUIRE(pebble.add("checks", "c", check).ok());
        CHECK(text_at(pebble.entry("checks", "c"), "period") == shown);
        CHECK(text_at(pebble.entry("checks", "c"), "threshold") == "3");
    }
}

TEST_CASE("an entry replaces the one before, or is merged into it", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    json::object entry = service_entry("exit 0");
    entry["environment"] = {{"A", "1"}, {"B", "2"}};
    REQUIRE(pebble.add("services", "a", entry).ok());
    const json::object merged{
        {"override", "merge"}, {"summary", "s"}, {"environment", {{"B", "3"}, {"C", "4"}}}};
    REQUIRE(pebble.add("services", "a", merged).ok());
    const json::object both = pebble.entry("services", "a");
    CHECK(text_at(both, "summary") == "s");
    CHECK(text_at(both, "command") == text_at(entry, "command"));
    CHECK(*find_object(both, "environment") == json::object{{"A", "1"}, {"B", "3"}, {"C", "4"}});
    REQUIRE(pebble.add("services", "a", service_entry("exit 1")).ok());
    const json::object replaced = pebble.entry("services", "a");
    CHECK(find(replaced, "summary") == nullptr);
    CHECK(find(replaced, "environment") == nullptr);
}

TEST_CASE("lists of an entry that is merged are appended", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    json::object target{{"override", "replace"},
                        {"type", "loki"},
                        {"location", "http://127.0.0.1:9"},
                        {"services", json::array{"all"}}};
    REQUIRE(pebble.add("log-targets", "t", target).ok());
    target["override"] = "merge";
    target["services"] = json::array{"-all"};
    REQUIRE(pebble.add("log-targets", "t", target).ok());
    CHECK(pebble.entry("log-targets", "t").at("services") == json::array{"all", "-all"});
}

TEST_CASE("a bad layer is refused with its reason, and changes nothing", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    const std::pair<const char*, const char*> refusals[] = {
        {R"({"nonsense": {}})", "unknown section \"nonsense\""},
        {R"({"services": {"a": {"command": "x"}}})", "must define \"override\" for service \"a\""},
        {R"({"services": {"a": {"override": "no", "command": "x"}}})",
         "invalid \"override\" value for service \"a\""},
        {R"({"services": {"a": {"override": "replace"}}})",
         "must define \"command\" for service \"a\""},
        {R"({"services": {"a": {"override": "replace", "command": "x", "odd": 1}}})",
         "field odd not found"},
        {R"({"services": {"a": {"override": "replace", "command": "'x"}}})",
         "expecting closing quote"},
        {R"({"checks": {"c": {"exec": {"command": "x"}}}})",
         "must define \"override\" for check \"c\""},
        {R"({"checks": {"c": {"override": "replace"}}})", "must specify one of \"http\", \"tcp\""},
        {R"({"checks": {"c": {"override": "replace", "period": "soon", "exec": {"command": "x"}}}})",
         "invalid duration \"soon\""},
        {R"({"checks": {"c": {"override": "replace", "odd": 1, "exec": {"command": "x"}}}})",
         "field odd not found"},
        {R"({"log-targets": {"t": {"override": "replace", "location": "http://l"}}})",
         "must define \"type\""},
        {R"({"log-targets": {"t": {"override": "replace", "type": "loki", "services": ["all"]}}})",
         "must define \"location\""},
        {R"({"log-targets": {"t": {"override": "replace", "type": "loki", "location": "http://l", "services": ["a"]}}})",
         "specifies unknown service \"a\""},
    };
    for (const auto& [layer, reason] : refusals) {
        CAPTURE(layer);
        const Status status =
            pebble::add_layer(pebble.client(), "test", json::parse(layer).get_object());
        CHECK(status.code() == Code::InvalidArgument);
        CHECK(says(status, reason));
        CHECK(pebble::current_plan(pebble.client()).value().empty());
    }
}

TEST_CASE("what Pebble does not know is not found, and what it cannot read is refused",
          "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    CHECK(pebble.client().get("/v1/nonsense").status().code() == Code::NotFound);
    CHECK(pebble.client().wait("4711", std::chrono::seconds(1)).status().code() == Code::NotFound);
    CHECK(pebble.client().get("/v1/plan").status().code() == Code::InvalidArgument);
    CHECK(pebble.client().post("/v1/services", {{"action", "stop"}}).status().code() ==
          Code::InvalidArgument);
    CHECK(pebble.client()
              .post("/v1/services", {{"action", "dance"}, {"services", {"a"}}})
              .status()
              .code() == Code::InvalidArgument);
}

}  // namespace
}  // namespace charm::tests
