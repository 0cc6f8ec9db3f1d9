#pragma once
// The life of activities after their command: started by a poll, heartbeats, completion, retries,
// timeouts. Reference: temporal-server.md §2.8, events.md §1.5.

#include "server/state/v1/token.pb.h"
#include "server/workflow/state/draft.h"

namespace server::workflow {

struct ActivityStart {
    EventId scheduled_event_id = 0;
    std::int32_t stamp = 0;
    std::string request_id;
    std::string identity;
    // Taken over from a worker that has left before it got the task; empty: not so.
    std::string started_with;
};
// TaskObsolete when the activity is gone or started by another poll; a repeated request id writes
// nothing.
Decision<Nothing> start_activity(const MutableState& state, const Environment& environment,
                                 const ActivityStart& request);
// The same inside another transition, for one that is pending.
void start_activity_inline(Draft& draft, EventId scheduled_event_id, const NextWorker& worker);
// What the worker gets; `scheduled` is the activity's Scheduled event. Includes the task token.
api::PollActivityTaskQueueResponse activity_task_response(const MutableState& state,
                                                          const state::v1::Activity& activity,
                                                          const HistoryEvent& scheduled,
                                                          const std::string& namespace_name);

// The activity a token means: by scheduled event id, or by activity id when that is 0. NotFound
// when it is gone or the attempt is another one.
Result<state::v1::Activity> find_by_token(const MutableState& state,
                                          const state::v1::TaskToken& token, bool must_be_started);

Decision<Nothing> complete_activity(const MutableState& state, const Environment& environment,
                                    const state::v1::TaskToken& token,
                                    const api::RespondActivityTaskCompletedRequest& request);
// Retries or closes the activity.
Decision<Nothing> fail_activity(const MutableState& state, const Environment& environment,
                                const state::v1::TaskToken& token,
                                const api::RespondActivityTaskFailedRequest& request);
Decision<Nothing> cancel_activity(const MutableState& state, const Environment& environment,
                                  const state::v1::TaskToken& token,
                                  const api::RespondActivityTaskCanceledRequest& request);

struct HeartbeatReply {
    bool cancel_requested = false;
};
Decision<HeartbeatReply> heartbeat(const MutableState& state, const Environment& environment,
                                   const state::v1::TaskToken& token,
                                   const api::RecordActivityTaskHeartbeatRequest& request);

// Closes or retries an activity one of whose deadlines has passed, or dispatches it after its
// backoff.
void fire_activity(Draft& draft, EventId scheduled_event_id);

}  // namespace server::workflow
