#include "tests/support/driver/server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

extern char** environ;

namespace server::driver {

namespace {

constexpr unsigned kPortMin = 15'000;
constexpr unsigned kPortMax = 30'000;
constexpr unsigned kPortTries = 1'000;
constexpr mode_t kOutputMode = 0644;

bool can_listen(unsigned port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return false;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool free =
        ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(descriptor);
    return free;
}

}  // namespace

ServerProcess::~ServerProcess() { kill(); }

Status ServerProcess::start() {
    std::vector<char*> arguments;
    for (std::string& word : command_) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, output_file_.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, kOutputMode);
    posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
    // A server that holds a socket of a proxy keeps alive what the proxy resets.
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    const int failure =
        ::posix_spawn(&pid_, arguments[0], &files, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    if (failure == 0) return ok_status();
    pid_ = 0;
    return unavailable("cannot run " + command_[0] + ": " + std::strerror(failure));
}

bool ServerProcess::running() { return pid_ != 0 && !wait_for_end(0); }

void ServerProcess::kill() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, &wait_status_, 0);
    pid_ = 0;
}

Status ServerProcess::stop(int grace_ms) {
    if (pid_ == 0) return unavailable("the server has ended by itself");
    ::kill(pid_, SIGTERM);
    if (!wait_for_end(grace_ms)) {
        kill();
        return unavailable("the server did not stop within " + std::to_string(grace_ms) + " ms");
    }
    return ended_cleanly();
}

void ServerProcess::pause() const {
    if (pid_ != 0) ::kill(pid_, SIGSTOP);
}

void ServerProcess::resume() const {
    if (pid_ != 0) ::kill(pid_, SIGCONT);
}

void ServerProcess::ask_to_stop() {
    if (pid_ != 0) ::kill(pid_, SIGTERM);
}

Status ServerProcess::ended_cleanly() const {
    if (pid_ != 0) return unavailable("the server still runs");
    if (WIFEXITED(wait_status_) && WEXITSTATUS(wait_status_) == 0) return ok_status();
    return unavailable(WIFSIGNALED(wait_status_)
                           ? "the server ended by signal " + std::to_string(WTERMSIG(wait_status_))
                           : "the server ended with exit code " +
                                 std::to_string(WEXITSTATUS(wait_status_)));
}

bool ServerProcess::wait_for_end(int wait_ms) {
    const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    if (descriptor >= 0) {
        pollfd ended{.fd = descriptor, .events = POLLIN, .revents = 0};
        ::poll(&ended, 1, wait_ms);
        ::close(descriptor);
    }
    if (::waitpid(pid_, &wait_status_, WNOHANG) != pid_) return false;
    pid_ = 0;
    return true;
}

int free_port(unsigned first_try) {
    for (unsigned tries = 0; tries < kPortTries; ++tries) {
        const unsigned port = kPortMin + (first_try + tries) % (kPortMax - kPortMin);
        if (can_listen(port)) return static_cast<int>(port);
    }
    return 0;
}

}  // namespace server::driver
