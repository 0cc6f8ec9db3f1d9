#pragma once
// How much a test does: its ordinary dose, or the whole one with TEST_DOSE=full.

#include <cstdlib>
#include <string_view>

namespace server::tests {

inline bool full_dose() {
    const char* const dose = std::getenv("TEST_DOSE");
    return dose != nullptr && std::string_view(dose) == "full";
}

}  // namespace server::tests
