// temporal-bench: see options.cpp for what it says of itself, bench/README.md for how it is used.
// Exit code 0 when every workflow completed, once; 1 when not; 2 for bad flags or no server.
#include <future>
#include <iostream>

#include "bench/benchmark.h"

namespace server::bench {
namespace {

constexpr int kBad = 1;
constexpr int kUnusable = 2;

int fail(const std::string& message) {
    std::cerr << "temporal-bench: " << message << "\n";
    return kUnusable;
}

Async<void> run_to_the_end(Benchmark& benchmark, std::promise<Status>& ended) {
    const Status status = co_await benchmark.run();
    ended.set_value(status);
}

int run(const std::vector<std::string>& arguments) {
    const Result<Options> options = parse_options(arguments);
    if (!options.ok()) return fail(options.status().message());
    if (options->help) {
        std::cout << help_text();
        return 0;
    }
    Lane lane("bench");
    SystemClock clock;
    Random random(Random::seed_from_system());
    Benchmark benchmark(
        *options, [](const std::string& line) { std::cerr << line << std::endl; }, lane, clock,
        random);
    std::promise<Status> ended;
    lane.spawn(run_to_the_end(benchmark, ended));
    const Status status = ended.get_future().get();
    lane.stop();
    if (!status.ok()) return fail(status.message());
    const BenchResult& result = benchmark.result();
    std::cout << (options->json ? to_json(result) : to_text(result));
    return result.good() ? 0 : kBad;
}

}  // namespace
}  // namespace server::bench

int main(int argc, char* argv[]) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    try {
        return server::bench::run(arguments);
    } catch (const std::exception& defect) {
        return server::bench::fail(std::string("a defect: ") + defect.what());
    }
}
