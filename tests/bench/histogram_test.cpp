#include "bench/histogram.h"

#include <rapidcheck/catch.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/support/catch.h"

using namespace server;
using bench::Histogram;

namespace {

std::int64_t micros(Duration duration) {
    return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

// The sample that the definition of percentile() asks for.
std::int64_t exact(std::vector<std::int64_t> samples, double fraction) {
    std::sort(samples.begin(), samples.end());
    const auto rank =
        static_cast<std::size_t>(fraction * static_cast<double>(samples.size()) + 0.5);
    return samples[std::clamp<std::size_t>(rank, 1, samples.size()) - 1];
}

}  // namespace

TEST_CASE("every percentile is within one percent of the exact one", "[bench][law]") {
    rc::prop("for latencies of all magnitudes", [] {
        const auto magnitudes = *rc::gen::nonEmpty(rc::gen::container<std::vector<double>>(
            rc::gen::map(rc::gen::inRange(0, 2'450), [](int value) { return value / 100.0; })));
        std::vector<std::int64_t> samples;
        Histogram histogram;
        for (const double magnitude : magnitudes) {
            samples.push_back(static_cast<std::int64_t>(std::exp(magnitude)));
            histogram.add(std::chrono::microseconds(samples.back()));
        }
        RC_ASSERT(histogram.count() == samples.size());
        for (const double fraction : {0.0, 0.1, 0.5, 0.9, 0.99, 1.0}) {
            const auto wanted = static_cast<double>(exact(samples, fraction));
            const auto found = static_cast<double>(micros(histogram.percentile(fraction)));
            RC_ASSERT(std::abs(found - wanted) <= wanted / 100);
        }
    });
}

TEST_CASE("an empty histogram has percentiles of zero", "[bench]") {
    CHECK(Histogram().percentile(0.5) == Duration{});
}

TEST_CASE("what is out of range counts as the nearest value in range", "[bench]") {
    Histogram histogram;
    histogram.add(-5s);
    CHECK(histogram.percentile(1) == Duration{});
    histogram.add(24h * 365);
    CHECK(histogram.percentile(1) > 18h);
}
