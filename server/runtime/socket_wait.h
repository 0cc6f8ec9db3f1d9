#pragma once
// Waits on a lane until a socket is ready, for a library that reads and writes it by itself. One
// wait at a time.

#include <memory>

#include "server/runtime/clock.h"

namespace server {

enum class SocketUse { read, read_or_write };

class SocketWait {
public:
    SocketWait(Clock& clock, boost::asio::any_io_executor executor)
        : clock_(clock), executor_(std::move(executor)) {}

    // True when it is ready, false at the deadline or after end(). The socket stays the caller's,
    // who may close it when nobody waits.
    Async<bool> until_ready(int socket, SocketUse use, TimePoint deadline);

    // Ends the wait that is on. Same lane.
    void end();

private:
    class Pending;

    Clock& clock_;
    boost::asio::any_io_executor executor_;
    std::weak_ptr<Pending> pending_;
};

}  // namespace server
