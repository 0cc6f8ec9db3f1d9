// 10,000 pollers that come and go, while tasks come: each task is started once.
#include <algorithm>
#include <cstdio>

#include "tests/scale/dose.h"
#include "tests/scale/matching_load.h"
#include "tests/scale/store_on_disk.h"
#include "tests/support/catch.h"

namespace server::tests {

namespace {

constexpr int kPollers = 10'000;

class Crowd {
public:
    Crowd(MatchingCluster& cluster, Load load) : cluster_(cluster), load_(std::move(load)) {
        for (int worker = 0; worker < kPollers; ++worker) {
            cluster_.callers.for_key(static_cast<std::size_t>(worker)).spawn(come_and_go(worker));
        }
    }
    void end() {
        over_ = true;
        ended_.wait();
    }
    Harvest harvest;
    std::size_t polls() const { return polls_; }
    std::size_t cancelled() const { return cancelled_; }

private:
    // Every poll of the worker ends after half a second to four; every third one because the worker
    // goes away in its middle.
    Async<void> come_and_go(int worker) {
        for (int round = 0; !over_; ++round) {
            const auto patience = std::chrono::milliseconds(500 + random_.below(3'500));
            rpc::CallContext context = context_until(cluster_.clock.now() + patience + 1s);
            const auto cancellation = context.cancellation;
            ++polls_;
            if ((worker + round) % 3 == 0) {
                cluster_.callers.for_key(static_cast<std::size_t>(worker))
                    .spawn(cancel_later(cancellation, patience / 2));
            }
            auto request = poll_request(load_.queue, worker);
            auto call = cluster_.matching().poll_workflow_task_queue(std::move(context),
                                                                     std::move(request));
            const auto polled = co_await std::move(call);
            const bool has_task = polled.ok() && !polled->response().task_token().empty();
            if (has_task) harvest.got(polled->response().task_token());
            if (!has_task && cancellation->cancelled()) ++cancelled_;
        }
        ended_.count_down();
    }
    Async<void> cancel_later(std::shared_ptr<Cancellation> poll, Duration after) {
        co_await cluster_.clock.sleep_for(after);
        poll->cancel();
    }

    MatchingCluster& cluster_;
    const Load load_;
    Random random_{7};
    std::atomic<bool> over_ = false;
    std::atomic<std::size_t> polls_ = 0;
    std::atomic<std::size_t> cancelled_ = 0;
    std::latch ended_{kPollers};
};

void run_crowd(const char* name, matching::Options options) {
    StoreOnDisk store;
    MatchingCluster cluster(store->task_queues(), {}, options);
    Load load{.tasks = full_dose() ? 200'000 : 20'000, .adders = 100};
    Crowd crowd(cluster, load);
    const Duration adding = add_tasks(cluster, load);
    const auto all = static_cast<std::size_t>(load.tasks);
    crowd.harvest.wait_for(all, 30s);
    crowd.end();
    std::printf("%s: %d tasks to 10,000 pollers at %.0f/s, %zu polls, %zu went away\n", name,
                load.tasks, per_second(all, adding), crowd.polls(), crowd.cancelled());
    CHECK(crowd.harvest.tasks() == all);
    CHECK(crowd.harvest.twice() == 0);
    CHECK(cluster.history.count() == all);
    CHECK(backlog_of(cluster, load.queue) == 0);
}

}  // namespace

TEST_CASE("10,000 pollers come and go, and each task is started once", "[scale][matching]") {
    matching::Options options;
    SECTION("one partition") {
        options.write_partitions = options.read_partitions = 1;
        run_crowd("one partition", options);
    }
    SECTION("four partitions in two processes") {
        options.write_partitions = options.read_partitions = 4;
        run_crowd("four partitions", options);
    }
}

}  // namespace server::tests
