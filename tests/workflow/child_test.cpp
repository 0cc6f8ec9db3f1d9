// A parent and its children, each side of it (reference temporal-server.md §2.9, events.md §1.6).

#include "server/workflow/operations/describe.h"
#include "tests/support/catch.h"
#include "tests/workflow/scenario.h"

using namespace server;
using namespace server::workflow;
using namespace server::workflow::test;

namespace {

constexpr EventId kInitiated = 5;  // the first command's event of the first workflow task

ParentLink parent_link() {
    ParentLink link;
    link.namespace_id = "ns";
    link.namespace_name = "default";
    link.execution.set_workflow_id("parent");
    link.execution.set_run_id("parent-run");
    link.initiated_event_id = kInitiated;
    link.root.set_workflow_id("root");
    link.root.set_run_id("root-run");
    return link;
}

Scenario child_of_parent() { return Scenario(Scenario::start_request(), parent_link()); }

Status release(Scenario& child, const std::string& parent_run_id = "parent-run") {
    common::WorkflowExecution parent = parent_link().execution;
    parent.set_run_id(parent_run_id);
    return child.take(release_child(child.state(), child.environment(), parent, kInitiated))
        .status();
}

HistoryEvent event_of(enums::EventType type) {
    HistoryEvent event;
    event.set_event_type(type);
    return event;
}

// The one task of that kind of the last step, or null.
const state::v1::Task* find_task(const Scenario& run, state::v1::Task::KindCase kind) {
    for (const auto& task : run.last_tasks()) {
        if (task.kind_case() == kind) return &task;
    }
    return nullptr;
}

}  // namespace

TEST_CASE("a child is initiated with the values that are in force", "[workflow][child]") {
    Scenario run;
    auto command = start_child_command("child");
    auto& given = *command.mutable_start_child_workflow_execution_command_attributes();
    given.mutable_workflow_execution_timeout()->set_seconds(60);
    given.mutable_workflow_task_timeout()->set_seconds(90);
    given.set_control("control");
    (*given.mutable_header()->mutable_fields())["trace"].set_data("1");
    command.mutable_user_metadata()->mutable_summary()->set_data("why");
    run.workflow_task({command});

    CHECK(kinds(run.last_step()) ==
          Kinds{"WORKFLOW_TASK_COMPLETED", "START_CHILD_WORKFLOW_EXECUTION_INITIATED"});
    const HistoryEvent& event = run.events().back();
    CHECK(event.user_metadata().summary().data() == "why");
    const auto& initiated = event.start_child_workflow_execution_initiated_event_attributes();
    CHECK(initiated.namespace_() == "default");
    CHECK(initiated.namespace_id() == "ns");
    CHECK(initiated.workflow_id() == "child");
    CHECK(initiated.workflow_type().name() == "Child");
    CHECK(initiated.task_queue().name() == "queue");
    CHECK(initiated.workflow_execution_timeout().seconds() == 60);
    CHECK(initiated.workflow_run_timeout().seconds() == 60);
    CHECK(initiated.workflow_task_timeout().seconds() == 60);
    CHECK(initiated.parent_close_policy() == enums::PARENT_CLOSE_POLICY_TERMINATE);
    CHECK(initiated.workflow_id_reuse_policy() == enums::WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE);
    CHECK(initiated.control() == "control");
    CHECK(initiated.header().fields().count("trace") == 1);
    CHECK(initiated.workflow_task_completed_event_id() == 4);

    const auto* task = find_task(run, state::v1::Task::kStartChild);
    REQUIRE(task != nullptr);
    CHECK(task->start_child().initiated_event_id() == kInitiated);
    CHECK(task->start_child().workflow_id() == "child");
    CHECK(run.state().children().size() == 1);
    CHECK(run.state().children().find(kInitiated)->started_event_id() == kNoEvent);
}

TEST_CASE("a child's start is recorded once", "[workflow][child][dedupe]") {
    Scenario run;
    run.workflow_task({start_child_command("child")});
    REQUIRE(run.child_started(kInitiated).ok());
    CHECK(kinds(run.last_step()) ==
          Kinds{"CHILD_WORKFLOW_EXECUTION_STARTED", "WORKFLOW_TASK_SCHEDULED"});
    const auto& started = run.last_step()[0].child_workflow_execution_started_event_attributes();
    CHECK(started.initiated_event_id() == kInitiated);
    CHECK(started.workflow_execution().run_id() == "child-run");
    CHECK(started.workflow_type().name() == "Child");
    CHECK(started.namespace_() == "default");
    const auto once = run.events().size();
    REQUIRE(run.child_started(kInitiated).ok());
    CHECK(run.events().size() == once);
}

