#include "server/matching/partition/rates.h"

#include <algorithm>
#include <numeric>

namespace server::matching {

namespace {

std::int64_t second_of(TimePoint time) { return unix_nanos(time) / 1'000'000'000; }

}  // namespace

void RateMeter::count(TimePoint now) {
    forget(second_of(now));
    ++counts_[static_cast<std::size_t>(latest_ % kSeconds)];
}

double RateMeter::per_second(TimePoint now) const {
    RateMeter current = *this;
    current.forget(second_of(now));
    const auto total = std::accumulate(current.counts_.begin(), current.counts_.end(), 0.0);
    return total / kSeconds;
}

void RateMeter::forget(std::int64_t second) {
    const std::int64_t passed = std::min(second - latest_, kSeconds);
    for (std::int64_t step = 0; step < passed; ++step) {
        counts_[static_cast<std::size_t>((second - step) % kSeconds)] = 0;
    }
    latest_ = std::max(latest_, second);
}

}  // namespace server::matching
