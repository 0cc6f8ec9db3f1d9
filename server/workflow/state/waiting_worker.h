#pragma once
// A worker that waits for a task, found while the task is being decided. Then the task is scheduled
// and started in one commit, and does not go through the outbox and matching to a worker that has
// been there all the time.
//
//   found ──▶ kept from other tasks ──┬─▶ hand_over(): the commit stands, or may stand
//                                     └─▶ destroyed: nothing was written, it waits on

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/state/v1/task.pb.h"

namespace server::workflow {

// Used on the lane it was found on.
class WaitingWorker {
public:
    virtual ~WaitingWorker() = default;
    virtual const std::string& identity() const = 0;

    // Gives it the task, which says what it was started with. When the worker has left meanwhile,
    // the next one gets it. Once.
    virtual void hand_over(state::v1::BacklogTask task) = 0;
};

// Null when nobody waits, or not here. `dispatch` names the task's queue.
using FindWaitingWorker =
    std::function<std::unique_ptr<WaitingWorker>(const state::v1::Task& dispatch)>;

// A task that was started for a waiting worker in a transition.
struct HandedTask {
    std::unique_ptr<WaitingWorker> worker;
    state::v1::Task dispatch;
    std::string request_id;
};

}  // namespace server::workflow
