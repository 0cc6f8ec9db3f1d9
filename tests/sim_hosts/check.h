#pragma once
// Plays seeds and holds what is left to the invariants.

#include "tests/sim/seeds.h"
#include "tests/sim_hosts/story.h"
#include "tests/support/catch.h"

namespace server::sim {

inline Outcome check_seed(std::uint64_t seed, const Dangers& dangers) {
    INFO("seed " << seed);
    Outcome outcome = play(seed, dangers);
    for (const std::string& violation : violations(outcome.observed)) FAIL_CHECK(violation);
    return outcome;
}
// With the dangers that the seed draws.
inline Outcome check_seed(std::uint64_t seed) {
    INFO("repeat with make sim FIRST_SEED=" << seed << " SEEDS=1");
    return check_seed(seed, draw_dangers(seed));
}

}  // namespace server::sim
