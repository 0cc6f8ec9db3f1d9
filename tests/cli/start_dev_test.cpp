// `temporal server start-dev`, as a user runs it.
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/cli/child.h"
#include "tests/cli/listener.h"
#include "tests/support/catch.h"
#include "tests/support/exposition.h"
#include "tests/support/temp_dir.h"

using namespace server::tests;
using Words = std::vector<std::string>;
using Catch::Matchers::Contains;

namespace {

const std::string kReady = "Ctrl-C stops the server.";

// On a free port, unless the arguments say otherwise.
Words start_dev(const Words& arguments = {}) {
    Words command{program("temporal"), "server", "start-dev", "--port", "0"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
}

// What the banner says after `what`.
std::string shown(const std::string& out, const std::string& what) {
    const auto at = out.find("\n" + what + ":");
    if (at == std::string::npos) return "";
    const auto value = out.find_first_not_of(' ', at + what.size() + 2);
    return out.substr(value, out.find('\n', value) - value);
}

std::string get(std::uint16_t port, const std::string& path) {
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket(context);
    socket.connect({boost::asio::ip::address_v4::loopback(), port});
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    boost::asio::write(socket, boost::asio::buffer(request));
    std::string response;
    boost::system::error_code end;
    boost::asio::read(socket, boost::asio::dynamic_buffer(response), end);
    return response;
}

}  // namespace

TEST_CASE("start-dev says what listens where and stops at the first signal", "[cli][start-dev]") {
    Child server(start_dev());
    const int signal = GENERATE(SIGINT, SIGTERM, SIGHUP);
    REQUIRE(server.printed(kReady));
    CHECK_THAT(shown(server.out(), "Temporal Server"), Contains("127.0.0.1:"));
    CHECK_THAT(shown(server.out(), "Persistence"), Contains("in memory"));
    CHECK(shown(server.out(), "UI") == "not built yet");
    CHECK_THAT(shown(server.out(), "Metrics"), Contains("/metrics"));
    server.signal(signal);
    CHECK(server.wait(Child::kStopMax) == 0);
    CHECK_THAT(server.out(), Contains("Stopping"));
    CHECK(server.err().empty());
}

TEST_CASE("start-dev stops cleanly when nobody reads what it prints", "[cli][start-dev]") {
    Child server(start_dev());
    REQUIRE(server.printed(kReady));
    server.stop_listening();
    server.signal(SIGINT);
    CHECK(server.wait(Child::kStopMax) == 0);
}

TEST_CASE("start-dev takes the flags that SDK harnesses pass", "[cli][start-dev]") {
    const Child::Options options{.environment = {"HOME=/nonexistent"}};
    Child server(
        start_dev({"--namespace", "orders", "--ip", "127.0.0.1", "--headless", "--ui-port",
                   std::to_string(free_port()), "--log-format", "pretty", "--log-level", "error",
                   "--dynamic-config-value", "frontend.enableServerVersionCheck=false",
                   "--dynamic-config-value", "limit.maxIDLength=500", "--search-attribute",
                   "CustomerId=Keyword", "--sqlite-pragma", "cache_size=-4096"}),
        options);
    REQUIRE(server.printed(kReady));
    CHECK(shown(server.out(), "UI").empty());
    server.signal(SIGTERM);
    CHECK(server.wait(Child::kStopMax) == 0);
    CHECK(server.err().empty());
}

TEST_CASE("a dynamic config key without effect is named", "[cli][start-dev]") {
    Child server(start_dev({"--dynamic-config-value", "frontend.noSuchThing=1"}));
    REQUIRE(server.printed(kReady));
    server.signal(SIGTERM);
    CHECK(server.wait(Child::kStopMax) == 0);
    CHECK_THAT(server.err(), Contains("without effect yet") && Contains("frontend.nosuchthing"));
}

TEST_CASE("a bad flag ends start-dev with its name, its value and what is allowed",
          "[cli][start-dev]") {
    struct Bad {
        Words arguments;
        std::string message;
    };
    const Bad bad = GENERATE(
        Bad{{"--prot", "1"}, "unknown flag: --prot; did you mean --port?"},
        Bad{{"--port", "banana"}, "flag --port: \"banana\" is not a number from 0 to 65535"},
        Bad{{"--log-format", "xml"}, "flag --log-format: \"xml\" is not one of text, json, pretty"},
        Bad{{"--search-attribute", "Total=Money"}, "unknown type \"Money\"; use Text, Keyword"},
        Bad{{"--search-attribute", "WorkflowId=Keyword"}, "WorkflowId"},
        Bad{{"--search-attribute", "Total"}, "\"Total\" is not NAME=VALUE"},
        Bad{{"--dynamic-config-value", "a=b"}, "b is not JSON"},
        Bad{{"--dynamic-config-value", "limit.maxIDLength=\"x\""}, "is not a whole number"},
        Bad{{"--dynamic-config-value", "limit.maxIDLength=0"}, "must be above zero"},
        Bad{{"--sqlite-pragma", "foreign_keys=ON"}, "foreign_keys"},
        Bad{{"--ip", "203.0.113.7"}, "203.0.113.7"}, Bad{{"extra"}, "unexpected word \"extra\""});
    const Finished ended = finish(start_dev(bad.arguments));
    CHECK(ended.code == 1);
    CHECK_THAT(ended.err, Catch::Matchers::StartsWith("Error: ") && Contains(bad.message));
    CHECK(ended.out.empty());
}

TEST_CASE("a taken port is named with its owner and the fix", "[cli][start-dev]") {
    const Listener taken;
    const std::string port = std::to_string(taken.port());
    const Finished ended = finish(start_dev({"--port", port}));
    CHECK(ended.code == 1);
    CHECK(ended.err == "Error: port " + port + " on 127.0.0.1 is taken by test_cli (pid " +
                           std::to_string(getpid()) +
                           "); stop it, or choose another port with --port\n");
    const Finished metrics = finish(start_dev({"--metrics-port", port}));
    CHECK(metrics.code == 1);
    CHECK_THAT(metrics.err, Contains("choose another port with --metrics-port"));
}

TEST_CASE("a database file is made, kept and belongs to one process", "[cli][start-dev]") {
    const TempDir folder;
    const std::string file = folder.file("temporal.db");
    Child first(start_dev({"--db-filename", file}));
    REQUIRE(first.printed(kReady));
    CHECK(shown(first.out(), "Persistence") == "file " + file);

    const Finished second = finish(start_dev({"--db-filename", file}));
    CHECK(second.code == 1);
    CHECK_THAT(second.err, Contains(file) && Contains(std::to_string(first.pid())));

    first.signal(SIGINT);
    CHECK(first.wait(Child::kStopMax) == 0);
    SECTION("its path may be relative") {
        const Child::Options there{.folder = folder.path().string()};
        Child third(start_dev({"--db-filename", "temporal.db"}), there);
        CHECK(third.printed(kReady));
    }
    SECTION("the next process opens it again") {
        Child third(start_dev({"--db-filename", file}));
        CHECK(third.printed(kReady));
    }
}

TEST_CASE("a server that was killed leaves a file the next one can use", "[cli][start-dev]") {
    const TempDir folder;
    const std::string file = folder.file("temporal.db");
    Child first(start_dev({"--db-filename", file}));
    REQUIRE(first.printed(kReady));
    first.signal(SIGKILL);
    CHECK(first.wait() == -SIGKILL);
    Child second(start_dev({"--db-filename", file}));
    CHECK(second.printed(kReady));
}

TEST_CASE("a search attribute keeps its type", "[cli][start-dev]") {
    const TempDir folder;
    const std::string file = folder.file("temporal.db");
    Child first(start_dev({"--db-filename", file, "--search-attribute", "Total=Int"}));
    REQUIRE(first.printed(kReady));
    first.signal(SIGINT);
    CHECK(first.wait(Child::kStopMax) == 0);
    const Finished second =
        finish(start_dev({"--db-filename", file, "--search-attribute", "Total=Keyword"}));
    CHECK(second.code == 1);
    CHECK_THAT(second.err, Contains("search attribute Total") && Contains("has the type Int"));
}

TEST_CASE("a database file that cannot be used is named, with the fix", "[cli][start-dev]") {
    const TempDir folder;
    const std::string damaged = folder.file("damaged.db");
    const std::string garbage(16384, 'x');
    std::ofstream(damaged) << garbage;
    const Words files{damaged, folder.file("missing/temporal.db"), folder.path().string(),
                      "/proc/temporal.db"};
    const std::string& file = files[GENERATE(0U, 1U, 2U, 3U)];
    const Finished ended = finish(start_dev({"--db-filename", file}));
    CHECK(ended.code == 1);
    CHECK_THAT(ended.err, Catch::Matchers::StartsWith("Error: ") && Contains(file));
    std::ifstream kept(damaged);
    CHECK(std::string(std::istreambuf_iterator<char>(kept), {}) == garbage);
}

TEST_CASE("a disk that is full at the start is an error, not a crash", "[cli][start-dev]") {
    const TempDir folder;
    const std::string file = folder.file("temporal.db");
    const Finished ended = finish(start_dev({"--db-filename", file}), {.file_bytes_max = 8192});
    CHECK(ended.code == 1);
    CHECK_THAT(ended.err, Catch::Matchers::StartsWith("Error: ") && Contains(file));
}

TEST_CASE("metrics are served for Prometheus", "[cli][start-dev]") {
    const std::uint16_t port = free_port();
    Child server(start_dev({"--metrics-port", std::to_string(port)}));
    REQUIRE(server.printed(kReady));
    CHECK(shown(server.out(), "Metrics") ==
          "http://127.0.0.1:" + std::to_string(port) + "/metrics");
    CHECK_THAT(get(port, "/metrics"), Contains("200 OK") &&
                                          Contains("process_resident_memory_bytes") &&
                                          Contains("store_commits"));
    CHECK_THAT(get(port, "/"), Contains("404"));
}

TEST_CASE("the configuration can be printed", "[cli][start-dev]") {
    Child server(start_dev({"--log-config", "--sqlite-pragma", "cache_size=-4096"}));
    REQUIRE(server.printed(kReady));
    server.signal(SIGINT);
    CHECK(server.wait(Child::kStopMax) == 0);
    CHECK_THAT(server.err(), Contains("pluginName: sqlite") && Contains("cache_size: \"-4096\""));
}

TEST_CASE("a scrape of a server keeps to Prometheus's format, and says that it serves",
          "[cli][start-dev]") {
    const std::uint16_t port = free_port();
    Child server(start_dev({"--metrics-port", std::to_string(port)}));
    REQUIRE(server.printed(kReady));
    const std::string answer = get(port, "/metrics");
    const std::string text = answer.substr(answer.find("\r\n\r\n") + 4);
    CHECK(exposition_fault(text) == "");
    auto samples = samples_of(text);
    CHECK(samples["numshards_gauge{service_name=\"history\"}"] == 4);
    CHECK(samples["persistence_requests{operation=\"UpdateShard\",service_name=\"history\"}"] == 4);
    CHECK(samples["restarts"] == 1);
    // The sanitisers' allocator does not say how much it has given out.
    CHECK(samples.contains("memory_heap"));
    CHECK_THAT(get(port, "/healthz"), Contains("200 OK"));
    CHECK_THAT(get(port, "/readyz"),
               Contains("200 OK") && Contains(R"("history":{"state":"serving","reason":""})"));
}
