#include "server/base/uuid.h"

#include <cctype>

namespace server {

std::string make_uuid(std::uint64_t high, std::uint64_t low) {
    constexpr char kDigits[] = "0123456789abcdef";
    high = (high & ~std::uint64_t{0xf000}) | 0x4000;                   // version 4
    low = (low & ~(std::uint64_t{3} << 62)) | std::uint64_t{1} << 63;  // RFC variant
    std::string text(36, '-');
    std::size_t at = 0;
    for (int nibble = 0; nibble < 32; ++nibble) {
        if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) ++at;
        const std::uint64_t word = nibble < 16 ? high : low;
        text[at++] = kDigits[(word >> (60 - 4 * (nibble % 16))) & 0xf];
    }
    return text;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
        if (dash ? text[at] != '-' : !std::isxdigit(static_cast<unsigned char>(text[at]))) {
            return false;
        }
    }
    return true;
}

}  // namespace server
