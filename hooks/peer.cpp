// The other units: how many share the budget of connections, and what the leader wrote down.
#include "hooks/hooks.h"

namespace charm::hooks {

namespace {
constexpr std::string_view kHooks[] = {"peer-relation-*"};
}  // namespace

const HookFamily kPeer{.name = "peer", .hooks = kHooks, .run = settle};

}  // namespace charm::hooks
