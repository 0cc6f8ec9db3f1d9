// docs/cli.md is what the programs say of themselves.
#include <cstdlib>
#include <fstream>

#include "tests/cli/child.h"
#include "tests/support/catch.h"

using namespace server::tests;

namespace {

constexpr char kPath[] = "docs/cli.md";
constexpr char kHead[] =
    "# The commands\n"
    "\n"
    "Every command of the programs that talk to a server, as `temporal help --all` and `tctl help "
    "--all` print\n"
    "them: a test holds this page to it (`WRITE_DOCS=1 build/bin/test_cli \"docs/cli.md*\"` writes "
    "it anew). A group's\n"
    "flags belong to every command below it, and may stand anywhere on the line.\n";

std::string manual_of(const std::string& name) {
    const Finished printed = finish({program(name), "help", "--all"});
    REQUIRE(printed.code == 0);
    return printed.out;
}

}  // namespace

TEST_CASE("docs/cli.md has the help of every command", "[cli][docs]") {
    const std::string wanted = kHead + manual_of("temporal") + manual_of("tctl");
    const char* write = std::getenv("WRITE_DOCS");
    if (write != nullptr && *write == '1') std::ofstream(kPath) << wanted;
    std::ifstream file(kPath);
    const std::string written(std::istreambuf_iterator<char>(file), {});
    // Not compared by CHECK, which would print both pages.
    const bool same = written == wanted;
    INFO("docs/cli.md is out of date: WRITE_DOCS=1 build/bin/test_cli \"docs/cli.md*\" writes it");
    CHECK(same);
}
