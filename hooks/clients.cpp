// Who wants to know where the frontend is and whether it is ready.
#include "hooks/hooks.h"

namespace charm::hooks {

namespace {
constexpr std::string_view kHooks[] = {"ui-relation-*", "temporal-host-info-relation-*"};
}  // namespace

const HookFamily kClients{.name = "clients", .hooks = kHooks, .run = settle};

}  // namespace charm::hooks
