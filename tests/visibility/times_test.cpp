#include "server/visibility/times.h"

#include "tests/support/catch.h"

namespace server::visibility {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kJanuarySecond2026 = 1767323045 * kSecond;  // 2026-01-02T03:04:05Z

}  // namespace

TEST_CASE("RFC 3339 times are read to the nanosecond", "[visibility][times]") {
    const auto [text, nanos] = GENERATE(table<std::string_view, std::int64_t>({
        {"1970-01-01T00:00:00Z", 0},
        {"2026-01-02T03:04:05Z", kJanuarySecond2026},
        {"2026-01-02T03:04:05.5Z", kJanuarySecond2026 + 500'000'000},
        {"2026-01-02T03:04:05.000000001Z", kJanuarySecond2026 + 1},
        {"2026-01-02T03:04:05.0000000019999Z", kJanuarySecond2026 + 1},
        {"2026-01-02T04:34:05+01:30", kJanuarySecond2026},
        {"2026-01-01T22:04:05-05:00", kJanuarySecond2026},
        {"1969-12-31T23:59:59.25Z", -750'000'000},
        {"2024-02-29T00:00:00Z", 1709164800 * kSecond},
    }));
    INFO(text);
    const auto time = parse_rfc3339(text);
    REQUIRE(time.has_value());
    CHECK(unix_nanos(*time) == nanos);
}

TEST_CASE("a time that does not fit becomes the nearest that does", "[visibility][times]") {
    CHECK(parse_rfc3339("9999-12-31T23:59:59Z") == kNever);
    CHECK(parse_rfc3339("2262-04-11T23:47:16.854775808Z") == kNever);
    CHECK(parse_rfc3339("0001-01-01T00:00:00Z") == TimePoint::min());
}

TEST_CASE("what is no RFC 3339 time is not read", "[visibility][times]") {
    const std::string_view text = GENERATE(
        as<std::string_view>(), "", "noon", "2026-01-02", "2026-01-02 03:04:05Z",
        "2026-01-02T03:04:05", "2026-01-02t03:04:05z", "2026-1-02T03:04:05Z",
        "2026-13-02T03:04:05Z", "2026-02-29T03:04:05Z", "2026-01-00T03:04:05Z",
        "2026-01-02T24:04:05Z", "2026-01-02T03:60:05Z", "2026-01-02T03:04:60Z",
        "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05Zx", "2026-01-02T03:04:05+0100",
        "2026-01-02T03:04:05+24:00", "-026-01-02T03:04:05Z", "2026-01-02T03:04:+5Z", "20260102");
    INFO(text);
    CHECK_FALSE(parse_rfc3339(text).has_value());
}

TEST_CASE("durations are read in units, as a clock and in nanoseconds", "[visibility][times]") {
    const auto [text, nanos] = GENERATE(table<std::string_view, std::int64_t>({
        {"0", 0},
        {"123", 123},
        {"-5", -5},
        {"1ns", 1},
        {"1us", 1'000},
        {"1\u00b5s", 1'000},
        {"1\u03bcs", 1'000},
        {"300ms", 300'000'000},
        {"10s", 10 * kSecond},
        {"1h5m", 3900 * kSecond},
        {"90m30s", 5430 * kSecond},
        {"2d", 172800 * kSecond},
        {"1d12h", 129600 * kSecond},
        {"1.5h", 5400 * kSecond},
        {".5s", 500'000'000},
        {"2.s", 2 * kSecond},
        {"0.3s", 300'000'000},
        {"-1.5h", -5400 * kSecond},
        {"+1m", 60 * kSecond},
        {"00:00:01", kSecond},
        {"01:05:00", 3900 * kSecond},
        {"100:59:59", 363599 * kSecond},
        {"9223372036854775807", INT64_MAX},
    }));
    INFO(text);
    const auto duration = parse_duration(text);
    REQUIRE(duration.has_value());
    CHECK(duration->count() == nanos);
}

TEST_CASE("what is no duration, or too long, is not read", "[visibility][times]") {
    const std::string_view text =
        GENERATE(as<std::string_view>(), "", "-", "h", "1", "1x", "1h 5m", "1h5", ".s", "1w",
                 "01:60:00", "01:00:60", "1:2", "1:2:3", "01:02:03:04", "-01:00:00", "9999999999h",
                 "9223372036854775808", "200000d", "106751d24h", "99999999999999:00:00");
    INFO(text);
    CHECK(parse_duration(text).has_value() == (text == "1"));
}

}  // namespace server::visibility
