#include "server/store/schema/version.h"

#include <charconv>

namespace server::store::schema {

Result<Version> parse_version(std::string_view text) {
    const Status bad = invalid_argument("\"" + std::string(text) +
                                        "\" is no version of a schema: write it as 1.10");
    if (text.starts_with('v')) text.remove_prefix(1);
    Version version;
    for (std::size_t at = 0; at < version.numbers.size(); ++at) {
        const char* end = text.data() + text.size();
        const auto parsed = std::from_chars(text.data(), end, version.numbers[at]);
        if (parsed.ec != std::errc()) return bad;
        text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
        if (text.empty()) return version;
        if (!text.starts_with('.')) return bad;
        text.remove_prefix(1);
    }
    return bad;
}

std::string to_string(const Version& version) {
    const auto& [first, second, third] = version.numbers;
    std::string text = std::to_string(first) + "." + std::to_string(second);
    if (third != 0) text += "." + std::to_string(third);
    return text;
}

}  // namespace server::store::schema
