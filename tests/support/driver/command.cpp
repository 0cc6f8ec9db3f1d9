#include "tests/support/driver/command.h"

#include "tests/support/driver/server_process.h"

namespace server::driver {

namespace {

constexpr Duration kPatience = 60s;

}  // namespace

Async<Status> run_command(std::string what, std::vector<std::string> command, std::string log_file,
                          Clock& clock) {
    ServerProcess program(std::move(command), log_file);
    CO_TRY(program.start());
    const TimePoint end = clock.now() + kPatience;
    while (program.running()) {
        if (clock.now() > end) co_return unavailable(what + " does not end; see " + log_file);
        co_await clock.sleep_for(5ms);
    }
    const Status ended = program.ended_cleanly();
    if (ended.ok()) co_return ok_status();
    co_return unavailable(what + " fails; see " + log_file);
}

}  // namespace server::driver
