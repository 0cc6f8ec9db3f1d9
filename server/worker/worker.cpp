#include "server/worker/worker.h"

namespace server::worker {

Async<Status> Worker::start() { co_return ok_status(); }

Async<void> Worker::stop() { co_return; }

}  // namespace server::worker
