#include "server/base/time.h"

#include <cstdio>

namespace server {

TimePoint saturating_add(TimePoint time, Duration duration) {
    std::int64_t sum = 0;
    if (time == kNever) return kNever;
    if (__builtin_add_overflow(unix_nanos(time), duration.count(), &sum)) {
        return duration.count() > 0 ? kNever : TimePoint::min();
    }
    return from_unix_nanos(sum);
}

std::string to_rfc3339(TimePoint time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss<Duration> clock{time - day};
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    std::string result = text;
    if (const auto nanos = clock.subseconds().count(); nanos != 0) {
        std::snprintf(text, sizeof text, ".%09lld", static_cast<long long>(nanos));
        result += text;
        while (result.back() == '0') result.pop_back();
    }
    return result + "Z";
}

}  // namespace server
