#pragma once
// How tests play seeds: which, and quietly.

#include <cstdint>
#include <cstdlib>

#include "server/telemetry/log.h"

namespace server::sim {

// SIM_SEEDS and SIM_FIRST_SEED choose others than the usual ones.
inline std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

// Losing a shard is an error to an operator, and the ordinary case here. SIM_LOG=file has the log.
class Quiet {
public:
    Quiet() { (void)log::configure({.target = log::Target::file, .file = log_file()}); }
    ~Quiet() { (void)log::configure({.level = log::Level::warn}); }

private:
    static const char* log_file() {
        const char* file = std::getenv("SIM_LOG");
        return file == nullptr ? "/dev/null" : file;
    }
};

}  // namespace server::sim
