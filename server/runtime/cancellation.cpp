#include "server/runtime/cancellation.h"

namespace server {

Cancellation::Subscription::~Subscription() {
    const auto owner = owner_.lock();
    if (!owner) return;
    const std::lock_guard lock(owner->mutex_);
    owner->listeners_.erase(id_);
}

void Cancellation::cancel() {
    std::map<std::uint64_t, Listener> listeners;
    {
        const std::lock_guard lock(mutex_);
        cancelled_ = true;
        listeners.swap(listeners_);
    }
    for (auto& [id, listener] : listeners) listener.run();
}

bool Cancellation::cancelled() const {
    const std::lock_guard lock(mutex_);
    return cancelled_;
}

void Cancellation::Listener::run() {
    if (lane != nullptr) {
        lane->post(std::move(notify));
    } else {
        notify();
    }
}

Cancellation::Subscription Cancellation::add(Listener listener) {
    {
        const std::lock_guard lock(mutex_);
        if (!cancelled_) {
            const std::uint64_t id = next_id_++;
            listeners_.emplace(id, std::move(listener));
            return {weak_from_this(), id};
        }
    }
    listener.run();
    return {};
}

Cancellation::Subscription Cancellation::subscribe(Lane& lane, std::function<void()> listener) {
    return add(Listener{&lane, std::move(listener)});
}

Cancellation::Subscription Cancellation::subscribe_inline(std::function<void()> listener) {
    return add(Listener{nullptr, std::move(listener)});
}

}  // namespace server