TEST_CASE("every way a child ends has its event in the parent", "[workflow][child]") {
    struct Ending {
        enums::EventType child;
        const char* parent;
    };
    const auto ending = GENERATE(
        Ending{enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
               "CHILD_WORKFLOW_EXECUTION_COMPLETED"},
        Ending{enums::EVENT_TYPE_WORKFLOW_EXECUTION_FAILED, "CHILD_WORKFLOW_EXECUTION_FAILED"},
        Ending{enums::EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED, "CHILD_WORKFLOW_EXECUTION_CANCELED"},
        Ending{enums::EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
               "CHILD_WORKFLOW_EXECUTION_TIMED_OUT"},
        Ending{enums::EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
               "CHILD_WORKFLOW_EXECUTION_TERMINATED"});
    HistoryEvent event = event_of(ending.child);
    switch (ending.child) {
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: event = completed_event(); break;
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
        event.mutable_workflow_execution_failed_event_attributes()->set_retry_state(
            enums::RETRY_STATE_RETRY_POLICY_NOT_SET);
        break;
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
        event.mutable_workflow_execution_canceled_event_attributes();
        break;
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
        event.mutable_workflow_execution_timed_out_event_attributes();
        break;
    default: event.mutable_workflow_execution_terminated_event_attributes();
    }
    Scenario run;
    run.workflow_task({start_child_command("child")});
    REQUIRE(run.child_started(kInitiated).ok());
    run.workflow_task({});
    REQUIRE(run.child_closed(kInitiated, event).ok());
    CHECK(kinds(run.last_step()) == Kinds{ending.parent, "WORKFLOW_TASK_SCHEDULED"});
    CHECK(run.state().children().empty());
    SECTION("and only once") {
        CHECK(run.child_closed(kInitiated, event).code() == Code::NotFound);
    }
}

TEST_CASE("the result of a child names its last run and its start", "[workflow][child][trap]") {
    Scenario run;
    run.workflow_task({start_child_command("child")});
    REQUIRE(run.child_started(kInitiated).ok());
    const EventId started_id = run.last_step()[0].event_id();
    REQUIRE(run.child_closed(kInitiated, completed_event()).ok());
    const auto& closed = run.last_step()[0].child_workflow_execution_completed_event_attributes();
    CHECK(closed.workflow_execution().run_id() == "last-child-run");
    CHECK(closed.started_event_id() == started_id);
    CHECK(closed.initiated_event_id() == kInitiated);
    CHECK(closed.workflow_type().name() == "Child");
    CHECK(closed.result().payloads(0).data() == "42");
}

TEST_CASE("a child that ends before its start was recorded is recorded as started just before",
          "[workflow][child][trap]") {
    Scenario run;
    run.workflow_task({start_child_command("child")});
    REQUIRE(run.child_closed(kInitiated, completed_event()).ok());
    CHECK(kinds(run.last_step()) == Kinds{"CHILD_WORKFLOW_EXECUTION_STARTED",
                                          "CHILD_WORKFLOW_EXECUTION_COMPLETED",
                                          "WORKFLOW_TASK_SCHEDULED"});
    const auto& started = run.last_step()[0].child_workflow_execution_started_event_attributes();
    CHECK(started.workflow_execution().run_id() == "child-run");
    const auto& closed = run.last_step()[1].child_workflow_execution_completed_event_attributes();
    CHECK(closed.started_event_id() == run.last_step()[0].event_id());
    // The late record of the start finds nothing to do.
    const auto events = run.events().size();
    REQUIRE(run.child_started(kInitiated).ok());
    CHECK(run.events().size() == events);
}

