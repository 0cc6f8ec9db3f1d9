#pragma once
// From a thread that may block into the world of lanes: runs a coroutine on a lane and waits for
// its value. For the thread of main only; on a lane it would wait for itself.

#include <future>
#include <utility>

#include "server/runtime/lane.h"

namespace server::app {

template <class T>
Async<void> deliver(Async<T> work, std::promise<T>& promise) {
    if constexpr (std::is_void_v<T>) {
        co_await std::move(work);
        promise.set_value();
    } else {
        promise.set_value(co_await std::move(work));
    }
}

template <class T>
T wait_for(Lane& lane, Async<T> work) {
    std::promise<T> promise;
    lane.spawn(deliver<T>(std::move(work), promise));
    return promise.get_future().get();
}

}  // namespace server::app
