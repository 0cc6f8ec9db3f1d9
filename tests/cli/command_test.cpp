#include "cli/command.h"

#include <ostream>
#include <sstream>

#include "tests/support/catch.h"

using cli::Flag;
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

struct Ran {
    int code;
    std::string out;
    std::string err;
};

Ran run(const Words& arguments) {
    std::ostringstream out;
    std::ostringstream err;
    cli::Terminal terminal{out, err};
    const int code = cli::run(kBox, "box version 1", arguments, terminal);
    return {code, out.str(), err.str()};
}

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
