// cli: the words of args for temporal.
#include "charm/admin/actions/admin_actions.h"

namespace charm::admin {

namespace {

Status run(const Context& context, const json::object& parameters) {
    TRY_ASSIGN(const std::string args, required_text(parameters, "args"));
    TRY_ASSIGN(std::vector<std::string> words, shell_words(args));
    TRY_ASSIGN(const std::chrono::seconds limit, timeout_of(parameters));
    const std::string format = text_at(parameters, "format");
    if (!format.empty()) words.insert(words.end(), {"--output", format});
    return run_command(context, "temporal", words, limit);
}

}  // namespace

const Action kCli{.name = "cli", .run = run};

}  // namespace charm::admin
