#pragma once
// Task queues that requests name.

#include "server/base/status.h"
#include "server/frontend/limits/limits.h"
#include "temporal/api/taskqueue/v1/message.pb.h"

namespace server::frontend {

// For a poll: a name within the limit. A queue of unspecified kind becomes a normal one.
Status check_polled_task_queue(bool present, ::temporal::api::taskqueue::v1::TaskQueue& task_queue,
                               const Limits& limits);

// For a new workflow also: a normal queue that is not one of the server's own.
Status check_started_task_queue(bool present, ::temporal::api::taskqueue::v1::TaskQueue& task_queue,
                                const Limits& limits);

}  // namespace server::frontend
