#include "server/config/duration.h"

#include "tests/support/catch.h"

using namespace server;
using config::parse_duration;

TEST_CASE("durations are read as Go writes them", "[config][duration]") {
    CHECK(parse_duration("10s") == 10s);
    CHECK(parse_duration("1h30m") == 90min);
    CHECK(parse_duration("1.5s") == 1500ms);
    CHECK(parse_duration("300ms") == 300ms);
    CHECK(parse_duration("2us") == 2us);
    CHECK(parse_duration("7ns") == 7ns);
    CHECK(parse_duration("-2m") == -2min);
    CHECK(parse_duration("0") == 0s);
}

TEST_CASE("what is no duration is refused", "[config][duration]") {
    const std::string text =
        GENERATE(std::string(""), std::string("10"), std::string("s"), std::string("1 s"),
                 std::string("1d"), std::string("nan"), std::string("infs"), std::string("1e3s"),
                 std::string("-"), std::string("10000000h"));
    CHECK(parse_duration(text) == std::nullopt);
}

TEST_CASE("durations are printed as Go prints them", "[config][duration]") {
    CHECK(config::to_string(Duration{}) == "0s");
    CHECK(config::to_string(10s) == "10s");
    CHECK(config::to_string(90min) == "1h30m0s");
    CHECK(config::to_string(1500us) == "1.5ms");
    CHECK(config::to_string(-2min) == "-2m0s");
}
