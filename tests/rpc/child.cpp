#include "tests/rpc/child.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace server::tests {

namespace {

void require(bool done, const char* what) {
    if (!done) throw std::runtime_error(what);
}

}  // namespace

Child::Child(const char* test) {
    int to_child[2];
    int from_child[2];
    require(pipe2(to_child, O_CLOEXEC) == 0 && pipe2(from_child, O_CLOEXEC) == 0, "no pipe");
    input_ = to_child[1];
    output_ = fdopen(from_child[0], "r");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to_child[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, from_child[1], STDOUT_FILENO);
    char* const arguments[] = {const_cast<char*>("child"), const_cast<char*>(test), nullptr};
    const int error = posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(to_child[0]);
    close(from_child[1]);
    require(error == 0, "no child process");
    char line[256];
    while (port_ == 0 && std::fgets(line, sizeof line, output_) != nullptr) {
        std::sscanf(line, "port %d", &port_);
    }
    require(port_ != 0, "the child process does not serve");
}

Child::~Child() {
    kill();
    close(input_);
    std::fclose(output_);
}

void Child::kill() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(std::exchange(pid_, 0), nullptr, 0);
}

}  // namespace server::tests
