// The test framework, behind one header: a move to another version edits this file and
// tests/main.cpp.
#pragma once

#include <catch2/catch.hpp>

#include <string_view>

namespace server::tests {

// Says why the running test case cannot run on this machine and counts it as skipped. Use SKIP.
void skip_case(std::string_view reason);

}  // namespace server::tests

// Leaves a test case that lacks something here (root, a database): it counts as skipped, visibly.
#define SKIP(reason)                        \
    do {                                    \
        ::server::tests::skip_case(reason); \
        return;                             \
    } while (false)
