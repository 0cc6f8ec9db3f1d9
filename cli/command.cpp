#include "cli/command.h"

#include <algorithm>
#include <ostream>

#include "cli/help.h"

namespace cli {

namespace {

using Path = std::vector<const Command*>;
using Words = std::vector<std::string>;

const Flag kHelp{
    .name = "help", .letter = 'h', .kind = Flag::Kind::toggle, .help = "Print this page."};
const Flag kVersionFlag{
    .name = "version", .letter = 'v', .kind = Flag::Kind::toggle, .help = "Print the version."};

const Command* find_child(const Command& command, std::string_view name) {
    for (const Command& child : command.children) {
        if (child.name == name) return &child;
    }
    return nullptr;
}

// Its own flags and those of the nodes above it.
std::vector<Flag> flags_of(const Path& path) {
    std::vector<Flag> flags{kHelp};
    if (path.size() == 1) flags.push_back(kVersionFlag);
    for (const Command* command : path) {
        flags.insert(flags.end(), command->flags.begin(), command->flags.end());
    }
    return flags;
}

// Follows the words that name commands and takes them out of `arguments`; flags before them stay.
Path follow(const Command& program, Words& arguments) {
    Path path{&program};
    for (std::size_t at = 0; at < arguments.size() && arguments[at] != "--";) {
        const std::string& argument = arguments[at];
        if (argument.size() > 1 && argument[0] == '-') {
            const auto flags = flags_of(path);
            const Flag* flag = server::config::find_flag(flags, argument);
            const bool glued = argument.find('=') != std::string::npos ||
                               (argument[1] != '-' && argument.size() > 2);
            const bool has_word = flag != nullptr && flag->kind != Flag::Kind::toggle && !glued;
            at += has_word ? 2 : 1;
            continue;
        }
        const Command* child = find_child(*path.back(), argument);
        if (child == nullptr) break;
        path.push_back(child);
        arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return path;
}

std::string unknown_command(const Path& path, const std::string& word) {
    std::string message = "unknown command \"" + word + "\" for \"" + full_name(path) + "\"";
    std::vector<std::string_view> names;
    for (const Command& child : path.back()->children) names.push_back(child.name);
    const auto near = server::config::nearest(word, names);
    if (!near.empty()) message += "; did you mean \"" + std::string(near) + "\"?";
    return message;
}

// "help", "help server start-dev"
int print_help_of(const Command& program, Words words, Terminal& terminal) {
    const Path path = follow(program, words);
    if (!words.empty()) return fail(terminal, unknown_command(path, words.front()));
    terminal.out << help_page(path);
    return 0;
}

}  // namespace

int fail(Terminal& terminal, const std::string& message) {
    terminal.err << "Error: " << message << std::endl;
    return 1;
}

int run(const Command& program, std::string_view version, const Words& arguments,
        Terminal& terminal) {
    if (!arguments.empty() && arguments[0] == "help") {
        return print_help_of(program, {arguments.begin() + 1, arguments.end()}, terminal);
    }
    Words rest = arguments;
    const Path path = follow(program, rest);
    const Command& command = *path.back();
    auto line =
        server::config::parse_flags(flags_of(path), rest, server::config::process_environment());
    if (!line.ok()) {
        return fail(terminal,
                    line.status().message() + "\nSee \"" + full_name(path) + " --help\".");
    }
    if (path.size() == 1 && line->flags.toggle("version")) {
        terminal.out << version << "\n";
        return 0;
    }
    if (line->flags.toggle("help") || (command.run == nullptr && line->words.empty())) {
        terminal.out << help_page(path);
        return 0;
    }
    if (command.run == nullptr) return fail(terminal, unknown_command(path, line->words.front()));
    if (line->words.size() > command.words_max) {
        return fail(terminal, "unexpected word \"" + line->words[command.words_max] +
                                  "\" after \"" + full_name(path) + "\"");
    }
    const Invocation invocation{std::move(line->flags), std::move(line->words)};
    return command.run(invocation, terminal);
}

}  // namespace cli
