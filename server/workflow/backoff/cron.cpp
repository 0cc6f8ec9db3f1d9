#include "server/workflow/backoff/cron.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "server/base/duration.h"

namespace server::workflow {

namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr std::array<std::string_view, 12> kMonthNames{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdayNames{"sun", "mon", "tue", "wed",
                                                        "thu", "fri", "sat"};

struct FieldRule {
    std::string_view name;
    int least;
    int most;
    std::vector<std::string_view> names;  // of the values from `least` on; empty: digits only
};

Status bad_cron(const std::string& why) { return invalid_argument("invalid CronSchedule: " + why); }

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& letter : lower) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    return lower;
}

std::vector<std::string_view> pieces(std::string_view text, char separator) {
    std::vector<std::string_view> found;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        found.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return found;
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> found;
    for (const std::string_view word : pieces(text, ' ')) {
        if (!word.empty()) found.push_back(word);
    }
    return found;
}

Result<int> number(std::string_view text, const FieldRule& rule) {
    const std::string lower = lower_case(text);
    const auto named = std::find(rule.names.begin(), rule.names.end(), lower);
    if (named != rule.names.end()) {
        return rule.least + static_cast<int>(named - rule.names.begin());
    }
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size() && value >= 0;
    if (!whole) return bad_cron(quoted(text) + " is no value of " + std::string(rule.name));
    return value;
}

// One element of a field's list: "*", "5", "mon-fri", "*/15", "10/5".
struct Range {
    int first = 0;
    int last = 0;
    int step = 1;
    bool any = false;
};

Result<Range> range_bounds(std::string_view text, const FieldRule& rule) {
    const auto ends = pieces(text, '-');
    if (ends[0] == "*" || ends[0] == "?") return Range{rule.least, rule.most, 1, true};
    if (ends.size() > 2) return bad_cron("too many hyphens in " + quoted(text));
    Range range;
    TRY_ASSIGN(range.first, number(ends[0], rule));
    range.last = range.first;
    if (ends.size() == 1) return range;
    TRY_ASSIGN(range.last, number(ends[1], rule));
    return range;
}

Result<Range> read_range(std::string_view text, const FieldRule& rule) {
    const auto parts = pieces(text, '/');
    if (parts.size() > 2) return bad_cron("too many slashes in " + quoted(text));
    TRY_ASSIGN(Range range, range_bounds(parts[0], rule));
    if (parts.size() == 2) {
        const FieldRule step_rule{"a step", 0, 0, {}};
        TRY_ASSIGN(range.step, number(parts[1], step_rule));
        // "10/5" goes on to the end; a star with a step is a restriction.
        const bool single = parts[0].find('-') == std::string_view::npos;
        if (single) range.last = rule.most;
        if (range.step > 1) range.any = false;
    }
    const bool inside = range.first >= rule.least && range.last <= rule.most;
    if (!inside) {
        return bad_cron(quoted(text) + " is outside of " + std::string(rule.name) + ", which is " +
                        std::to_string(rule.least) + " to " + std::to_string(rule.most));
    }
    if (range.first > range.last) return bad_cron(quoted(text) + " ends before it begins");
    if (range.step == 0) return bad_cron("the step of " + quoted(text) + " is zero");
    return range;
}

Status read_field(std::string_view text, const FieldRule& rule, CronField& field) {
    for (const std::string_view part : pieces(text, ',')) {
        if (part.empty()) continue;
        TRY_ASSIGN(const Range range, read_range(part, rule));
        for (int value = range.first; value <= range.last; value += range.step) {
            field.values.set(static_cast<std::size_t>(value));
            if (range.step > range.last - value) break;
        }
        field.any = field.any || range.any;
    }
    return {};
}

bool matches(const CronField& field, std::int64_t value) {
    return field.values.test(static_cast<std::size_t>(value));
}

std::chrono::year year_of(std::chrono::local_seconds local) {
    return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(local)}.year();
}

}  // namespace

Result<CronSchedule> CronSchedule::parse(const std::string& text, const FindTimeZone& find_zone) {
    constexpr std::size_t kBytesMax = 1000;
    if (text.size() > kBytesMax) {
        return bad_cron(std::to_string(text.size()) + " bytes, at most " +
                        std::to_string(kBytesMax) + " are allowed");
    }
    CronSchedule schedule;
    std::string_view rest = text;
    if (rest.starts_with("TZ=") || rest.starts_with("CRON_TZ=")) {
        const std::size_t begin = rest.find('=') + 1;
        const std::size_t end = rest.find(' ');
        if (end == std::string_view::npos) return bad_cron("nothing follows the time zone");
        const std::string zone(rest.substr(begin, end - begin));
        rest.remove_prefix(end);
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        const bool utc = zone.empty() || zone == "UTC" || zone == "Local";
        if (!utc) {
            schedule.zone_ = find_zone ? find_zone(zone) : nullptr;
            if (!schedule.zone_) return bad_cron("unknown time zone " + quoted(zone));
        }
    }
    TRY(rest.starts_with('@') ? schedule.parse_descriptor(rest) : schedule.parse_fields(rest));
    return schedule;
}

