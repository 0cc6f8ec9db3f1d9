// How the world reaches the frontend role.
#include "hooks/hooks.h"

namespace charm::hooks {

namespace {
constexpr std::string_view kHooks[] = {"ingress-relation-*", "nginx-route-relation-*"};
}  // namespace

const HookFamily kIngress{.name = "ingress", .hooks = kHooks, .run = settle};

}  // namespace charm::hooks
