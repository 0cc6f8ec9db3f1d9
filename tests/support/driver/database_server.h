#pragma once
// The private PostgreSQL of a cluster (tests/support/postgres/private), as a thing that is killed,
// stopped, paused and started again. A call waits on the driver's lane, which goes on meanwhile.

#include <string>

#include "server/runtime/async.h"
#include "server/runtime/clock.h"

namespace server::driver {

class DatabaseServer {
public:
    // `directory`: that of the script's commands; its log of them is `log_file`.
    DatabaseServer(std::string directory, std::string log_file, Clock& clock)
        : directory_(std::move(directory)), log_file_(std::move(log_file)), clock_(clock) {}

    // start, stop, kill, pause or resume. Unavailable when it fails or takes longer than a minute.
    Async<Status> command(std::string word);

private:
    const std::string directory_;
    const std::string log_file_;
    Clock& clock_;
};

}  // namespace server::driver
