#pragma once
// Base64 with the standard alphabet and padding, as proto3 JSON writes bytes (RFC 4648).

#include <optional>
#include <string>
#include <string_view>

namespace cli {

std::string to_base64(std::string_view bytes);
// Nothing for a text that is none; padding may be left out.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace cli
