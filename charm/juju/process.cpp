#include "charm/juju/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

extern char** environ;

namespace charm::juju {

namespace {

using Clock = std::chrono::steady_clock;

// Both ends close at the end of the scope, or earlier by hand.
struct Pipe {
    int read = -1;
    int write = -1;

    Pipe() {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) == 0) {
            read = ends[0];
            write = ends[1];
        }
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close_end(read);
        close_end(write);
    }
    static void close_end(int& end) {
        if (end >= 0) close(end);
        end = -1;
    }
};

// By vfork: posix_spawn asks for the handler of every signal first.
Result<pid_t> spawn(const std::vector<std::string>& argv, const Pipe& in, const Pipe& out,
                    const Pipe& err) {
    std::vector<char*> arguments;
    for (const std::string& argument : argv)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    volatile int failure = 0;
    const pid_t child = vfork();
    if (child == 0) {
        dup2(in.read, 0);
        dup2(out.write, 1);
        dup2(err.write, 2);
        execvp(arguments[0], arguments.data());
        failure = errno;  // in the memory of both
        _exit(127);
    }
    if (child < 0) failure = errno;
    if (failure == 0) return child;
    if (child > 0) waitpid(child, nullptr, 0);
    return Status(failure == ENOENT ? Code::NotFound : Code::Internal,
                  argv[0] + ": " + std::strerror(failure));
}

// Reads what is there; false at the end.
bool drain(int end, std::string& into) {
    std::array<char, 65536> buffer;
    const ssize_t count = read(end, buffer.data(), buffer.size());
    if (count < 0) return errno == EINTR || errno == EAGAIN;
    if (count == 0) return false;
    const std::size_t room = kToolOutputBytesMax - std::min(kToolOutputBytesMax, into.size());
    into.append(buffer.data(), std::min(room, static_cast<std::size_t>(count)));
    return true;
}

// Writes what fits; false when all is written or nobody reads.
bool feed(int end, const std::string& input, std::size_t& written) {
    const ssize_t count = write(end, input.data() + written, input.size() - written);
    if (count < 0) return errno == EINTR || errno == EAGAIN;
    written += static_cast<std::size_t>(count);
    return written < input.size();
}

// Moves bytes both ways until the program has closed its output; false when time is up.
bool pump(Pipe& in, Pipe& out, Pipe& err, const std::string& input, Finished& finished,
          Clock::time_point deadline) {
    std::size_t written = 0;
    fcntl(in.write, F_SETFL, O_NONBLOCK);
    if (input.empty()) Pipe::close_end(in.write);
    while (out.read >= 0 || err.read >= 0) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) return false;
        std::array<pollfd, 3> ends{
            {{out.read, POLLIN, 0}, {err.read, POLLIN, 0}, {in.write, POLLOUT, 0}}};
        if (poll(ends.data(), ends.size(), static_cast<int>(left.count())) < 0 && errno != EINTR) {
            return false;
        }
        if (ends[0].revents != 0 && !drain(out.read, finished.output)) Pipe::close_end(out.read);
        if (ends[1].revents != 0 && !drain(err.read, finished.errors)) Pipe::close_end(err.read);
        if (ends[2].revents != 0 && !feed(in.write, input, written)) Pipe::close_end(in.write);
    }
    return true;
}

}  // namespace

Result<Finished> run_process(const std::vector<std::string>& argv, const std::string& input,
                             std::chrono::milliseconds limit) {
    ASSERT(!argv.empty(), "a program to run has a name");
    signal(SIGPIPE, SIG_IGN);
    Pipe in;
    Pipe out;
    Pipe err;
    if (in.read < 0 || out.read < 0 || err.read < 0) {
        return server::internal_error(argv[0] + ": no pipe: " + std::strerror(errno));
    }
    TRY_ASSIGN(const pid_t child, spawn(argv, in, out, err));
    Pipe::close_end(in.read);
    Pipe::close_end(out.write);
    Pipe::close_end(err.write);

    Finished finished;
    const bool in_time = pump(in, out, err, input, finished, Clock::now() + limit);
    if (!in_time) kill(child, SIGKILL);
    int state = 0;
    while (waitpid(child, &state, 0) < 0 && errno == EINTR) {
    }
    if (!in_time) {
        return Status(Code::DeadlineExceeded,
                      argv[0] + ": did not end within " + std::to_string(limit.count()) + " ms");
    }
    finished.exit_code = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
    return finished;
}

}  // namespace charm::juju
