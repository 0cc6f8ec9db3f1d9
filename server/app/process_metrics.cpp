#include "server/app/process_metrics.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace server::app {

namespace {

std::ptrdiff_t entries_in(const char* folder) {
    std::error_code failure;
    const std::filesystem::directory_iterator entries(folder, failure);
    return failure ? 0 : std::distance(begin(entries), end(entries));
}

}  // namespace

void update_process_metrics(telemetry::Registry& registry) {
    std::ifstream file("/proc/self/statm");  // proc(5): size and resident set, in pages
    double size_pages = 0;
    double resident_pages = 0;
    file >> size_pages >> resident_pages;
    registry.gauge("process_resident_memory_bytes")
        .set(resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE)));
    registry.gauge("process_open_fds").set(static_cast<double>(entries_in("/proc/self/fd")));
    registry.gauge("process_threads").set(static_cast<double>(entries_in("/proc/self/task")));
}

}  // namespace server::app
