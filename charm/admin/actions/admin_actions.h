// The actions of temporal-admin-k8s, one file each. What they take is in charm/admin/actions.yaml.
#pragma once

#include <array>

#include "charm/admin/command_line.h"

namespace charm::admin {

extern const Action kTctl;
extern const Action kCli;
extern const Action kSetupSchema;
extern const Action kPreUpgradeCheck;
extern const Action kClusterHealth;
extern const Action kNamespaceCreate;
extern const Action kSearchAttributeAdd;

inline constexpr std::array<const Action*, 7> kActions{&kTctl,
                                                       &kCli,
                                                       &kSetupSchema,
                                                       &kPreUpgradeCheck,
                                                       &kClusterHealth,
                                                       &kNamespaceCreate,
                                                       &kSearchAttributeAdd};

}  // namespace charm::admin
