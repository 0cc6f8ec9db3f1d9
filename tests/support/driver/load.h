#pragma once
// `driver run`: workflows against a server that runs already, and how fast they went. The benchmark
// stands on it.

#include <string>
#include <vector>

#include "tests/support/driver/checker.h"
#include "tests/support/driver/worker.h"
#include "tests/support/driver/workload.h"

namespace server::driver {

class LoadTest {
public:
    struct Options {
        Client::Options client;
        Worker::Options worker;
        Workload::Options workload;
        Duration seconds{};            // of starting workflows; zero: until workflows_max
        std::string acknowledgements;  // a file; empty: none
        bool check = false;            // reads every history at the end
    };

    LoadTest(Options options, Lane& lane, Clock& clock, Random& random);

    // Unavailable when the server does not answer or workflows do not complete.
    Async<Status> run();

    const std::vector<Check>& checks() const { return checks_; }
    void print_summary() const;

private:
    Async<Status> connect();
    Async<Status> run_workflows();
    Async<void> check_histories_of_all();

    const Options options_;
    Clock& clock_;
    AcknowledgementLog log_;
    Client client_;
    Worker worker_;
    Workload workload_;
    Duration took_{};
    std::vector<Check> checks_;
};

}  // namespace server::driver
