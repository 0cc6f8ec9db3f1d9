#include "server/visibility/query_error.h"

#include <cstdio>

namespace server::visibility {

namespace {

constexpr std::size_t kQuoteBytesMax = 64;

Status refuse(std::string_view kind, std::string_view reason, std::size_t position) {
    std::string message = "invalid query: ";
    message.append(kind).append(": ").append(reason);
    message += " at position " + std::to_string(position + 1);
    return invalid_argument(std::move(message));
}

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

}  // namespace

Status malformed_query(std::string_view reason, std::size_t position) {
    return refuse("malformed SQL query", reason, position);
}

Status unsupported_operation(std::string_view reason, std::size_t position) {
    return refuse("operation is not supported", reason, position);
}

Status invalid_expression(std::string_view reason, std::size_t position) {
    return refuse("invalid expression", reason, position);
}

std::string quote(std::string_view text) {
    std::size_t shown = text.size();
    if (shown > kQuoteBytesMax) {
        shown = kQuoteBytesMax;
        while (shown > 0 && continues_character(text[shown])) --shown;
    }
    std::string result = "'";
    for (const char byte : text.substr(0, shown)) {
        if (static_cast<unsigned char>(byte) >= 0x20 && byte != 0x7f) {
            result += byte;
            continue;
        }
        char escaped[5];
        std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned char>(byte));
        result += escaped;
    }
    return result + (shown < text.size() ? "...'" : "'");
}

}  // namespace server::visibility
