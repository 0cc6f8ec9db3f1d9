#include "server/store/packed_id.h"

#include "server/base/assert.h"

namespace server::store {

namespace {

constexpr std::size_t kUuidBytes = 16;
constexpr std::size_t kUuidLength = 36;

bool is_dash_position(std::size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

// -1 for what is no lower-case hexadecimal digit.
int hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return -1;
}

}  // namespace

PackedId::PackedId(std::string_view id) : text_(id) {
    if (id.size() != kUuidLength) return;
    std::size_t digits = 0;
    for (std::size_t at = 0; at < kUuidLength; ++at) {
        if (is_dash_position(at)) {
            if (id[at] != '-') return;
            continue;
        }
        const int digit = hex_digit(id[at]);
        if (digit < 0) return;
        char& byte = packed_[digits / 2];
        byte = static_cast<char>(digits % 2 == 0 ? digit << 4 : byte | digit);
        ++digits;
    }
    is_uuid_ = true;
}

std::string unpack_uuid(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    ASSERT(bytes.size() == kUuidBytes, "a UUID has 16 bytes");
    std::string text;
    text.reserve(kUuidLength);
    for (const char byte : bytes) {
        if (is_dash_position(text.size())) text += '-';
        text += kDigits[static_cast<unsigned char>(byte) >> 4];
        text += kDigits[static_cast<unsigned char>(byte) & 15];
    }
    return text;
}

}  // namespace server::store
