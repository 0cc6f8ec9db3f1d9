#pragma once
// What the kernel knows about this process, under the names Prometheus clients use.

#include "server/telemetry/metrics.h"

namespace server::app {

// Sets process_resident_memory_bytes, process_open_fds and process_threads.
void update_process_metrics(telemetry::Registry& registry);

}  // namespace server::app
