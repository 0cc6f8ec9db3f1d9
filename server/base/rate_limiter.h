#pragma once
// A limit on how many things may happen per second: a token bucket.

#include <optional>

#include "server/base/time.h"

namespace server {

// Holds what may happen in `burst` seconds, at least one. Without a rate everything may pass; with
// rate 0 nothing. Not for several threads at once.
class RateLimiter {
public:
    explicit RateLimiter(double burst = 1) : burst_(burst) {}

    // One that is negative or no number is ignored.
    void set_rate(double per_second, TimePoint now);
    std::optional<double> rate() const { return rate_; }

    // When the next one may pass: now or later, kNever with rate 0.
    TimePoint next(TimePoint now);
    void pass() { tokens_ -= 1; }
    // It did not pass after all.
    void undo_pass() { tokens_ += 1; }
    // Whether it is as if nothing had ever passed.
    bool is_full(TimePoint now) const;

private:
    double capacity() const;
    double tokens_at(TimePoint now) const;

    double burst_;
    std::optional<double> rate_;
    double tokens_ = 0;
    TimePoint filled_;
};

}  // namespace server
