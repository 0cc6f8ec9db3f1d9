#include "tests/history/world.h"

namespace server::tests {

namespace {

constexpr Duration kMonth = std::chrono::hours(24 * 30);

int timers_fired(const ::temporal::api::history::v1::History& history) {
    int fired = 0;
    for (const auto& event : history.events()) {
        if (event.has_timer_fired_event_attributes()) ++fired;
    }
    return fired;
}

}  // namespace

TEST_CASE("a timer of a month fires on time, once, across restarts", "[history][timer]") {
    World world;
    world.start("w");
    world.complete(world.poll("w"), {start_timer("t", kMonth)});
    world.advance(kMonth / 2);
    world.restart();
    world.advance(kMonth / 2 - 1s);
    CHECK(timers_fired(world.history_of("w")) == 0);
    world.restart();
    const std::size_t tasks_before = world.matching.count("w");
    world.advance(2s);
    CHECK(timers_fired(world.history_of("w")) == 1);
    CHECK(world.matching.count("w") == tasks_before + 1);
    world.advance(1h);
    CHECK(timers_fired(world.history_of("w")) == 1);
}

TEST_CASE("timers that came due while no server ran fire at its start", "[history][timer]") {
    World world;
    world.start("w");
    world.complete(world.poll("w"), {start_timer("t", 10s)});
    world.stop();
    world.advance(1h);
    world.restart();
    CHECK(timers_fired(world.history_of("w")) == 1);
}

TEST_CASE("a workflow task that is not completed in time comes again", "[history][timer]") {
    World world;
    world.start("w");
    world.poll("w");
    world.advance(11s);
    CHECK(world.matching.count("w") == 2);
    const auto second = world.poll("w");
    CHECK(second.attempt() == 2);
}

TEST_CASE("a firing that could not be written is tried again", "[history][timer]") {
    World world;
    world.start("w");
    world.complete(world.poll("w"), {start_timer("t", 10s)});
    world.store.faults().commit = [](const store::TransitionWrite&) {
        return store::memory::CommitFault::refused;
    };
    world.advance(20s);
    world.store.faults().commit = nullptr;
    CHECK(timers_fired(world.history_of("w")) == 0);
    world.advance(2s);
    CHECK(timers_fired(world.history_of("w")) == 1);
}

TEST_CASE("a run that waits for nothing soon is not looked at again and again",
          "[history][timer]") {
    World world;
    world.start("w");
    const auto task = world.poll("w");
    world.complete(task, {start_timer("t", kMonth)});
    world.restart();
    world.advance(1h);
    int commits = 0;
    world.store.faults().commit = [&commits](const store::TransitionWrite& write) {
        commits += write.runs.empty() ? 0 : 1;  // a quiet shard confirms that it is still owned
        return store::memory::CommitFault::none;
    };
    int loads = 0;
    world.store.faults().read = [&loads](std::string_view call) {
        if (call == "runs.find_run") ++loads;
        return ok_status();
    };
    world.restart();
    world.advance(kMonth / 2);
    CHECK(commits <= 1);
    CHECK(loads <= 1);
}

TEST_CASE("hundreds of timers of one moment fire, whatever the bound of concurrency",
          "[history][timer]") {
    history::Options options;
    options.timer_concurrency_max = 3;
    options.timer_page_runs = 7;
    World world(options);
    constexpr int kWorkflows = 200;
    for (int number = 0; number < kWorkflows; ++number) {
        const std::string id = "w" + std::to_string(number);
        world.start(id);
        world.complete(world.poll(id), {start_timer("t", 2h)});
    }
    world.restart();
    world.advance(2h + 10s);
    int fired = 0;
    for (int number = 0; number < kWorkflows; ++number) {
        fired += timers_fired(world.history_of("w" + std::to_string(number)));
    }
    CHECK(fired == kWorkflows);
}

// Found by the random workflows of tests/sim (their seeds 158 and 189, then): the commit of a
// firing was answered while its shard was being taken anew, and what followed was written with the
// range id of before. That looked like another owner, and the shard was given up.
TEST_CASE("a firing that is answered while its shard is taken anew does not lose the shard",
          "[history][timer]") {
    history::Options options;
    options.shard_count = 1;
    World world(options);
    world.start("timed");
    // The second timer is beyond the window, so the stored due time wants to be raised.
    world.complete(world.poll("timed"), {start_timer("soon", 10s), start_timer("late", 10h)});
    world.start("other");
    world.advance(9s);  // past the commit that removes the outbox tasks of all this

    // Of two commits under way that of the signal is answered first, and nobody knows its outcome.
    // So the shard is taken anew; the new range id is in the store long before the owner hears of
    // it, and in between comes the answer to the first.
    CallPtr<api::SignalWorkflowExecutionResponse> signalled;
    int commits = 0;
    world.store.faults().delay = [&](std::string_view call) {
        constexpr int kLater = 1000;  // turns of the loop: more than any step takes
        if (call == "runs.acquire_shard") return store::memory::Delay{1, 2 * kLater};
        if (call != "runs.commit" || ++commits != 1) return store::memory::Delay{};
        auto request = world.signal_request("other", "s");
        signalled = world.begin(world.history->signal_workflow({}, std::move(request)));
        return store::memory::Delay{1, kLater};
    };
    world.store.faults().commit = [](const store::TransitionWrite& write) {
        const bool other = write.runs.front().run.workflow_id == "other";
        return other ? store::memory::CommitFault::unknown_written
                     : store::memory::CommitFault::none;
    };
    world.advance(1s);
    REQUIRE(commits >= 2);
    REQUIRE(signalled->done());
    CHECK(signalled->code() == Code::Unavailable);  // what an unknown outcome is to a caller
    world.store.faults() = {};

    world.advance(100ms);
    CHECK(timers_fired(world.history_of("timed")) == 1);
    CHECK(world.signal("timed", "s")->code() == Code::Ok);
    CHECK(world.signal("other", "s")->code() == Code::Ok);
    CHECK_THAT(world.metrics.to_text(),
               Catch::Contains("sharditem_removed_count{service_name=\"history\"} 0\n"));
}

}  // namespace server::tests
