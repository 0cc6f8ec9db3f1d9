// The runner of every test program. Its last line is the tally that scripts/run-tests adds up.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include <iostream>
#include <string_view>

#include "tests/support/catch.h"

namespace {

struct Tally {
    int passed = 0;
    int failed = 0;
    int skipped = 0;
    bool skipping = false;  // the running case has called SKIP
    bool ran = false;       // false for --list-tests and --help
};
Tally tally;

struct TallyListener : Catch::TestEventListenerBase {
    using TestEventListenerBase::TestEventListenerBase;

    void testRunStarting(const Catch::TestRunInfo&) override { tally.ran = true; }
    void testCaseStarting(const Catch::TestCaseInfo&) override { tally.skipping = false; }
    void testCaseEnded(const Catch::TestCaseStats& stats) override {
        if (!stats.totals.testCases.allOk()) {
            ++tally.failed;
        } else if (tally.skipping) {
            ++tally.skipped;
        } else {
            ++tally.passed;
        }
    }
};
CATCH_REGISTER_LISTENER(TallyListener)

}  // namespace

void server::tests::skip_case(std::string_view reason) {
    tally.skipping = true;
    std::cout << "SKIPPED: " << Catch::getResultCapture().getCurrentTestName() << ": " << reason
              << '\n';
}

int main(int argc, char* argv[]) {
    const int result = Catch::Session().run(argc, argv);
    if (tally.ran) {
        std::cout << tally.passed << " passed, " << tally.failed << " failed, " << tally.skipped
                  << " skipped" << std::endl;
    }
    return result;
}
