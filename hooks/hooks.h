// The hooks of temporal-k8s by family, one file each: which hooks belong to it and which roles they
// touch. Which one fired is a hint and never an input: all of them end in the same three steps
// (charm/reconcile.h), except where a header says more.
#pragma once

#include <array>

#include "charm/reconcile.h"

namespace charm::hooks {

extern const HookFamily kLifecycle;
extern const HookFamily kConfig;
extern const HookFamily kDatabases;
extern const HookFamily kAdmin;
extern const HookFamily kPeer;
extern const HookFamily kSecrets;
extern const HookFamily kWorkload;
extern const HookFamily kIngress;
extern const HookFamily kClients;
extern const HookFamily kObservability;

inline constexpr std::array<const HookFamily*, 10> kAll{
    &kLifecycle, &kConfig,   &kDatabases, &kAdmin,   &kPeer,
    &kSecrets,   &kWorkload, &kIngress,   &kClients, &kObservability};

inline Status settle(const Context& context) { return reconcile(context); }

}  // namespace charm::hooks
