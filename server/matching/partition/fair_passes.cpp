#include "server/matching/partition/fair_passes.h"

#include <algorithm>

namespace server::matching {

std::uint64_t FairPasses::next(const std::string& key, double weight) {
    if (!(weight > 0)) weight = 1;
    const auto stride =
        static_cast<std::uint64_t>(kStride / std::clamp(weight, kWeightMin, kWeightMax));
    const auto known = following_.find(key);
    const std::uint64_t pass =
        known == following_.end() ? current_ : std::max(current_, known->second);
    if (known != following_.end()) {
        known->second = pass + stride;
        return pass;
    }
    if (following_.size() >= kKeysMax) forget_absent();
    if (following_.size() < kKeysMax) following_.emplace(key, pass + stride);
    return pass;
}

void FairPasses::served(std::uint64_t pass) { current_ = std::max(current_, pass); }

// Who would begin at the current pass anyway needs no memory.
void FairPasses::forget_absent() {
    if (current_ < forgotten_at_ + static_cast<std::uint64_t>(kStride)) return;  // just done
    forgotten_at_ = current_;
    std::erase_if(following_, [this](const auto& entry) { return entry.second <= current_; });
}

}  // namespace server::matching
