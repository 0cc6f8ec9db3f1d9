#include "server/telemetry/log_line.h"

#include <boost/json/parse.hpp>

#include "tests/support/catch.h"

using namespace server;
using namespace std::chrono_literals;

namespace {

const TimePoint noon = from_unix_nanos(1'767'355'200'000'000'000) + 5ms;

std::string json_with(std::string_view value) {
    return log::to_line(log::Format::json, noon, log::Level::info, "m", {{"value", value}});
}

}  // namespace

TEST_CASE("a JSON log line has level, time, message and typed fields in this order",
          "[telemetry][log]") {
    const std::string line =
        log::to_line(log::Format::json, noon, log::Level::info, "shard acquired",
                     {{"shard_id", ShardId{3}},
                      {"range_id", RangeId{-7}},
                      {"owner", "host:1"},
                      {"took_s", 0.25},
                      {"stolen", true}});
    CHECK(line == R"({"level":"info","ts":"2026-01-02T12:00:00.005Z","msg":"shard acquired",)"
                  R"("shard_id":3,"range_id":-7,"owner":"host:1","took_s":0.25,"stolen":true})");
}

TEST_CASE("the text format quotes only what needs quotes", "[telemetry][log]") {
    CHECK(
        log::to_line(log::Format::text, noon, log::Level::warn, "a b",
                     {{"plain", "x/y:1"}, {"spaced", "x y"}, {"empty", ""}, {"n", 5U}}) ==
        R"(time=2026-01-02T12:00:00.005Z level=warn msg="a b" plain=x/y:1 spaced="x y" empty="" n=5)");
}

TEST_CASE("the pretty format shows the time of day first", "[telemetry][log]") {
    CHECK(log::to_line(log::Format::pretty, noon, log::Level::error, "store lost", {{"n", 1}}) ==
          "12:00:00.005 ERROR store lost  n=1");
    CHECK(log::to_line(log::Format::pretty, noon, log::Level::info, "ready", {}) ==
          "12:00:00.005 INFO  ready");
}

TEST_CASE("no value can break a line or its JSON", "[telemetry][log]") {
    const std::string value =
        GENERATE(std::string("line\nbreak\r\ttab"), std::string("quote\" back\\slash"),
                 std::string("\x01\x7f", 2), std::string("nul\0inside", 10),
                 std::string("caf\xc3\xa9 \xf0\x9f\x98\x80"));
    const std::string line = json_with(value);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(boost::json::parse(line).at("value").as_string() == value);
}

TEST_CASE("bytes that are no UTF-8 are replaced one by one", "[telemetry][log]") {
    const std::string replacement = "\xef\xbf\xbd";
    const std::string bad = GENERATE(std::string("\xff"), std::string("\xc3"), std::string("\x80"),
                                     std::string("\xc0"));
    CHECK(boost::json::parse(json_with("a" + bad + "b")).at("value").as_string() ==
          "a" + replacement + "b");
    SECTION("an overlong form, a surrogate and a number beyond Unicode too") {
        const std::string sequence =
            GENERATE(std::string("\xe0\x80\x80"), std::string("\xed\xa0\x80"),
                     std::string("\xf4\x90\x80\x80"));
        const auto parsed = boost::json::parse(json_with(sequence));
        std::string expected;
        for (std::size_t at = 0; at < sequence.size(); ++at) expected += replacement;
        CHECK(parsed.at("value").as_string() == expected);
    }
}

TEST_CASE("a long value is cut", "[telemetry][log]") {
    const std::string line = json_with(std::string(log::kValueBytesMax + 1, 'x'));
    CHECK(boost::json::parse(line).at("value").as_string() ==
          std::string(log::kValueBytesMax, 'x') + "...");
}

TEST_CASE("a number that JSON cannot write is null", "[telemetry][log]") {
    CHECK(log::to_line(log::Format::json, noon, log::Level::info, "m", {{"n", 1.0 / 0.0}})
              .find("\"n\":null") != std::string::npos);
}
