// Random workflows, in a cluster whose history process dies and whose store loses answers: when all
// is quiet, every invariant holds, and again when some runs were deleted, and when the retention of
// all is over. A seed that fails is printed and repeats exactly (make sim FIRST_SEED=… SEEDS=1);
// the fault it finds gets a test with a name, which does not depend on what a seed happens to do.

#include <set>

#include "tests/sim/client.h"
#include "tests/sim/observer.h"
#include "tests/sim/planned_worker.h"
#include "tests/sim/seeds.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::sim;

namespace {

constexpr int kRoots = 3;
constexpr int kSignalsPerRoot = 4;

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

    Async<void> act() {
        for (int root = 0; root < kRoots; ++root) co_await client_.start(root_name(root));
        for (int round = 0; round < kSignalsPerRoot; ++round) {
            for (int root = 0; root < kRoots; ++root) {
                co_await cluster_.pause(5s);
                co_await client_.signal(root_name(root), "client-" + std::to_string(round));
                if (cluster_.random().below(2) == 0) co_await client_.query(root_name(root));
            }
            if (cluster_.random().below(2) == 0) co_await cluster_.replace_history();
        }
        if (cluster_.random().below(3) == 0) co_await client_.terminate(root_name(0));
        // No plan takes longer than some hours: what is still open after days is stuck.
        co_await observer_.wait_until_quiet(7 * 24h);
        observed_.runs = co_await observer_.observe_runs();
        observed_.signals = client_.signals();
        observed_.queries = client_.queries();
        worker_.stop();
        co_await worker_.ended();
        co_await delete_some();
        co_await wait_for_retention();
    }

    // By hand, while commits still fail: their rows go, those of the others stay.
    Async<void> delete_some() {
        std::set<std::string> deleted;
        for (const ObservedRun& run : observed_.runs) {
            if (cluster_.random().below(3) != 0) continue;
            co_await client_.delete_run(run.workflow_id, run.run_id);
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
        const std::int64_t listed = co_await observer_.count_listed("");
        CHECK(listed == 0);
    }

    void note_rows(std::string when, const std::function<bool(const std::string&)>& expected) {
        observed_.rows.push_back(observer_.note_rows(std::move(when), observed_.runs, expected));
    }

    Cluster cluster_;
    const Habits habits_;
    PlannedWorker worker_;
    Client client_{cluster_};
    Observer observer_{cluster_};
    Observed observed_;
};

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
    const std::uint64_t seeds = number_from("SIM_SEEDS", 60);
    Tally tally;
    for (std::uint64_t seed = first; seed < first + seeds; ++seed) check_seed(seed, tally);
    CHECK(tally.runs >= kRoots * seeds);
    CHECK(tally.queries >= seeds);  // of six sent in the mean, some meet a lost answer
}
