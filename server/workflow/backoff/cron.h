#pragma once
// Cron schedules of workflows: five fields (minute, hour, day of month, month, day of week), the
// descriptors @hourly … @yearly, @every <duration>, and a zone in front (CRON_TZ=Europe/Paris,
// TZ=). The dialect is the one Temporal's clients know (reference events.md §3.8): where day of
// month and day of week are both restricted, one of them has to match; a local time that a change
// of the clocks skips does not fire, one that it repeats fires twice.

#include <bitset>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/status.h"
#include "server/base/time.h"

namespace server::workflow {

// The zone database is outside the core. A zone lives as long as the process.
class TimeZone {
public:
    struct Offset {
        std::chrono::seconds ahead_of_utc{0};
        std::chrono::sys_seconds until = std::chrono::sys_seconds::max();  // it holds before then
    };
    virtual ~TimeZone() = default;
    virtual Offset offset_at(std::chrono::sys_seconds time) const = 0;
};
// Null: no zone has that name. UTC is known without asking.
using FindTimeZone = std::function<const TimeZone*(const std::string& name)>;

// The values of one field that fire; `any` when it was a bare star, which matters for the two kinds
// of days.
struct CronField {
    std::bitset<64> values;
    bool any = false;
};

class CronSchedule {
public:
    // InvalidArgument says which part is wrong and why.
    static Result<CronSchedule> parse(const std::string& text, const FindTimeZone& find_zone);

    // The first firing later than `after`; none when neither this year nor the next five
    // bring one (30 February).
    std::optional<TimePoint> next(TimePoint after) const;
    // The first firing that is later than `scheduled` and not before `now`.
    std::optional<TimePoint> next_at_or_after(TimePoint scheduled, TimePoint now) const;

private:
    Status parse_fields(std::string_view text);
    Status parse_descriptor(std::string_view text);
    bool day_matches(const std::chrono::year_month_day& date, unsigned weekday) const;
    // How long the local time `local` has to go until it may match; zero: it matches.
    std::chrono::seconds distance(std::chrono::local_seconds local) const;

    CronField minute_, hour_, day_, month_, weekday_;
    std::chrono::seconds every_{0};   // @every; zero: the fields count
    const TimeZone* zone_ = nullptr;  // null: UTC
};

// How long the run that was scheduled for `scheduled` makes its successor wait, in whole seconds
// rounded up; none when the schedule never fires again.
std::optional<Duration> cron_backoff(const CronSchedule& schedule, TimePoint scheduled,
                                     TimePoint now);

// InvalidArgument for a schedule that cannot be read or never fires; an empty one is fine.
Status validate_cron(const std::string& text, TimePoint now, const FindTimeZone& find_zone);

}  // namespace server::workflow
