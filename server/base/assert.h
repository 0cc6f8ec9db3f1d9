#pragma once
// Assertions stay on in release builds: a broken invariant stops the process, the supervisor
// restarts it, and nothing that was not committed is ever acknowledged. Use them for bugs, never
// for data from the wire or the disk.

#include <string_view>

namespace server {

// Writes the failed expression and its place to stderr and aborts.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line,
                                   std::string_view message);

}  // namespace server

#define ASSERT(expression, message)                                               \
    do {                                                                          \
        if (!(expression)) [[unlikely]] {                                         \
            ::server::assertion_failed(#expression, __FILE__, __LINE__, message); \
        }                                                                         \
    } while (false)
