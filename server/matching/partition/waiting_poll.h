#pragma once
// A poll that history has taken out of its partition while it decides about a task for it.

#include <memory>
#include <string>

#include "server/workflow/state/waiting_worker.h"

namespace server::matching {

class Partition;

// Null when no poll waits, or tasks have to wait for a rate limit.
std::unique_ptr<workflow::WaitingWorker> take_waiting_poll(std::shared_ptr<Partition> partition);

}  // namespace server::matching
