#pragma once
// Real time in a test, for bounds that a user would notice.

#include <chrono>

namespace server::tests {

class Stopwatch {
public:
    std::chrono::nanoseconds elapsed() const { return std::chrono::steady_clock::now() - start_; }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace server::tests