TEST_CASE("results of children go behind what came during the task, starts stay in their place",
          "[workflow][child][trap]") {
    Scenario run;
    run.workflow_task({start_child_command("child"), start_child_command("other"),
                       schedule_activity_command("a")});
    run.signal("wake");
    run.start_task();
    run.start_activity(7);
    REQUIRE(run.complete_activity(7).ok());
    REQUIRE(run.child_started(kInitiated).ok());
    REQUIRE(run.child_closed(kInitiated, completed_event()).ok());
    constexpr auto kCause =
        enums::START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS;
    REQUIRE(run.take(record_child_start_failed(run.state(), run.environment(), 6, kCause)).ok());
    run.signal("late");
    CHECK(run.state().children().empty());
    run.complete_task({});
    CHECK(kinds(run.last_step()) ==
          Kinds{"WORKFLOW_TASK_COMPLETED", "ACTIVITY_TASK_STARTED",
                "CHILD_WORKFLOW_EXECUTION_STARTED", "START_CHILD_WORKFLOW_EXECUTION_FAILED",
                "WORKFLOW_EXECUTION_SIGNALED", "ACTIVITY_TASK_COMPLETED",
                "CHILD_WORKFLOW_EXECUTION_COMPLETED", "WORKFLOW_TASK_SCHEDULED"});
    const auto& step = run.last_step();
    CHECK(step[6].child_workflow_execution_completed_event_attributes().started_event_id() ==
          step[2].event_id());
    const auto& failed = step[3].start_child_workflow_execution_failed_event_attributes();
    CHECK(failed.workflow_id() == "other");
    CHECK(failed.initiated_event_id() == 6);
    CHECK(failed.workflow_task_completed_event_id() == 0);
}

TEST_CASE("a start recorded while a task runs gets its real id at the flush", "[workflow][child]") {
    Scenario run;
    run.workflow_task({start_child_command("child")});
    run.signal("wake");
    run.start_task();
    REQUIRE(run.child_started(kInitiated).ok());
    CHECK(run.state().children().find(kInitiated)->started_event_id() == kBufferedEvent);
    run.complete_task({});
    const EventId started_id = run.state().children().find(kInitiated)->started_event_id();
    CHECK(run.events()[static_cast<std::size_t>(started_id - 1)]
              .has_child_workflow_execution_started_event_attributes());
}

TEST_CASE("a closed parent is told nothing", "[workflow][child]") {
    Scenario run;
    run.workflow_task({start_child_command("child"), complete_command()});
    CHECK(run.child_started(kInitiated).code() == Code::NotFound);
    CHECK(run.child_closed(kInitiated, completed_event()).code() == Code::NotFound);
    CHECK(run.state().children().empty());
}

TEST_CASE("the close of a parent has a task for each child that is not abandoned",
          "[workflow][child][trap]") {
    Scenario run;
    run.workflow_task({start_child_command("child"),
                       start_child_command("kept", enums::PARENT_CLOSE_POLICY_ABANDON),
                       start_child_command("asked", enums::PARENT_CLOSE_POLICY_REQUEST_CANCEL)});
    REQUIRE(run.child_started(kInitiated).ok());
    const auto close = GENERATE(as<std::string>{}, "complete", "fail", "continue", "terminate");
    if (close == "complete") run.workflow_task({complete_command()});
    if (close == "fail") run.workflow_task({fail_command()});
    if (close == "continue") run.workflow_task({continue_command()});
    if (close == "terminate") {
        REQUIRE(run.take(terminate(run.state(), run.environment(), TerminateRun{})).ok());
    }
    std::vector<state::v1::ApplyParentClosePolicy> policies;
    for (const auto& task : run.last_tasks()) {
        if (task.has_apply_parent_close_policy()) {
            policies.push_back(task.apply_parent_close_policy());
        }
    }
    REQUIRE(policies.size() == 2);
    CHECK(policies[0].workflow_id() == "child");
    CHECK(policies[0].first_run_id() == "child-run");
    CHECK(policies[0].parent_close_policy() == enums::PARENT_CLOSE_POLICY_TERMINATE);
    CHECK(policies[1].workflow_id() == "asked");
    CHECK(policies[1].first_run_id().empty());
    CHECK(policies[1].parent_close_policy() == enums::PARENT_CLOSE_POLICY_REQUEST_CANCEL);
    CHECK(find_task(run, state::v1::Task::kReportToParent) == nullptr);
}

