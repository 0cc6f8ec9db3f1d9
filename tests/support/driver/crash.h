#pragma once
// The crash test: keeps workflows going against a server with a database file, kills the server at
// random moments and starts it again, or lets its disk become full. After each of these a copy of
// the file is held against all that was acknowledged until then; at the end every workflow must
// have completed exactly once.

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/driver/full_disk.h"
#include "tests/support/driver/load_under_test.h"
#include "tests/support/driver/server_process.h"

namespace server::driver {

class CrashTest {
public:
    struct Options {
        std::string server;     // the program `temporal`
        std::string directory;  // of the server's output and the acknowledgements; exists
        std::string disk;       // of the database; a small file system when it is to be full
        int kills = 50;
        int full_disks = 0;
        int workflows_at_once = 200;
        Duration patience = 120s;  // for all workflows to complete after the last kill
    };

    // `random` decides when to kill; calls are timed by chance anyway.
    CrashTest(Options options, Lane& lane, Clock& clock, Random& random);

    // Runs the whole test on its lane and prints what happens. Failures that end it early are
    // returned.
    Async<Status> run();

    // What was found, once run() is over.
    const std::vector<Check>& checks() const { return checks_; }
    void print_summary() const;

private:
    LoadUnderTest::Options load_options() const;
    std::vector<std::string> command() const;
    std::string database_file() const { return options_.disk + "/temporal.db"; }

    Async<Status> recover();
    Async<Status> kill_repeatedly();
    Async<void> kill_early();
    Async<Status> fill_repeatedly();
    Async<Status> wait_until_full(FullDisk& disk);
    Async<Status> finish();
    void check_now(bool completed);

    const Options options_;
    Clock& clock_;
    Random& random_;
    const int port_;
    ServerProcess server_;
    LoadUnderTest load_;
    Latencies ready_;
    Latencies first_acknowledgement_;
    Latencies after_full_disk_;
    int early_kills_ = 0;
    std::size_t events_checked_ = 0;
    std::vector<RunHistory> histories_;  // as found at the end
    std::vector<Check> checks_;
};

}  // namespace server::driver
