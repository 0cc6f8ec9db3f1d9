#include "server/config/duration.h"

#include <array>
#include <charconv>

namespace server::config {

std::string to_string(Duration duration) {
    if (duration < Duration{}) return "-" + to_string(-duration);
    if (duration < 1s && duration > Duration{}) {
        const double milliseconds = static_cast<double>(duration.count()) / 1e6;
        std::array<char, 32> digits;
        const auto end =
            std::to_chars(digits.data(), digits.data() + digits.size(), milliseconds).ptr;
        return std::string(digits.data(), end) + "ms";
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    std::string text = std::to_string(seconds % 60) + "s";
    if (seconds >= 60) text = std::to_string(seconds / 60 % 60) + "m" + text;
    if (seconds >= 3600) text = std::to_string(seconds / 3600) + "h" + text;
    return text;
}

}  // namespace server::config
