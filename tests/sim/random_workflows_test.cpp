// Random workflows, in a cluster whose history process dies and whose store loses answers: when all
// is quiet, every invariant holds, and again when some runs were deleted, and when the retention of
// all is over. A seed that fails is printed and repeats exactly (make sim FIRST_SEED=… SEEDS=1);
// the fault it finds gets a test with a name, which does not depend on what a seed happens to do.

#include <cstdlib>
#include <set>

#include "server/telemetry/log.h"
#include "server/workflow/state/mutable_state.h"
#include "tests/sim/observed.h"
#include "tests/sim/planned_worker.h"
#include "tests/sim/table_rows.h"
#include "tests/support/catch.h"
#include "tests/support/replay.h"

using namespace server;
using namespace server::sim;

namespace {

constexpr int kRoots = 3;
constexpr int kSignalsPerRoot = 4;

// Losing a shard is an error to an operator, and the ordinary case here.
class Quiet {
public:
    Quiet() { (void)log::configure({.target = log::Target::file, .file = "/dev/null"}); }
    ~Quiet() { (void)log::configure({.level = log::Level::warn}); }
};

// One simulation: its clients, its operator and its observer.
class Story {
public:
    explicit Story(std::uint64_t seed)
        : cluster_(seed), habits_{seed, kRoots}, worker_(cluster_, habits_) {}

    Observed play() {
        cluster_.faults().commit = [this](const store::TransitionWrite&) { return pick_fault(); };
        for (int loop = 0; loop < 2; ++loop) {
            cluster_.spawn(worker_.poll_workflow_tasks());
            cluster_.spawn(worker_.poll_activity_tasks());
        }
        cluster_.run(act(), 30 * 24h);
        cluster_.run(worker_.ended());
        return std::move(observed_);
    }

private:
    store::memory::CommitFault pick_fault() {
        switch (cluster_.random().below(60)) {
        case 0: return store::memory::CommitFault::unknown_written;
        case 1: return store::memory::CommitFault::unknown_not_written;
        case 2: return store::memory::CommitFault::refused;
        default: return store::memory::CommitFault::none;
        }
    }

    Async<void> pause(Duration longest) {
        const auto bound = static_cast<std::uint64_t>(longest.count());
        co_await cluster_.clock().sleep_for(
            Duration{static_cast<std::int64_t>(cluster_.random().below(bound))});
    }

    Async<void> act() {
        for (int root = 0; root < kRoots; ++root) {
            const auto started = co_await cluster_.call<api::StartWorkflowExecutionResponse>(
                "StartWorkflowExecution", planned_start(root_name(root)));
            REQUIRE(started.ok());
        }
        for (int round = 0; round < kSignalsPerRoot; ++round) {
            for (int root = 0; root < kRoots; ++root) {
                co_await pause(5s);
                co_await signal(root_name(root), round);
                if (cluster_.random().below(2) == 0) co_await query(root_name(root));
            }
            if (cluster_.random().below(2) == 0) co_await cluster_.replace_history();
        }
        if (cluster_.random().below(3) == 0) co_await terminate(root_name(0));
        co_await wait_until_quiet();
        co_await observe();
        worker_.stop();
        co_await worker_.ended();
        co_await delete_some();
        co_await wait_for_retention();
    }

    Async<void> signal(std::string workflow_id, int round) {
        api::SignalWorkflowExecutionRequest request;
        request.set_namespace_("default");
        request.mutable_workflow_execution()->set_workflow_id(workflow_id);
        request.set_signal_name("client");
        request.set_request_id("client-" + std::to_string(round));
        AcknowledgedSignal acknowledged{workflow_id, "", request.request_id()};
        const auto sent = co_await cluster_.call<api::SignalWorkflowExecutionResponse>(
            "SignalWorkflowExecution", std::move(request));
        if (!sent.ok()) co_return;
        acknowledged.run_id = sent->link().workflow_event().run_id();
        observed_.signals.push_back(std::move(acknowledged));
    }

