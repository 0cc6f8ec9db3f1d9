#pragma once
// A server that the driver starts as a process of its own, kills and starts again. Ends with its
// object.

#include <sys/types.h>

#include <string>
#include <vector>

#include "server/base/status.h"

namespace server::driver {

class ServerProcess {
public:
    // `command`: program and arguments. What it prints is appended to `output_file`.
    ServerProcess(std::vector<std::string> command, std::string output_file)
        : command_(std::move(command)), output_file_(std::move(output_file)) {}
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    // Unavailable when the program cannot be run.
    Status start();
    bool running();
    pid_t pid() const { return pid_; }

    // SIGKILL, and waits until the process is gone: no cleaning up, as when the machine loses
    // power.
    void kill();
    // SIGSTOP and SIGCONT: a process that stands still, and knows nothing of it.
    void pause() const;
    void resume() const;
    // SIGTERM; running() tells when it has ended.
    void ask_to_stop();
    // Ok when the last one ended by itself with exit code 0.
    Status ended_cleanly() const;
    // SIGTERM and the exit code; killed, and a failure, when it takes longer than `grace_ms`.
    // Blocks.
    Status stop(int grace_ms);

private:
    // Empty while it runs. Waits at most `wait_ms`.
    bool wait_for_end(int wait_ms);

    std::vector<std::string> command_;
    std::string output_file_;
    pid_t pid_ = 0;        // 0: none
    int wait_status_ = 0;  // of the last one that ended
};

// A port of 127.0.0.1 nobody listens on, below the range from which the kernel picks the ports of
// connections: a client that connects to a dead server's port can otherwise meet itself there. 0
// when none was found.
int free_port(unsigned first_try);

}  // namespace server::driver
