#include "cli/command.h"

#include <ostream>
#include <sstream>

#include "tests/support/catch.h"

using cli::Flag;
using server::Status;
using Words = std::vector<std::string>;

namespace {

int print_size(const cli::Invocation& invocation, cli::Terminal& terminal) {
    terminal.out << "size " << *invocation.flags.integer("size") << ", level "
                 << invocation.flags.text("level");
    for (const std::string& word : invocation.words) terminal.out << ", " << word;
    return 0;
}

const cli::Command kBox{.name = "box",
                        .summary = "Keeps things.",
                        .flags = {{.name = "level",
                                   .value_name = "LEVEL",
                                   .help = "How much.",
                                   .default_value = "low"}},
                        .children = {{.name = "lid",
                                      .summary = "The lid.",
                                      .children = {{.name = "open",
                                                    .summary = "Opens it.",
                                                    .flags = {{.name = "size",
                                                               .letter = 's',
                                                               .kind = Flag::Kind::integer,
                                                               .value_name = "CM",
                                                               .help = "How wide.",
                                                               .default_value = "3",
                                                               .minimum = 1,
                                                               .maximum = 9},
                                                              {.name = "secret", .hidden = true}},
                                                    .words_max = 1,
                                                    .run = print_size}}}}};

int say_name(const cli::Invocation& invocation, cli::Terminal& terminal) {
    terminal.out << invocation.flags.text("name") << " at " << invocation.flags.text("place");
    return 0;
}

Status refuse(const cli::Invocation&, cli::Terminal&) {
    return server::invalid_argument("the door is locked");
}

int ask(const cli::Invocation&, cli::Terminal& terminal) {
    terminal.out << (cli::confirmed(terminal, "Sure?") ? "yes" : "no");
    return 0;
}

// What the box has not: other names, required flags, a flag of a group, one name at two levels.
const cli::Command kHouse{
    .name = "house",
    .summary = "Has rooms.",
    .flags = {{.name = "name", .value_name = "NAME", .help = "Of the house."}},
    .children = {
        {.name = "room",
         .aliases = "r|chamber",
         .summary = "A room.",
         .flags = {{.name = "place", .letter = 'p', .default_value = "home", .alias = "pl"}},
         .children = {{.name = "name",
                       .aliases = "n",
                       .summary = "Names it.",
                       .flags = {{.name = "name",
                                  .letter = 'n',
                                  .value_name = "NAME",
                                  .help = "Of the room.",
                                  .default_value = "hall"},
                                 {.name = "quiet", .kind = Flag::Kind::toggle}},
                       .words = "[WORD]",
                       .run = say_name},
                      {.name = "lock",
                       .summary = "Locks it.",
                       .flags = {{.name = "key", .value_name = "KEY", .help = "Which."}},
                       .required = {"key", "place"},
                       .run = cli::checked<refuse>},
                      {.name = "ask", .summary = "Asks.", .run = ask}}}}};

struct Ran {
    int code;
    std::string out;
    std::string err;
};

Ran run_in(const cli::Command& program, const Words& arguments, std::istream* in = nullptr) {
    std::ostringstream out;
    std::ostringstream err;
    cli::Terminal terminal{out, err, in};
    const int code = cli::run(program, "box version 1", arguments, terminal);
    return {code, out.str(), err.str()};
}

Ran run(const Words& arguments) { return run_in(kBox, arguments); }

}  // namespace

TEST_CASE("flags may stand before, between and after the words of a command", "[cli][command]") {
    const auto arguments = GENERATE(Words{"--level", "high", "lid", "open", "-s", "5"},
                                    Words{"lid", "--level=high", "open", "-s5"},
                                    Words{"lid", "open", "--size=5", "--level", "high"});
    const Ran ran = run(arguments);
    CHECK(ran.err.empty());
    CHECK(ran.out == "size 5, level high");
    CHECK(ran.code == 0);
}

TEST_CASE("a command gets its words, and not more than it takes", "[cli][command]") {
    CHECK(run({"lid", "open", "gently"}).out == "size 3, level low, gently");
    const Ran ran = run({"lid", "open", "gently", "now"});
    CHECK(ran.code == 1);
    CHECK(ran.err == "Error: unexpected word \"now\" after \"box lid open\"\n");
}

TEST_CASE("a wrong command or flag ends with exit code 1 and a hint", "[cli][command]") {
    CHECK(run({"lit"}).err ==
          "Error: unknown command \"lit\" for \"box\"; did you mean \"lid\"?\n");
    CHECK(run({"lid", "shut"}).err == "Error: unknown command \"shut\" for \"box lid\"\n");
    CHECK(run({"lid", "shut"}).code == 1);
    CHECK(run({"lid", "open", "--siez", "4"}).err ==
          "Error: unknown flag: --siez; did you mean --size?\nSee \"box lid open --help\".\n");
    CHECK(run({"lid", "open", "--size", "12"}).err ==
          "Error: flag --size: \"12\" is not a number from 1 to 9\nSee \"box lid open --help\".\n");
    CHECK(run({"help", "lod"}).err ==
          "Error: unknown command \"lod\" for \"box\"; did you mean \"lid\"?\n");
}

