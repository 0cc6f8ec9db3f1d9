#include "server/runtime/blocking_pool.h"

#include <pthread.h>

namespace server {

BlockingPool::BlockingPool(std::string name, std::size_t threads) : name_(std::move(name)) {
    for (std::size_t index = 0; index < threads; ++index) {
        threads_.emplace_back([this] { work(); });
    }
}

BlockingPool::~BlockingPool() { stop(); }

void BlockingPool::submit(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    ready_.notify_one();
}

void BlockingPool::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    ready_.notify_all();
    for (auto& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void BlockingPool::work() {
    pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
    for (;;) {
        std::function<void()> job;
        {
            std::unique_lock lock(mutex_);
            ready_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
            if (jobs_.empty()) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job();
    }
}

}  // namespace server
