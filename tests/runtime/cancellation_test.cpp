#include "server/runtime/cancellation.h"

#include <thread>

#include "tests/support/catch.h"

using namespace server;

TEST_CASE("an inline listener runs on the thread that cancels, once", "[runtime]") {
    const auto cancellation = Cancellation::create();
    std::thread::id ran_on;
    int runs = 0;
    const auto subscription = cancellation->subscribe_inline([&] {
        ran_on = std::this_thread::get_id();
        ++runs;
    });
    std::thread canceller([&] { cancellation->cancel(); });
    const auto expected = canceller.get_id();
    canceller.join();
    cancellation->cancel();
    CHECK(runs == 1);
    CHECK(ran_on == expected);
}

TEST_CASE("an inline listener that comes too late runs at once", "[runtime]") {
    const auto cancellation = Cancellation::create();
    cancellation->cancel();
    bool ran = false;
    const auto subscription = cancellation->subscribe_inline([&] { ran = true; });
    CHECK(ran);
}

TEST_CASE("a subscription that has ended is not told", "[runtime]") {
    const auto cancellation = Cancellation::create();
    bool ran = false;
    {
        const auto subscription = cancellation->subscribe_inline([&] { ran = true; });
    }
    cancellation->cancel();
    CHECK_FALSE(ran);
}