TEST_CASE("help is there in every form", "[cli][help]") {
    const auto arguments = GENERATE(Words{"help", "lid", "open"}, Words{"lid", "open", "--help"},
                                    Words{"lid", "open", "-h"});
    const Ran ran = run(arguments);
    CHECK(ran.code == 0);
    CHECK(ran.out ==
          "Opens it.\n"
          "\n"
          "Usage:\n"
          "  box lid open [flags]\n"
          "\n"
          "Flags:\n"
          "  -s, --size CM   How wide. (default 3)\n"
          "\n"
          "Global flags:\n"
          "      --level LEVEL   How much. (default low)\n"
          "  -h, --help          Print this page.\n");
}

TEST_CASE("a program or a group without a command prints its help", "[cli][help]") {
    CHECK(run({}).code == 0);
    CHECK(run({}).out.find("Commands:\n  lid   The lid.\n") != std::string::npos);
    CHECK(run({"lid"}).out.find("Commands:\n  open   Opens it.\n") != std::string::npos);
}

TEST_CASE("the program tells its version", "[cli][command]") {
    CHECK(run({"--version"}).out == "box version 1\n");
    CHECK(run({"-v"}).out == "box version 1\n");
    CHECK(run({"lid", "--version"}).code == 1);
}

TEST_CASE("a command answers to its other names", "[cli][command]") {
    const auto words = GENERATE(Words{"room", "name"}, Words{"r", "n"}, Words{"chamber", "name"});
    CHECK(run_in(kHouse, words).out == "hall at home");
    CHECK(run_in(kHouse, {"ro", "n"}).code == 1);
}

TEST_CASE("a flag may come before the command that knows it", "[cli][command]") {
    const auto arguments =
        GENERATE(Words{"--place", "sea", "room", "name"}, Words{"--pl=sea", "r", "n"},
                 Words{"-p", "sea", "room", "name"}, Words{"room", "--quiet", "name", "-p", "sea"});
    CHECK(run_in(kHouse, arguments).out == "hall at sea");
}

TEST_CASE("a long flag may be written with one dash", "[cli][command]") {
    const auto arguments =
        GENERATE(Words{"-place", "sea", "room", "name"}, Words{"room", "name", "-pl", "sea"},
                 Words{"room", "name", "-place=sea"});
    CHECK(run_in(kHouse, arguments).out == "hall at sea");
    // The value of a flag is no flag.
    CHECK(run_in(kHouse, {"room", "name", "--place", "-place"}).out == "hall at -place");
}

TEST_CASE("of two flags with one name the nearer one counts", "[cli][command]") {
    CHECK(run_in(kHouse, {"room", "name", "-n", "attic"}).out == "attic at home");
    CHECK(run_in(kHouse, {"room", "name"}).out == "hall at home");
}

TEST_CASE("a command does not run without its required flags", "[cli][command]") {
    CHECK(run_in(kHouse, {"room", "lock"}).err ==
          "Error: missing: --key, --place\nSee \"house room lock --help\".\n");
    CHECK(run_in(kHouse, {"room", "lock", "--key", "", "--place", "sea"}).err ==
          "Error: missing: --key\nSee \"house room lock --help\".\n");
    CHECK_THAT(run_in(kHouse, {"room", "lock", "--help"}).out,
               Catch::Matchers::Contains("--key KEY   Which. Required."));
}

TEST_CASE("a handler that fails ends with its message and exit code 1", "[cli][command]") {
    const Ran ran = run_in(kHouse, {"room", "lock", "--key", "k", "--place", "sea"});
    CHECK(ran.code == 1);
    CHECK(ran.err == "Error: the door is locked\n");
}

TEST_CASE("a question is answered by a word that begins with y, and by nothing else",
          "[cli][command]") {
    for (const char* text : {"y\n", "yes\n", "Y"}) {
        std::istringstream in(text);
        CHECK(run_in(kHouse, {"room", "ask"}, &in).out == "yes");
    }
    for (const char* text : {"n\n", "", "\n", "no, yes\n"}) {
        std::istringstream in(text);
        CHECK(run_in(kHouse, {"room", "ask"}, &in).out == "no");
    }
    const Ran nobody = run_in(kHouse, {"room", "ask"});
    CHECK(nobody.out == "no");
    CHECK(nobody.err == "Sure? [y/N] ");
}

TEST_CASE("the manual has a page for every command, each with its own flags", "[cli][help]") {
    const std::string manual = run_in(kHouse, {"help", "--all"}).out;
    CHECK_THAT(manual,
               Catch::Matchers::Contains("## house room name\n\n```\nNames it.\n\nUsage:\n"
                                         "  house room name [WORD] [flags]\n\nAlso:\n  n\n"));
    CHECK_THAT(manual, Catch::Matchers::Contains("## house room lock\n"));
    CHECK_THAT(manual, !Catch::Matchers::Contains("Global flags"));
}
