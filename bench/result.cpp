#include "bench/result.h"

#include <boost/json.hpp>
#include <cstdio>

namespace server::bench {

namespace {

double milliseconds(Duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

double BenchResult::per_second() const {
    return seconds > 0 ? static_cast<double>(completed) / seconds : 0;
}

std::string to_text(const BenchResult& result) {
    if (!result.not_supported.empty()) {
        return result.scenario + ": not supported by this server: " + result.not_supported + "\n";
    }
    char line[256];
    std::snprintf(line, sizeof line,
                  "%s: %zu completed in %.2f s, %.1f/s, p50 %.2f ms, p99 %.2f ms, %zu lost, %zu "
                  "doubled\n",
                  result.scenario.c_str(), result.completed, result.seconds, result.per_second(),
                  milliseconds(result.latencies.percentile(0.5)),
                  milliseconds(result.latencies.percentile(0.99)), result.lost, result.doubled);
    std::string text = line;
    for (const std::string& problem : result.problems) text += "problem: " + problem + "\n";
    return text;
}

std::string to_json(const BenchResult& result) {
    boost::json::object json{{"scenario", result.scenario},
                             {"supported", result.not_supported.empty()},
                             {"completed", result.completed},
                             {"lost", result.lost},
                             {"doubled", result.doubled},
                             {"seconds", result.seconds},
                             {"per_second", result.per_second()},
                             {"p50_ms", milliseconds(result.latencies.percentile(0.5))},
                             {"p99_ms", milliseconds(result.latencies.percentile(0.99))}};
    boost::json::array problems;
    for (const std::string& problem : result.problems) problems.emplace_back(problem);
    json["problems"] = std::move(problems);
    return boost::json::serialize(json) + "\n";
}

}  // namespace server::bench
