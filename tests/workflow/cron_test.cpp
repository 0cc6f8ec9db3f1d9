#include "server/workflow/backoff/cron.h"

#include "tests/support/catch.h"

using namespace server;
using namespace server::workflow;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

namespace {

// An hour ahead of UTC, two in summer: the clocks of central Europe in 2026.
class Summer final : public TimeZone {
public:
    static constexpr sys_seconds kBegin = sys_days{std::chrono::year{2026} / 3 / 29} + 1h;
    static constexpr sys_seconds kEnd = sys_days{std::chrono::year{2026} / 10 / 25} + 1h;
    Offset offset_at(sys_seconds time) const override {
        if (time < kBegin) return {1h, kBegin};
        if (time < kEnd) return {2h, kEnd};
        return {1h, sys_seconds::max()};
    }
};

const TimeZone* find_zone(const std::string& name) {
    static const Summer zone;
    return name == "Here" ? &zone : nullptr;
}

CronSchedule schedule(const std::string& text) {
    return CronSchedule::parse(text, find_zone).value();
}

TimePoint at(int month, int day, Duration time_of_day = 0s, int year = 2026) {
    const auto date = std::chrono::year{year} / month / day;
    return TimePoint{sys_days{date}} + time_of_day;
}

std::string next(const std::string& text, TimePoint after) {
    const auto time = schedule(text).next(after);
    return time ? to_rfc3339(*time) : "never";
}

}  // namespace

TEST_CASE("five fields say when a schedule fires", "[workflow][cron]") {
    const TimePoint begin = at(1, 31, 10h + 17min + 30s);  // a Saturday
    struct Case {
        const char* text;
        const char* next;
    };
    const auto [text, expected] = GENERATE(values<Case>({
        {"* * * * *", "2026-01-31T10:18:00Z"},
        {"*/15 * * * *", "2026-01-31T10:30:00Z"},
        {"17 * * * *", "2026-01-31T11:17:00Z"},
        {"5/20 * * * *", "2026-01-31T10:25:00Z"},
        {"0 9-17 * * *", "2026-01-31T11:00:00Z"},
        {"0 9-17/4 * * *", "2026-01-31T13:00:00Z"},
        {"0 0 * * *", "2026-02-01T00:00:00Z"},
        {"0 0 1 * *", "2026-02-01T00:00:00Z"},
        {"0 0 31 * *", "2026-03-31T00:00:00Z"},
        {"0 0 29 2 *", "2028-02-29T00:00:00Z"},
        {"0 12 ? * MON", "2026-02-02T12:00:00Z"},
        {"0 12 * * mon-fri", "2026-02-02T12:00:00Z"},
        {"0 12 * jun,DEC sun", "2026-06-07T12:00:00Z"},
        {"0,30 8 * * 6", "2026-02-07T08:00:00Z"},
        // Both kinds of days restricted: either will do. A star with a step restricts.
        {"0 0 13 * 5", "2026-02-06T00:00:00Z"},
        {"0 0 */2 * 1", "2026-02-01T00:00:00Z"},
        {"  0   0 1  1 * ", "2027-01-01T00:00:00Z"},
        {"@hourly", "2026-01-31T11:00:00Z"},
        {"@daily", "2026-02-01T00:00:00Z"},
        {"@midnight", "2026-02-01T00:00:00Z"},
        {"@weekly", "2026-02-01T00:00:00Z"},
        {"@monthly", "2026-02-01T00:00:00Z"},
        {"@yearly", "2027-01-01T00:00:00Z"},
        {"@annually", "2027-01-01T00:00:00Z"},
        {"@every 90s", "2026-01-31T10:19:00Z"},
        {"@every 1h30m", "2026-01-31T11:47:30Z"},
        {"@every 100ms", "2026-01-31T10:17:31Z"},
        {"@every -5s", "2026-01-31T10:17:31Z"},
        {"TZ=UTC 0 11 * * *", "2026-01-31T11:00:00Z"},
        {"CRON_TZ=Here 0 12 * * *", "2026-01-31T11:00:00Z"},
        {"CRON_TZ=Here @every 1m", "2026-01-31T10:18:30Z"},
        {"0 0 30 2 *", "never"},
        {"0 0 31 4,6,9,11 *", "never"},
        {", * * * *", "never"},
    }));
    INFO(text);
    CHECK(next(text, begin) == expected);
}

