#include "tests/support/driver/latencies.h"

#include <algorithm>
#include <cstdio>

namespace server::driver {

Duration Latencies::percentile(double fraction) const {
    if (samples_.empty()) return {};
    std::vector<Duration> sorted = samples_;
    const auto last = static_cast<double>(sorted.size() - 1);
    const auto nth = sorted.begin() + static_cast<std::ptrdiff_t>(last * fraction + 0.5);
    std::nth_element(sorted.begin(), nth, sorted.end());
    return *nth;
}

std::string in_milliseconds(Duration duration) {
    char text[32];
    const double value = std::chrono::duration<double, std::milli>(duration).count();
    std::snprintf(text, sizeof text, value < 10 ? "%.2f ms" : "%.0f ms", value);
    return text;
}

std::string Latencies::summary() const {
    char count_text[16];
    std::snprintf(count_text, sizeof count_text, "%7zu", count());
    return std::string(count_text) + " · p50 " + in_milliseconds(percentile(0.5)) + " · p90 " +
           in_milliseconds(percentile(0.9)) + " · p99 " + in_milliseconds(percentile(0.99)) +
           " · max " + in_milliseconds(percentile(1));
}

}  // namespace server::driver
