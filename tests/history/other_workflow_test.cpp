// Workflows that touch other workflows: the tasks of the outbox that go from shard to shard,
// whatever is lost on the way (reference events.md §3.5 and §3.6).

#include "temporal/api/enums/v1/command_type.pb.h"
#include "temporal/api/enums/v1/failed_cause.pb.h"
#include "tests/history/world.h"

namespace server::tests {

using store::memory::CommitFault;

namespace {

namespace enums = ::temporal::api::enums::v1;
using History = ::temporal::api::history::v1::History;

constexpr const char* kNewRun = "WORKFLOW_EXECUTION_STARTED";
constexpr const char* kFirstTask =
    "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED WORKFLOW_TASK_STARTED "
    "WORKFLOW_TASK_COMPLETED";
constexpr const char* kChildBegun =
    " START_CHILD_WORKFLOW_EXECUTION_INITIATED CHILD_WORKFLOW_EXECUTION_STARTED "
    "WORKFLOW_TASK_SCHEDULED";

Command child_command(const std::string& workflow_id, enums::ParentClosePolicy policy) {
    Command command;
    command.set_command_type(enums::COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION);
    auto& attributes = *command.mutable_start_child_workflow_execution_command_attributes();
    attributes.set_workflow_id(workflow_id);
    attributes.mutable_workflow_type()->set_name("item");
    attributes.set_parent_close_policy(policy);
    (*attributes.mutable_header()->mutable_fields())["trace"].set_data("1");
    return command;
}

Command child_command(const std::string& workflow_id) {
    return child_command(workflow_id, enums::PARENT_CLOSE_POLICY_TERMINATE);
}

Command signal_command(const std::string& workflow_id) {
    Command command;
    command.set_command_type(enums::COMMAND_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION);
    auto& attributes = *command.mutable_signal_external_workflow_execution_command_attributes();
    attributes.mutable_execution()->set_workflow_id(workflow_id);
    attributes.set_signal_name("greet");
    attributes.mutable_input()->add_payloads()->set_data("7");
    return command;
}

Command cancel_command(const std::string& workflow_id, bool child_only = false) {
    Command command;
    command.set_command_type(enums::COMMAND_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION);
    auto& attributes =
        *command.mutable_request_cancel_external_workflow_execution_command_attributes();
    attributes.set_workflow_id(workflow_id);
    attributes.set_reason("enough");
    attributes.set_child_workflow_only(child_only);
    return command;
}

// The world with a parent whose first task is answered with these commands.
void begin(World& world, std::vector<Command> commands) {
    world.start("parent");
    REQUIRE(world.complete(world.poll("parent"), std::move(commands))->code() == Code::Ok);
}

std::string kinds_of(World& world, const std::string& workflow_id) {
    return kinds(world.history_of(workflow_id));
}

const HistoryEvent& last_event(const History& history) {
    return history.events(history.events_size() - 1);
}

bool creates(const store::TransitionWrite& write, const std::string& workflow_id) {
    for (const auto& run : write.runs) {
        if (run.expected_version == 0 && run.run.workflow_id == workflow_id) return true;
    }
    return false;
}

// The first write that creates the child meets this fault.
void fail_child_start(World& world, CommitFault fault) {
    auto pending = std::make_shared<bool>(true);
    world.store.faults().commit = [pending, fault](const store::TransitionWrite& write) {
        const bool hit = *pending && creates(write, "child");
        if (hit) *pending = false;
        return hit ? fault : CommitFault::none;
    };
}

// The n-th write from now on meets this fault.
void fail_commit(World& world, int number, CommitFault fault) {
    auto left = std::make_shared<int>(number);
    world.store.faults().commit = [left, fault](const store::TransitionWrite&) {
        return (*left)-- == 0 ? fault : CommitFault::none;
    };
}

}  // namespace

TEST_CASE("a child is started, recorded and released, and its result comes back",
          "[history][child]") {
    World world;
    REQUIRE(world.shard_of("parent").id() != world.shard_of("child").id());
    const std::string parent_run = world.start("parent");
    world.complete(world.poll("parent"), {child_command("child")});

    CHECK(kinds_of(world, "parent") == std::string(kFirstTask) + kChildBegun);
    const History child = world.history_of("child");
    CHECK(kinds(child) == "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED");
    const auto& started = child.events(0).workflow_execution_started_event_attributes();
    CHECK(started.parent_workflow_execution().workflow_id() == "parent");
    CHECK(started.parent_workflow_execution().run_id() == parent_run);
    CHECK(started.parent_workflow_namespace() == "default");
    CHECK(started.parent_initiated_event_id() == 5);
    CHECK(started.root_workflow_execution().run_id() == parent_run);
    CHECK(started.header().fields().count("trace") == 1);
    CHECK(started.identity().empty());
    const auto recorded =
        world.history_of("parent").events(5).child_workflow_execution_started_event_attributes();
    CHECK(recorded.workflow_execution().run_id() == world.run_key("child").run_id);
    CHECK(recorded.header().fields().count("trace") == 1);

    world.complete(world.poll("child"), {complete_workflow()});
    const History parent = world.history_of("parent");
    CHECK(last_event(parent).event_type() == enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED);
    CHECK(last_event(parent)
              .child_workflow_execution_completed_event_attributes()
              .started_event_id() == 6);
}

TEST_CASE("a grandchild has the root of the tree", "[history][child]") {
    World world;
    begin(world, {child_command("child")});
    world.complete(world.poll("child"), {child_command("grandchild")});
    const History grandchild = world.history_of("grandchild");
    const auto& started = grandchild.events(0).workflow_execution_started_event_attributes();
    CHECK(started.root_workflow_execution().workflow_id() == "parent");
    CHECK(started.parent_workflow_execution().workflow_id() == "child");
}

TEST_CASE("a child whose id is taken fails to start", "[history][child]") {
    World world;
    const std::string taken = world.start("child");
    begin(world, {child_command("child")});
    const History parent = world.history_of("parent");
    CHECK(kinds(parent) == std::string(kFirstTask) +
                               " START_CHILD_WORKFLOW_EXECUTION_INITIATED "
                               "START_CHILD_WORKFLOW_EXECUTION_FAILED WORKFLOW_TASK_SCHEDULED");
    const auto& failed = parent.events(5).start_child_workflow_execution_failed_event_attributes();
    CHECK(failed.cause() ==
          enums::START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS);
    CHECK(world.run_key("child").run_id == taken);
}

TEST_CASE("a parent hears of a child at the end of its chain, and of its last run",
          "[history][child][trap]") {
    World world;
    begin(world, {child_command("child")});
    const std::string first_run = world.run_key("child").run_id;
    world.advance(2s);
    world.complete(world.poll("child"), {continue_as_new()});
    CHECK(kinds_of(world, "parent") == std::string(kFirstTask) + kChildBegun);
    const std::string last_run = world.run_key("child").run_id;
    REQUIRE(last_run != first_run);
    world.complete(world.poll("child"), {complete_workflow()});
    const auto closed = last_event(world.history_of("parent"))
                            .child_workflow_execution_completed_event_attributes();
    CHECK(closed.workflow_execution().run_id() == last_run);
}

TEST_CASE("the close of a parent does to its children what their policy says", "[history][child]") {
    World world;
    begin(world, {child_command("ended", enums::PARENT_CLOSE_POLICY_TERMINATE),
                  child_command("asked", enums::PARENT_CLOSE_POLICY_REQUEST_CANCEL),
                  child_command("left", enums::PARENT_CLOSE_POLICY_ABANDON)});
    SECTION("in their first run") {}
    SECTION("and in a later one, that is named by the first") {
        world.advance(2s);
        world.complete(world.poll("ended"), {continue_as_new()});
    }
    world.complete(world.poll("parent"), {complete_workflow()});
    const HistoryEvent terminated = last_event(world.history_of("ended"));
    REQUIRE(terminated.has_workflow_execution_terminated_event_attributes());
    const auto& end = terminated.workflow_execution_terminated_event_attributes();
    CHECK(end.reason() == "by parent close policy");
    CHECK(end.identity() == "history-service");
    const HistoryEvent asked = last_event(world.history_of("asked"));
    REQUIRE(asked.has_workflow_execution_cancel_requested_event_attributes());
    const auto& request = asked.workflow_execution_cancel_requested_event_attributes();
    CHECK(request.external_workflow_execution().workflow_id() == "parent");
    CHECK(kinds_of(world, "left") == "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED");
    // Nobody waits for the terminated child any more, and its report is not tried for ever.
    world.advance(1min);
    CHECK(world.outbox("ended").empty());
}

TEST_CASE("a child that was not started when its parent closed is not started",
          "[history][child][trap]") {
    const auto policy =
        GENERATE(enums::PARENT_CLOSE_POLICY_TERMINATE, enums::PARENT_CLOSE_POLICY_ABANDON);
    World world;
    begin(world, {child_command("child", policy), complete_workflow()});
    world.advance(1min);
    const auto found = world.run(world.history->get_history({}, world.history_request("child")));
    CHECK(found->code() == Code::NotFound);
    CHECK(world.outbox("parent").empty());
}

TEST_CASE("a child whose start the parent could not record any more follows its policy",
          "[history][child][trap]") {
    World world;
    fail_child_start(world, CommitFault::unknown_written);
    SECTION("terminated") {
        begin(world, {child_command("child", enums::PARENT_CLOSE_POLICY_TERMINATE)});
        world.terminate("parent");
        world.advance(1min);
        CHECK(kinds_of(world, "child") == std::string(kNewRun) + " WORKFLOW_EXECUTION_TERMINATED");
    }
    SECTION("asked to cancel, which wakes it") {
        begin(world, {child_command("child", enums::PARENT_CLOSE_POLICY_REQUEST_CANCEL)});
        world.terminate("parent");
        world.advance(1min);
        CHECK(kinds_of(world, "child") ==
              std::string(kNewRun) +
                  " WORKFLOW_EXECUTION_CANCEL_REQUESTED WORKFLOW_TASK_SCHEDULED");
    }
    SECTION("left alone, but not asleep") {
        begin(world, {child_command("child", enums::PARENT_CLOSE_POLICY_ABANDON)});
        world.terminate("parent");
        world.advance(1min);
        CHECK(kinds_of(world, "child") == std::string(kNewRun) + " WORKFLOW_TASK_SCHEDULED");
    }
    CHECK(world.outbox("parent").empty());
}

TEST_CASE("a child's start goes on after a restart", "[history][child]") {
    World world;
    world.store.faults().commit = [](const store::TransitionWrite& write) {
        return creates(write, "child") ? CommitFault::refused : CommitFault::none;
    };
    begin(world, {child_command("child")});
    CHECK(kinds_of(world, "parent") ==
          std::string(kFirstTask) + " START_CHILD_WORKFLOW_EXECUTION_INITIATED");
    world.stop();
    world.store.faults() = {};
    world.restart();
    world.advance(1s);
    CHECK(kinds_of(world, "parent") == std::string(kFirstTask) + kChildBegun);
    CHECK(kinds_of(world, "child") == "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED");
}

TEST_CASE("a child's start and end are recorded once, whichever write is lost",
          "[history][child][invariant]") {
    // Writes behind the parent's first completion: the child's start, its record, its release.
    const int number = GENERATE(range(0, 4));
    const auto fault = GENERATE(CommitFault::refused, CommitFault::unknown_written,
                                CommitFault::unknown_not_written);
    CAPTURE(number, static_cast<int>(fault));
    World world;
    world.start("parent");
    const auto task = world.poll("parent");
    fail_commit(world, number + 1, fault);
    world.complete(task, {child_command("child")});
    world.advance(1min);
    CHECK(kinds_of(world, "parent") == std::string(kFirstTask) + kChildBegun);
    CHECK(kinds_of(world, "child") == "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED");

    const auto child_task = world.poll("child");
    fail_commit(world, 1, fault);
    world.complete(child_task, {complete_workflow()});
    world.advance(1min);
    CHECK(kinds_of(world, "parent") ==
          std::string(kFirstTask) + kChildBegun + " CHILD_WORKFLOW_EXECUTION_COMPLETED");
    CHECK(world.outbox("parent").empty());
    CHECK(world.outbox("child").empty());
}

TEST_CASE("a signal reaches another workflow once, and its sender hears of it",
          "[history][external]") {
    World world;
    const std::string target_run = world.start("target");
    world.start("parent");
    const auto task = world.poll("parent");
    SECTION("when nothing is lost") {}
    SECTION("when the sender could not write that down at first") {
        fail_commit(world, 2, CommitFault::unknown_not_written);
    }
    SECTION("when the target's answer is lost") {
        fail_commit(world, 1, CommitFault::unknown_written);
    }
    world.complete(task, {signal_command("target")});
    world.advance(1min);
    const History target = world.history_of("target");
    CHECK(kinds(target) ==
          "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED WORKFLOW_EXECUTION_SIGNALED");
    const auto& signaled = target.events(2).workflow_execution_signaled_event_attributes();
    CHECK(signaled.signal_name() == "greet");
    CHECK(signaled.input().payloads(0).data() == "7");
    CHECK(signaled.identity() == "history-service");
    CHECK(signaled.external_workflow_execution().workflow_id() == "parent");
    CHECK(kinds_of(world, "parent") == std::string(kFirstTask) +
                                           " SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED "
                                           "EXTERNAL_WORKFLOW_EXECUTION_SIGNALED "
                                           "WORKFLOW_TASK_SCHEDULED");
}

TEST_CASE("a signal that finds nobody fails", "[history][external]") {
    World world;
    std::string target = "nobody";
    SECTION("there is no such workflow") {}
    SECTION("it has closed") {
        target = "closed";
        world.start("closed");
        world.terminate("closed");
    }
    SECTION("it is the sender itself") { target = "parent"; }
    begin(world, {signal_command(target)});
    const History parent = world.history_of("parent");
    CHECK(kinds(parent) == std::string(kFirstTask) +
                               " SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED "
                               "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED "
                               "WORKFLOW_TASK_SCHEDULED");
    CHECK(
        parent.events(5).signal_external_workflow_execution_failed_event_attributes().cause() ==
        enums::
            SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND);
}

TEST_CASE("a signal beyond the target's limit fails with its cause", "[history][external]") {
    history::Options options;
    options.workflow.signals_max = 0;
    World world(options);
    world.start("target");
    begin(world, {signal_command("target")});
    CHECK(world.history_of("parent")
              .events(5)
              .signal_external_workflow_execution_failed_event_attributes()
              .cause() ==
          enums::SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_SIGNAL_COUNT_LIMIT_EXCEEDED);
}

TEST_CASE("a cancel request reaches another workflow, open or closed", "[history][external]") {
    World world;
    world.start("target");
    const bool closed = GENERATE(false, true);
    if (closed) world.terminate("target");
    begin(world, {cancel_command("target")});
    CHECK(kinds_of(world, "parent") == std::string(kFirstTask) +
                                           " REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED "
                                           "EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED "
                                           "WORKFLOW_TASK_SCHEDULED");
    const HistoryEvent last = last_event(world.history_of("target"));
    if (closed) {
        CHECK(last.has_workflow_execution_terminated_event_attributes());
    } else {
        const auto& request = last.workflow_execution_cancel_requested_event_attributes();
        CHECK(request.cause() == "enough");
        CHECK(request.external_initiated_event_id() == 5);
    }
}

TEST_CASE("a cancel request that finds nobody fails", "[history][external]") {
    World world;
    world.start("stranger");
    const bool child_only = GENERATE(false, true);
    begin(world, {cancel_command(child_only ? "stranger" : "nobody", child_only)});
    const History parent = world.history_of("parent");
    CHECK(
        parent.events(5)
            .request_cancel_external_workflow_execution_failed_event_attributes()
            .cause() ==
        enums::
            CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND);
    CHECK(kinds_of(world, "stranger") == "WORKFLOW_EXECUTION_STARTED WORKFLOW_TASK_SCHEDULED");
}

TEST_CASE("a child that is being started is cancelled as soon as it is there",
          "[history][child][external]") {
    World world;
    world.store.faults().commit = [](const store::TransitionWrite& write) {
        return creates(write, "child") ? CommitFault::refused : CommitFault::none;
    };
    begin(world, {child_command("child")});
    world.signal("parent", "wake");
    world.complete(world.poll("parent"), {cancel_command("child", true)});
    world.advance(2s);
    world.store.faults() = {};
    world.advance(10s);
    const std::string child = kinds_of(world, "child");
    CHECK(child.find("WORKFLOW_EXECUTION_CANCEL_REQUESTED") != std::string::npos);
    const std::string parent = kinds_of(world, "parent");
    CHECK(parent.find("EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED") != std::string::npos);
    CHECK(parent.find("CHILD_WORKFLOW_EXECUTION_STARTED") != std::string::npos);
}

}  // namespace server::tests
