#pragma once
// Runs coroutines to their end from a plain test, on an event loop of their own. Stores with
// threads are waited for: a suspended coroutine keeps the loop alive.

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <vector>

#include "server/runtime/async.h"

namespace server::tests {

template <class T>
Async<void> keep_result(Async<T> work, std::optional<T>& result) {
    result.emplace(co_await std::move(work));
}

// Starts all of them before any of them ends, in this order; the results are in the same order.
template <class T>
std::vector<T> await_all(std::vector<Async<T>> works) {
    boost::asio::io_context context(1);
    std::vector<std::optional<T>> results(works.size());
    for (std::size_t index = 0; index < works.size(); ++index) {
        boost::asio::co_spawn(context, keep_result(std::move(works[index]), results[index]),
                              boost::asio::detached);
    }
    context.run();
    std::vector<T> values;
    for (auto& result : results) values.push_back(std::move(result.value()));
    return values;
}

template <class T>
T await(Async<T> work) {
    std::vector<Async<T>> works;
    works.push_back(std::move(work));
    return std::move(await_all(std::move(works)).front());
}

// For calls that must succeed.
template <class T>
T must(Async<Result<T>> work) {
    return await(std::move(work)).value();
}

}  // namespace server::tests
