#pragma once
// What clients were told, against what is left: acknowledged signals (I1, I10), answers to queries
// (I14).

#include "tests/sim/observed.h"

namespace server::sim {

void check_answers(const Observed& observed, std::vector<std::string>& found);

}  // namespace server::sim
