#pragma once
// Command-line flags as a table: one row says the names, the kind, the default and the help, and
// parsing, help pages (cli/help.h) and environment variables all follow from it.
//
//   --flag value   --flag=value   -f value   -fvalue   -f=value   --toggle   --toggle=false   --
//   (the rest is words)
//
// Precedence: command line, then the environment variable of the row, then the default. Failures
// are InvalidArgument, naming the flag, the value and what is allowed.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/status.h"

namespace server::config {

struct Flag {
    enum class Kind {
        toggle,  // given or not
        text,
        integer,  // within [minimum, maximum]
        list,     // may be repeated, each adds one value
    };

    std::string_view name;  // without dashes
    char letter = 0;        // the one-letter form, 0: none
    Kind kind = Kind::text;
    std::string_view value_name = "";  // for help: FILE, PORT
    std::string_view help = "";
    std::string_view default_value = "";  // for help too; an integer's may be empty: not given
    std::string_view choices = "";        // text: allowed values with | between, empty: any
    std::int64_t minimum = 0;
    std::int64_t maximum = 0;
    std::string_view alias = "";  // another name
    std::string_view environment =
        "";  // variable that stands in for the flag; a list takes values with , between
    bool hidden = false;  // not in help
};

// Parsed flags. A name that is not in the table is a bug in the caller (asserted).
class FlagValues {
public:
    explicit FlagValues(std::span<const Flag> flags) : flags_(flags.begin(), flags.end()) {}

    // By the command line or the environment.
    bool given(std::string_view name) const { return !values(name).empty(); }
    bool toggle(std::string_view name) const;
    std::string text(std::string_view name) const;
    std::optional<std::int64_t> integer(std::string_view name) const;
    std::vector<std::string> list(std::string_view name) const { return values(name); }

    // Checks one value and keeps it; for all kinds but lists the last one wins.
    Status set(const Flag& flag, std::string value);
    const std::vector<Flag>& flags() const { return flags_; }

private:
    const Flag& row(std::string_view name) const;
    const std::vector<std::string>& values(std::string_view name) const;

    std::vector<Flag> flags_;
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

struct CommandLine {
    FlagValues flags;
    std::vector<std::string> words;  // what is neither a flag nor a flag's value, in order
};

// Where an environment variable is read; the process's own environment outside of tests.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

// How many words may come before parsing ends: the rest then stays in `words` as it is, flags and
// all.
inline constexpr std::size_t kAllWords = static_cast<std::size_t>(-1);

Result<CommandLine> parse_flags(std::span<const Flag> flags, std::span<const std::string> arguments,
                                const Environment& environment, std::size_t words_max = kAllWords);

// The row a written argument such as "--port=7" or "-p" refers to, null when there is none.
const Flag* find_flag(std::span<const Flag> flags, std::string_view argument);

// The number in `text`, all of it; nothing else.
std::optional<std::int64_t> parse_integer(std::string_view text);

// Of these words the one that `written` was probably meant to be; empty when none is near.
std::string_view nearest(std::string_view written, const std::vector<std::string_view>& words);

}  // namespace server::config