    Async<void> query(std::string workflow_id) {
        api::QueryWorkflowRequest request;
        request.set_namespace_("default");
        request.mutable_execution()->set_workflow_id(workflow_id);
        request.mutable_query()->set_query_type("signals");
        AnsweredQuery answered{std::move(workflow_id), "", {}, observed_.signals};
        const auto answer =
            co_await cluster_.call<api::QueryWorkflowResponse>("QueryWorkflow", std::move(request));
        if (!answer.ok()) co_return;  // its first workflow task is not done, or its task was lost
        const auto& payloads = answer->query_result().payloads();
        REQUIRE(!payloads.empty());
        answered.run_id = payloads[0].data();
        for (int index = 1; index < payloads.size(); ++index) {
            answered.seen_request_ids.push_back(payloads[index].data());
        }
        observed_.queries.push_back(std::move(answered));
    }

    Async<void> terminate(std::string workflow_id) {
        api::TerminateWorkflowExecutionRequest request;
        request.set_namespace_("default");
        request.mutable_workflow_execution()->set_workflow_id(workflow_id);
        // NotFound when it has closed by itself.
        (void)co_await cluster_.call<api::TerminateWorkflowExecutionResponse>(
            "TerminateWorkflowExecution", std::move(request));
    }

    // No plan takes longer than some hours: what is still open after days is stuck.
    Async<void> wait_until_quiet() {
        const TimePoint late = cluster_.clock().now() + 7 * 24h;
        for (bool quiet = false; !quiet;) {
            co_await cluster_.clock().sleep_for(5min);
            if (cluster_.clock().now() > late) co_return co_await report_stuck();
            api::CountWorkflowExecutionsRequest request;
            request.set_namespace_("default");
            request.set_query("ExecutionStatus = 'Running'");
            const auto open = co_await cluster_.call<api::CountWorkflowExecutionsResponse>(
                "CountWorkflowExecutions", std::move(request));
            REQUIRE(open.ok());
            quiet = open->count() == 0;
        }
    }

    Async<void> report_stuck() {
        api::ListWorkflowExecutionsRequest request;
        request.set_namespace_("default");
        request.set_query("ExecutionStatus = 'Running'");
        const auto open = co_await cluster_.call<api::ListWorkflowExecutionsResponse>(
            "ListWorkflowExecutions", std::move(request));
        REQUIRE(open.ok());
        for (const auto& info : open->executions()) {
            ObservedRun run;
            run.workflow_id = info.execution().workflow_id();
            run.run_id = info.execution().run_id();
            co_await read_history(run);
            FAIL_CHECK("stuck: " << run.workflow_id << "\n" << run.history.DebugString());
        }
    }

    Async<void> observe() {
        api::ListWorkflowExecutionsRequest request;
        request.set_namespace_("default");
        request.set_page_size(1000);
        const auto listed = co_await cluster_.call<api::ListWorkflowExecutionsResponse>(
            "ListWorkflowExecutions", std::move(request));
        REQUIRE(listed.ok());
        REQUIRE(listed->next_page_token().empty());
        for (const auto& info : listed->executions()) {
            ObservedRun run;
            run.workflow_id = info.execution().workflow_id();
            run.run_id = info.execution().run_id();
            run.listed_status = info.status();
            co_await read_history(run);
            co_await read_state(run);
            observed_.runs.push_back(std::move(run));
        }
    }

    Async<void> read_history(ObservedRun& run) {
        api::GetWorkflowExecutionHistoryRequest request;
        request.set_namespace_("default");
        request.mutable_execution()->set_workflow_id(run.workflow_id);
        request.mutable_execution()->set_run_id(run.run_id);
        auto whole = co_await cluster_.call<api::GetWorkflowExecutionHistoryResponse>(
            "GetWorkflowExecutionHistory", std::move(request));
        REQUIRE(whole.ok());
        REQUIRE(whole->next_page_token().empty());
        run.history = whole->history();
    }

