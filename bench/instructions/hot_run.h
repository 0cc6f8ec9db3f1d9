#pragma once
// One run in the pure core, driven as its shard drives it: decided, encoded for the store,
// absorbed. No clock, no thread, no store: the same instructions every time.

#include <memory>
#include <string>

#include "server/workflow/state/draft.h"

namespace server::bench {

class HotRun {
public:
    HotRun();

    // A workflow task that schedules this many activities and starts this many timers.
    void schedule(int activities, int timers = 0);
    // The oldest activity is started and completed.
    void do_activity();
    void complete();

    const workflow::MutableState& state() const { return *state_; }

private:
    void workflow_task(workflow::api::RespondWorkflowTaskCompletedRequest request);
    template <class Reply>
    void take(workflow::Decision<Reply> decision);
    void absorb(workflow::Transition transition);

    workflow::Environment environment_;
    std::unique_ptr<workflow::MutableState> state_;
    int ids_ = 0;
    std::size_t bytes_ = 0;  // so that encoding is not optimised away
};

}  // namespace server::bench
