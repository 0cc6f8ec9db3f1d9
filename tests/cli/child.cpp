#include "tests/cli/child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "tests/support/catch.h"

namespace server::tests {

namespace {

constexpr int kKilledHere = -1000;
constexpr std::chrono::milliseconds kPollStep{100};

[[noreturn]] void become(const std::vector<std::string>& command, const Child::Options& options) {
    if (options.file_bytes_max > 0) {
        const rlimit limit{static_cast<rlim_t>(options.file_bytes_max),
                           static_cast<rlim_t>(options.file_bytes_max)};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    if (!options.folder.empty() && chdir(options.folder.c_str()) != 0) _exit(126);
    for (const std::string& assignment : options.environment) {
        const auto equals = assignment.find('=');
        setenv(assignment.substr(0, equals).c_str(), assignment.c_str() + equals + 1, 1);
    }
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
}

}  // namespace

std::string program(const std::string& name) {
    const char* folder = std::getenv("BIN_DIR");
    if (folder != nullptr && *folder != '\0') return std::string(folder) + "/" + name;
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

Child::Child(std::vector<std::string> command, const Options& options) {
    INFO(command[0]);
    REQUIRE(access(command[0].c_str(), X_OK) == 0);
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    REQUIRE(pipe2(out.data(), O_CLOEXEC) == 0);
    REQUIRE(pipe2(err.data(), O_CLOEXEC) == 0);
    pid_ = fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        become(command, options);
    }
    ended_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    close(out[1]);
    close(err[1]);
    out_.descriptor = out[0];
    err_.descriptor = err[0];
}

Child::~Child() {
    if (!reaped_) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    stop_listening();
    if (ended_ >= 0) close(ended_);
}

void Child::take(Pipe& pipe) {
    std::array<char, 4096> bytes;
    const ssize_t count = read(pipe.descriptor, bytes.data(), bytes.size());
    if (count > 0) {
        pipe.text.append(bytes.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) {
        close(std::exchange(pipe.descriptor, -1));
    }
}

bool Child::read_some(std::chrono::milliseconds patience) {
    std::array<pollfd, 3> waiting{{{out_.descriptor, POLLIN, 0},
                                   {err_.descriptor, POLLIN, 0},
                                   {reaped_ ? -1 : ended_, POLLIN, 0}}};
    if (poll(waiting.data(), waiting.size(), static_cast<int>(patience.count())) > 0) {
        if (waiting[0].revents != 0) take(out_);
        if (waiting[1].revents != 0) take(err_);
    }
    return out_.descriptor >= 0 || err_.descriptor >= 0;
}

bool Child::printed(const std::string& text) {
    for (auto left = std::chrono::milliseconds(kPatience); left.count() > 0; left -= kPollStep) {
        if (out_.text.find(text) != std::string::npos) return true;
        if (!read_some(kPollStep)) break;
    }
    return out_.text.find(text) != std::string::npos;
}

void Child::signal(int number) const { kill(pid_, number); }

void Child::stop_listening() {
    for (Pipe* pipe : {&out_, &err_}) {
        if (pipe->descriptor >= 0) close(std::exchange(pipe->descriptor, -1));
    }
}

int Child::wait(std::chrono::seconds patience) {
    int status = 0;
    auto left = std::chrono::milliseconds(patience);
    while (waitpid(pid_, &status, WNOHANG) == 0) {
        if (left.count() <= 0) {
            kill(pid_, SIGKILL);
            waitpid(pid_, &status, 0);
            reaped_ = true;
            return kKilledHere;
        }
        read_some(kPollStep);
        left -= kPollStep;
    }
    reaped_ = true;
    while ((out_.descriptor >= 0 || err_.descriptor >= 0) && read_some(kPollStep)) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

Finished finish(std::vector<std::string> command, const Child::Options& options) {
    Child child(std::move(command), options);
    const int code = child.wait();
    return {code, child.out(), child.err()};
}

}  // namespace server::tests
