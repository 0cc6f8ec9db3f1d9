#pragma once
// How many things happened per second, averaged over the last 30 s; and a limit on how many may.

#include <array>
#include <cstdint>
#include <optional>

#include "server/base/time.h"

namespace server::matching {

// What is shown as the rate of a queue without a limit, as Temporal does.
inline constexpr double kRateUnlimited = 100'000;

class RateMeter {
public:
    void count(TimePoint now);
    double per_second(TimePoint now) const;

private:
    static constexpr std::int64_t kSeconds = 30;

    void forget(std::int64_t second);

    std::array<std::uint32_t, kSeconds> counts_{};
    std::int64_t latest_ = 0;  // second of the newest count
};

// A token bucket that holds one second's worth, at least one. Without a rate everything may pass;
// with rate 0 nothing.
class RateLimiter {
public:
    void set_rate(double per_second, TimePoint now);
    std::optional<double> rate() const { return rate_; }

    // When the next one may pass: now or later, kNever with rate 0.
    TimePoint next(TimePoint now);
    void pass() { tokens_ -= 1; }
    // It did not pass after all.
    void undo_pass() { tokens_ += 1; }

private:
    double capacity() const { return *rate_ < 1 ? 1 : *rate_; }

    std::optional<double> rate_;
    double tokens_ = 0;
    TimePoint filled_;
};

}  // namespace server::matching
