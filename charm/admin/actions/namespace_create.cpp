// namespace-create: creates a namespace.
#include "charm/admin/actions/admin_actions.h"

namespace charm::admin {

namespace {

constexpr std::chrono::seconds kLimit{60};

Status run(const Context& context, const json::object& parameters) {
    TRY_ASSIGN(const std::string name, required_text(parameters, "name"));
    std::string retention = text_at(parameters, "retention");
    if (retention.empty()) retention = "72h";
    return run_command(
        context, "temporal",
        {"operator", "namespace", "create", "--namespace", name, "--retention", retention}, kLimit);
}

}  // namespace

const Action kNamespaceCreate{.name = "namespace-create", .run = run};

}  // namespace charm::admin
