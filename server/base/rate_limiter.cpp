#include "server/base/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace server {

namespace {

double seconds_of(Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

}  // namespace

double RateLimiter::capacity() const { return std::max(1.0, *rate_ * burst_); }

void RateLimiter::set_rate(double per_second, TimePoint now) {
    if (std::isnan(per_second) || per_second < 0 || rate_ == per_second) return;
    const bool is_first = !rate_.has_value();
    rate_ = per_second;
    tokens_ = is_first ? capacity() : std::min(tokens_, capacity());
    filled_ = now;
}

double RateLimiter::tokens_at(TimePoint now) const {
    return std::min(capacity(), tokens_ + seconds_of(now - filled_) * *rate_);
}

TimePoint RateLimiter::next(TimePoint now) {
    if (!rate_) return now;
    if (*rate_ == 0) return kNever;
    tokens_ = tokens_at(now);
    filled_ = now;
    // Rounding must not leave a wait of zero nanoseconds.
    if (tokens_ >= 1 - 1e-9) return now;
    const double wait_seconds = std::min((1 - tokens_) / *rate_, 1e9);
    return saturating_add(now, Duration(static_cast<std::int64_t>(std::ceil(wait_seconds * 1e9))));
}

bool RateLimiter::is_full(TimePoint now) const { return !rate_ || tokens_at(now) >= capacity(); }

}  // namespace server
