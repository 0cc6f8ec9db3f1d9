#include "cli/help.h"

#include <algorithm>

namespace cli {

namespace {

constexpr std::size_t kTextWidth = 80;  // of a help text, beside its column

// "  -p, --port PORT"
std::string flag_column(const Flag& flag) {
    std::string text = flag.letter != 0 ? std::string("  -") + flag.letter + ", --" : "      --";
    text += flag.name;
    if (!flag.alias.empty()) text += ", --" + std::string(flag.alias);
    if (!flag.value_name.empty()) text += " " + std::string(flag.value_name);
    return text;
}

std::string choices(std::string_view allowed) {
    std::string text;
    for (const char c : allowed) text += c == '|' ? std::string(", ") : std::string(1, c);
    return text;
}

std::string flag_help(const Flag& flag) {
    std::string text(flag.help);
    if (!flag.choices.empty()) text += " One of " + choices(flag.choices) + ".";
    if (flag.kind == Flag::Kind::list) text += " May be repeated.";
    if (!flag.environment.empty()) text += " Environment: " + std::string(flag.environment) + ".";
    if (!flag.default_value.empty()) text += " (default " + std::string(flag.default_value) + ")";
    return text;
}

// Breaks `text` between words; lines after the first begin at `indent`.
std::string wrapped(std::string_view text, std::size_t indent) {
    std::string result;
    std::size_t used = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (used > 0 && used + 1 + end > kTextWidth) {
            result += "\n" + std::string(indent, ' ');
            used = 0;
        }
        if (used > 0) result += ' ';
        result += text.substr(0, end);
        used += end + 1;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
}

struct Row {
    std::string left;
    std::string right;
};

std::string table(const std::string& title, const std::vector<Row>& rows) {
    if (rows.empty()) return "";
    std::size_t width = 0;
    for (const Row& row : rows) width = std::max(width, row.left.size());
    std::string text = "\n" + title + ":\n";
    for (const Row& row : rows) {
        text += row.left + std::string(width + 3 - row.left.size(), ' ') +
                wrapped(row.right, width + 3) + "\n";
    }
    return text;
}

std::vector<Row> flag_rows(const std::vector<Flag>& flags,
                           const std::vector<std::string_view>& required = {}) {
    std::vector<Row> rows;
    for (const Flag& flag : flags) {
        if (flag.hidden) continue;
        const bool is_required =
            std::find(required.begin(), required.end(), flag.name) != required.end();
        rows.push_back({flag_column(flag), flag_help(flag) + (is_required ? " Required." : "")});
    }
    return rows;
}

std::string joined_aliases(const Command& command) {
    std::string text;
    for (const char c : command.aliases) text += c == '|' ? std::string(", ") : std::string(1, c);
    return text;
}

// The page up to its own flags.
std::string own_page(const std::vector<const Command*>& path) {
    const Command& command = *path.back();
    std::string page(command.description.empty() ? command.summary : command.description);
    page += "\n\nUsage:\n  " + full_name(path);
    if (!command.children.empty()) page += " COMMAND";
    if (!command.words.empty()) page += " " + std::string(command.words);
    page += " [flags]\n";
    if (!command.aliases.empty()) page += "\nAlso:\n  " + joined_aliases(command) + "\n";
    if (!command.examples.empty()) page += "\nExamples:\n" + std::string(command.examples) + "\n";
    std::vector<Row> children;
    for (const Command& child : command.children) {
        children.push_back({"  " + std::string(child.name), std::string(child.summary)});
    }
    page += table("Commands", children);
    page += table("Flags", flag_rows(command.flags, command.required));
    return page;
}

// The page of path.back() and of everything below it.
void add_pages(std::vector<const Command*>& path, std::string& text) {
    text += "\n## " + full_name(path) + "\n\n```\n" + own_page(path) + "```\n";
    for (const Command& child : path.back()->children) {
        path.push_back(&child);
        add_pages(path, text);
        path.pop_back();
    }
}

}  // namespace

std::string full_name(const std::vector<const Command*>& path) {
    std::string name;
    for (const Command* command : path) {
        name += (name.empty() ? "" : " ") + std::string(command->name);
    }
    return name;
}

std::string help_page(const std::vector<const Command*>& path) {
    const Command& command = *path.back();
    std::string page = own_page(path);
    std::vector<Flag> inherited;
    for (std::size_t at = 0; at + 1 < path.size(); ++at) {
        inherited.insert(inherited.end(), path[at]->flags.begin(), path[at]->flags.end());
    }
    inherited.push_back({.name = "help", .letter = 'h', .help = "Print this page."});
    page += table("Global flags", flag_rows(inherited));
    if (!command.children.empty()) {
        page += "\n\"" + full_name(path) + " COMMAND --help\" tells more about a command.\n";
    }
    return page;
}

std::string manual(const Command& program) {
    std::string text;
    std::vector<const Command*> path{&program};
    add_pages(path, text);
    return text;
}

}  // namespace cli
