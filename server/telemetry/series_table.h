#pragma once
// Series by a label that comes from outside (a namespace, a task queue): found without a lock and
// without an allocation, made at the first use, and bounded: labels beyond the bound share the
// series of "_other_", so that nobody can fill the memory, or a dashboard. Any thread.

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace server::telemetry {

inline constexpr std::string_view kOtherLabel = "_other_";
inline constexpr std::string_view kUnknownLabel = "_unknown_";  // of Temporal: no namespace known

template <class Value, std::size_t kLabelsMax = 128>
class SeriesTable {
public:
    // `make` is called with a label that has no series yet, at most kLabelsMax + 1 times.
    using Make = std::function<std::unique_ptr<Value>(const std::string& label)>;

    explicit SeriesTable(Make make) : make_(std::move(make)) {}

    Value& of(std::string_view label) {
        const std::size_t start = std::hash<std::string_view>{}(label);
        for (std::size_t step = 0; step < kSlots; ++step) {
            auto& slot = slots_[(start + step) % kSlots];
            const Entry* entry = slot.load(std::memory_order_acquire);
            if (entry == nullptr) return insert(label, start);
            if (entry->label == label) return *entry->value;
        }
        return insert(label, start);
    }

private:
    struct Entry {
        std::string label;
        std::unique_ptr<Value> value;
    };
    static constexpr std::size_t kSlots = 2 * (kLabelsMax + 1);  // never more than half full

    Value& insert(std::string_view label, std::size_t start) {
        const std::lock_guard lock(mutex_);
        if (label != kOtherLabel && entries_.size() >= kLabelsMax) return other();
        for (std::size_t step = 0;; ++step) {
            auto& slot = slots_[(start + step) % kSlots];
            const Entry* present = slot.load(std::memory_order_acquire);
            if (present != nullptr && present->label == label) return *present->value;
            if (present != nullptr) continue;
            slot.store(add(label), std::memory_order_release);
            return *entries_.back()->value;
        }
    }

    const Entry* add(std::string_view label) {
        auto entry = std::make_unique<Entry>();
        entry->label = label;
        entry->value = make_(entry->label);
        entries_.push_back(std::move(entry));
        return entries_.back().get();
    }

    Value& other() {
        if (!other_) other_ = make_(std::string(kOtherLabel));
        return *other_;
    }

    const Make make_;
    std::array<std::atomic<const Entry*>, kSlots> slots_{};
    std::mutex mutex_;
    std::vector<std::unique_ptr<Entry>> entries_;
    std::unique_ptr<Value> other_;
};

}  // namespace server::telemetry
