#pragma once
// "The caller has gone away." The edge cancels it; a long poll listens, leaves its queue and ends.
// Only explicit waits honour it: a write that has begun always runs to its end. Shared between
// threads.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "server/runtime/lane.h"

namespace server {

class Cancellation : public std::enable_shared_from_this<Cancellation> {
public:
    // Ends the listening when destroyed.
    class Subscription {
    public:
        Subscription() = default;
        Subscription(std::weak_ptr<Cancellation> owner, std::uint64_t id)
            : owner_(std::move(owner)), id_(id) {}
        ~Subscription();
        Subscription(Subscription&& other) noexcept
            : owner_(std::exchange(other.owner_, {})), id_(other.id_) {}
        Subscription& operator=(Subscription&&) = delete;

    private:
        std::weak_ptr<Cancellation> owner_;
        std::uint64_t id_ = 0;
    };

    static std::shared_ptr<Cancellation> create() { return std::make_shared<Cancellation>(); }

    void cancel();
    bool cancelled() const;

    // Posts `listener` to `lane` on cancel, at once if that has happened. A listener that was
    // posted already may still run after its subscription ended, so it must check that its waiter
    // lives (by id, not by pointer).
    [[nodiscard]] Subscription subscribe(Lane& lane, std::function<void()> listener);
    // Calls `listener` on the thread that cancels, at once if that has happened. It must not block,
    // and owns what it touches: it may run while its subscription ends.
    [[nodiscard]] Subscription subscribe_inline(std::function<void()> listener);

private:
    struct Listener {
        Lane* lane;  // null: inline
        std::function<void()> notify;
        void run();
    };
    Subscription add(Listener listener);

    mutable std::mutex mutex_;
    bool cancelled_ = false;
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, Listener> listeners_;
};

}  // namespace server
