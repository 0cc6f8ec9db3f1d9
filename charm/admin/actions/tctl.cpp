// tctl: the words of args for tctl.
#include "charm/admin/actions/admin_actions.h"

namespace charm::admin {

namespace {

Status run(const Context& context, const json::object& parameters) {
    TRY_ASSIGN(const std::string args, required_text(parameters, "args"));
    TRY_ASSIGN(const std::vector<std::string> words, shell_words(args));
    TRY_ASSIGN(const std::chrono::seconds limit, timeout_of(parameters));
    return run_command(context, "tctl", words, limit);
}

}  // namespace

const Action kTctl{.name = "tctl", .run = run};

}  // namespace charm::admin
