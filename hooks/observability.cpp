// Metrics, dashboards and logs of every role.
#include "hooks/hooks.h"

namespace charm::hooks {

namespace {
constexpr std::string_view kHooks[] = {"metrics-endpoint-relation-*",
                                       "grafana-dashboard-relation-*", "logging-relation-*"};
}  // namespace

const HookFamily kObservability{.name = "observability", .hooks = kHooks, .run = settle};

}  // namespace charm::hooks
