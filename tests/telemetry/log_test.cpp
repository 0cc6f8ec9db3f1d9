#include "server/telemetry/log.h"

#include "server/telemetry/log_line.h"
#include "tests/support/captured_log.h"

using namespace server;
using server::tests::CapturedLog;

namespace {

const std::string kStamp = "time=1970-01-01T00:00:00.000Z ";

}  // namespace

TEST_CASE("entries below the level are not written", "[telemetry][log]") {
    const CapturedLog captured(log::Level::warn);
    log::info("quiet");
    log::warn("heard", {{"n", 1}});
    CHECK(captured.lines() == kStamp + "level=warn msg=\"heard\" n=1\n");
    CHECK_FALSE(log::enabled(log::Level::info));
}

TEST_CASE("without a clock lines carry no time", "[telemetry][log]") {
    CHECK(log::to_line(log::Format::json, std::nullopt, log::Level::info, "m", {}) ==
          R"({"level":"info","msg":"m"})");
    CHECK(log::to_line(log::Format::text, std::nullopt, log::Level::info, "m", {}) ==
          R"(level=info msg="m")");
    CHECK(log::to_line(log::Format::pretty, std::nullopt, log::Level::info, "m", {}) == "INFO  m");
}

TEST_CASE("the level never lets nothing through", "[telemetry][log]") {
    const CapturedLog captured(log::Level::never);
    log::error("lost");
    CHECK(captured.lines().empty());
}

TEST_CASE("a repeated attempt logs a change of its outcome only", "[telemetry][log]") {
    const CapturedLog captured(log::Level::info);
    log::Repeated attempts("read outbox");
    for (int i = 0; i < 3; ++i) attempts.failed(unavailable("disk gone"));
    attempts.failed(unavailable("disk full"));
    attempts.succeeded();
    attempts.succeeded();
    CHECK(captured.lines() ==
          kStamp + "level=warn msg=\"attempt failed, will be repeated\" task=\"read outbox\" " +
              "error=\"disk gone\" failures=1\n" + kStamp +
              "level=warn msg=\"attempt failed, will be repeated\" task=\"read outbox\" " +
              "error=\"disk full\" failures=4\n" + kStamp +
              "level=info msg=\"attempt succeeded again\" task=\"read outbox\" failures=4\n");
}

TEST_CASE("a log file that cannot be written is refused by name", "[telemetry][log]") {
    const Status status = log::configure({.level = log::Level::info,
                                          .target = log::Target::file,
                                          .file = "/proc/no/such/server.log"});
    CHECK(status.code() == Code::FailedPrecondition);
    CHECK(status.message().find("/proc/no/such/server.log") != std::string::npos);
}

TEST_CASE("an unknown level or format names the allowed ones", "[telemetry][log]") {
    CHECK(*log::parse_level("fatal") == log::Level::error);
    CHECK(*log::parse_format("pretty") == log::Format::pretty);
    CHECK(log::parse_level("loud").status().message() ==
          "unknown log level \"loud\": use debug, info, warn, error or never");
    CHECK(log::parse_format("xml").status().message() ==
          "unknown log format \"xml\": use json, text or pretty");
}
