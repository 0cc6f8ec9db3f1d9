// The two databases: every role. An endpoint, a user or a certificate may have changed.
#include "hooks/hooks.h"

namespace charm::hooks {

namespace {
constexpr std::string_view kHooks[] = {"db-relation-*", "visibility-relation-*"};
}  // namespace

const HookFamily kDatabases{.name = "databases", .hooks = kHooks, .run = settle};

}  // namespace charm::hooks
