#pragma once
// Switches that break one mechanism each, to prove that a test notices: `make mutants` builds with
// TEMPORAL_MUTANTS and runs the named test with TEMPORAL_MUTANT=<name>, which must fail. In every
// other build mutant() is a constant and its branch is compiled away.
//
//   if (!mutant("no_fence_check") && stored != write.range_id) ...

#include <cstdlib>
#include <string_view>

namespace server {

#ifdef TEMPORAL_MUTANTS
inline bool mutant(std::string_view name) {
    static const char* const chosen = std::getenv("TEMPORAL_MUTANT");
    return chosen != nullptr && name == chosen;
}
#else
constexpr bool mutant(std::string_view) { return false; }
#endif

}  // namespace server
