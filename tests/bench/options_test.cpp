#include "bench/options.h"

#include "tests/support/catch.h"

using namespace server;
using namespace server::bench;

namespace {

Options parsed(const std::vector<std::string>& arguments) {
    const Result<Options> options = parse_options(arguments);
    INFO(options.status().message());
    REQUIRE(options.ok());
    return *options;
}

std::string refusal(const std::vector<std::string>& arguments) {
    const Result<Options> options = parse_options(arguments);
    REQUIRE_FALSE(options.ok());
    CHECK(options.status().code() == Code::InvalidArgument);
    return options.status().message();
}

}  // namespace

TEST_CASE("without flags it is a thousand workflows of one activity", "[bench][options]") {
    const Options options = parsed({});
    CHECK(options.address == "127.0.0.1:7233");
    CHECK(options.namespace_name == "default");
    CHECK(options.scenario.name == "one-activity");
    CHECK(options.count == 1'000);
    CHECK(options.concurrency == 100);
    CHECK(options.rate == 0);
    CHECK_FALSE(options.json);
}

TEST_CASE("every flag reaches its option", "[bench][options]") {
    const Options options = parsed({"--address",
                                    "a:1",
                                    "--namespace=n",
                                    "--scenario",
                                    "timers:7",
                                    "--concurrency",
                                    "2",
                                    "--rate",
                                    "3",
                                    "--duration",
                                    "4",
                                    "--count",
                                    "5",
                                    "--payload-bytes",
                                    "6",
                                    "--task-queues",
                                    "8",
                                    "--connections",
                                    "9",
                                    "--json"});
    CHECK(options.address == "a:1");
    CHECK(options.namespace_name == "n");
    CHECK(options.scenario.name == "timers");
    CHECK(options.scenario.size == 7);
    CHECK(options.concurrency == 2);
    CHECK(options.rate == 3);
    CHECK(options.duration == 4s);
    CHECK(options.count == 5);
    CHECK(options.payload_bytes == 6);
    CHECK(options.task_queues == 8);
    CHECK(options.connections == 9);
    CHECK(options.json);
}

TEST_CASE("a duration lifts the limit of the count, a rate that of the concurrency",
          "[bench][options]") {
    CHECK(parsed({"--duration", "10"}).count > 1'000'000);
    CHECK(parsed({"--duration", "10", "--count", "7"}).count == 7);
    CHECK(parsed({"--rate", "10"}).concurrency == 10'000);
    CHECK(parsed({"--scenario", "idle", "--duration", "10"}).count == 1'000);
}

TEST_CASE("what is wrong with a flag is said", "[bench][options]") {
    CHECK(refusal({"--scenario", "none"}).find("one-activity, activities-in-series") !=
          std::string::npos);
    CHECK(refusal({"--scenario", "timers:0"}).find("1 to 2000") != std::string::npos);
    CHECK(refusal({"--scenario", "one-activity:3"}).find("takes none") != std::string::npos);
    CHECK(refusal({"--concurrency", "0"}).find("concurrency") != std::string::npos);
    CHECK(refusal({"--speed", "1"}).find("speed") != std::string::npos);
    CHECK(refusal({"word"}).find("word") != std::string::npos);
}

TEST_CASE("help names every flag and every scenario", "[bench][options]") {
    CHECK(parsed({"--help"}).help);
    const std::string help = help_text();
    for (const std::string flag :
         {"--address", "--namespace", "--scenario", "--concurrency", "--rate", "--duration",
          "--count", "--payload-bytes", "--task-queues", "--connections", "--json"}) {
        CHECK(help.find("  " + flag) != std::string::npos);
    }
    for (const Scenario& scenario : scenarios()) {
        CHECK(help.find("  " + std::string(scenario.name)) != std::string::npos);
    }
}

TEST_CASE("payloads of the payload scenario go from 256 bytes to 100 kB", "[bench][options]") {
    const Scenario payload = *find_scenario("payload");
    CHECK(shape_of(payload, 0, 0).payload_bytes == 256);
    CHECK(shape_of(payload, 0, 5).payload_bytes == 100'000);
    CHECK(shape_of(payload, 77, 5).payload_bytes == 77);
    CHECK(shape_of(*find_scenario("one-activity"), 0, 5).payload_bytes == 0);
}
