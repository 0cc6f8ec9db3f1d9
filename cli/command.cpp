#include "cli/command.h"

#include <algorithm>
#include <istream>
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

bool is_called(const Command& command, std::string_view name) {
    if (command.name == name) return true;
    std::string_view rest = command.aliases;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('|'), rest.size());
        if (rest.substr(0, end) == name) return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

const Command* find_child(const Command& command, std::string_view name) {
    for (const Command& child : command.children) {
        if (is_called(child, name)) return &child;
    }
    return nullptr;
}

// Its own flags and those of the nodes above it, the nearer first.
std::vector<Flag> flags_of(const Path& path) {
    std::vector<Flag> flags;
    for (auto command = path.rbegin(); command != path.rend(); ++command) {
        for (const Flag& flag : (*command)->flags) {
            const bool hidden_by_nearer =
                std::any_of(flags.begin(), flags.end(),
                            [&](const Flag& nearer) { return nearer.name == flag.name; });
            if (!hidden_by_nearer) flags.push_back(flag);
        }
    }
    flags.push_back(kHelp);
    if (path.size() == 1) flags.push_back(kVersionFlag);
    return flags;
}

// The flag that `argument` will mean once the command that knows it is found.
const Flag* find_below(const Command& command, std::string_view argument) {
    for (const Command& child : command.children) {
        const Flag* flag = server::config::find_flag(child.flags, argument);
        if (flag == nullptr) flag = find_below(child, argument);
        if (flag != nullptr) return flag;
    }
    return nullptr;
}

// Walks over the arguments: takes the words that name commands out, and writes -name as --name.
class Walk {
public:
    Walk(const Command& program, Words& arguments) : path_{&program}, arguments_(arguments) {}

    Path run() {
        while (at_ < arguments_.size() && arguments_[at_] != "--") {
            const std::string& argument = arguments_[at_];
            if (argument.size() > 1 && argument[0] == '-') {
                step_over_flag();
            } else {
                take_word();
            }
        }
        return path_;
    }

private:
    void take_word() {
        const Command* child = in_words_ ? nullptr : find_child(*path_.back(), arguments_[at_]);
        if (child == nullptr) {
            in_words_ = true;
            ++at_;
            return;
        }
        path_.push_back(child);
        arguments_.erase(arguments_.begin() + static_cast<std::ptrdiff_t>(at_));
    }

    void step_over_flag() {
        std::string& argument = arguments_[at_];
        const auto known = flags_of(path_);
        const auto find = [&](const std::string& written) {
            const Flag* flag = server::config::find_flag(known, written);
            return flag != nullptr ? flag : find_below(*path_.back(), written);
        };
        if (argument[1] != '-' && argument.size() > 2 && find("-" + argument) != nullptr) {
            argument = "-" + argument;
        }
        const Flag* flag = find(argument);
        const bool glued =
            argument.find('=') != std::string::npos || (argument[1] != '-' && argument.size() > 2);
        const bool has_word = flag != nullptr && flag->kind != Flag::Kind::toggle && !glued;
        at_ += has_word ? 2 : 1;
    }

    Path path_;
    Words& arguments_;
    std::size_t at_ = 0;
    bool in_words_ = false;
};

std::string unknown_command(const Path& path, const std::string& word) {
    std::string message = "unknown command \"" + word + "\" for \"" + full_name(path) + "\"";
    std::vector<std::string_view> names;
    for (const Command& child : path.back()->children) names.push_back(child.name);
    const auto near = server::config::nearest(word, names);
    if (!near.empty()) message += "; did you mean \"" + std::string(near) + "\"?";
    return message;
}

// "help", "help server start-dev", "help --all"
int print_help_of(const Command& program, Words words, Terminal& terminal) {
    if (words == Words{"--all"}) {
        terminal.out << manual(program);
        return 0;
    }
    const Path path = Walk(program, words).run();
    if (!words.empty()) return fail(terminal, unknown_command(path, words.front()));
    terminal.out << help_page(path);
    return 0;
}

std::string missing_flags(const Command& command, const FlagValues& flags) {
    std::string names;
    for (const std::string_view name : command.required) {
        if (flags.given(name) && !flags.text(name).empty()) continue;
        names += (names.empty() ? "--" : ", --") + std::string(name);
    }
    return names;
}

}  // namespace

int fail(Terminal& terminal, const std::string& message) {
    terminal.err << "Error: " << message << std::endl;
    return 1;
}

bool confirmed(Terminal& terminal, const std::string& question) {
    terminal.err << question << " [y/N] " << std::flush;
    std::string answer;
    if (terminal.in != nullptr) std::getline(*terminal.in, answer);
    return !answer.empty() && (answer[0] == 'y' || answer[0] == 'Y');
}

int run(const Command& program, std::string_view version, const Words& arguments,
        Terminal& terminal) {
    if (!arguments.empty() && arguments[0] == "help") {
        return print_help_of(program, {arguments.begin() + 1, arguments.end()}, terminal);
    }
    Words rest = arguments;
    const Path path = Walk(program, rest).run();
    const Command& command = *path.back();
    auto line =
        server::config::parse_flags(flags_of(path), rest, server::config::process_environment());
    const std::string see = "\nSee \"" + full_name(path) + " --help\".";
    if (!line.ok()) return fail(terminal, line.status().message() + see);
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
    const std::string missing = missing_flags(command, line->flags);
    if (!missing.empty()) return fail(terminal, "missing: " + missing + see);
    const Invocation invocation{std::move(line->flags), std::move(line->words)};
    return command.run(invocation, terminal);
}

}  // namespace cli
