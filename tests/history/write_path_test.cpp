#include <algorithm>

#include "tests/history/world.h"

namespace server::tests {

using store::memory::CommitFault;

namespace {

// The next commit meets this fault, later ones none.
void fail_once(World& world, CommitFault fault) {
    auto pending = std::make_shared<bool>(true);
    world.store.faults().commit = [pending, fault](const store::TransitionWrite&) {
        return std::exchange(*pending, false) ? fault : CommitFault::none;
    };
}

int signals_in(const ::temporal::api::history::v1::History& history) {
    return static_cast<int>(std::count_if(
        history.events().begin(), history.events().end(), [](const HistoryEvent& event) {
            return event.has_workflow_execution_signaled_event_attributes();
        }));
}

history::Options one_shard() {
    history::Options options;
    options.shard_count = 1;
    return options;
}

Async<Result<bool>> start(history::Service& service) {
    CO_TRY(co_await service.start());
    co_return true;
}

Async<Result<bool>> stop(history::Service& service) {
    co_await service.stop();
    co_return true;
}

// Another process, which has taken the shards and written; `world.history` does not know it yet.
std::unique_ptr<history::Service> lose_unnoticed(World& world) {
    auto other = world.make_service();
    world.must(start(*other));
    std::swap(world.history, other);
    REQUIRE(world.signal("w", "to the other")->code() == Code::Ok);
    std::swap(world.history, other);
    return other;
}

Async<Result<bool>> assign_and_wait(history::Service& service, std::string owner) {
    service.assign(cluster::Ring({std::move(owner)}), "this");
    co_await service.settled();
    co_return true;
}

}  // namespace

TEST_CASE("a start is answered after its commit, and its task goes to matching", "[history]") {
    World world;
    const std::string run_id = world.start("w");
    CHECK(world.stored_run("w").run.run_id == run_id);
    CHECK(kinds(world.history_of("w")) == "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED");
    REQUIRE(world.matching.count("w") == 1);
    const auto& added = world.matching.last("w", kWorkflowTask);
    CHECK(added.task_queue() == kQueue);
    CHECK(added.task().scheduled_event_id() == 2);
}

TEST_CASE("a commit in conflict drops the run from memory, and a repeat succeeds", "[history]") {
    World world(one_shard());
    world.start("w");
    store::StoredRun stored = world.stored_run("w");
    store::RunWrite foreign;
    foreign.run = stored.run;
    foreign.expected_version = stored.version;
    foreign.info = stored.info;
    store::TransitionWrite write;
    write.shard_id = ShardId{1};
    write.range_id = RangeId{1};
    write.runs.push_back(foreign);
    auto commit = [](store::Runs& runs, store::TransitionWrite what) -> Async<Result<bool>> {
        const auto outcome = co_await runs.commit(std::move(what));
        co_return outcome.kind == store::CommitKind::committed;
    };
    REQUIRE(world.must(commit(world.store.runs(), write)));

    CHECK(world.signal("w", "s")->code() == Code::Unavailable);
    CHECK(world.signal("w", "s")->code() == Code::Ok);
    CHECK(signals_in(world.history_of("w")) == 1);
}

TEST_CASE("a refused commit leaves no trace", "[history]") {
    World world;
    world.start("w");
    const store::StoredRun before = world.stored_run("w");
    fail_once(world, CommitFault::refused);
    const auto refused = world.signal("w", "s");
    CHECK(refused->code() == Code::Unavailable);
    CHECK(refused->status().message().find("nothing was written") != std::string::npos);
    CHECK(world.stored_run("w").version == before.version);
    CHECK(signals_in(world.history_of("w")) == 0);
    CHECK(world.signal("w", "s")->code() == Code::Ok);
    CHECK(signals_in(world.history_of("w")) == 1);
}

TEST_CASE("after a commit with unknown outcome a repeat happens exactly once", "[history]") {
    const auto fault = GENERATE(CommitFault::unknown_written, CommitFault::unknown_not_written);
    World world(one_shard());

    SECTION("of a signal") {
        world.start("w");
        fail_once(world, fault);
        const auto unknown = world.signal("w", "s", "request-1");
        CHECK(unknown->code() == Code::Unavailable);
        CHECK(unknown->status().message().find("unknown") != std::string::npos);
        CHECK(world.signal("w", "s", "request-1")->code() == Code::Ok);
        CHECK(signals_in(world.history_of("w")) == 1);
    }
    SECTION("of a start") {
        fail_once(world, fault);
        CHECK(world.start(world.start_request("w"))->code() == Code::Unavailable);
        const auto again = world.start(world.start_request("w"));
        CHECK(again->value().started());
        CHECK(world.run_key("w").run_id == again->value().run_id());
        // The task of the first commit is found in the outbox when the shard is taken anew.
        CHECK(world.matching.count("w") == 1);
    }
    SECTION("and the shard goes on with a new range id") {
        world.start("w");
        const TaskId before = world.shard_of("w").next_task_id();
        fail_once(world, fault);
        CHECK(world.signal("w", "s")->code() == Code::Unavailable);
        CHECK(world.shard_of("w").ready().ok());
        CHECK(world.shard_of("w").next_task_id().value >> history::Shard::kTaskIdBits ==
              (before.value >> history::Shard::kTaskIdBits) + 1);
    }
}

TEST_CASE("an owner that lost its shard writes nothing and says who it is not", "[history]") {
    World world(one_shard());
    world.start("w");
    auto successor = world.make_service();
    world.must(start(*successor));
    const store::StoredRun before = world.stored_run("w");

    const auto late = world.signal("w", "s");
    CHECK(late->code() == Code::Unavailable);
    CHECK(late->status().detail<OwnershipLost>() != nullptr);
    CHECK(world.stored_run("w").version == before.version);
    CHECK(world.signal("w", "s")->status().detail<OwnershipLost>() != nullptr);

    std::swap(world.history, successor);
    CHECK(world.signal("w", "s")->code() == Code::Ok);
    world.must(stop(*successor));
}

TEST_CASE("what an owner that lost its shard refuses is not refused", "[history]") {
    World world(one_shard());
    world.start("w");
    world.complete(world.poll("w"), {start_timer("t", 1h)});
    auto successor = lose_unnoticed(world);
    const auto poll = world.poll_request("w");

    // It has never seen this task; to say that it is obsolete would lose it.
    const auto late = world.run(world.history->record_workflow_task_started({}, poll));
    CHECK(late->code() == Code::Unavailable);
    CHECK(late->status().detail<OwnershipLost>() != nullptr);

    std::swap(world.history, successor);
    CHECK(world.run(world.history->record_workflow_task_started({}, poll))->code() == Code::Ok);
    world.must(stop(*successor));
}

TEST_CASE("an owner that lost its shard answers no query", "[history]") {
    World world(one_shard());
    world.start("w");
    world.complete(world.poll("w"), {start_timer("t", 1h)});
    world.matching.on_query = [](const auto&) {
        api::QueryWorkflowResponse response;
        response.mutable_query_result()->add_payloads()->set_data("without the signal");
        return response;
    };
    CHECK(world.query("w")->code() == Code::Ok);
    auto successor = lose_unnoticed(world);

    const auto late = world.query("w");
    CHECK(late->code() == Code::Unavailable);
    CHECK(late->status().detail<OwnershipLost>() != nullptr);
    world.must(stop(*successor));
}

TEST_CASE("a shard that was another process's for a while is taken anew", "[history]") {
    World world(one_shard());
    world.start("w");
    auto other = lose_unnoticed(world);

    // Both assignments arrive before anything was done about the first.
    world.history->assign(cluster::Ring(), "this");
    world.history->assign(cluster::Ring({"this"}), "this");
    world.settle();
    CHECK(world.shard_of("w").ready().ok());
    CHECK(world.signal("w", "by this one")->code() == Code::Ok);
    world.must(stop(*other));
}

TEST_CASE("what was assigned just before is waited for", "[history]") {
    World world(one_shard());
    auto service = world.make_service();
    const auto ready = [&] {
        return service->shard_of_workflow(world.namespace_id, "w").ready().ok();
    };
    world.must(assign_and_wait(*service, "this"));
    CHECK(ready());
    world.must(assign_and_wait(*service, "another"));
    CHECK_FALSE(ready());

    world.must(stop(*service));
    world.must(assign_and_wait(*service, "this"));
    CHECK_FALSE(ready());  // for good
}

TEST_CASE("a quiet owner notices that another one has had its shard", "[history]") {
    World world(one_shard());
    world.start("w");
    world.advance(world.options.confirm_interval);  // what the start left to be written is written
    auto other = world.make_service();
    world.must(start(*other));
    world.must(stop(*other));
    world.advance(world.options.confirm_interval * 2 + 2s);  // and a pause before it is taken back
    CHECK(world.shard_of("w").ready().ok());
    CHECK(world.shard_of("w").next_task_id().value >> history::Shard::kTaskIdBits == 3);
}

TEST_CASE("the order of commits is the order of task ids, across runs and delays", "[history]") {
    World world(one_shard());
    std::vector<std::int64_t> ids;
    world.store.faults().commit = [&ids](const store::TransitionWrite& write) {
        for (const auto& task : write.outbox) ids.push_back(task.id.value);
        return CommitFault::none;
    };
    world.store.faults().delay = [&world](std::string_view) {
        const int before = 1 + static_cast<int>(world.random.below(5));
        const int after = static_cast<int>(world.random.below(5));
        return store::memory::Delay{before, after};
    };
    std::vector<CallPtr<api::StartWorkflowExecutionResponse>> calls;
    for (int number = 0; number < 40; ++number) {
        auto call = std::make_shared<Call<api::StartWorkflowExecutionResponse>>();
        calls.push_back(call);
        auto request = world.start_request("w" + std::to_string(number));
        boost::asio::post(world.context, [&world, call, request = std::move(request)] {
            world.run(world.history->start_workflow({}, request), call);
        });
    }
    world.settle();
    for (const auto& call : calls) CHECK(call->code() == Code::Ok);
    REQUIRE(ids.size() == 40);
    CHECK(std::is_sorted(ids.begin(), ids.end()));
    CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
}

TEST_CASE("a store that cannot be read is no reason to answer wrongly", "[history]") {
    World world;
    world.start("w");
    world.restart();
    world.store.faults().read = [](std::string_view call) {
        return call == "runs.find_run" ? unavailable("disk on fire") : ok_status();
    };
    CHECK(world.signal("w", "s")->code() == Code::Unavailable);
    world.store.faults().read = nullptr;
    CHECK(world.signal("w", "s")->code() == Code::Ok);
}

TEST_CASE("task ids that are used up are renewed without a failed call", "[history]") {
    World world(one_shard());
    world.start("w");
    const TaskId before = world.shard_of("w").next_task_id();
    // Each decision may take 2^20 ids, so the last sixteenth of a range is not begun. Only the
    // count of the shard matters here.
    world.shard_of("w").skip_task_ids_for_test((std::int64_t{15} << 20) + 1);
    CHECK(world.signal("w", "s")->code() == Code::Ok);
    CHECK(world.shard_of("w").next_task_id().value >> history::Shard::kTaskIdBits ==
          (before.value >> history::Shard::kTaskIdBits) + 1);
    CHECK(world.signal("w", "s")->code() == Code::Ok);
    CHECK(world.matching.count("w") == 1);
}

TEST_CASE("task ids are not renewed over what another owner has written", "[history]") {
    World world(one_shard());
    world.start("w");
    world.complete(world.poll("w"), {start_timer("t", 1h)});
    auto other = lose_unnoticed(world);

    world.shard_of("w").skip_task_ids_for_test((std::int64_t{15} << 20) + 1);
    const auto late = world.signal("w", "by this one");
    CHECK(late->code() == Code::Unavailable);
    CHECK(late->status().detail<OwnershipLost>() != nullptr);
    CHECK(world.signal("w", "by this one")->code() == Code::Ok);
    CHECK(signals_in(world.history_of("w")) == 2);
    world.must(stop(*other));
}

}  // namespace server::tests
