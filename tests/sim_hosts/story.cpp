#include "tests/sim_hosts/story.h"

#include "tests/sim/client.h"
#include "tests/sim/observer.h"
#include "tests/sim/planned_worker.h"

namespace server::sim {

namespace {

constexpr int kRoots = 2;
constexpr int kSignalsPerRoot = 4;
constexpr std::size_t kHosts = 3;

class Story {
public:
    Story(std::uint64_t seed, const Dangers& dangers)
        : cluster_(seed, whole_hosts(kHosts)), worker_(cluster_, Habits{seed, kRoots}),
          nemesis_(cluster_, dangers) {}

    Outcome play() {
        const TimePoint begin = cluster_.clock().now();
        for (int loop = 0; loop < 2; ++loop) {
            cluster_.spawn(worker_.poll_workflow_tasks());
            cluster_.spawn(worker_.poll_activity_tasks());
        }
        cluster_.run(act(), 24h);
        cluster_.run(worker_.ended(), 1h);
        outcome_.virtual_time = cluster_.clock().now() - begin;
        outcome_.trace_hash = cluster_.trace().hash();
        outcome_.trace_size = cluster_.trace().size();
        return std::move(outcome_);
    }

private:
    Async<void> act() {
        cluster_.spawn(nemesis_.run());
        for (int root = 0; root < kRoots; ++root) co_await client_.start(root_name(root));
        for (int round = 0; round < kSignalsPerRoot; ++round) {
            for (int root = 0; root < kRoots; ++root) {
                co_await cluster_.pause(20s);
                co_await client_.signal(root_name(root), "client-" + std::to_string(round));
                if (cluster_.random().below(3) == 0) co_await client_.query(root_name(root));
            }
        }
        if (cluster_.random().below(3) == 0) co_await client_.terminate(root_name(0));
        co_await cluster_.pause(3min);
        nemesis_.stop();
        co_await nemesis_.ended();
        Observer observer(cluster_);
        co_await observer.wait_until_quiet(12h);
        outcome_.observed.runs = co_await observer.observe_runs();
        outcome_.observed.signals = client_.signals();
        outcome_.observed.queries = client_.queries();
        worker_.stop();
    }

    Cluster cluster_;
    PlannedWorker worker_;
    Client client_{cluster_};
    Nemesis nemesis_;
    Outcome outcome_;
};

}  // namespace

Outcome play(std::uint64_t seed) { return play(seed, draw_dangers(seed)); }

Outcome play(std::uint64_t seed, const Dangers& dangers) { return Story(seed, dangers).play(); }

}  // namespace server::sim
