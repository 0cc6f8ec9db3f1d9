#include "server/config/flags.h"

#include "tests/support/catch.h"

using namespace server;
using config::Flag;
using Words = std::vector<std::string>;

namespace {

const std::vector<Flag> flags{
    {.name = "port",
     .letter = 'p',
     .kind = Flag::Kind::integer,
     .value_name = "PORT",
     .default_value = "7233",
     .minimum = 1,
     .maximum = 65535},
    {.name = "http-port", .kind = Flag::Kind::integer, .value_name = "PORT", .maximum = 65535},
    {.name = "headless", .kind = Flag::Kind::toggle},
    {.name = "log-format", .value_name = "FORMAT", .default_value = "text", .choices = "text|json"},
    {.name = "service",
     .kind = Flag::Kind::list,
     .value_name = "NAME",
     .alias = "svc",
     .environment = "TEMPORAL_SERVICES"},
};

const config::Environment empty = [](const std::string&) { return std::nullopt; };

Result<config::CommandLine> parse(const Words& arguments,
                                  const config::Environment& environment = empty) {
    return config::parse_flags(flags, arguments, environment);
}

std::string refusal(const Words& arguments) {
    const auto parsed = parse(arguments);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.status().code() == Code::InvalidArgument);
    return parsed.status().message();
}

}  // namespace

TEST_CASE("a value may follow its flag or be glued to it", "[config][flags]") {
    const auto arguments = GENERATE(Words{"--port", "9"}, Words{"--port=9"}, Words{"-p", "9"},
                                    Words{"-p9"}, Words{"-p=9"});
    CHECK(parse(arguments)->flags.integer("port") == 9);
    CHECK(parse(arguments)->flags.given("port"));
}

TEST_CASE("what is not given has its default", "[config][flags]") {
    const auto parsed = parse({});
    CHECK(parsed->flags.integer("port") == 7233);
    CHECK(parsed->flags.integer("http-port") == std::nullopt);
    CHECK(parsed->flags.text("log-format") == "text");
    CHECK_FALSE(parsed->flags.toggle("headless"));
    CHECK_FALSE(parsed->flags.given("port"));
}

TEST_CASE("a toggle needs no value, and takes one only after an equals sign", "[config][flags]") {
    CHECK(parse({"--headless"})->flags.toggle("headless"));
    CHECK_FALSE(parse({"--headless=false"})->flags.toggle("headless"));
    const auto parsed = parse({"--headless", "false"});
    CHECK(parsed->flags.toggle("headless"));
    CHECK(parsed->words == Words{"false"});
}

TEST_CASE("a list keeps every value, other flags the last", "[config][flags]") {
    CHECK(parse({"--service", "a", "--svc=b"})->flags.list("service") == Words{"a", "b"});
    CHECK(parse({"-p1", "-p2"})->flags.integer("port") == 2);
}

TEST_CASE("the command line wins over the environment", "[config][flags]") {
    const config::Environment environment = [](const std::string& name) {
        return name == "TEMPORAL_SERVICES" ? std::optional<std::string>("history,matching")
                                           : std::nullopt;
    };
    CHECK(parse({}, environment)->flags.list("service") == Words{"history", "matching"});
    CHECK(parse({"--service", "worker"}, environment)->flags.list("service") == Words{"worker"});
}

TEST_CASE("two dashes end the flags", "[config][flags]") {
    CHECK(parse({"--", "--port", "9"})->words == Words{"--port", "9"});
}

TEST_CASE("words beyond the wanted ones stay as they are", "[config][flags]") {
    const auto parsed = config::parse_flags(flags, Words{"-p1", "start", "--other"}, empty, 1);
    CHECK(parsed->words == Words{"start", "--other"});
    CHECK(parsed->flags.integer("port") == 1);
}

TEST_CASE("a wrong flag is refused with its name, its value and what is allowed",
          "[config][flags]") {
    CHECK(refusal({"--prot", "9"}) == "unknown flag: --prot; did you mean --port?");
    CHECK(refusal({"--entirely-unknown"}) == "unknown flag: --entirely-unknown");
    CHECK(refusal({"-x"}) == "unknown flag: -x");
    CHECK(refusal({"--port"}) == "flag needs a value: --port PORT");
    CHECK(refusal({"--port", "banana"}) ==
          "flag --port: \"banana\" is not a number from 1 to 65535");
    CHECK(refusal({"--port", "70000"}) == "flag --port: \"70000\" is not a number from 1 to 65535");
    CHECK(refusal({"--port", "7 "}) == "flag --port: \"7 \" is not a number from 1 to 65535");
    CHECK(refusal({"--port="}) == "flag --port: \"\" is not a number from 1 to 65535");
    CHECK(refusal({"--log-format", "xml"}) ==
          "flag --log-format: \"xml\" is not one of text, json");
    CHECK(refusal({"--headless=maybe"}) == "flag --headless: \"maybe\" is not true or false");
}