    Async<void> read_state(ObservedRun& run) {
        RunKey key{cluster_.namespace_id(), run.workflow_id, run.run_id};
        const auto stored =
            co_await cluster_.runs().find_run(cluster_.shard_of_workflow(run.workflow_id), key);
        REQUIRE(stored.ok());
        REQUIRE(stored->has_value());
        const auto state = workflow::MutableState::decode(key, (*stored)->info, (*stored)->items);
        REQUIRE(state.ok());
        const auto& events = run.history.events();
        const std::vector<HistoryEvent> batch(events.begin(), events.end());
        run.branch_id = state->info().branch_id();
        run.stored_state = tests::history_part(*state, true);
        run.replayed_state = tests::history_part(tests::replay(key, {batch}), true);
    }

    // By hand, while commits still fail: their rows go, those of the others stay.
    Async<void> delete_some() {
        std::set<std::string> deleted;
        for (const ObservedRun& run : observed_.runs) {
            if (cluster_.random().below(3) != 0) continue;
            api::DeleteWorkflowExecutionRequest request;
            request.set_namespace_("default");
            request.mutable_workflow_execution()->set_workflow_id(run.workflow_id);
            request.mutable_workflow_execution()->set_run_id(run.run_id);
            const auto done = co_await cluster_.call<api::DeleteWorkflowExecutionResponse>(
                "DeleteWorkflowExecution", std::move(request));
            REQUIRE(done.ok());
            deleted.insert(run.run_id);
        }
        co_await cluster_.clock().sleep_for(5min);
        note_rows("after deletions",
                  [&deleted](const std::string& id) { return !deleted.count(id); });
    }

    // The longest there is: the day of the namespace, and the half hour over which deletions
    // spread.
    Async<void> wait_for_retention() {
        if (cluster_.random().below(2) == 0) co_await cluster_.replace_history();
        co_await cluster_.clock().sleep_for(24h + 35min);
        note_rows("after the retention", [](const std::string&) { return false; });
        api::CountWorkflowExecutionsRequest request;
        request.set_namespace_("default");
        const auto listed = co_await cluster_.call<api::CountWorkflowExecutionsResponse>(
            "CountWorkflowExecutions", std::move(request));
        REQUIRE(listed.ok());
        CHECK(listed->count() == 0);
    }

    template <class Expected>
    void note_rows(const std::string& when, Expected expected) {
        StoredRows moment{when, {}};
        for (const ObservedRun& run : observed_.runs) {
            StoredRows::OfRun of_run{run.workflow_id, run.run_id,
                                     rows_of_run(cluster_.tables(), run.run_id, run.branch_id),
                                     expected(run.run_id)};
            moment.runs.push_back(std::move(of_run));
        }
        observed_.rows.push_back(std::move(moment));
    }

    Cluster cluster_;
    const Habits habits_;
    PlannedWorker worker_;
    Observed observed_;
};

// SIM_SEEDS and SIM_FIRST_SEED choose others than the usual ones.
std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

struct Tally {
    std::size_t runs = 0;
    std::size_t queries = 0;
};

void check_seed(std::uint64_t seed, Tally& tally) {
    INFO("seed " << seed << " (repeat with SIM_FIRST_SEED=" << seed << " SIM_SEEDS=1)");
    const Observed observed = Story(seed).play();
    tally.runs += observed.runs.size();
    tally.queries += observed.queries.size();
    for (const std::string& violation : violations(observed)) FAIL_CHECK(violation);
}

}  // namespace

TEST_CASE("whatever random workflows do, and whatever is lost, the invariants hold",
          "[sim][random][invariant]") {
    const Quiet quiet;
    const std::uint64_t first = number_from("SIM_FIRST_SEED", 1);
    const std::uint64_t seeds = number_from("SIM_SEEDS", 300);
    Tally tally;
    for (std::uint64_t seed = first; seed < first + seeds; ++seed) check_seed(seed, tally);
    CHECK(tally.runs >= kRoots * seeds);
    CHECK(tally.queries >= seeds);  // of six sent in the mean, some meet a lost answer
}
