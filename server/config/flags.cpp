#include "server/config/flags.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <numeric>

namespace server::config {

namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string flag_name(const Flag& flag) { return "--" + std::string(flag.name); }

Status bad_value(const Flag& flag, const std::string& value, const std::string& wanted) {
    return invalid_argument("flag " + flag_name(flag) + ": \"" + value + "\" is not " + wanted);
}

Status check_integer(const Flag& flag, const std::string& value) {
    const auto number = parse_integer(value);
    if (number && *number >= flag.minimum && *number <= flag.maximum) return ok_status();
    return bad_value(
        flag, value,
        "a number from " + std::to_string(flag.minimum) + " to " + std::to_string(flag.maximum));
}

Status check_choice(const Flag& flag, const std::string& value) {
    if (flag.choices.empty()) return ok_status();
    const auto allowed = split(flag.choices, '|');
    if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return ok_status();
    std::string words;
    for (const auto word : allowed) words += (words.empty() ? "" : ", ") + std::string(word);
    return bad_value(flag, value, "one of " + words);
}

std::optional<bool> parse_truth(std::string_view text) {
    if (text == "true" || text == "1" || text == "t" || text == "yes") return true;
    if (text == "false" || text == "0" || text == "f" || text == "no") return false;
    return std::nullopt;
}

// Levenshtein distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

Status unknown_flag(std::span<const Flag> flags, const std::string& argument) {
    const std::string written = argument.substr(0, argument.find('='));
    std::vector<std::string_view> names;
    for (const Flag& flag : flags) {
        if (!flag.hidden) names.push_back(flag.name);
    }
    std::string message = "unknown flag: " + written;
    const std::string_view near = nearest(written.substr(written.find_first_not_of('-')), names);
    if (!near.empty()) message += "; did you mean --" + std::string(near) + "?";
    return invalid_argument(message);
}

// The value glued to a flag: --flag=value, -f=value, -fvalue.
std::optional<std::string> glued_value(std::string_view argument) {
    const bool is_long = argument.starts_with("--");
    const std::size_t equals = argument.find('=');
    if (is_long || equals == 2) {
        if (equals == std::string_view::npos) return std::nullopt;
        return std::string(argument.substr(equals + 1));
    }
    if (argument.size() > 2) return std::string(argument.substr(2));
    return std::nullopt;
}

Status read_environment(FlagValues& values, const Environment& environment) {
    for (const Flag& flag : values.flags()) {
        if (flag.environment.empty() || values.given(flag.name)) continue;
        const auto found = environment(std::string(flag.environment));
        if (!found || found->empty()) continue;
        const auto parts = flag.kind == Flag::Kind::list ? split(*found, ',')
                                                         : std::vector<std::string_view>{*found};
        for (const auto part : parts) {
            if (const Status set = values.set(flag, std::string(part)); !set.ok()) {
                return invalid_argument("environment variable " + std::string(flag.environment) +
                                        ": " + set.message());
            }
        }
    }
    return ok_status();
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string_view nearest(std::string_view written, const std::vector<std::string_view>& words) {
    constexpr std::size_t kWrittenBytesMax = 64;  // longer ones are no typing errors
    if (written.size() > kWrittenBytesMax) return {};
    std::string_view best;
    std::size_t best_distance = written.size() < 4 ? 2 : 2 + written.size() / 4;
    for (const auto word : words) {
        const std::size_t found = distance(written, word);
        if (found < best_distance) {
            best = word;
            best_distance = found;
        }
    }
    return best;
}

Environment process_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) return std::nullopt;
        return std::string(value);
    };
}

const Flag* find_flag(std::span<const Flag> flags, std::string_view argument) {
    const bool is_long = argument.starts_with("--");
    const std::string_view name = argument.substr(is_long ? 2 : 0, argument.find('=') - 2);
    for (const Flag& flag : flags) {
        if (is_long ? name == flag.name || (!flag.alias.empty() && name == flag.alias)
                    : argument.size() > 1 && flag.letter != 0 && argument[1] == flag.letter) {
            return &flag;
        }
    }
    return nullptr;
}

const Flag& FlagValues::row(std::string_view name) const {
    const auto found = std::find_if(flags_.begin(), flags_.end(),
                                    [name](const Flag& flag) { return flag.name == name; });
    ASSERT(found != flags_.end(), "no such flag: " + std::string(name));
    return *found;
}

const std::vector<std::string>& FlagValues::values(std::string_view name) const {
    static const std::vector<std::string> kNone;
    row(name);
    const auto found = values_.find(name);
    return found == values_.end() ? kNone : found->second;
}

bool FlagValues::toggle(std::string_view name) const {
    const auto& set = values(name);
    return !set.empty() && *parse_truth(set.back());
}

std::string FlagValues::text(std::string_view name) const {
    const auto& set = values(name);
    return set.empty() ? std::string(row(name).default_value) : set.back();
}

std::optional<std::int64_t> FlagValues::integer(std::string_view name) const {
    return parse_integer(text(name));
}

Status FlagValues::set(const Flag& flag, std::string value) {
    switch (flag.kind) {
    case Flag::Kind::toggle:
        if (!parse_truth(value)) return bad_value(flag, value, "true or false");
        break;
    case Flag::Kind::integer: TRY(check_integer(flag, value)); break;
    case Flag::Kind::text:
    case Flag::Kind::list: TRY(check_choice(flag, value)); break;
    }
    auto& kept = values_[std::string(flag.name)];
    if (flag.kind != Flag::Kind::list) kept.clear();
    kept.push_back(std::move(value));
    return ok_status();
}

Result<CommandLine> parse_flags(std::span<const Flag> flags, std::span<const std::string> arguments,
                                const Environment& environment, std::size_t words_max) {
    CommandLine line{.flags = FlagValues(flags), .words = {}};
    bool only_words = false;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        const std::string& argument = arguments[at];
        only_words = only_words || line.words.size() >= words_max;
        if (only_words || argument.size() < 2 || argument[0] != '-') {
            line.words.push_back(argument);
            continue;
        }
        if (argument == "--") {
            only_words = true;
            continue;
        }
        const Flag* flag = find_flag(flags, argument);
        if (flag == nullptr) return unknown_flag(flags, argument);
        auto value = glued_value(argument);
        if (!value && flag->kind == Flag::Kind::toggle) value = "true";
        if (!value && at + 1 == arguments.size()) {
            return invalid_argument("flag needs a value: " + flag_name(*flag) + " " +
                                    std::string(flag->value_name));
        }
        TRY(line.flags.set(*flag, value ? *value : arguments[++at]));
    }
    TRY(read_environment(line.flags, environment));
    return line;
}

}  // namespace server::config
