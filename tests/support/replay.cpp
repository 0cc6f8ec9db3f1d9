#include "tests/support/replay.h"

namespace server::tests {

using workflow::MutableState;

MutableState replay(const RunKey& run, const EventBatches& batches) {
    MutableState state(run);
    for (const auto& batch : batches) {
        for (const auto& event : batch) {
            state.apply(workflow::EventAppended{event, batch.front().event_id()});
        }
    }
    return state;
}

namespace {

state::v1::RunInfo history_fields(const MutableState& state, bool settled) {
    state::v1::RunInfo info = state.info();
    state::v1::RunInfo kept;
    kept.set_phase(info.phase());
    kept.set_status(info.status());
    kept.set_next_event_id(info.next_event_id());
    kept.set_last_completed_workflow_task_started_event_id(
        info.last_completed_workflow_task_started_event_id());
    kept.set_close_time_ns(info.close_time_ns());
    kept.set_new_execution_run_id(info.new_execution_run_id());
    kept.set_activity_count(info.activity_count());
    kept.set_workflow_task_ever_scheduled(info.workflow_task_ever_scheduled());
    const bool normal =
        info.has_workflow_task() && info.workflow_task().type() == state::v1::WorkflowTask::NORMAL;
    if (normal)
        kept.mutable_workflow_task()->set_scheduled_event_id(
            info.workflow_task().scheduled_event_id());
    if (normal)
        kept.mutable_workflow_task()->set_started_event_id(info.workflow_task().started_event_id());
    if (settled) {
        kept.set_cancel_requested(info.cancel_requested());
        kept.set_signal_count(info.signal_count());
    }
    return kept;
}

}  // namespace

std::string history_part(const MutableState& state, bool settled) {
    std::string text = history_fields(state, settled).ShortDebugString() + "\n" +
                       state.start().ShortDebugString() + "\n" +
                       state.attributes().ShortDebugString() + "\n";
    if (!settled) return text;
    state.activities().for_each([&](EventId, const state::v1::Activity& activity) {
        state::v1::Activity kept = activity;
        kept.clear_scheduled_event_batch_id();
        kept.clear_attempt();
        kept.clear_scheduled_time_ns();
        kept.clear_started_time_ns();
        kept.clear_started_request_id();
        kept.clear_started_identity();
        kept.clear_last_worker_identity();
        kept.clear_last_failure();
        kept.clear_heartbeat_details();
        kept.clear_last_heartbeat_time_ns();
        kept.clear_last_attempt_complete_time_ns();
        kept.clear_dispatch_due();
        text += kept.ShortDebugString() + "\n";
    });
    state.timers().for_each([&](const std::string&, const state::v1::Timer& timer) {
        text += timer.ShortDebugString() + "\n";
    });
    state.children().for_each([&](EventId, const state::v1::Child& child) {
        state::v1::Child kept = child;
        kept.clear_initiated_event_batch_id();
        text += kept.ShortDebugString() + "\n";
    });
    const auto add_request = [&](EventId, const state::v1::ExternalRequest& request) {
        state::v1::ExternalRequest kept = request;
        kept.clear_initiated_event_batch_id();
        text += kept.ShortDebugString() + "\n";
    };
    state.external_cancels().for_each(add_request);
    text += "signals\n";
    state.external_signals().for_each(add_request);
    return text;
}

}  // namespace server::tests
