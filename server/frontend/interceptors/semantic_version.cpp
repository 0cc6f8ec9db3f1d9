#include "server/frontend/interceptors/semantic_version.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace server::frontend {

namespace {

constexpr std::size_t kVersionBytesMax = 256;
constexpr std::size_t kRangeBytesMax = 1024;

std::vector<std::string_view> split_at(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + separator.size());
    }
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Without leading zeros.
std::optional<std::uint64_t> number_of(std::string_view text) {
    if (!all_digits(text) || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool is_identifier(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-';
    };
    return !text.empty() && std::ranges::all_of(text, allowed);
}

std::strong_ordering compare_identifiers(const std::string& left, const std::string& right) {
    const auto left_number = number_of(left);
    const auto right_number = number_of(right);
    if (left_number && right_number) return *left_number <=> *right_number;
    if (left_number.has_value() != right_number.has_value()) {
        return left_number ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    return left <=> right;
}

std::optional<bool> satisfies(const SemanticVersion& version, std::string_view condition) {
    constexpr std::array<std::string_view, 8> kComparators = {
        "<=", ">=", "==", "!=", "<", ">", "=", "!"};
    std::string_view comparator = "=";
    for (const auto candidate : kComparators) {
        if (!condition.starts_with(candidate)) continue;
        comparator = candidate;
        condition.remove_prefix(candidate.size());
        break;
    }
    const auto bound = parse_version(condition);
    if (!bound) return std::nullopt;
    const auto order = compare(version, *bound);
    if (comparator == "<") return order < 0;
    if (comparator == "<=") return order <= 0;
    if (comparator == ">") return order > 0;
    if (comparator == ">=") return order >= 0;
    if (comparator.starts_with('!')) return order != 0;
    return order == 0;
}

}  // namespace

std::optional<SemanticVersion> parse_version(std::string_view text) {
    if (text.size() > kVersionBytesMax) return std::nullopt;
    text = text.substr(0, text.find('+'));
    const auto dash = text.find('-');
    const auto numbers = split_at(text.substr(0, dash), ".");
    if (numbers.size() != 3) return std::nullopt;
    SemanticVersion version;
    const std::array<std::uint64_t*, 3> targets = {&version.major, &version.minor, &version.patch};
    for (std::size_t index = 0; index < targets.size(); ++index) {
        const auto number = number_of(numbers[index]);
        if (!number) return std::nullopt;
        *targets[index] = *number;
    }
    if (dash == std::string_view::npos) return version;
    for (const auto identifier : split_at(text.substr(dash + 1), ".")) {
        if (!is_identifier(identifier)) return std::nullopt;
        version.prerelease.emplace_back(identifier);
    }
    return version;
}

std::strong_ordering compare(const SemanticVersion& left, const SemanticVersion& right) {
    if (const auto order = left.major <=> right.major; order != 0) return order;
    if (const auto order = left.minor <=> right.minor; order != 0) return order;
    if (const auto order = left.patch <=> right.patch; order != 0) return order;
    if (left.prerelease.empty() != right.prerelease.empty()) {
        return left.prerelease.empty() ? std::strong_ordering::greater : std::strong_ordering::less;
    }
    const auto shorter = std::min(left.prerelease.size(), right.prerelease.size());
    for (std::size_t index = 0; index < shorter; ++index) {
        const auto order = compare_identifiers(left.prerelease[index], right.prerelease[index]);
        if (order != 0) return order;
    }
    return left.prerelease.size() <=> right.prerelease.size();
}

std::optional<bool> in_range(const SemanticVersion& version, std::string_view range) {
    if (range.size() > kRangeBytesMax) return std::nullopt;
    bool any = false;
    for (const auto alternative : split_at(range, "||")) {
        bool all = true;
        bool empty = true;
        for (const auto condition : split_at(alternative, " ")) {
            if (condition.empty()) continue;
            const auto holds = satisfies(version, condition);
            if (!holds) return std::nullopt;
            all = all && *holds;
            empty = false;
        }
        if (empty) return std::nullopt;
        any = any || all;
    }
    return any;
}

}  // namespace server::frontend
