#pragma once
// Map of server/runtime, the layer below every component that waits:
//
//   async.h         Async<T>, the coroutine type, and suspend(), where a callback becomes a wait
//   lane.h          Lane and Lanes: one thread, one event loop; `on(lane, call)` crosses over
//   clock.h         Clock (system) and FakeClock (virtual time for tests and the simulator)
//   alarm.h         Alarm: a wait that ends at a time, by a wake-up, or by a cancelled call
//   socket_wait.h   SocketWait: until a socket is ready, for a library that reads it by itself
//   async_mutex.h   AsyncMutex: first come, first served, on one lane
//   cancellation.h  Cancellation: the caller has gone away
//   random.h        Random: the only source of randomness
//   blocking_pool.h BlockingPool: threads for calls that block (SQLite, files)
//
// A coroutine takes values, or references to what lives as long as its role; never a view. Between
// two co_awaits nothing else runs on the lane; across one, anything may.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "server/base/status.h"

namespace server {

template <class T = void>
using Async = boost::asio::awaitable<T>;

namespace detail {

// Keeps the suspended coroutine until it is resumed, exactly once, on its own executor.
template <class T, class Handler>
class Suspended {
public:
    explicit Suspended(Handler handler)
        : handler_(std::move(handler)), executor_(boost::asio::get_associated_executor(handler_)),
          work_(boost::asio::make_work_guard(executor_)) {}

    void resume(T value) {
        auto finish = [handler = std::move(handler_), value = std::move(value)]() mutable {
            std::move(handler)(std::move(value));
        };
        boost::asio::post(executor_, std::move(finish));
        work_.reset();
    }

private:
    using Executor = boost::asio::associated_executor_t<Handler>;
    Handler handler_;
    Executor executor_;
    boost::asio::executor_work_guard<Executor> work_;
};

}  // namespace detail

// Wakes one suspended coroutine with a value. May be copied; the first call, from any thread,
// resumes the coroutine on the lane it came from.
template <class T>
using Resume = std::function<void(T)>;

// Suspends the coroutine and hands `start` the way to resume it. `start(Resume<T>)` runs at once on
// the calling lane.
template <class T, class Start>
Async<T> suspend(Start start) {
    auto initiate = [](auto handler, Start begin) {
        using Handler = std::decay_t<decltype(handler)>;
        auto suspended = std::make_shared<detail::Suspended<T, Handler>>(std::move(handler));
        begin(Resume<T>([suspended](T value) { suspended->resume(std::move(value)); }));
    };
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(T)>(
        initiate, boost::asio::use_awaitable, std::move(start));
}

}  // namespace server
