#pragma once
// What a worker says to the updates that come with a workflow task: each is accepted and completed
// at once. Pure.

#include "tests/support/driver/api.h"

namespace server::driver {

// Adds the messages, and the commands that give them their place in the history. Returns how many
// updates were answered.
int answer_updates(const api::PollWorkflowTaskQueueResponse& task,
                   api::RespondWorkflowTaskCompletedRequest& answer);

}  // namespace server::driver
