// Every scenario, small, against a development server.
#include <cstdlib>
#include <future>

#include "bench/benchmark.h"
#include "tests/support/catch.h"
#include "tests/support/driver/server_process.h"
#include "tests/support/temp_dir.h"

using namespace server;
using namespace server::bench;

namespace {

using Words = std::vector<std::string>;

class DevelopmentServer {
public:
    DevelopmentServer()
        : port_(std::to_string(driver::free_port(seed()))), process_(command(), log()) {
        REQUIRE(process_.start().ok());
    }

    std::string address() const { return "127.0.0.1:" + port_; }

private:
    static unsigned seed() { return static_cast<unsigned>(Random::seed_from_system()); }
    static std::string program() {
        const char* folder = std::getenv("BIN_DIR");
        return std::string(folder ? folder : "build/bin") + "/temporal";
    }
    Words command() const {
        return {program(), "server",    "start-dev", "--headless",
                "--ip",    "127.0.0.1", "--port",    port_};
    }
    std::string log() const { return folder_.file("server.log"); }

    tests::TempDir folder_;
    std::string port_;
    driver::ServerProcess process_;
};

Async<void> run_one(Benchmark& benchmark, std::promise<Status>& ended) {
    const Status status = co_await benchmark.run();
    ended.set_value(status);
}

BenchResult play(const std::string& address, Words words) {
    words.insert(words.end(), {"--address", address, "--concurrency", "3", "--connections", "2"});
    const Result<Options> options = parse_options(words);
    REQUIRE(options.ok());
    Lane lane("bench");
    SystemClock clock;
    Random random(Random::seed_from_system());
    Benchmark benchmark(
        *options, [](const std::string&) {}, lane, clock, random);
    std::promise<Status> ended;
    lane.spawn(run_one(benchmark, ended));
    const Status status = ended.get_future().get();
    lane.stop();
    INFO(status.message());
    REQUIRE(status.ok());
    return benchmark.result();
}

void check_all_done(const DevelopmentServer& server, const Words& words, std::size_t count) {
    const BenchResult result = play(server.address(), words);
    INFO(to_text(result));
    CHECK(result.good());
    CHECK(result.completed == count);
    CHECK(result.latencies.count() == count);
    CHECK(result.not_supported.empty());
}

}  // namespace

TEST_CASE("every scenario completes all its workflows, once", "[bench][scenarios]") {
    const DevelopmentServer server;
    for (const std::string scenario :
         {"one-activity", "activities-in-series:3", "activities-in-parallel:4", "children:3",
          "timers:2", "open-timers:2", "task-queues", "signals:4", "backlog", "continue-as-new:3",
          "payload", "echo"}) {
        INFO(scenario);
        check_all_done(server, {"--scenario", scenario, "--count", "6", "--task-queues", "2"}, 6);
    }
    check_all_done(server, {"--scenario", "idle", "--count", "6", "--duration", "0"}, 6);
}

TEST_CASE("an open loop completes all its workflows as well", "[bench][scenarios]") {
    const DevelopmentServer server;
    check_all_done(server, {"--rate", "50", "--count", "10"}, 10);
}

TEST_CASE("a scenario that the server cannot play is told apart from one that failed",
          "[bench][scenarios]") {
    const DevelopmentServer server;
    const BenchResult result = play(server.address(), {"--scenario", "updates", "--count", "2"});
    INFO(to_text(result));
    CHECK(result.good());
    if (result.not_supported.empty()) CHECK(result.completed == 2);
}
