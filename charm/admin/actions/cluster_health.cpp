// cluster-health: asks the frontend whether it serves.
#include "charm/admin/actions/admin_actions.h"

namespace charm::admin {

namespace {

constexpr std::chrono::seconds kLimit{30};

Status run(const Context& context, const json::object&) {
    return run_command(context, "temporal", {"operator", "cluster", "health"}, kLimit);
}

}  // namespace

const Action kClusterHealth{.name = "cluster-health", .run = run};

}  // namespace charm::admin
