#pragma once
// What the kernel knows about this process, under the names Prometheus clients use.

#include "server/telemetry/metrics.h"

namespace server::app {

// Sets process_resident_memory_bytes, process_virtual_memory_bytes, process_open_fds and
// process_threads, and the equivalents of what Go's runtime tells: num_goroutines (threads),
// gomaxprocs (processors), memory_allocated, memory_heap, memory_heapinuse and memory_heapidle.
void update_process_metrics(telemetry::Registry& registry);

}  // namespace server::app
