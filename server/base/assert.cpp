#include "server/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace server {

void assertion_failed(const char* expression, const char* file, int line,
                      std::string_view message) {
    std::fprintf(stderr, "assertion failed: %s at %s:%d: %.*s\n", expression, file, line,
                 static_cast<int>(message.size()), message.data());
    std::abort();
}

}  // namespace server
