// Tasks whose worker waits while they are written: scheduled and started in one commit.

#include "tests/history/world.h"

namespace server::tests {

using store::memory::CommitFault;

namespace {

// A worker that waits on every queue, again and again.
class WaitingWorkers {
public:
    explicit WaitingWorkers(World& world) {
        world.matching.find = [this](const rpc::WorkerQueue& queue) {
            queues.push_back(queue);
            return std::make_unique<Worker>(*this);
        };
    }

    std::vector<rpc::WorkerQueue> queues;  // asked for
    std::vector<state::v1::BacklogTask> handed;
    int put_back = 0;

    // The worker's poll, as matching makes it of what was handed over.
    role::v1::RecordWorkflowTaskStartedRequest poll_request() {
        const auto& task = handed.back();
        role::v1::RecordWorkflowTaskStartedRequest request;
        request.set_namespace_id(task.namespace_id());
        request.mutable_execution()->set_workflow_id(task.workflow_id());
        request.mutable_execution()->set_run_id(task.run_id());
        request.set_scheduled_event_id(task.scheduled_event_id());
        request.set_request_id(task.started_with());
        request.mutable_poll()->set_identity("waiter");
        request.mutable_poll()->mutable_task_queue()->set_name(kQueue);
        return request;
    }

private:
    class Worker final : public workflow::WaitingWorker {
    public:
        explicit Worker(WaitingWorkers& all) : all_(all) {}
        ~Worker() override {
            if (!handed_over_) ++all_.put_back;
        }
        const std::string& identity() const override { return identity_; }
        void hand_over(state::v1::BacklogTask task) override {
            handed_over_ = true;
            all_.handed.push_back(std::move(task));
        }

