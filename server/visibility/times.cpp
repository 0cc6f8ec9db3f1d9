#include "server/visibility/times.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace server::visibility {

namespace {

// Reads a text from its front; every step says whether it found what it wants.
class TimeScanner {
public:
    explicit TimeScanner(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }
    bool at_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }

    bool skip(std::string_view expected) {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }

    std::string_view digits() {
        std::size_t count = 0;
        while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') ++count;
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }

    // Exactly two digits, or four, of a number in this range.
    bool fixed(int& value, std::size_t width, int low, int high) {
        if (rest_.size() < width) return false;
        const char* end = rest_.data() + width;
        if (!at_digit() || std::from_chars(rest_.data(), end, value).ptr != end) return false;
        rest_.remove_prefix(width);
        return value >= low && value <= high;
    }

private:
    std::string_view rest_;
};

std::optional<std::int64_t> whole_number(std::string_view digits) {
    std::int64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

// The part of one second, minute, ... that the digits after a decimal point stand for. Eighteen
// digits are exact enough: the nineteenth is worth less than a nanosecond of a day.
std::int64_t fraction_of(std::int64_t unit_ns, std::string_view digits) {
    double share = 0;
    double scale = 1;
    for (const char digit : digits.substr(0, 18)) {
        share = share * 10 + (digit - '0');
        scale *= 10;
    }
    return static_cast<std::int64_t>(share * (static_cast<double>(unit_ns) / scale));
}

struct DurationUnit {
    std::string_view name;
    std::int64_t nanos;
};

constexpr std::int64_t kSecondNanos = 1'000'000'000;

// Longer names before those they begin with.
constexpr std::array kDurationUnits = {
    DurationUnit{"ns", 1},
    DurationUnit{"us", 1'000},
    DurationUnit{"\u00b5s", 1'000},  // micro sign
    DurationUnit{"\u03bcs", 1'000},  // Greek letter mu
    DurationUnit{"ms", 1'000'000},
    DurationUnit{"s", kSecondNanos},
    DurationUnit{"m", 60 * kSecondNanos},
    DurationUnit{"h", 3600 * kSecondNanos},
    DurationUnit{"d", 86400 * kSecondNanos},
};

const DurationUnit* take_unit(TimeScanner& scanner) {
    for (const DurationUnit& unit : kDurationUnits) {
        if (scanner.skip(unit.name)) return &unit;
    }
    return nullptr;
}

// One "1.5h" added to the sum.
bool add_part(TimeScanner& scanner, std::int64_t& sum) {
    const std::string_view whole = scanner.digits();
    const std::string_view fraction = scanner.skip(".") ? scanner.digits() : std::string_view();
    if (whole.empty() && fraction.empty()) return false;
    const DurationUnit* unit = take_unit(scanner);
    const auto count = whole.empty() ? std::optional<std::int64_t>(0) : whole_number(whole);
    if (unit == nullptr || !count) return false;
    std::int64_t nanos = 0;
    return !__builtin_mul_overflow(*count, unit->nanos, &nanos) &&
           !__builtin_add_overflow(nanos, fraction_of(unit->nanos, fraction), &nanos) &&
           !__builtin_add_overflow(sum, nanos, &sum);
}

std::optional<Duration> parse_units(std::string_view text) {
    TimeScanner scanner(text);
    const bool negative = scanner.skip("-");
    if (!negative) scanner.skip("+");
    std::int64_t sum = 0;
    do {
        if (!add_part(scanner, sum)) return std::nullopt;
    } while (!scanner.at_end());
    return Duration(negative ? -sum : sum);
}

std::optional<Duration> parse_clock(std::string_view text) {
    TimeScanner scanner(text);
    const auto hours = whole_number(scanner.digits());
    int minutes = 0;
    int seconds = 0;
    if (!hours || !scanner.skip(":") || !scanner.fixed(minutes, 2, 0, 59) || !scanner.skip(":") ||
        !scanner.fixed(seconds, 2, 0, 59) || !scanner.at_end()) {
        return std::nullopt;
    }
    std::int64_t nanos = 0;
    const std::int64_t rest = (minutes * 60 + seconds) * kSecondNanos;
    if (__builtin_mul_overflow(*hours, 3600 * kSecondNanos, &nanos) ||
        __builtin_add_overflow(nanos, rest, &nanos)) {
        return std::nullopt;
    }
    return Duration(nanos);
}

struct CalendarTime {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    std::int64_t nanos = 0;
    int offset_minutes = 0;
};

bool scan_date_and_clock(TimeScanner& scanner, CalendarTime& time) {
    return scanner.fixed(time.year, 4, 0, 9999) && scanner.skip("-") &&
           scanner.fixed(time.month, 2, 1, 12) && scanner.skip("-") &&
           scanner.fixed(time.day, 2, 1, 31) && scanner.skip("T") &&
           scanner.fixed(time.hour, 2, 0, 23) && scanner.skip(":") &&
           scanner.fixed(time.minute, 2, 0, 59) && scanner.skip(":") &&
           scanner.fixed(time.second, 2, 0, 59);
}

bool scan_fraction(TimeScanner& scanner, CalendarTime& time) {
    if (!scanner.skip(".")) return true;
    const std::string_view digits = scanner.digits();
    if (digits.empty()) return false;
    std::int64_t place = kSecondNanos / 10;
    for (const char digit : digits.substr(0, 9)) {
        time.nanos += (digit - '0') * place;
        place /= 10;
    }
    return true;
}

bool scan_offset(TimeScanner& scanner, CalendarTime& time) {
    if (scanner.skip("Z")) return true;
    const bool west = scanner.skip("-");
    if (!west && !scanner.skip("+")) return false;
    int hours = 0;
    int minutes = 0;
    if (!scanner.fixed(hours, 2, 0, 23) || !scanner.skip(":") ||
        !scanner.fixed(minutes, 2, 0, 59)) {
        return false;
    }
    time.offset_minutes = (hours * 60 + minutes) * (west ? -1 : 1);
    return true;
}

TimePoint clamped(std::int64_t seconds, std::int64_t nanos) {
    std::int64_t total = 0;
    if (__builtin_mul_overflow(seconds, kSecondNanos, &total) ||
        __builtin_add_overflow(total, nanos, &total)) {
        return seconds < 0 ? TimePoint::min() : kNever;
    }
    return from_unix_nanos(total);
}

}  // namespace

std::optional<TimePoint> parse_rfc3339(std::string_view text) {
    TimeScanner scanner(text);
    CalendarTime time;
    if (!scan_date_and_clock(scanner, time) || !scan_fraction(scanner, time) ||
        !scan_offset(scanner, time) || !scanner.at_end()) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(time.year),
                                           std::chrono::month(static_cast<unsigned>(time.month)),
                                           std::chrono::day(static_cast<unsigned>(time.day))};
    if (!date.ok()) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t minutes = time.hour * 60 + time.minute - time.offset_minutes;
    return clamped(days * 86400 + minutes * 60 + time.second, time.nanos);
}

std::optional<Duration> parse_duration(std::string_view text) {
    if (const auto nanos = whole_number(text)) return Duration(*nanos);
    if (const auto duration = parse_units(text)) return duration;
    return parse_clock(text);
}

}  // namespace server::visibility
