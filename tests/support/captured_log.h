#pragma once
// Sends the log of this process into a file of its own until the test case ends; lines begin at the
// epoch.

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "server/telemetry/log.h"
#include "tests/support/catch.h"

namespace server::tests {

class CapturedLog {
public:
    explicit CapturedLog(log::Level level) {
        char pattern[] = "/tmp/log_test.XXXXXX";
        folder_ = mkdtemp(pattern);
        const log::Options options{.level = level,
                                   .format = log::Format::text,
                                   .target = log::Target::file,
                                   .file = folder_ / "server.log",
                                   .now = [] { return kEpoch; }};
        REQUIRE(log::configure(options).ok());
    }
    ~CapturedLog() {
        const Status restored = log::configure({.level = log::Level::warn});
        CHECK(restored.ok());
        std::filesystem::remove_all(folder_);
    }

    std::string lines() const {
        std::ifstream file(folder_ / "server.log");
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }

private:
    std::filesystem::path folder_;
};

}  // namespace server::tests
