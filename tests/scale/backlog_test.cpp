// A backlog of 100,000 tasks without a poller, then drained, each task once.
#include <cstdio>

#include "tests/scale/matching_load.h"
#include "tests/scale/store_on_disk.h"
#include "tests/support/catch.h"

namespace server::tests {

namespace {

constexpr int kTasks = 100'000;
constexpr Duration kAtMost = 5min;

void build_and_drain(MatchingCluster& cluster, const char* name, const Load& load) {
    const Duration adding = add_tasks(cluster, load);
    cluster.restart();  // whoever drains knows nothing of the backlog but what is stored
    Harvest harvest;
    const Duration draining = poll_tasks(cluster, load, harvest, kTasks, kAtMost);
    std::printf("%s: 100,000 tasks stored at %.0f/s, drained at %.0f/s\n", name,
                per_second(kTasks, adding), per_second(kTasks, draining));
    CHECK(harvest.tasks() == kTasks);
    CHECK(harvest.twice() == 0);
    CHECK(cluster.history.count() == kTasks);
    CHECK(cluster.history.repeated() == 0);
    CHECK(backlog_of(cluster, load.queue) == 0);
}

}  // namespace

TEST_CASE("a backlog of 100,000 tasks is drained, each task once", "[scale][matching]") {
    StoreOnDisk store;
    SECTION("one partition") {
        matching::Options options;
        options.write_partitions = options.read_partitions = 1;
        MatchingCluster cluster(store->task_queues(), {}, options);
        build_and_drain(cluster, "one partition", {.tasks = kTasks});
    }
    SECTION("four partitions in two processes") {
        matching::Options options;
        options.write_partitions = options.read_partitions = 4;
        MatchingCluster cluster(store->task_queues(), {}, options);
        build_and_drain(cluster, "four partitions", {.tasks = kTasks});
    }
    SECTION("as many partitions as the load asks for, and eight fairness keys") {
        matching::Options options;
        options.partition_tasks_per_second = 500;
        options.partitions_interval = 1s;
        MatchingCluster cluster(store->task_queues(), {}, options);
        build_and_drain(cluster, "partitions by load", {.tasks = kTasks, .fairness_keys = 8});
    }
}

}  // namespace server::tests
