#include "server/app/process_metrics.h"

#include <malloc.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace server::app {

namespace {

std::ptrdiff_t entries_in(const char* folder) {
    std::error_code failure;
    const std::filesystem::directory_iterator entries(folder, failure);
    return failure ? 0 : std::distance(begin(entries), end(entries));
}

// glibc's allocator under the names of Go's: what is handed out, and what is held.
void update_memory(telemetry::Registry& registry) {
    const struct mallinfo2 info = mallinfo2();
    const auto set = [&registry](const char* name, std::size_t bytes) {
        registry.gauge(name).set(static_cast<double>(bytes));
    };
    set("memory_allocated", info.uordblks + info.hblkhd);
    set("memory_heap", info.arena + info.hblkhd);
    set("memory_heapinuse", info.uordblks + info.hblkhd);
    set("memory_heapidle", info.fordblks);
}

}  // namespace

void update_process_metrics(telemetry::Registry& registry) {
    std::ifstream file("/proc/self/statm");  // proc(5): size and resident set, in pages
    double size_pages = 0;
    double resident_pages = 0;
    file >> size_pages >> resident_pages;
    const auto page_bytes = static_cast<double>(sysconf(_SC_PAGESIZE));
    const auto threads = static_cast<double>(entries_in("/proc/self/task"));
    registry.gauge("process_resident_memory_bytes").set(resident_pages * page_bytes);
    registry.gauge("process_virtual_memory_bytes").set(size_pages * page_bytes);
    registry.gauge("process_open_fds").set(static_cast<double>(entries_in("/proc/self/fd")));
    registry.gauge("process_threads").set(threads);
    registry.gauge("num_goroutines").set(threads);
    registry.gauge("gomaxprocs").set(std::thread::hardware_concurrency());
    update_memory(registry);
}

}  // namespace server::app
