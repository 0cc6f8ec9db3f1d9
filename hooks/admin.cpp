// The admin charm reports the schema: every role waits for it. The databases are shown to it in a
// secret.
#include "hooks/hooks.h"

namespace charm::hooks {

namespace {
constexpr std::string_view kHooks[] = {"admin-relation-*"};
}  // namespace

const HookFamily kAdmin{.name = "admin", .hooks = kHooks, .run = settle};

}  // namespace charm::hooks
