#include "server/runtime/socket_wait.h"

#include <boost/asio/posix/stream_descriptor.hpp>

namespace server {

// What the event loop holds of a wait: it outlives the coroutine by the handlers that come late.
class SocketWait::Pending : public std::enable_shared_from_this<Pending> {
public:
    using Descriptor = boost::asio::posix::stream_descriptor;

    Pending(const boost::asio::any_io_executor& executor, int socket, Resume<bool> resume)
        : descriptor_(executor, socket), timer_(executor), resume_(std::move(resume)) {}

    void begin(SocketUse use, Clock& clock, TimePoint deadline) {
        const auto ready = [self = shared_from_this()](const boost::system::error_code& aborted) {
            if (!aborted) self->finish(true);
        };
        descriptor_.async_wait(Descriptor::wait_read, ready);
        if (use == SocketUse::read_or_write) {
            descriptor_.async_wait(Descriptor::wait_write, ready);
        }
        clock.arm(timer_, deadline);
        timer_.async_wait([self = shared_from_this()](const boost::system::error_code& aborted) {
            if (!aborted) self->finish(false);
        });
    }

    void finish(bool is_ready) {
        if (!descriptor_.is_open()) return;
        descriptor_.release();
        timer_.cancel();
        resume_(is_ready);
    }

private:
    Descriptor descriptor_;
    boost::asio::steady_timer timer_;
    Resume<bool> resume_;
};

Async<bool> SocketWait::until_ready(int socket, SocketUse use, TimePoint deadline) {
    auto start = [this, socket, use, deadline](Resume<bool> resume) {
        const auto pending = std::make_shared<Pending>(executor_, socket, std::move(resume));
        pending_ = pending;
        pending->begin(use, clock_, deadline);
    };
    co_return co_await suspend<bool>(start);
}

void SocketWait::end() {
    if (const auto pending = pending_.lock()) pending->finish(false);
}

}  // namespace server
