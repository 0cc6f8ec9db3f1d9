#include "server/workflow/operations/start_run.h"

#include <algorithm>

#include "server/base/mutant.h"
#include "server/workflow/backoff/retry.h"
#include "server/workflow/operations/external.h"
#include "server/workflow/operations/workflow_task.h"

namespace server::workflow {

namespace {

using StartedAttributes = history::WorkflowExecutionStartedEventAttributes;

std::int64_t cut(std::int64_t value_ns, std::int64_t limit_ns) {
    return limit_ns > 0 ? std::min(value_ns, limit_ns) : value_ns;
}

std::int64_t workflow_task_timeout_ns(std::int64_t asked_ns, std::int64_t run_timeout_ns,
                                      const Limits& limits) {
    const std::int64_t given_ns =
        asked_ns > 0 ? asked_ns : limits.workflow_task_timeout_default.count();
    return cut(std::min(given_ns, limits.workflow_task_timeout_max.count()), run_timeout_ns);
}

// Null values never become part of a memo or of search attributes.
template <class Map>
void drop_nulls(Map& fields) {
    for (auto entry = fields.begin(); entry != fields.end();) {
        const auto encoding = entry->second.metadata().find("encoding");
        const bool null =
            encoding != entry->second.metadata().end() && encoding->second == "binary/null";
        entry = null ? fields.erase(entry) : std::next(entry);
    }
}

// The Started event and what follows it at once: the first workflow task, unless a backoff comes
// first.
NewRun create_run(RunKey run, HistoryEvent event, const std::string& create_request_id,
                  const Environment& environment,
                  const api::SignalWorkflowExecutionRequest* signal = nullptr) {
    auto state = std::make_unique<MutableState>(run);
    Draft draft(*state, environment);
    const auto& started = event.workflow_execution_started_event_attributes();
    const bool delayed = nanos_of(started.first_workflow_task_backoff()) > 0;
    const bool waits_for_parent =
        started.has_parent_workflow_execution() && started.continued_execution_run_id().empty();
    *event.mutable_event_time() = to_timestamp(environment.now);
    if (started.eager_execution_accepted()) {
        draft.hand_next_workflow_task_to({started.identity(), create_request_id});
    }
    draft.record(CreateRequestSeen{create_request_id, run.run_id});
    const EventId id = draft.add(std::move(event));
    draft.record(
        RequestIdAttached{create_request_id, enums::EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, id});
    if (signal) add_signal(draft, *signal);
    if (!delayed && !waits_for_parent) draft.need_workflow_task();
    Transition transition = std::move(draft).close();
    return {std::move(state), std::move(transition)};
}

void set_execution_expiration(StartedAttributes& attributes, TimePoint now) {
    const std::int64_t timeout_ns = nanos_of(attributes.workflow_execution_timeout());
    if (timeout_ns == 0) return;
    constexpr std::int64_t kMillisecond = 1'000'000;
    const std::int64_t exact_ns = unix_nanos(now) + timeout_ns;
    const std::int64_t rounded_ns = (exact_ns + kMillisecond / 2) / kMillisecond * kMillisecond;
    *attributes.mutable_workflow_execution_expiration_time() = to_timestamp(rounded_ns);
}

void set_parent(StartedAttributes& attributes, const ParentLink& parent) {
    attributes.set_parent_workflow_namespace(parent.namespace_name);
    attributes.set_parent_workflow_namespace_id(parent.namespace_id);
    *attributes.mutable_parent_workflow_execution() = parent.execution;
    attributes.set_parent_initiated_event_id(parent.initiated_event_id);
    *attributes.mutable_root_workflow_execution() = parent.root;
}

// How long the first workflow task waits: for the delay that was asked for, or for the schedule.
Duration first_backoff(const api::StartWorkflowExecutionRequest& request,
                       const Environment& environment) {
    const std::int64_t delay_ns = nanos_of(request.workflow_start_delay());
    if (delay_ns > 0 || request.cron_schedule().empty()) return Duration{delay_ns};
    const auto schedule = CronSchedule::parse(request.cron_schedule(), environment.find_time_zone);
    if (!schedule.ok()) return {};
    return cron_backoff(*schedule, environment.now, environment.now).value_or(Duration{});
}

}  // namespace

StartTimeouts effective_start_timeouts(const StartTimeouts& asked, const Limits& limits) {
    StartTimeouts effective = asked;
    effective.run_ns =
        asked.run_ns > 0 ? cut(asked.run_ns, asked.execution_ns) : asked.execution_ns;
    effective.workflow_task_ns =
        workflow_task_timeout_ns(asked.workflow_task_ns, effective.run_ns, limits);
    return effective;
}

NewRun start_run(RunKey run, const api::StartWorkflowExecutionRequest& request,
                 const Environment& environment, const std::optional<ParentLink>& parent,
                 const api::SignalWorkflowExecutionRequest* signal) {
    HistoryEvent event;
    event.set_event_type(enums::EVENT_TYPE_WORKFLOW_EXECUTION_STARTED);
    auto& attributes = *event.mutable_workflow_execution_started_event_attributes();
    *attributes.mutable_workflow_type() = request.workflow_type();
    attributes.mutable_task_queue()->set_name(request.task_queue().name());
    attributes.mutable_task_queue()->set_kind(enums::TASK_QUEUE_KIND_NORMAL);
    if (request.has_input()) *attributes.mutable_input() = request.input();
    if (request.has_header()) *attributes.mutable_header() = request.header();
    const StartTimeouts timeouts = effective_start_timeouts(
        {nanos_of(request.workflow_execution_timeout()), nanos_of(request.workflow_run_timeout()),
         nanos_of(request.workflow_task_timeout())},
        environment.limits);
    *attributes.mutable_workflow_execution_timeout() = to_duration(timeouts.execution_ns);
    *attributes.mutable_workflow_run_timeout() = to_duration(timeouts.run_ns);
    *attributes.mutable_workflow_task_timeout() = to_duration(timeouts.workflow_task_ns);
    set_execution_expiration(attributes, environment.now);
    attributes.set_original_execution_run_id(run.run_id);
    attributes.set_first_execution_run_id(run.run_id);
    attributes.set_workflow_id(run.workflow_id);
    attributes.set_identity(request.identity());
    attributes.set_attempt(1);
    if (request.has_retry_policy()) {
        *attributes.mutable_retry_policy() = request.retry_policy();
        complete_retry_policy(*attributes.mutable_retry_policy());
    }
    if (!request.cron_schedule().empty()) {
        attributes.set_cron_schedule(request.cron_schedule());
        attributes.set_initiator(enums::CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE);
    }
    const Duration backoff = first_backoff(request, environment);
    *attributes.mutable_first_workflow_task_backoff() = to_duration(backoff.count());
    attributes.set_eager_execution_accepted(request.request_eager_execution() &&
                                            backoff == Duration{});
    if (request.has_memo()) {
        *attributes.mutable_memo() = request.memo();
        drop_nulls(*attributes.mutable_memo()->mutable_fields());
    }
    if (request.has_search_attributes()) {
        *attributes.mutable_search_attributes() = request.search_attributes();
        drop_nulls(*attributes.mutable_search_attributes()->mutable_indexed_fields());
    }
    if (request.has_continued_failure()) {
        *attributes.mutable_continued_failure() = request.continued_failure();
    }
    if (request.has_last_completion_result()) {
        *attributes.mutable_last_completion_result() = request.last_completion_result();
    }
    if (request.has_priority()) *attributes.mutable_priority() = request.priority();
    if (request.has_user_metadata()) *event.mutable_user_metadata() = request.user_metadata();
    *event.mutable_links() = request.links();
    if (parent) set_parent(attributes, *parent);
    return create_run(std::move(run), std::move(event), request.request_id(), environment, signal);
}

NewRun continue_run(RunKey run, const Continuation& continuation, const Environment& environment) {
    const auto& previous = continuation.previous.start();
    const auto& given = continuation.attributes;
    HistoryEvent event;
    event.set_event_type(enums::EVENT_TYPE_WORKFLOW_EXECUTION_STARTED);
    *event.mutable_links() = previous.links();
    auto& attributes = *event.mutable_workflow_execution_started_event_attributes();
    *attributes.mutable_workflow_type() = given.workflow_type();
    *attributes.mutable_task_queue() = given.task_queue();
    if (given.has_input()) *attributes.mutable_input() = given.input();
    if (given.has_header()) *attributes.mutable_header() = given.header();
    *attributes.mutable_workflow_execution_timeout() = to_duration(previous.execution_timeout_ns());
    *attributes.mutable_workflow_run_timeout() = given.workflow_run_timeout();
    *attributes.mutable_workflow_task_timeout() = given.workflow_task_timeout();
    if (previous.execution_expiration_ns() != 0) {
        *attributes.mutable_workflow_execution_expiration_time() =
            to_timestamp(previous.execution_expiration_ns());
    }
    attributes.set_continued_execution_run_id(continuation.previous.run().run_id);
    attributes.set_original_execution_run_id(run.run_id);
    attributes.set_first_execution_run_id(previous.first_execution_run_id());
    attributes.set_workflow_id(run.workflow_id);
    // A workflow that retries itself by continuing counts its attempts.
    const bool retries = given.initiator() == enums::CONTINUE_AS_NEW_INITIATOR_RETRY;
    attributes.set_attempt(retries ? previous.attempt() + 1 : 1);
    attributes.set_initiator(given.initiator() == enums::CONTINUE_AS_NEW_INITIATOR_UNSPECIFIED
                                 ? enums::CONTINUE_AS_NEW_INITIATOR_WORKFLOW
                                 : given.initiator());
    *attributes.mutable_first_workflow_task_backoff() = given.backoff_start_interval();
    // Memo, search attributes, retry policy and cron schedule come from the command alone
    // (reference §2.1).
    attributes.set_cron_schedule(given.cron_schedule());
    if (given.has_retry_policy()) {
        *attributes.mutable_retry_policy() = given.retry_policy();
        complete_retry_policy(*attributes.mutable_retry_policy());
    }
    if (given.has_memo()) *attributes.mutable_memo() = given.memo();
    if (given.has_search_attributes()) {
        *attributes.mutable_search_attributes() = given.search_attributes();
    }
    if (given.has_failure()) *attributes.mutable_continued_failure() = given.failure();
    if (given.has_last_completion_result()) {
        *attributes.mutable_last_completion_result() = given.last_completion_result();
    }
    const auto& inherited = continuation.previous.attributes();
    if (inherited.has_auto_reset_points()) {
        *attributes.mutable_prev_auto_reset_points() = inherited.auto_reset_points();
    }
    if (inherited.has_priority()) *attributes.mutable_priority() = inherited.priority();
    if (previous.has_parent_execution()) {
        set_parent(attributes, {previous.parent_namespace_id(), previous.parent_namespace(),
                                previous.parent_execution(), previous.parent_initiated_event_id(),
                                previous.root_execution()});
    }
    return create_run(std::move(run), std::move(event), continuation.create_request_id,
                      environment);
}

NewRun succeed_run(RunKey run, HistoryEvent started, const std::string& create_request_id,
                   const Environment& environment) {
    return create_run(std::move(run), std::move(started), create_request_id, environment);
}

namespace {

StartVerdict already_started(const MutableState& current, const std::string& why) {
    const WorkflowAlreadyStarted detail{current.info().create_request_id(), current.run().run_id,
                                        current.start().first_execution_run_id()};
    Status refusal{Code::AlreadyExists,
                   "Workflow execution " + why + ". WorkflowId: " + current.run().workflow_id +
                       ", RunId: " + current.run().run_id + ".",
                   detail};
    return {StartVerdict::Kind::refuse, false, std::move(refusal)};
}

bool terminates_existing(const api::StartWorkflowExecutionRequest& request) {
    return request.workflow_id_conflict_policy() ==
               enums::WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING ||
           request.workflow_id_reuse_policy() ==
               enums::WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING;
}

// What the reuse policy says of a workflow id whose run has ended.
StartVerdict judge_reuse(const MutableState& closed,
                         const api::StartWorkflowExecutionRequest& request) {
    const auto status = closed.info().status();
    switch (request.workflow_id_reuse_policy()) {
    case enums::WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE:
        return already_started(closed,
                               "already finished and the id-reuse policy is RejectDuplicate");
    case enums::WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY:
        if (status == enums::WORKFLOW_EXECUTION_STATUS_COMPLETED ||
            status == enums::WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW) {
            return already_started(closed,
                                   "already finished successfully and the id-reuse policy is "
                                   "AllowDuplicateFailedOnly");
        }
        return {};
    default: return {};
    }
}

}  // namespace

StartVerdict judge_start(const MutableState& current,
                         const api::StartWorkflowExecutionRequest& request) {
    const auto* attached = current.request_ids().find(request.request_id());
    if (attached && !mutant("no_request_id_dedupe")) {
        const bool created = attached->event_type() == enums::EVENT_TYPE_WORKFLOW_EXECUTION_STARTED;
        return {StartVerdict::Kind::answer_existing, created, {}};
    }
    if (!current.running()) return judge_reuse(current, request);
    if (request.workflow_id_conflict_policy() == enums::WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING) {
        return {StartVerdict::Kind::answer_existing, false, {}};
    }
    if (terminates_existing(request)) return {StartVerdict::Kind::terminate_existing, true, {}};
    return already_started(current, "is already running");
}

StartVerdict judge_signal_with_start(const MutableState& current,
                                     const api::StartWorkflowExecutionRequest& request) {
    if (!current.running()) return judge_reuse(current, request);
    const bool repeated = current.signal_request_seen(request.request_id());
    if (terminates_existing(request) && !repeated) {
        return {StartVerdict::Kind::terminate_existing, true, {}};
    }
    return {StartVerdict::Kind::signal_existing, false, {}};
}

}  // namespace server::workflow
