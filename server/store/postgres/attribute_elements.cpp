#include "server/store/postgres/attribute_elements.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "server/base/assert.h"
#include "server/store/postgres/wire.h"
#include "server/visibility/text_tokens.h"

namespace server::store::postgres {

namespace {

using visibility::Cell;
using visibility::Value;
using visibility::ValueType;

constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;

void append_sorted(std::string& out, std::int64_t value) {
    append_int64(out, static_cast<std::int64_t>(static_cast<std::uint64_t>(value) ^ kSignBit));
}

// The bits of a double sort as its values when the sign is turned, and all bits of negative ones.
void append_sorted(std::string& out, double value, std::uint16_t rest) {
    const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
    append_int64(out, static_cast<std::int64_t>((bits & kSignBit) != 0 ? ~bits : bits ^ kSignBit));
    out += static_cast<char>(rest >> 8);
    out += static_cast<char>(rest & 0xff);
}

// Doubles leave gaps of up to 1,024 beyond 2^53, so the rest fits.
void append_number(std::string& out, std::int64_t value) {
    constexpr double kIntEnd = 9223372036854775808.0;
    auto below = static_cast<double>(value);
    if (below >= kIntEnd || static_cast<std::int64_t>(below) > value) {
        below = std::nextafter(below, -std::numeric_limits<double>::infinity());
    }
    append_sorted(out, below, static_cast<std::uint16_t>(value - static_cast<std::int64_t>(below)));
}

// Appends the bytes of one value.
struct ValueBytes {
    std::string& out;

    void operator()(const std::string& text) const { out += text; }
    void operator()(std::int64_t number) const { append_number(out, number); }
    void operator()(double number) const { append_sorted(out, number, 0); }
    void operator()(bool value) const { out += value ? '\1' : '\0'; }
    void operator()(TimePoint time) const { append_sorted(out, unix_nanos(time)); }
};

std::string text_element(std::string_view name, ElementKind kind, const std::string& text) {
    return element_prefix(name, kind) + text;
}

struct CellElements {
    std::string_view name;
    std::vector<std::string> elements{};

    void operator()(std::monostate) {}
    void operator()(const std::string& text) {
        elements.push_back(text_element(name, ElementKind::text, text));
        std::vector<std::string> tokens = visibility::text_tokens(text);
        std::ranges::sort(tokens);
        const auto repeated = std::ranges::unique(tokens);
        tokens.erase(repeated.begin(), repeated.end());
        for (const std::string& token : tokens) {
            if (token != text) elements.push_back(text_element(name, ElementKind::token, token));
        }
    }
    void operator()(const std::vector<std::string>& list) {
        for (const std::string& element : list) {
            elements.push_back(text_element(name, ElementKind::element, element));
        }
    }
    void operator()(std::int64_t value) { add(ElementKind::number, value); }
    void operator()(double value) { add(ElementKind::number, value); }
    void operator()(bool value) { add(ElementKind::boolean, value); }
    void operator()(TimePoint value) { add(ElementKind::time, value); }

    void add(ElementKind kind, const Value& value) {
        elements.push_back(value_element(name, kind, value));
    }
};

}  // namespace

ElementKind element_kind_of(ValueType type) {
    switch (type) {
    case ValueType::Text:
    case ValueType::Keyword: return ElementKind::text;
    case ValueType::Int:
    case ValueType::Double: return ElementKind::number;
    case ValueType::Bool: return ElementKind::boolean;
    case ValueType::Datetime: return ElementKind::time;
    case ValueType::KeywordList: return ElementKind::element;
    }
    ASSERT(false, "value type out of range");
}

std::size_t prefix_size(std::string_view name) { return name.size() + 2; }

std::string element_prefix(std::string_view name, ElementKind kind) {
    std::string bytes(name);
    bytes += '\0';
    bytes += static_cast<char>(kind);
    return bytes;
}

std::string end_of_elements(std::string prefix) {
    // The kind, in front of the value, ends the search.
    while (prefix.back() == '\xff') prefix.pop_back();
    prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
    return prefix;
}

std::string value_element(std::string_view name, ElementKind kind, const Value& value) {
    std::string bytes = element_prefix(name, kind);
    std::visit(ValueBytes{bytes}, value);
    return bytes;
}

std::vector<std::string> elements_of(std::string_view name, const Cell& cell) {
    CellElements found{name};
    std::visit(found, cell);
    return std::move(found.elements);
}

}  // namespace server::store::postgres