TEST_CASE("what is no schedule is refused with its fault", "[workflow][cron]") {
    struct Case {
        std::string text;
        const char* fault;
    };
    const auto [text, fault] = GENERATE(values<Case>({
        {" ", "expected 5 fields, found 0"},
        {"* * * *", "expected 5 fields, found 4"},
        {"* * * * * *", "expected 5 fields, found 6"},
        {"60 * * * *", "outside of minutes, which is 0 to 59"},
        {"* 24 * * *", "outside of hours"},
        {"* * 0 * *", "outside of days of the month"},
        {"* * * 13 *", "outside of months"},
        {"* * * * 7", "outside of days of the week, which is 0 to 6"},
        {"5-1 * * * *", "ends before it begins"},
        {"*/0 * * * *", "the step of '*/0' is zero"},
        {"1/2/3 * * * *", "too many slashes"},
        {"1-2-3 * * * *", "too many hyphens"},
        {"-5 * * * *", "no value of minutes"},
        {"99999999999999999999 * * * *", "no value of minutes"},
        {"* * * janu *", "no value of months"},
        {"@reboot", "unknown descriptor '@reboot'"},
        {"@every", "unknown descriptor"},
        {"@every soon", "no duration in '@every soon'"},
        {"CRON_TZ=Nowhere 0 0 * * *", "unknown time zone 'Nowhere'"},
        {"TZ=../../etc/passwd 0 0 * * *", "unknown time zone"},
        {"TZ=UTC", "nothing follows the time zone"},
        {std::string(1'000'000, ','), "1000000 bytes, at most 1000 are allowed"},
        {std::string(5, '\xff'), "expected 5 fields"},
    }));
    INFO(text);
    const Status refused = CronSchedule::parse(text, find_zone).status();
    CHECK(refused.code() == Code::InvalidArgument);
    CHECK_THAT(refused.message(), Catch::Contains(fault));
    CHECK_THAT(refused.message(), Catch::StartsWith("invalid CronSchedule"));
}

TEST_CASE("the search for a firing ends with the fifth year, like the original's",
          "[workflow][cron]") {
    CHECK(next("0 0 29 2 *", at(2, 28, 0s, 2096)) == "2096-02-29T00:00:00Z");
    CHECK(next("0 0 29 2 *", at(3, 1, 0s, 2096)) == "never");  // 2100 is no leap year
    CHECK(next("0 0 29 2 *", at(12, 31, 0s, 2098)) == "never");
    CHECK(next("0 0 29 2 *", at(1, 1, 0s, 2099)) == "2104-02-29T00:00:00Z");
    CHECK(next("* * * * *", at(4, 11, 23h, 2262)) == "2262-04-11T23:01:00Z");
    CHECK(next("0 0 * * *", at(4, 11, 23h, 2262)) == "never");  // where times end
}

TEST_CASE("a schedule that never fires is refused at once", "[workflow][cron]") {
    const Status refused = validate_cron("0 0 30 2 *", at(1, 1), find_zone);
    CHECK(refused.code() == Code::InvalidArgument);
    CHECK_THAT(refused.message(),
               Catch::StartsWith("invalid CronSchedule, no next firing time found"));
    CHECK(validate_cron("", at(1, 1), find_zone).ok());
}

TEST_CASE("a local time that the clocks skip does not fire, one they repeat fires twice",
          "[workflow][cron]") {
    SECTION("spring: half past two does not exist on 29 March") {
        CHECK(next("CRON_TZ=Here 30 2 * * *", at(3, 28, 2h)) == "2026-03-30T00:30:00Z");
        CHECK(next("CRON_TZ=Here 30 * * * *", at(3, 29, 30min)) == "2026-03-29T01:30:00Z");
    }
    SECTION("autumn: half past two comes twice on 25 October") {
        CHECK(next("CRON_TZ=Here 30 2 * * *", at(10, 24, 12h)) == "2026-10-25T00:30:00Z");
        CHECK(next("CRON_TZ=Here 30 2 * * *", at(10, 25, 30min)) == "2026-10-25T01:30:00Z");
        CHECK(next("CRON_TZ=Here 30 2 * * *", at(10, 25, 1h + 30min)) == "2026-10-26T01:30:00Z");
    }
}

TEST_CASE("the wait for the next firing is rounded up to whole seconds and skips what was missed",
          "[workflow][cron]") {
    const TimePoint scheduled = at(1, 1, 10h);
    const auto wait = [&](const std::string& text, TimePoint now) {
        return cron_backoff(schedule(text), scheduled, now);
    };
    CHECK(wait("0 * * * *", scheduled + 20min) == 40min);
    CHECK(wait("0 * * * *", scheduled + 20min + 300ms) == 39min + 60s);
    CHECK(wait("0 * * * *", scheduled + 3h) == 0s);
    CHECK(wait("0 * * * *", scheduled + 3h + 1ns) == 1h);
    CHECK(wait("@every 10m", scheduled + 25min) == 5min);
    CHECK(wait("@every 10m", scheduled + 30min) == 0s);
    CHECK(wait("@every 10m", scheduled) == 10min);
    // Cancelled or signalled before its time: the schedule's own time stays.
    CHECK(wait("0 * * * *", scheduled - 5min) == 5min);
    CHECK(wait("0 0 30 2 *", scheduled) == std::nullopt);
    // A year of missed seconds costs no year of steps.
    CHECK(wait("@every 1s", scheduled + 24h * 365 + 500ms) == 1s);
}
