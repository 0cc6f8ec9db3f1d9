#include "server/runtime/async_mutex.h"

namespace server {

Async<AsyncMutex::Guard> AsyncMutex::lock() {
    if (!locked_) {
        locked_ = true;
    } else {
        auto enqueue = [this](Resume<bool> resume) { waiters_.push_back(std::move(resume)); };
        co_await suspend<bool>(enqueue);  // unlock() hands the lock over: it stays locked
    }
    co_return Guard(*this);
}

void AsyncMutex::unlock() {
    if (waiters_.empty()) {
        locked_ = false;
        return;
    }
    Resume<bool> next = std::move(waiters_.front());
    waiters_.pop_front();
    next(true);
}

}  // namespace server
