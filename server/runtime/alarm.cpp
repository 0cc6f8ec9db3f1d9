#include "server/runtime/alarm.h"

#include <boost/asio/redirect_error.hpp>

namespace server {

Async<bool> Alarm::wait_until(TimePoint deadline) {
    while (!woken_ && clock_.now() < deadline) {
        clock_.arm(timer_, deadline);
        boost::system::error_code ended;
        co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ended));
    }
    co_return std::exchange(woken_, false);
}

void Alarm::wake() {
    woken_ = true;
    timer_.cancel();
}

}  // namespace server
