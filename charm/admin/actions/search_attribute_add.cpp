// search-attribute-add: adds a search attribute to a namespace.
#include "charm/admin/actions/admin_actions.h"

namespace charm::admin {

namespace {

constexpr std::chrono::seconds kLimit{60};

Status run(const Context& context, const json::object& parameters) {
    TRY_ASSIGN(const std::string name, required_text(parameters, "name"));
    TRY_ASSIGN(const std::string type, required_text(parameters, "type"));
    std::string where = text_at(parameters, "namespace");
    if (where.empty()) where = "default";
    return run_command(context, "temporal",
                       {"operator", "search-attribute", "create", "--namespace", where, "--name",
                        name, "--type", type},
                       kLimit);
}

}  // namespace

const Action kSearchAttributeAdd{.name = "search-attribute-add", .run = run};

}  // namespace charm::admin
