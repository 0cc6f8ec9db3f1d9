#pragma once
// How many calls per second each namespace makes, against its limit, so that one namespace cannot
// take the whole server. What is left over is saved for two seconds, as in the original server. Any
// thread.

#include <mutex>
#include <string>
#include <unordered_map>

#include "server/base/rate_limiter.h"
#include "server/base/status.h"

namespace server::frontend {

class RequestRates {
public:
    // How a call counts. What a worker answers is never refused, or the work would have been for
    // nothing; it takes from what is left, and leaves no debt behind.
    enum class Counts { refusable, always_passes };

    // ResourceExhausted (rps, of the namespace) above the limit; 0: there is none.
    Status admit(const std::string& namespace_id, std::int64_t per_second_max, Counts counts,
                 TimePoint now);

private:
    static constexpr double kBurstSeconds = 2;
    static constexpr std::size_t kKeptMax = 1000;  // then those at rest are forgotten

    RateLimiter& limiter_of(const std::string& namespace_id, TimePoint now);

    std::mutex mutex_;
    std::unordered_map<std::string, RateLimiter> limiters_;
};

}  // namespace server::frontend
