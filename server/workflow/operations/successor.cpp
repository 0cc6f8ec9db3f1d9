#include "server/workflow/operations/successor.h"

#include "server/workflow/backoff/retry.h"
#include "server/workflow/operations/start_run.h"

namespace server::workflow {

namespace {

void plan(Draft& draft, Succession& succession, enums::ContinueAsNewInitiator initiator,
          Duration backoff) {
    succession.new_run_id = draft.fresh_uuid();
    succession.initiator = initiator;
    succession.backoff = spaced_backoff(draft, backoff);
}

// A schedule that cannot be read any more (its zone has left the database) ends the chain.
void plan_cron(Draft& draft, Succession& succession) {
    const auto& start = draft.state().start();
    if (start.cron_schedule().empty()) return;
    const auto schedule =
        CronSchedule::parse(start.cron_schedule(), draft.environment().find_time_zone);
    if (!schedule.ok()) return;
    const TimePoint scheduled = from_unix_nanos(start.execution_time_ns());
    const auto backoff = cron_backoff(*schedule, scheduled, draft.now());
    if (!backoff) return;
    plan(draft, succession, enums::CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE, *backoff);
}

RetryVerdict judge_run_retry(const Draft& draft, const failure::Failure& failure) {
    const auto& start = draft.state().start();
    if (!start.has_retry_policy()) return {enums::RETRY_STATE_RETRY_POLICY_NOT_SET, {}};
    RetryQuestion question{start.retry_policy(), start.attempt(), failure,
                           draft.now(),          kNever,          true};
    if (start.execution_expiration_ns() != 0) {
        question.expiration = from_unix_nanos(start.execution_expiration_ns());
    }
    return judge_retry(question);
}

// What the ended run was started with, and what its end changes of it.
HistoryEvent successor_started(const MutableState& state, const HistoryEvent& previous,
                               const Succession& succession, const Legacy& legacy) {
    HistoryEvent event;
    event.set_event_type(enums::EVENT_TYPE_WORKFLOW_EXECUTION_STARTED);
    *event.mutable_links() = previous.links();
    auto& attributes = *event.mutable_workflow_execution_started_event_attributes();
    attributes = previous.workflow_execution_started_event_attributes();
    attributes.clear_identity();
    attributes.clear_eager_execution_accepted();
    attributes.clear_continued_failure();
    attributes.set_continued_execution_run_id(state.run().run_id);
    attributes.set_original_execution_run_id(succession.new_run_id);
    attributes.set_initiator(succession.initiator);
    attributes.set_attempt(succession.attempt);
    *attributes.mutable_first_workflow_task_backoff() = to_duration(succession.backoff.count());
    if (legacy.forgets_last_result) attributes.clear_last_completion_result();
    if (legacy.result) *attributes.mutable_last_completion_result() = *legacy.result;
    if (legacy.failure) *attributes.mutable_continued_failure() = *legacy.failure;
    const auto& current = state.attributes();
    if (current.has_priority()) *attributes.mutable_priority() = current.priority();
    if (current.has_auto_reset_points()) {
        *attributes.mutable_prev_auto_reset_points() = current.auto_reset_points();
    }
    return event;
}

}  // namespace

bool may_have_successor(const MutableState& state) {
    return state.start().has_retry_policy() || !state.start().cron_schedule().empty();
}

Succession after_completion(Draft& draft) {
    Succession succession;
    plan_cron(draft, succession);
    return succession;
}

Succession after_failure(Draft& draft, const failure::Failure& failure) {
    const RetryVerdict verdict = judge_run_retry(draft, failure);
    Succession succession;
    succession.retry_state = verdict.state;
    if (verdict.state != enums::RETRY_STATE_IN_PROGRESS) {
        plan_cron(draft, succession);
        return succession;
    }
    succession.attempt = draft.state().start().attempt() + 1;
    plan(draft, succession, enums::CONTINUE_AS_NEW_INITIATOR_RETRY, verdict.interval);
    return succession;
}

void add_successor(Draft& draft, const Succession& succession, const Legacy& legacy) {
    if (succession.new_run_id.empty()) return;
    const HistoryEvent* previous = draft.environment().started_event;
    ASSERT(previous != nullptr, "a run that may have a successor ends without its Started event");
    RunKey run = draft.state().run();
    run.run_id = succession.new_run_id;
    Environment environment = draft.environment();
    environment.next_task_id = draft.reserve_task_ids_from();
    HistoryEvent started = successor_started(draft.state(), *previous, succession, legacy);
    draft.set_successor(std::make_unique<NewRun>(
        succeed_run(std::move(run), std::move(started), draft.fresh_uuid(), environment)));
}

Duration spaced_backoff(const Draft& draft, Duration asked) {
    const Duration lifetime =
        draft.now() - from_unix_nanos(draft.state().start().execution_time_ns());
    const Duration least = draft.environment().limits.run_lifetime_min;
    return lifetime + asked < least ? least - lifetime : asked;
}

}  // namespace server::workflow
