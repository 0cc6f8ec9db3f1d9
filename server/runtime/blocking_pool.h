#pragma once
// Threads for calls that block: SQLite, files, name look-ups. In the simulator it has no threads
// and calls inline, so that the schedule stays reproducible.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/runtime/async.h"

namespace server {

class BlockingPool {
public:
    // With no threads every call runs inline.
    BlockingPool(std::string name, std::size_t threads);
    ~BlockingPool();

    // Runs `call` on a thread of the pool and resumes the caller on its own lane.
    template <class T>
    Async<T> run(std::function<T()> call) {
        if (threads_.empty()) co_return call();
        auto start = [this, &call](Resume<T> resume) {
            submit([resume = std::move(resume), call = std::move(call)] { resume(call()); });
        };
        co_return co_await suspend<T>(start);
    }

    // Finishes what was submitted and joins the threads.
    void stop();

private:
    void submit(std::function<void()> job);
    void work();

    std::string name_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<std::function<void()>> jobs_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace server
