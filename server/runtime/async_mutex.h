#pragma once
// Serialises coroutines of one lane, first come, first served. Work on one run is done under its
// mutex, taken before loading and held until the write is acknowledged. Never hold one run's mutex
// while waiting for another's.

#include <deque>
#include <utility>

#include "server/runtime/async.h"

namespace server {

class AsyncMutex {
public:
    class Guard {
    public:
        explicit Guard(AsyncMutex& mutex) : mutex_(&mutex) {}
        Guard(Guard&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
        Guard& operator=(Guard&&) = delete;
        ~Guard() { release(); }
        void release() {
            if (mutex_) std::exchange(mutex_, nullptr)->unlock();
        }

    private:
        AsyncMutex* mutex_;
    };

    AsyncMutex() = default;
    AsyncMutex(const AsyncMutex&) = delete;
    AsyncMutex& operator=(const AsyncMutex&) = delete;

    Async<Guard> lock();
    bool locked() const { return locked_; }
    std::size_t waiting() const { return waiters_.size(); }

private:
    void unlock();

    bool locked_ = false;
    std::deque<Resume<bool>> waiters_;
};

}  // namespace server
