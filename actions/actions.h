// The actions of temporal-k8s, one file each. What they return is in actions.yaml.
#pragma once

#include <array>

#include "charm/run.h"

namespace charm::actions {

extern const Action kRestart;
extern const Action kDrain;
extern const Action kShowPlan;

inline constexpr std::array<const Action*, 3> kAll{&kRestart, &kDrain, &kShowPlan};

}  // namespace charm::actions
