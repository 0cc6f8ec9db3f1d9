#include "server/matching/partition/rates.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace server::matching {

namespace {

std::int64_t second_of(TimePoint time) { return unix_nanos(time) / 1'000'000'000; }

double seconds_of(Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

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

void RateLimiter::set_rate(double per_second, TimePoint now) {
    if (std::isnan(per_second) || per_second < 0 || rate_ == per_second) return;
    const bool is_first = !rate_.has_value();
    rate_ = per_second;
    tokens_ = is_first ? capacity() : std::min(tokens_, capacity());
    filled_ = now;
}

TimePoint RateLimiter::next(TimePoint now) {
    if (!rate_) return now;
    if (*rate_ == 0) return kNever;
    tokens_ = std::min(capacity(), tokens_ + seconds_of(now - filled_) * *rate_);
    filled_ = now;
    // Rounding must not leave a wait of zero nanoseconds.
    if (tokens_ >= 1 - 1e-9) return now;
    const double wait_seconds = std::min((1 - tokens_) / *rate_, 1e9);
    return saturating_add(now, Duration(static_cast<std::int64_t>(std::ceil(wait_seconds * 1e9))));
}

}  // namespace server::matching
