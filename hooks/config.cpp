// Options, and the address of the pod: every role.
#include "hooks/hooks.h"

namespace charm::hooks {

namespace {
constexpr std::string_view kHooks[] = {"config-changed"};
}  // namespace

const HookFamily kConfig{.name = "config", .hooks = kHooks, .run = settle};

}  // namespace charm::hooks
