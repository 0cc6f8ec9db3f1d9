#pragma once
// Random (version 4) UUIDs as text, the form of run ids and request ids (RFC 9562).

#include <cstdint>
#include <string>
#include <string_view>

namespace server {

// The 122 free bits are taken from the two words; the caller owns the randomness.
std::string make_uuid(std::uint64_t high, std::uint64_t low);

// True for 8-4-4-4-12 hexadecimal digits in either case.
bool is_uuid(std::string_view text);

}  // namespace server
