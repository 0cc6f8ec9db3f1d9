#include "server/visibility/text_tokens.h"

namespace server::visibility {

namespace {

bool is_token_byte(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || static_cast<unsigned char>(byte) >= 0x80;
}

char ascii_lower(char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

}  // namespace

std::vector<std::string> text_tokens(std::string_view text) {
    std::vector<std::string> tokens;
    std::string token;
    for (const char byte : text) {
        if (is_token_byte(byte)) {
            token += ascii_lower(byte);
        } else if (!token.empty()) {
            tokens.push_back(std::move(token));
            token.clear();
        }
    }
    if (!token.empty()) tokens.push_back(std::move(token));
    return tokens;
}

}  // namespace server::visibility
