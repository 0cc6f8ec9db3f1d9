#pragma once
// A program as one table of commands: names, flags, help and what to run. run() walks it; help
// pages come from it, and so will completions and the manual.
//
//   temporal ─┬─ server ── start-dev
//             └─ ...                     each node: its own flags, plus those of every node above
//             it
//
// The rules users know: data on stdout, failures on stderr as "Error: ...", exit code 0 or 1;
// --help everywhere; `help COMMAND`; flags may stand before and after the words.

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "server/config/flags.h"

namespace cli {

using server::config::Flag;
using server::config::FlagValues;

struct Terminal {
    std::ostream& out;
    std::ostream& err;
};

struct Invocation {
    FlagValues flags;
    std::vector<std::string> words;
};

struct Command {
    std::string_view name;
    std::string_view summary;           // one line, in the list of its parent
    std::string_view description = "";  // on its own page; the summary when empty
    std::string_view examples = "";
    std::vector<Flag> flags = {};
    std::size_t words_max = 0;
    // Returns the exit code. Null for a group, which prints its help.
    int (*run)(const Invocation& invocation, Terminal& terminal) = nullptr;
    std::vector<Command> children = {};
};

// Runs the program whose table this is. `version` is the line that --version prints.
int run(const Command& program, std::string_view version, const std::vector<std::string>& arguments,
        Terminal& terminal);

// Prints "Error: <message>" and returns exit code 1.
int fail(Terminal& terminal, const std::string& message);

}  // namespace cli
