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
    for (auto& [id, listener] : listeners) listener.lane->post(std::move(listener.notify));
}

bool Cancellation::cancelled() const {
    const std::lock_guard lock(mutex_);
    return cancelled_;
}

Cancellation::Subscription Cancellation::subscribe(Lane& lane, std::function<void()> listener) {
    std::uint64_t id = 0;
    {
        const std::lock_guard lock(mutex_);
        if (!cancelled_) {
            id = next_id_++;
            listeners_.emplace(id, Listener{&lane, std::move(listener)});
            return {weak_from_this(), id};
        }
    }
    lane.post(std::move(listener));
    return {};
}

}  // namespace server
