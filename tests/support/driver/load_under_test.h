#pragma once
// The clients of a fault test: workflows that are kept going, the worker that does their work, and
// the log of all that the server has acknowledged to them. What the test does to the server
// meanwhile is its own.

#include <memory>
#include <string>
#include <vector>

#include "tests/support/driver/checker.h"
#include "tests/support/driver/waiting_workflows.h"
#include "tests/support/driver/worker.h"
#include "tests/support/driver/workload.h"

namespace server::driver {

class LoadUnderTest {
public:
    // How long the server may take to answer again after a fault.
    static constexpr Duration kRecoveryMax = 30s;

    struct Options {
        std::string address;  // as gRPC has it; "ipv4:A,B" for several
        std::string id_prefix;
        Shape shape;
        int workflows_at_once = 200;
        Duration signal_pause_max = 500ms;
        Duration workflow_task_timeout = 5s;
        Duration call_patience = 120s;  // how long one call is repeated
    };

    LoadUnderTest(const Options& options, Lane& lane, Clock& clock, Random& random);

    // Every acknowledgement also goes to `file`.
    Status write_to(const std::string& file) { return log_.write_to(file); }
    void start();
    // Starts workflows on another task queue, which has no worker yet, and waits until their tasks
    // are stored.
    Async<Status> start_waiting(std::string task_queue);
    // Starts the workers of those queues.
    void serve_waiting();
    // Waits for another acknowledgement; Unavailable when none comes within kRecoveryMax.
    Async<Status> wait_for_progress();
    // Starts no more workflows and waits for those that run. False, and told on stdout, when some
    // do not complete.
    Async<bool> complete(Duration patience);
    // Ends every coroutine.
    Async<void> stop();

    // What clients and worker make of the answers they got.
    Check answers() const;
    void print_summary() const;

    Client& client() { return client_; }
    const AcknowledgementLog& log() const { return log_; }
    int started() const;
    static const char* task_queue() { return "driver"; }

private:
    Lane& lane_;
    Clock& clock_;
    Random& random_;
    AcknowledgementLog log_;
    Client client_;
    Worker worker_;
    Workload workload_;
    std::vector<std::unique_ptr<WaitingWorkflows>> waiting_;
};

}  // namespace server::driver
