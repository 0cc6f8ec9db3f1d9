#include "server/workflow/operations/eager_activity.h"

#include "server/workflow/operations/activity.h"

namespace server::workflow {

void start_eager_activities(Draft& draft, const CommandContext& context) {
    for (const HistoryEvent& scheduled : context.eager_activities) {
        if (!draft.state().activities().find(scheduled.event_id())) continue;
        start_activity_inline(draft, scheduled.event_id(), {context.identity, draft.fresh_uuid()});
    }
}

std::vector<api::PollActivityTaskQueueResponse> eager_activity_tasks(
    const MutableState& state, const std::vector<HistoryEvent>& scheduled_events,
    const std::string& namespace_name) {
    std::vector<api::PollActivityTaskQueueResponse> tasks;
    for (const HistoryEvent& scheduled : scheduled_events) {
        const auto* activity = state.activities().find(scheduled.event_id());
        if (!activity) continue;
        tasks.push_back(activity_task_response(state, *activity, scheduled, namespace_name));
    }
    return tasks;
}

}  // namespace server::workflow
