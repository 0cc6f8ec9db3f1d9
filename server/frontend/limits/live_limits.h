#pragma once
// Limits that may be replaced while calls run. Reading them is one load, on any lane: a call that
// holds a reference keeps the limits it began with, as replaced ones are kept for a while.

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>

#include "server/frontend/limits/limits.h"

namespace server::frontend {

class LiveLimits {
public:
    explicit LiveLimits(Limits limits) { set(std::move(limits)); }

    const Limits& get() const { return *current_.load(std::memory_order_acquire); }
    // Any thread.
    void set(Limits limits) {
        const std::lock_guard lock(mutex_);
        kept_.push_back(std::make_unique<const Limits>(std::move(limits)));
        current_.store(kept_.back().get(), std::memory_order_release);
        if (kept_.size() > kKeptMax) kept_.pop_front();
    }

private:
    // A file is read every 5 s at most, so the oldest was replaced 80 minutes ago: no call lasts as
    // long.
    static constexpr std::size_t kKeptMax = 1000;

    std::mutex mutex_;
    std::deque<std::unique_ptr<const Limits>> kept_;
    std::atomic<const Limits*> current_ = nullptr;
};

}  // namespace server::frontend
