// The `tctl` command: see commands.cpp for what it knows.
#include <algorithm>
#include <iostream>

#include "cli/tctl/commands.h"
#include "server/config/version.h"

int main(int argc, char* argv[]) {
    cli::Terminal terminal{std::cout, std::cerr, &std::cin};
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    const std::string version = "tctl version " + std::string(server::config::kVersion);
    try {
        return cli::run(cli::tctl::commands(), version, arguments, terminal);
    } catch (const std::exception& defect) {
        return cli::fail(terminal, std::string("a defect in tctl: ") + defect.what());
    }
}
