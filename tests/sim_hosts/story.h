#pragma once
// One simulation of several hosts: clients that start, signal and terminate random workflows, a
// worker that plays them, and a nemesis; then peace, and a look at what is left.

#include <cstdint>

#include "tests/sim/nemesis.h"
#include "tests/sim/observed.h"

namespace server::sim {

struct Outcome {
    Observed observed;
    std::uint64_t trace_hash = 0;
    std::size_t trace_size = 0;
    Duration virtual_time{};
};

// The dangers are those of the seed, or the given ones.
Outcome play(std::uint64_t seed);
Outcome play(std::uint64_t seed, const Dangers& dangers);

}  // namespace server::sim
