#include "tests/support/driver/database_server.h"

#include "tests/support/driver/server_process.h"

namespace server::driver {

namespace {

constexpr char kScript[] = "tests/support/postgres/private";
constexpr Duration kPatience = 60s;

}  // namespace

Async<Status> DatabaseServer::command(std::string word) {
    ServerProcess script({kScript, word, directory_}, log_file_);
    CO_TRY(script.start());
    const TimePoint end = clock_.now() + kPatience;
    while (script.running()) {
        if (clock_.now() > end) co_return unavailable("the database does not " + word);
        co_await clock_.sleep_for(5ms);
    }
    const Status ended = script.ended_cleanly();
    if (ended.ok()) co_return ok_status();
    co_return unavailable("the database does not " + word + "; see " + log_file_);
}

}  // namespace server::driver
