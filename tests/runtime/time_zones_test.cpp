#include "server/runtime/time_zones.h"

#include "tests/support/catch.h"

using namespace server;

TEST_CASE("zones of the system's database have their changes", "[runtime][zones]") {
    const workflow::TimeZone* zone = find_time_zone("America/New_York");
    REQUIRE(zone != nullptr);
    const std::chrono::sys_days march{std::chrono::year{2026} / 3 / 8};
    const auto winter = zone->offset_at(march);
    CHECK(winter.ahead_of_utc == -5h);
    CHECK(winter.until == march + 7h);
    CHECK(zone->offset_at(winter.until).ahead_of_utc == -4h);
    CHECK(find_time_zone("America/New_York") == zone);
}

TEST_CASE("a name that is no zone finds nothing", "[runtime][zones]") {
    const std::string name = GENERATE(as<std::string>{}, "", "Mars/Olympus", "../../etc/passwd",
                                      "/etc/passwd", "America", "\xff\xfe");
    CHECK(find_time_zone(name) == nullptr);
}

TEST_CASE("a schedule of a zone follows its clocks", "[runtime][zones][cron]") {
    const auto schedule =
        workflow::CronSchedule::parse("CRON_TZ=Europe/Paris 0 9 * * *", find_time_zone);
    REQUIRE(schedule.ok());
    const TimePoint march{std::chrono::sys_days{std::chrono::year{2026} / 3 / 28}};
    CHECK(to_rfc3339(*schedule->next(march)) == "2026-03-28T08:00:00Z");
    CHECK(to_rfc3339(*schedule->next(march + 24h)) == "2026-03-29T07:00:00Z");
}
