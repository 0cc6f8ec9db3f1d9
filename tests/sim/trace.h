#pragma once
// What happened in a simulation, folded into one number: every message that arrived and every call
// of the store, with its virtual time. Two runs of a seed have the same; a difference means that
// something depends on more than the seed (an address in memory, a hash, a real clock).
//
// SIM_TRACE=file writes the lines as well, so that two runs can be compared where they part.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "server/runtime/clock.h"

namespace server::sim {

class Trace {
public:
    explicit Trace(const Clock& clock);

    void note(const std::string& what);

    std::uint64_t hash() const { return hash_; }
    std::size_t size() const { return size_; }

private:
    const Clock& clock_;
    std::uint64_t hash_ = 0xcbf29ce484222325ULL;  // FNV-1a
    std::size_t size_ = 0;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> lines_;
};

}  // namespace server::sim
