#include "server/frontend/limits/request_rates.h"

namespace server::frontend {

RateLimiter& RequestRates::limiter_of(const std::string& namespace_id, TimePoint now) {
    const auto found = limiters_.find(namespace_id);
    if (found != limiters_.end()) return found->second;
    if (limiters_.size() >= kKeptMax) {
        std::erase_if(limiters_, [now](const auto& entry) { return entry.second.is_full(now); });
    }
    return limiters_.emplace(namespace_id, RateLimiter(kBurstSeconds)).first->second;
}

Status RequestRates::admit(const std::string& namespace_id, std::int64_t per_second_max,
                           Counts counts, TimePoint now) {
    if (per_second_max == 0) return {};
    const std::lock_guard lock(mutex_);
    RateLimiter& limiter = limiter_of(namespace_id, now);
    limiter.set_rate(static_cast<double>(per_second_max), now);
    if (limiter.next(now) > now) {
        if (counts == Counts::always_passes) return {};
        return {Code::ResourceExhausted,
                "namespace rate limit exceeded: " + std::to_string(per_second_max) +
                    " calls per second",
                ResourceExhausted{ResourceExhausted::Cause::rps,
                                  ResourceExhausted::Scope::of_namespace}};
    }
    limiter.pass();
    return {};
}

}  // namespace server::frontend
