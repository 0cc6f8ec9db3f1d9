// The container: it came up, a check failed or recovered, or something in it left a notice. The
// health check makes the unit active; the schema check says that the schema has become ready.
#include "hooks/hooks.h"

namespace charm::hooks {

namespace {
constexpr std::string_view kHooks[] = {"temporal-pebble-*"};
}  // namespace

const HookFamily kWorkload{.name = "workload", .hooks = kHooks, .run = settle};

}  // namespace charm::hooks
