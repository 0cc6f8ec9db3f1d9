#pragma once
// How many things happened per second, averaged over the last 30 s.

#include <array>
#include <cstdint>

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

}  // namespace server::matching
