#pragma once
// One run of the benchmark against a server that is there already: begins the workflows of a
// scenario at the pace of a loop, plays their worker, waits for their results, and then reads every
// history and the server's own count. Lives on one lane.
//
// Says on the way where it is, one line each, for whoever measures the server meanwhile:
//
//   phase connecting | measuring | open | draining | closing | checking | done
//   progress CALLS ENDED        twice a second

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/loop.h"
#include "bench/options.h"
#include "bench/result.h"
#include "bench/verdict.h"
#include "tests/support/driver/worker.h"
#include "tests/support/driver/workflow_calls.h"

namespace server::bench {

class Benchmark {
public:
    using Say = std::function<void(const std::string& line)>;

    Benchmark(Options options, Say say, Lane& lane, Clock& clock, Random& random);

    // Unavailable when no server answers. What the server does wrong is in the result.
    Async<Status> run();
    const BenchResult& result() const { return result_; }

private:
    struct Workflow {
        driver::common::WorkflowExecution execution;
        TimePoint due;
        std::vector<std::string> runs;  // empty: no result yet
    };

    Async<Status> connect();
    void start_workers();
    Async<void> measure();
    Async<void> steady();
    Async<void> backlog();
    Async<void> idle();
    Async<void> echo();
    // Runs a loop to its end, which it is told of when nothing moves any more.
    Async<void> to_the_end(Loop& loop);
    Loop loop_of(Loop::Options options, Loop::Work work);
    Loop::Options over_all() const;

    Async<void> whole(int index, TimePoint due);
    Async<bool> begin(int index, TimePoint due);
    Async<void> play(int index);
    Async<void> signal_in_order(int index);
    Async<void> update(int index);
    Async<void> finish(int index);
    Async<void> open(int index, TimePoint due);
    Async<void> close(int index);
    Async<void> call_health(TimePoint due);

    Async<void> check();
    Async<void> check_one(int index);
    Async<void> check_count();
    Async<void> stop();

    std::string task_queue(int number) const;
    Shape shape_of_number(int index) const;
    void problem(std::string text);

    const Options options_;
    Say say_;
    Lane& lane_;
    Clock& clock_;
    driver::AcknowledgementLog log_;
    driver::Client client_;
    const std::string type_;  // of the workflows of this run alone
    driver::WorkflowCalls calls_;
    std::vector<std::unique_ptr<driver::Worker>> workers_;
    std::deque<Workflow> workflows_;  // by their number
    std::size_t ended_ = 0;
    Loop* running_ = nullptr;
    Verdict verdict_;
    BenchResult result_;
};

}  // namespace server::bench
