#include "server/workflow/api.h"
#include "tests/sim/cluster.h"
#include "tests/sim/worker.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::sim;

namespace {

namespace enums = ::temporal::api::enums::v1;
using History = ::temporal::api::history::v1::History;

std::string workflow_name(int index) { return "workflow-" + std::to_string(index); }

// Starts workflows, signals each as often as the script waits for, and returns when all are closed.
Async<void> drive(Cluster& cluster, Worker& worker, Script script, int workflows,
                  std::vector<History>& histories) {
    for (int index = 0; index < workflows; ++index) {
        auto started = co_await cluster.call<api::StartWorkflowExecutionResponse>(
            "StartWorkflowExecution", start_request(workflow_name(index)));
        REQUIRE(started.ok());
        for (int count = 0; count < script.signals; ++count) {
            api::SignalWorkflowExecutionRequest signal;
            signal.set_namespace_("default");
            signal.mutable_workflow_execution()->set_workflow_id(workflow_name(index));
            signal.set_signal_name("signal");
            signal.set_request_id(workflow_name(index) + "-" + std::to_string(count));
            const auto signalled = co_await cluster.call<api::SignalWorkflowExecutionResponse>(
                "SignalWorkflowExecution", std::move(signal));
            REQUIRE(signalled.ok());
        }
    }
    for (int index = 0; index < workflows; ++index) {
        api::GetWorkflowExecutionHistoryRequest close;
        close.set_namespace_("default");
        close.mutable_execution()->set_workflow_id(workflow_name(index));
        close.set_wait_new_event(true);
        close.set_history_event_filter_type(enums::HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT);
        for (bool closed = false; !closed;) {
            auto page = co_await cluster.call<api::GetWorkflowExecutionHistoryResponse>(
                "GetWorkflowExecutionHistory", close);
            REQUIRE(page.ok());
            closed = page->history().events_size() > 0;
        }
        api::GetWorkflowExecutionHistoryRequest all;
        all.set_namespace_("default");
        all.mutable_execution()->set_workflow_id(workflow_name(index));
        auto whole = co_await cluster.call<api::GetWorkflowExecutionHistoryResponse>(
            "GetWorkflowExecutionHistory", std::move(all));
        REQUIRE(whole.ok());
        histories.push_back(whole->history());
    }
    worker.stop();
}

// What must hold of every finished run (reference reliability.md §2a).
void check_history(const History& history, const Script& script) {
    int signals = 0;
    int timers = 0;
    int activities = 0;
    for (int index = 0; index < history.events_size(); ++index) {
        const auto& event = history.events(index);
        CHECK(event.event_id() == index + 1);
        signals += event.has_workflow_execution_signaled_event_attributes();
        timers += event.has_timer_fired_event_attributes();
        activities += event.has_activity_task_completed_event_attributes();
    }
    CHECK(signals == script.signals);
    CHECK(timers == 1);
    CHECK(activities == 1);
    CHECK(history.events(history.events_size() - 1)
              .has_workflow_execution_completed_event_attributes());
}

struct Outcome {
    std::uint64_t trace = 0;
    std::vector<History> histories;
    Duration virtual_time{};
};

using SetFaults = void (*)(Cluster&);

Outcome simulate(std::uint64_t seed, Script script, int workflows, SetFaults set_faults = nullptr) {
    Outcome outcome;
    Cluster cluster(seed);
    Worker worker(cluster, script);
    const TimePoint begin = cluster.clock().now();
    if (set_faults) set_faults(cluster);
    cluster.spawn(worker.poll_workflow_tasks());
    cluster.spawn(worker.poll_activity_tasks());
    cluster.run(drive(cluster, worker, script, workflows, outcome.histories));
    outcome.virtual_time = cluster.clock().now() - begin;
    outcome.trace = cluster.trace().hash();
    cluster.run(worker.ended());
    return outcome;
}

// A tenth of all commits ends without an answer, written or not, by the seed.
void lose_answers(Cluster& cluster) {
    cluster.faults().commit = [&cluster](const store::TransitionWrite&) {
        switch (cluster.random().below(20)) {
        case 0: return store::memory::CommitFault::unknown_written;
        case 1: return store::memory::CommitFault::unknown_not_written;
        case 2: return store::memory::CommitFault::refused;
        default: return store::memory::CommitFault::none;
        }
    };
}

}  // namespace

TEST_CASE("a month-long timer passes at once on virtual time", "[sim]") {
    const Script script;
    const Outcome outcome = simulate(1, script, 1);
    REQUIRE(outcome.histories.size() == 1);
    check_history(outcome.histories[0], script);
    CHECK(outcome.virtual_time >= 30 * 24h);
    CHECK(outcome.virtual_time < 30 * 24h + 1min);
}

TEST_CASE("the same seed gives the same trace", "[sim]") {
    Script script;
    script.timer = 5s;
    script.signals = 2;
    script.activity_failures_in_ten = 3;
    const Outcome first = simulate(7, script, 5);
    const Outcome again = simulate(7, script, 5);
    const Outcome other = simulate(8, script, 5);
    CHECK(first.trace == again.trace);
    CHECK(first.trace != other.trace);
}

TEST_CASE("every workflow completes once, whatever the store loses", "[sim]") {
    Script script;
    script.timer = 5s;
    script.signals = 3;
    script.activity_failures_in_ten = 3;
    constexpr std::uint64_t kSeeds = 20;
    for (std::uint64_t seed = 100; seed < 100 + kSeeds; ++seed) {
        INFO("seed " << seed);
        const Outcome outcome = simulate(seed, script, 8, lose_answers);
        REQUIRE(outcome.histories.size() == 8);
        for (const History& history : outcome.histories) check_history(history, script);
    }
}
