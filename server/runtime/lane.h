#pragma once
// A lane is one thread with one event loop. A shard or a task queue partition lives on one lane
// from birth to death and is touched nowhere else, so role code needs neither mutexes nor atomics.
// More cores mean more lanes, not more locks. In the simulator all lanes share one event loop,
// which the test drives.

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "server/runtime/async.h"

namespace server {

class Lane {
public:
    // `shared` is the event loop of the simulator; without one the lane runs its own thread.
    explicit Lane(std::string name, boost::asio::io_context* shared = nullptr);
    ~Lane();
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    // True on the lane's own thread; always true in the simulator, where there is one thread only.
    bool is_current() const;
    boost::asio::io_context::executor_type executor() { return context_->get_executor(); }

    // Runs `work` on the lane, in order of posting. Any thread.
    void post(std::function<void()> work);

    // Starts a coroutine on the lane; a throw out of it is a bug and stops the process. Any thread.
    void spawn(Async<void> work);

    // Ends the event loop when it has nothing ready to run, and joins the thread. Suspended
    // coroutines are destroyed with the lane. Called once, not from the lane itself.
    void stop();

private:
    std::string name_;
    std::unique_ptr<boost::asio::io_context> own_;
    boost::asio::io_context* context_;
    std::unique_ptr<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
    std::thread thread_;
};

namespace detail {

// co_spawn wants a result that can be made from nothing, which a Result cannot.
template <class T>
Async<std::optional<T>> boxed(Async<T> call) {
    co_return std::optional<T>(co_await std::move(call));
}

}  // namespace detail

// Runs `call` on `lane` and comes back. On the same lane it is a plain call: no hop.
template <class T>
Async<T> on(Lane& lane, Async<T> call) {
    if (lane.is_current()) co_return co_await std::move(call);
    if constexpr (std::is_void_v<T>) {
        co_await boost::asio::co_spawn(lane.executor(), std::move(call),
                                       boost::asio::use_awaitable);
    } else {
        auto boxed = detail::boxed(std::move(call));
        std::optional<T> result = co_await boost::asio::co_spawn(lane.executor(), std::move(boxed),
                                                                 boost::asio::use_awaitable);
        co_return std::move(*result);
    }
}

// The lanes of a process; a key (shard id, partition hash) always maps to the same one.
class Lanes {
public:
    explicit Lanes(std::size_t count, boost::asio::io_context* shared = nullptr);

    Lane& for_key(std::size_t key) { return *lanes_[key % lanes_.size()]; }
    std::size_t size() const { return lanes_.size(); }
    void stop();

private:
    std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace server