    private:
        WaitingWorkers& all_;
        std::string identity_ = "waiter";
        bool handed_over_ = false;
    };
};

}  // namespace

TEST_CASE("a start whose worker waits is one commit, and its task is there for the asking",
          "[history][waiting]") {
    World world;
    WaitingWorkers workers(world);
    int commits = 0;
    bool handed_early = false;
    world.store.faults().commit = [&](const store::TransitionWrite& write) {
        ++commits;
        handed_early = handed_early || !workers.handed.empty();
        CHECK(write.outbox.empty());
        return CommitFault::none;
    };
    world.start("w");
    CHECK(commits == 1);
    CHECK_FALSE(handed_early);
    CHECK(world.matching.tasks.empty());
    REQUIRE(workers.handed.size() == 1);
    CHECK(workers.queues.front().name == kQueue);
    CHECK(workers.queues.front().namespace_id == world.namespace_id);

    const auto task =
        world.must(world.history->record_workflow_task_started({}, workers.poll_request()));
    CHECK(commits == 1);
    CHECK(kinds(task.history()) ==
          "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED");
    CHECK(task.history().events(2).workflow_task_started_event_attributes().identity() == "waiter");
    SECTION("and can be completed, the activity it schedules started with it") {
        CHECK(world.complete(task, {schedule_activity("a")})->code() == Code::Ok);
        CHECK(commits == 2);
        CHECK(workers.queues.back().type == kActivityTask);
        CHECK(workers.handed.back().scheduled_event_id() == 5);
    }
    SECTION("after a restart it runs into its timeout, and another one follows") {
        world.restart();
        world.advance(11s);
        CHECK(kinds(world.history_of("w")) ==
              "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED "
              "WORKFLOW_TASK_TIMED_OUT");
        CHECK(workers.handed.size() == 2);
    }
}

TEST_CASE("a task whose worker has left is taken over by one other worker, once",
          "[history][waiting]") {
    World world;
    WaitingWorkers workers(world);
    world.start("w");
    auto first = workers.poll_request();
    auto second = first;
    second.set_started_with(first.request_id());
    second.set_request_id("second");
    second.mutable_poll()->set_identity("second");
    auto third = second;
    third.set_request_id("third");
    SECTION("a workflow task") {
        const auto task = world.must(world.history->record_workflow_task_started({}, second));
        CHECK(task.started_event_id() == 3);
        CHECK(world.run(world.history->record_workflow_task_started({}, second))->code() ==
              Code::Ok);  // the answer was lost
        for (const auto& late : {first, third}) {
            const auto refused = world.run(world.history->record_workflow_task_started({}, late));
            CHECK(refused->status().detail<TaskObsolete>() != nullptr);
        }
        CHECK(world.complete(task, {})->code() == Code::Ok);
    }
    SECTION("an activity") {
        const auto task = world.must(world.history->record_workflow_task_started({}, first));
        REQUIRE(world.complete(task, {schedule_activity("a")})->code() == Code::Ok);
        const auto of = [&](const std::string& request_id, const std::string& started_with) {
            const auto& handed = workers.handed.back();
            role::v1::RecordActivityTaskStartedRequest request;
            request.set_namespace_id(handed.namespace_id());
            request.mutable_execution()->set_workflow_id(handed.workflow_id());
            request.mutable_execution()->set_run_id(handed.run_id());
            request.set_scheduled_event_id(handed.scheduled_event_id());
            request.set_request_id(request_id);
            request.set_started_with(started_with);
            return world.run(world.history->record_activity_task_started({}, request));
        };
        const std::string started_with = workers.handed.back().started_with();
        CHECK(of("second", "another")->status().detail<TaskObsolete>() != nullptr);
        CHECK(of("second", started_with)->code() == Code::Ok);
        CHECK(of("second", started_with)->code() == Code::Ok);
        CHECK(of(started_with, "")->status().detail<TaskObsolete>() != nullptr);
        CHECK(of("third", started_with)->status().detail<TaskObsolete>() != nullptr);
    }
}

TEST_CASE(
    "a query behind a signal that came before the worker fetched its started task waits for "
    "the next task",
    "[history][waiting][query]") {
    World world;
    WaitingWorkers workers(world);
    world.start("w");
    const auto poll = [&] {
        return world.must(world.history->record_workflow_task_started({}, workers.poll_request()));
    };
    REQUIRE(world.complete(poll(), {start_timer("t", 1h)})->code() == Code::Ok);
    REQUIRE(world.signal("w", "first")->code() == Code::Ok);  // its task is started with it
    const bool signalled = GENERATE(true, false);
    if (signalled) REQUIRE(world.signal("w", "second")->code() == Code::Ok);
    const auto query = world.query("w");
    CHECK_FALSE(query->done());

    const auto task = poll();
    CHECK(task.queries().size() == (signalled ? 0U : 1U));
    if (!signalled) return;
    REQUIRE(world.complete(task, {})->code() == Code::Ok);
    CHECK_FALSE(query->done());
    CHECK(poll().queries().size() == 1);
}

TEST_CASE("a task that is handed over has the priority it would have in its queue",
          "[history][waiting][priority]") {
    World world;
    WaitingWorkers workers(world);
    auto request = world.start_request("w");
    request.mutable_request()->mutable_priority()->set_priority_key(2);
    REQUIRE(world.start(std::move(request))->code() == Code::Ok);
    REQUIRE(workers.handed.size() == 1);
    CHECK(workers.handed.back().priority().priority_key() == 2);
    const auto task =
        world.must(world.history->record_workflow_task_started({}, workers.poll_request()));
    Command urgent = schedule_activity("a");
    urgent.mutable_schedule_activity_task_command_attributes()
        ->mutable_priority()
        ->set_priority_key(1);
    REQUIRE(world.complete(task, {urgent, schedule_activity("b")})->code() == Code::Ok);
    REQUIRE(workers.handed.size() == 3);
    CHECK(workers.handed[1].priority().priority_key() == 1);
    CHECK(workers.handed[2].priority().priority_key() == 2);
}

TEST_CASE("a worker gets nothing of a commit that does not stand", "[history][waiting]") {
    World world;
    WaitingWorkers workers(world);
    const auto fault = GENERATE(CommitFault::refused, CommitFault::shard_lost);
    world.store.faults().commit = [fault](const store::TransitionWrite&) { return fault; };
    CHECK(world.start(world.start_request("w"))->code() == Code::Unavailable);
    CHECK(workers.handed.empty());
    CHECK(workers.put_back == static_cast<int>(workers.queues.size()));
}

TEST_CASE("a worker gets the task of a commit in doubt, and history says what became of it",
          "[history][waiting]") {
    World world;
    WaitingWorkers workers(world);
    const auto fault = GENERATE(CommitFault::unknown_written, CommitFault::unknown_not_written);
    bool once = true;
    world.store.faults().commit = [fault, &once](const store::TransitionWrite&) {
        return std::exchange(once, false) ? fault : CommitFault::none;
    };
    CHECK(world.start(world.start_request("w"))->code() == Code::Unavailable);
    REQUIRE(workers.handed.size() == 1);
    const auto task =
        world.run(world.history->record_workflow_task_started({}, workers.poll_request()));
    if (fault == CommitFault::unknown_written) {
        CHECK(task->value().started_event_id() == 3);
    } else {
        CHECK(task->code() == Code::NotFound);
    }
}

}  // namespace server::tests
