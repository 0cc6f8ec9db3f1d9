#pragma once
// Activities that the worker which schedules them runs itself: started in the same transition and
// returned with the completion, without a way through matching. Only their state changes; like
// every activity they get their Started event with their end.

#include "server/workflow/commands/command.h"

namespace server::workflow {

// Behind all commands: one of them may have cancelled an activity again.
void start_eager_activities(Draft& draft, const CommandContext& context);

// What the worker gets of those that are still pending, with task tokens.
std::vector<api::PollActivityTaskQueueResponse> eager_activity_tasks(
    const MutableState& state, const std::vector<HistoryEvent>& scheduled_events,
    const std::string& namespace_name);

}  // namespace server::workflow
