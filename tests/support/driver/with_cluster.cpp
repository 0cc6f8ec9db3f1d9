#include "tests/support/driver/with_cluster.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

extern char** environ;

namespace server::driver {

WithCluster::WithCluster(Options options, Lane& lane, Clock& clock, Random& random)
    : options_(std::move(options)),
      cluster_({options_.place, options_.processes_per_role}, clock, random),
      client_(client_options(), lane, clock, random) {}

Client::Options WithCluster::client_options() const {
    Client::Options options;
    options.address = cluster_.one_frontend();
    return options;
}

Async<Status> WithCluster::run() {
    Status status = co_await cluster_.start(options_.processes_per_role);
    if (status.ok()) status = (co_await cluster_.make_namespace(client_)).status();
    client_.close();
    if (status.ok()) status = run_command();
    Check clean{.sentence = "every process stops cleanly"};
    cluster_.stop(clean);
    checks_.push_back(std::move(clean));
    co_return status;
}

Status WithCluster::run_command() const {
    ::setenv("TEMPORAL_ADDRESS", cluster_.one_frontend().c_str(), 1);
    std::vector<std::string> words = options_.command;
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t pid = 0;
    const int failure =
        ::posix_spawnp(&pid, arguments[0], nullptr, nullptr, arguments.data(), environ);
    if (failure != 0) return unavailable("cannot run " + words[0] + ": " + std::strerror(failure));
    int ended = 0;
    ::waitpid(pid, &ended, 0);
    if (WIFEXITED(ended) && WEXITSTATUS(ended) == 0) return ok_status();
    return unavailable(words[0] + " failed");
}

}  // namespace server::driver
