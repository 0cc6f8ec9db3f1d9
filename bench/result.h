#pragma once
// What a run of the benchmark has to say, as text and as JSON.

#include <string>
#include <vector>

#include "bench/histogram.h"

namespace server::bench {

struct BenchResult {
    std::string scenario;
    std::size_t completed = 0;
    std::size_t lost = 0;       // acknowledged, and not completed
    std::size_t doubled = 0;    // done more than once: workflows, activities, timers, signals …
    double seconds = 0;         // of what is measured
    Histogram latencies;        // from when a workflow was due to its result
    std::string not_supported;  // by this server; empty: it is
    std::vector<std::string> problems;  // what was not as it should be

    bool good() const { return lost == 0 && doubled == 0 && problems.empty(); }
    double per_second() const;
};

std::string to_text(const BenchResult& result);
// One line.
std::string to_json(const BenchResult& result);

}  // namespace server::bench
