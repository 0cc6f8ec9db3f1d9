#include "tests/support/catch.h"
#include "tests/workflow/scenario.h"

using namespace server;
using namespace server::workflow;
using namespace server::workflow::test;

TEST_CASE("a user timer fires once and wakes the workflow", "[workflow][timer]") {
    Scenario run;
    run.workflow_task({start_timer_command("t1", 30s)});
    CHECK(next_due(run.state()) == kStart + 30s);
    run.advance(29s);
    CHECK_FALSE(fire_due(run.state(), run.environment()).transition.has_value());
    run.advance(1s);
    run.fire_due();
    REQUIRE(kinds(run.last_step()) == Kinds{"TIMER_FIRED", "WORKFLOW_TASK_SCHEDULED"});
    CHECK(run.last_step()[0].timer_fired_event_attributes().started_event_id() == 5);
    CHECK_FALSE(fire_due(run.state(), run.environment()).transition.has_value());
}

TEST_CASE("timers due at once fire in order of their time", "[workflow][timer][trap]") {
    Scenario run;
    run.workflow_task({start_timer_command("late", 30s), start_timer_command("early", 10s)});
    run.advance(60s);
    run.fire_due();
    REQUIRE(kinds(run.last_step()) ==
            Kinds{"TIMER_FIRED", "TIMER_FIRED", "WORKFLOW_TASK_SCHEDULED"});
    CHECK(run.last_step()[0].timer_fired_event_attributes().timer_id() == "early");
    CHECK(run.last_step()[1].timer_fired_event_attributes().timer_id() == "late");
}

TEST_CASE("cancelling a timer whose firing is still buffered erases the firing",
          "[workflow][timer][trap]") {
    Scenario run;
    run.workflow_task({start_timer_command("t", 5s)});
    run.signal("wake");
    run.start_task();
    run.advance(6s);
    run.fire_due();
    run.complete_task({cancel_timer_command("t"), complete_command()});
    CHECK(kinds(run.last_step()) ==
          Kinds{"WORKFLOW_TASK_COMPLETED", "TIMER_CANCELED", "WORKFLOW_EXECUTION_COMPLETED"});
    for (const auto& event : run.events()) CHECK_FALSE(event.has_timer_fired_event_attributes());
}

TEST_CASE("an open timer id cannot be used again, a finished one can", "[workflow][timer]") {
    Scenario run;
    run.workflow_task({start_timer_command("t", 5s)});
    run.advance(5s);
    run.fire_due();
    run.workflow_task({start_timer_command("t", 5s)});
    run.signal("wake");
    run.start_task();
    api::RespondWorkflowTaskCompletedRequest request;
    *request.add_commands() = start_timer_command("t", 5s);
    const Status refused = run.try_complete_task(request);
    CHECK(refused.message() == "StartTimerDuplicateId: timer id already in use: t");
}

TEST_CASE("the stored due time never lies behind the real one", "[workflow][timer]") {
    Scenario run;
    run.workflow_task({start_timer_command("t", 90min)});
    const MutableState overlay = run.state().fork();
    const TimePoint stored = due_to_store(overlay, next_due(run.state()));
    CHECK(stored <= next_due(run.state()));
    CHECK(next_due(run.state()) - stored < 1min);
}