Status CronSchedule::parse_fields(std::string_view text) {
    const auto fields = words(text);
    constexpr std::size_t kFields = 5;
    if (fields.size() != kFields) {
        return bad_cron("expected 5 fields, found " + std::to_string(fields.size()) + " in " +
                        quoted(text));
    }
    TRY(read_field(fields[0], {"minutes", 0, 59, {}}, minute_));
    TRY(read_field(fields[1], {"hours", 0, 23, {}}, hour_));
    TRY(read_field(fields[2], {"days of the month", 1, 31, {}}, day_));
    const FieldRule months{"months", 1, 12, {kMonthNames.begin(), kMonthNames.end()}};
    TRY(read_field(fields[3], months, month_));
    const FieldRule weekdays{
        "days of the week", 0, 6, {kWeekdayNames.begin(), kWeekdayNames.end()}};
    return read_field(fields[4], weekdays, weekday_);
}

Status CronSchedule::parse_descriptor(std::string_view text) {
    if (text == "@yearly" || text == "@annually") return parse_fields("0 0 1 1 *");
    if (text == "@monthly") return parse_fields("0 0 1 * *");
    if (text == "@weekly") return parse_fields("0 0 * * 0");
    if (text == "@daily" || text == "@midnight") return parse_fields("0 0 * * *");
    if (text == "@hourly") return parse_fields("0 * * * *");
    constexpr std::string_view kEvery = "@every ";
    if (!text.starts_with(kEvery)) return bad_cron("unknown descriptor " + quoted(text));
    const auto interval = parse_duration(text.substr(kEvery.size()));
    if (!interval) return bad_cron("no duration in " + quoted(text));
    every_ = std::max(seconds{1}, std::chrono::floor<seconds>(*interval));
    return {};
}

bool CronSchedule::day_matches(const std::chrono::year_month_day& date, unsigned weekday) const {
    const bool day = matches(day_, static_cast<unsigned>(date.day()));
    const bool of_week = matches(weekday_, weekday);
    return day_.any || weekday_.any ? day && of_week : day || of_week;
}

seconds CronSchedule::distance(std::chrono::local_seconds local) const {
    using namespace std::chrono;
    const local_days midnight = floor<days>(local);
    const year_month_day date{midnight};
    if (!matches(month_, static_cast<unsigned>(date.month()))) {
        const local_days next_month{(date.year() / date.month() + months{1}) / day{1}};
        return next_month - local;
    }
    if (!day_matches(date, weekday{midnight}.c_encoding())) return midnight + days{1} - local;
    const seconds of_day = local - midnight;
    const auto hour = floor<hours>(of_day);
    if (!matches(hour_, hour.count())) return hour + hours{1} - of_day;
    const auto minute = floor<minutes>(of_day);
    const bool fires = matches(minute_, (minute - hour).count()) && minute == of_day;
    return fires ? seconds{0} : minute + minutes{1} - of_day;
}

std::optional<TimePoint> CronSchedule::next(TimePoint after) const {
    const sys_seconds begin = std::chrono::floor<seconds>(after);
    if (every_ > seconds{0}) return saturating_add(begin, every_);
    for (const CronField* field : {&minute_, &hour_, &month_}) {
        if (field->values.none()) return std::nullopt;
    }
    // As far as the parser of the original looks (robfig/cron, in Go): to the end of the fifth
    // year. What it refuses is refused here, and 30 February ends the search after some 60 months.
    constexpr std::chrono::years kSearched{5};
    const auto end = std::chrono::floor<seconds>(kNever);
    std::optional<std::chrono::year> last_year;
    for (sys_seconds time = begin + seconds{1}; time < end;) {
        const TimeZone::Offset offset = zone_ ? zone_->offset_at(time) : TimeZone::Offset{};
        const std::chrono::local_seconds local{time.time_since_epoch() + offset.ahead_of_utc};
        const auto year = year_of(local);
        if (!last_year) last_year = year + kSearched;
        if (year > *last_year) return std::nullopt;
        const seconds wait = distance(local);
        if (wait == seconds{0}) return TimePoint{time};
        const bool changes = offset.until > time && offset.until < time + wait;
        time = changes ? offset.until : time + wait;
    }
    return std::nullopt;
}

std::optional<TimePoint> CronSchedule::next_at_or_after(TimePoint scheduled, TimePoint now) const {
    if (every_ == seconds{0}) return next(std::max(scheduled, now - Duration{1}));
    const TimePoint begin = std::chrono::floor<seconds>(scheduled);
    const std::int64_t whole = now > begin ? (now - begin) / every_ : 0;
    const TimePoint last = begin + whole * every_;
    return last >= now && whole > 0 ? last : saturating_add(last, every_);
}

std::optional<Duration> cron_backoff(const CronSchedule& schedule, TimePoint scheduled,
                                     TimePoint now) {
    const auto next = now < scheduled ? scheduled : schedule.next_at_or_after(scheduled, now);
    if (!next || *next == kNever) return std::nullopt;
    return std::chrono::ceil<seconds>(*next - now);
}

Status validate_cron(const std::string& text, TimePoint now, const FindTimeZone& find_zone) {
    if (text.empty()) return {};
    TRY_ASSIGN(const CronSchedule schedule, CronSchedule::parse(text, find_zone));
    if (cron_backoff(schedule, now, now)) return {};
    return invalid_argument("invalid CronSchedule, no next firing time found: " + text);
}

}  // namespace server::workflow
