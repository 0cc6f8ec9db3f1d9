#include "tests/sim/trace.h"

#include <cstdlib>

namespace server::sim {

namespace {

std::FILE* open_lines() {
    const char* name = std::getenv("SIM_TRACE");
    return name == nullptr ? nullptr : std::fopen(name, "a");
}

std::uint64_t fold(std::uint64_t hash, const char* bytes, std::size_t count) {
    for (std::size_t index = 0; index < count; ++index) {
        hash = (hash ^ static_cast<unsigned char>(bytes[index])) * 0x100000001b3ULL;
    }
    return hash;
}

}  // namespace

Trace::Trace(const Clock& clock) : clock_(clock), lines_(open_lines(), &std::fclose) {}

void Trace::note(const std::string& what) {
    const std::int64_t now = clock_.now().time_since_epoch().count();
    hash_ = fold(hash_, reinterpret_cast<const char*>(&now), sizeof now);
    hash_ = fold(hash_, what.data(), what.size());
    ++size_;
    if (lines_) {
        std::fprintf(lines_.get(), "%s %s\n", to_rfc3339(clock_.now()).c_str(), what.c_str());
    }
}

}  // namespace server::sim
