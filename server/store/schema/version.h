#pragma once
// The version of a database's schema: up to three numbers, compared one by one.

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/base/status.h"

namespace server::store::schema {

struct Version {
    std::array<std::uint32_t, 3> numbers{};  // what is not written counts as zero

    auto operator<=>(const Version&) const = default;
};

// "1.10", "v1.10", "1.10.2".
Result<Version> parse_version(std::string_view text);
// "1.10"; the third number only where it is not zero.
std::string to_string(const Version& version);

}  // namespace server::store::schema
