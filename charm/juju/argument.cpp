#include "charm/juju/argument.h"

#include <algorithm>
#include <string_view>

namespace charm::juju {

namespace {

constexpr std::size_t kSecretIdBytesMax = 256;  // one with the model's UUID has 66

// The second and later bytes of a character in UTF-8.
bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

}  // namespace

std::string cut_for_argument(std::string text) {
    std::replace(text.begin(), text.end(), '\0', ' ');
    const std::size_t size = text.size();
    if (size <= kArgumentBytesMax) return text;
    std::size_t end = kArgumentBytesMax;
    // A character has four bytes at most; what is not UTF-8 is cut anywhere.
    for (int back = 0; back < 3 && continues_character(text[end]); ++back) --end;
    text.resize(end);
    return text + "\n… cut, " + std::to_string(size) + " bytes in all";
}

bool looks_like_secret_id(const std::string& text) {
    std::string_view id = text;
    if (id.starts_with("secret:")) id.remove_prefix(std::string_view("secret:").size());
    return !id.empty() && id.size() <= kSecretIdBytesMax && id.front() != '-' &&
           std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '-' || c == '/';
           });
}

}  // namespace charm::juju