TEST_CASE("a child waits for its parent before its first task", "[workflow][child][trap]") {
    Scenario child = child_of_parent();
    CHECK(kinds(child.events()) == Kinds{"WORKFLOW_EXECUTION_STARTED"});
    CHECK(next_due(child.state()) == kNever);
    const auto& started = child.events()[0].workflow_execution_started_event_attributes();
    CHECK(started.parent_workflow_namespace() == "default");
    CHECK(started.parent_workflow_namespace_id() == "ns");
    CHECK(started.parent_workflow_execution().workflow_id() == "parent");
    CHECK(started.parent_initiated_event_id() == kInitiated);
    CHECK(started.root_workflow_execution().workflow_id() == "root");
    SECTION("the parent releases it, once") {
        REQUIRE(release(child).ok());
        CHECK(kinds(child.last_step()) == Kinds{"WORKFLOW_TASK_SCHEDULED"});
        REQUIRE(release(child).ok());
        CHECK(child.events().size() == 2);
        child.workflow_task({});
        REQUIRE(release(child).ok());
        CHECK(child.events().size() == 4);
    }
    SECTION("nobody else does") {
        CHECK(release(child, "another-run").code() == Code::NotFound);
        CHECK(child.events().size() == 1);
    }
    SECTION("a signal wakes it earlier") {
        child.signal("s");
        CHECK(kinds(child.last_step()) ==
              Kinds{"WORKFLOW_EXECUTION_SIGNALED", "WORKFLOW_TASK_SCHEDULED"});
        REQUIRE(release(child).ok());
        CHECK(child.events().size() == 3);
    }
    SECTION("so does a cancel request") {
        const api::RequestCancelWorkflowExecutionRequest request;
        REQUIRE(child.take(request_cancel(child.state(), child.environment(), request)).ok());
        CHECK(kinds(child.last_step()) ==
              Kinds{"WORKFLOW_EXECUTION_CANCEL_REQUESTED", "WORKFLOW_TASK_SCHEDULED"});
    }
}

TEST_CASE("a parent hears of a child at the end of its chain", "[workflow][child][trap]") {
    Scenario child = child_of_parent();
    REQUIRE(release(child).ok());
    SECTION("a run that continues as new is not reported and hands its parent on") {
        child.advance(5s);
        child.workflow_task({continue_command()});
        CHECK(find_task(child, state::v1::Task::kReportToParent) == nullptr);
        history::History first;
        REQUIRE(first.ParseFromString(child.successor()->transition.history[0].events));
        const auto& next = first.events(0).workflow_execution_started_event_attributes();
        CHECK(next.parent_workflow_execution().run_id() == "parent-run");
        CHECK(next.parent_workflow_namespace() == "default");
        CHECK(next.parent_workflow_namespace_id() == "ns");
        CHECK(next.parent_initiated_event_id() == kInitiated);
        CHECK(next.root_workflow_execution().run_id() == "root-run");
        // It does not wait for the parent again.
        CHECK(first.events_size() == 2);
    }
    SECTION("every other close is") {
        const bool by_force = GENERATE(true, false);
        if (by_force) {
            REQUIRE(child.take(terminate(child.state(), child.environment(), TerminateRun{})).ok());
        } else {
            child.workflow_task({complete_command()});
        }
        CHECK(find_task(child, state::v1::Task::kReportToParent) != nullptr);
    }
}

TEST_CASE("a workflow without a parent reports to nobody", "[workflow][child]") {
    Scenario run;
    run.workflow_task({complete_command()});
    CHECK(run.last_tasks().empty());
}

TEST_CASE("describe shows pending children", "[workflow][child]") {
    Scenario run;
    run.workflow_task({start_child_command("child", enums::PARENT_CLOSE_POLICY_ABANDON)});
    const auto before = describe(run.state(), run.now());
    REQUIRE(before.pending_children_size() == 1);
    CHECK(before.pending_children(0).run_id().empty());
    CHECK(before.pending_children(0).workflow_id() == "child");
    CHECK(before.pending_children(0).workflow_type_name() == "Child");
    CHECK(before.pending_children(0).initiated_id() == kInitiated);
    CHECK(before.pending_children(0).parent_close_policy() == enums::PARENT_CLOSE_POLICY_ABANDON);
    REQUIRE(run.child_started(kInitiated).ok());
    CHECK(describe(run.state(), run.now()).pending_children(0).run_id() == "child-run");
    REQUIRE(run.child_closed(kInitiated, completed_event()).ok());
    CHECK(describe(run.state(), run.now()).pending_children_size() == 0);
}
