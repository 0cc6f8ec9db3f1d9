#include "tests/support/driver/database_server.h"

#include "tests/support/driver/command.h"

namespace server::driver {

Async<Status> DatabaseServer::command(std::string word) {
    std::vector<std::string> script{"tests/support/postgres/private", word, directory_};
    return run_command("database: " + word, std::move(script), log_file_, clock_);
}

}  // namespace server::driver
