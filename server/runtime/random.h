#pragma once
// The only source of randomness. A process seeds it from the kernel, a simulation from its seed.

#include <cstdint>
#include <mutex>
#include <random>
#include <string>

#include "server/base/uuid.h"

namespace server {

// Safe to use from any thread.
class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    static std::uint64_t seed_from_system();

    // For keys: from the kernel, whatever the seed.
    static std::string secret_bytes(std::size_t count);

    std::uint64_t next();
    // Uniform in [0, bound); 0 when bound is 0.
    std::uint64_t below(std::uint64_t bound);
    std::string uuid();

private:
    std::mutex mutex_;
    std::mt19937_64 engine_;
};

}  // namespace server
