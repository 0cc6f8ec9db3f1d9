#pragma once
// How long a kind of call took, as percentiles. Keeps every sample (8 bytes each), so that the
// numbers are exact.

#include <string>
#include <vector>

#include "server/base/time.h"

namespace server::driver {

class Latencies {
public:
    void add(Duration duration) { samples_.push_back(duration); }
    std::size_t count() const { return samples_.size(); }
    Duration last() const { return samples_.empty() ? Duration{} : samples_.back(); }
    // The sample below which `fraction` of them lie; zero when there are none.
    Duration percentile(double fraction) const;

    // "  120 · p50 1.2 ms · p90 … · p99 … · max …", the count first.
    std::string summary() const;

private:
    std::vector<Duration> samples_;
};

// "12.3 ms"
std::string in_milliseconds(Duration duration);

}  // namespace server::driver
