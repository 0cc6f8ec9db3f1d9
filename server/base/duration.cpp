#include "server/base/duration.h"

#include <array>
#include <charconv>
#include <cmath>

namespace server {

namespace {

struct Unit {
    std::string_view name;
    double nanoseconds;
};

// "ms" before "m" and "s".
constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1e3},
                                      {"\xc2\xb5s", 1e3},
                                      {"\xce\xbcs", 1e3},
                                      {"ms", 1e6},
                                      {"s", 1e9},
                                      {"m", 60e9},
                                      {"h", 3600e9}}};

constexpr double kNanosecondsMax = 9.2e18;

// Takes one "1.5h" off the front.
std::optional<double> take_part(std::string_view& text) {
    if (text.empty() || (text[0] != '.' && (text[0] < '0' || text[0] > '9'))) return std::nullopt;
    double count = 0;
    const auto parsed =
        std::from_chars(text.data(), text.data() + text.size(), count, std::chars_format::fixed);
    if (parsed.ec != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    for (const Unit& unit : kUnits) {
        if (!text.starts_with(unit.name)) continue;
        text.remove_prefix(unit.name.size());
        return count * unit.nanoseconds;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text == "0") return Duration{};
    if (text.empty()) return std::nullopt;
    double nanoseconds = 0;
    while (!text.empty()) {
        const auto part = take_part(text);
        if (!part) return std::nullopt;
        nanoseconds += *part;
    }
    if (nanoseconds > kNanosecondsMax) return std::nullopt;
    return Duration{std::llround(negative ? -nanoseconds : nanoseconds)};
}

}  // namespace server
