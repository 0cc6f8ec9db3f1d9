#pragma once
// Semantic versions (semver.org 2.0.0) and ranges of them: ">=1.0.0 <2.0.0 || 3.1.0". Build
// metadata is ignored.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace server::frontend {

struct SemanticVersion {
    std::uint64_t major = 0;
    std::uint64_t minor = 0;
    std::uint64_t patch = 0;
    // Identifiers; none: a release, which is later than any version with some.
    std::vector<std::string> prerelease;
};

std::optional<SemanticVersion> parse_version(std::string_view text);
std::strong_ordering compare(const SemanticVersion& left, const SemanticVersion& right);

// Whether the version is in the range; nothing when the range cannot be read. Comparators: < <= >
// >= = == != !; a space is "and", || is "or".
std::optional<bool> in_range(const SemanticVersion& version, std::string_view range);

}  // namespace server::frontend
