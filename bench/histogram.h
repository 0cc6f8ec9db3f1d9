#pragma once
// Latencies as an HDR-style histogram: a fixed number of counters, whatever the number of samples,
// and every percentile within 1% of the exact one. Values are kept in microseconds: one counter
// each below 128 µs, then 64 counters for each doubling, so that a counter is at most 1/64 of its
// values wide and its middle at most 1/128 away.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "server/base/time.h"

namespace server::bench {

class Histogram {
public:
    // Negative durations count as zero, those beyond 19 hours as that.
    void add(Duration duration) {
        const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
        const auto value = static_cast<std::uint64_t>(std::clamp<std::int64_t>(micros, 0, kMax));
        ++counters_[index_of(value)];
        ++count_;
    }

    std::uint64_t count() const { return count_; }

    // The value that `fraction` of the samples do not exceed; zero when there are none.
    Duration percentile(double fraction) const {
        const auto rank = static_cast<std::uint64_t>(fraction * static_cast<double>(count_) + 0.5);
        const std::uint64_t wanted = std::clamp<std::uint64_t>(rank, 1, std::max(count_, 1UL));
        std::uint64_t seen = 0;
        for (std::size_t index = 0; index < kCounters; ++index) {
            seen += counters_[index];
            if (seen >= wanted) return std::chrono::microseconds(middle_of(index));
        }
        return {};
    }

private:
    static constexpr std::uint64_t kHalf = 64;  // counters for each doubling
    static constexpr int kDoublings = 30;
    static constexpr std::size_t kCounters = kHalf * (kDoublings + 2);
    static constexpr std::int64_t kMax = (1LL << 36) - 1;

    // Of a value in [64 * 2^n, 128 * 2^n): its seven highest bits, behind those of smaller n.
    static std::size_t index_of(std::uint64_t value) {
        const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - 7);
        return static_cast<std::size_t>(shift) * kHalf + (value >> shift);
    }
    static std::int64_t middle_of(std::size_t index) {
        if (index < 2 * kHalf) return static_cast<std::int64_t>(index);
        const std::size_t shift = index / kHalf - 1;
        const std::uint64_t lowest = (index - shift * kHalf) << shift;
        return static_cast<std::int64_t>(lowest + (1ULL << shift) / 2);
    }

    std::array<std::uint64_t, kCounters> counters_{};
    std::uint64_t count_ = 0;
};

}  // namespace server::bench
