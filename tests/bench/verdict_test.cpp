#include "bench/verdict.h"

#include "bench/result.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::bench;
using driver::HistoryEvent;
using driver::RunHistory;
namespace enums = driver::enums;

namespace {

HistoryEvent& add(RunHistory& run, enums::EventType type) {
    HistoryEvent& event = run.events.emplace_back();
    event.set_event_id(static_cast<EventId>(run.events.size()));
    event.set_event_type(type);
    return event;
}

void add_activity(RunHistory& run) {
    const EventId scheduled = add(run, enums::EVENT_TYPE_ACTIVITY_TASK_SCHEDULED).event_id();
    add(run, enums::EVENT_TYPE_ACTIVITY_TASK_COMPLETED)
        .mutable_activity_task_completed_event_attributes()
        ->set_scheduled_event_id(scheduled);
}

RunHistory run_that(enums::EventType end, int activities) {
    RunHistory run{.run = {"n", "w", "r"}, .events = {}};
    add(run, enums::EVENT_TYPE_WORKFLOW_EXECUTION_STARTED);
    for (int index = 0; index < activities; ++index) add_activity(run);
    add(run, end);
    return run;
}

constexpr auto kCompleted = enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED;
constexpr auto kContinued = enums::EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW;

Verdict judged(const std::vector<RunHistory>& chain, const Shape& shape = {}) {
    Verdict verdict;
    verdict.judge(chain, shape);
    return verdict;
}

}  // namespace

TEST_CASE("a workflow that did its work once is completed", "[bench][verdict]") {
    const Verdict verdict = judged({run_that(kCompleted, 1)});
    CHECK(verdict.completed() == 1);
    CHECK(verdict.lost() == 0);
    CHECK(verdict.doubled() == 0);
    CHECK(verdict.problems().empty());
}

TEST_CASE("a workflow without its end, or without its work, is lost", "[bench][verdict]") {
    CHECK(judged({run_that(enums::EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED, 1)}).lost() == 1);
    const Verdict verdict = judged({run_that(kCompleted, 0)});
    CHECK(verdict.lost() == 1);
    CHECK(verdict.completed() == 0);
    CHECK(verdict.problems().size() == 1);
}

TEST_CASE("work that was done twice is doubled", "[bench][verdict]") {
    CHECK(judged({run_that(kCompleted, 2)}).doubled() == 1);
    RunHistory twice = run_that(kCompleted, 1);
    twice.events.insert(twice.events.begin() + 2, twice.events[2]);
    CHECK(judged({twice}).doubled() == 1);
}

TEST_CASE("a chain has as many runs as it should", "[bench][verdict]") {
    Shape two_runs;
    two_runs.runs = 2;
    const RunHistory first = run_that(kContinued, 1);
    const RunHistory last = run_that(kCompleted, 1);
    CHECK(judged({first, last}, two_runs).completed() == 1);
    CHECK(judged({last}, two_runs).lost() == 1);
    CHECK(judged({first, first, last}, two_runs).doubled() == 1);
    CHECK(judged({first, first}, two_runs).lost() == 1);
}

TEST_CASE("the server's own count is held against the histories", "[bench][verdict]") {
    Verdict verdict;
    verdict.compare_counts(10, 10);
    CHECK(verdict.problems().empty());
    verdict.compare_counts(8, 10);
    CHECK(verdict.lost() == 2);
    verdict.compare_counts(13, 10);
    CHECK(verdict.doubled() == 3);
}

TEST_CASE("the result has the keys that others read", "[bench][result]") {
    BenchResult result;
    result.scenario = "one-activity";
    result.completed = 10;
    result.seconds = 2;
    result.latencies.add(100ms);
    const std::string json = to_json(result);
    for (const std::string key :
         {"completed", "lost", "doubled", "per_second", "p50_ms", "p99_ms"}) {
        CHECK(json.find("\"" + key + "\":") != std::string::npos);
    }
    CHECK(json.find("\"per_second\":5") != std::string::npos);
    CHECK(to_text(result).find("5.0/s") != std::string::npos);
    result.not_supported = "no updates here";
    CHECK(to_text(result) == "one-activity: not supported by this server: no updates here\n");
    CHECK(to_json(result).find("\"supported\":false") != std::string::npos);
}
