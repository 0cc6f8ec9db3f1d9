#pragma once
// A program as one table of commands: names, flags, help and what to run. run() walks it; help
// pages come from it, and so will completions and the manual.
//
//   temporal ─┬─ server ── start-dev
//             ├─ workflow ─┬─ start      each node: its own flags, plus those of every node above
//             └─ ...       └─ ...        it; of two with one name the nearer counts
//
// The rules users know: data on stdout, failures on stderr as "Error: ...", exit code 0 or 1;
// --help everywhere; `help COMMAND`; flags may stand before and after the words, also before the
// command that knows them; -name is read as --name.
//
//   command.h    the table, and the way from arguments to a handler
//   help.h       pages made from it
//   client/      the way to a server: connection, flags, TLS
//   json/        messages as JSON
//   output/      tables, lists of fields, times
//   requests/    what several commands put into a request or read from an answer
//   <program>/   the table of a program and its handlers

#include <iosfwd>
#include <span>
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
    std::istream* in = nullptr;  // null: nobody is there to answer a question
};

struct Invocation {
    FlagValues flags;
    std::vector<std::string> words;
};

struct Command {
    std::string_view name;
    std::string_view aliases = "";      // other names, with | between
    std::string_view summary;           // one line, in the list of its parent
    std::string_view description = "";  // on its own page; the summary when empty
    std::string_view examples = "";
    std::vector<Flag> flags = {};
    std::vector<std::string_view> required = {};  // flags without which it does not run
    std::string_view words = "";                  // what it takes beside flags, for its usage line
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

// A handler that fails by a Status, as a handler: .run = checked<describe_cluster>.
template <server::Status (*handler)(const Invocation&, Terminal&)>
int checked(const Invocation& invocation, Terminal& terminal) {
    const server::Status done = handler(invocation, terminal);
    return done.ok() ? 0 : fail(terminal, done.message());
}

// Puts the question on the terminal and reads its answer: whether it begins with y. Without anybody
// there, or at the end of the input, it is no.
bool confirmed(Terminal& terminal, const std::string& question);

}  // namespace cli
