#include "server/visibility/evaluate.h"

#include <algorithm>
#include <cmath>
#include <compare>

#include "server/base/assert.h"
#include "server/visibility/text_tokens.h"

namespace server::visibility {

namespace {

Truth truth_of(bool value) { return value ? Truth::True : Truth::False; }

Truth negate(Truth truth) {
    switch (truth) {
    case Truth::False: return Truth::True;
    case Truth::Unknown: return Truth::Unknown;
    case Truth::True: return Truth::False;
    }
    ASSERT(false, "truth out of range");
}

// A double has no whole numbers beyond 2^53 in between, so neither side is converted to the other
// before the range and the fraction are known.
std::partial_ordering order(std::int64_t left, double right) {
    constexpr double kIntEnd = 9223372036854775808.0;  // 2^63, the first double that is no int64
    if (right >= kIntEnd) return std::partial_ordering::less;
    if (right < -kIntEnd) return std::partial_ordering::greater;
    const double whole = std::floor(right);
    const auto against = left <=> static_cast<std::int64_t>(whole);
    if (against != 0 || whole == right) return against;
    return std::partial_ordering::less;
}

std::partial_ordering reversed(std::partial_ordering ordering) { return 0 <=> ordering; }

// Unordered where the types differ.
struct CompareCell {
    template <class Left, class Right>
    std::partial_ordering operator()(const Left& left, const Right& right) const {
        if constexpr (std::is_same_v<Left, Right>) {
            return left <=> right;
        } else {
            return std::partial_ordering::unordered;
        }
    }
    std::partial_ordering operator()(std::int64_t left, double right) const {
        return order(left, right);
    }
    std::partial_ordering operator()(double left, std::int64_t right) const {
        return reversed(order(right, left));
    }
};

std::partial_ordering compare(const Cell& cell, const Value& value) {
    return std::visit(CompareCell{}, cell, value);
}

// The test of one value as the operator wants it, before any negation.
Truth compare_with(const Cell& cell, Operator op, const Value& value) {
    const std::partial_ordering ordering = compare(cell, value);
    if (ordering == std::partial_ordering::unordered) return Truth::Unknown;
    if (op == Operator::Less) return truth_of(ordering < 0);
    if (op == Operator::LessOrEqual) return truth_of(ordering <= 0);
    if (op == Operator::Greater) return truth_of(ordering > 0);
    if (op == Operator::GreaterOrEqual) return truth_of(ordering >= 0);
    ASSERT(op == Operator::Equal, "not a comparison of one value");
    return truth_of(ordering == 0);
}

Truth all_of(Truth left, Truth right) { return std::min(left, right); }
Truth any_of(Truth left, Truth right) { return std::max(left, right); }

Truth equals_any(const Cell& cell, const std::vector<Value>& values) {
    Truth result = Truth::False;
    for (const Value& value : values) {
        result = any_of(result, compare_with(cell, Operator::Equal, value));
    }
    return result;
}

Truth contains_any(const std::vector<std::string>& elements, const std::vector<Value>& values) {
    return truth_of(std::ranges::any_of(values, [&elements](const Value& value) {
        return std::ranges::find(elements, std::get<std::string>(value)) != elements.end();
    }));
}

// = and IN on the types that hold several things.
Truth test_elements(ValueType type, const Cell& cell, const std::vector<Value>& values) {
    if (type == ValueType::Text) {
        const auto* text = std::get_if<std::string>(&cell);
        return text == nullptr ? Truth::Unknown : contains_any(text_tokens(*text), values);
    }
    const auto* list = std::get_if<std::vector<std::string>>(&cell);
    return list == nullptr ? Truth::Unknown : contains_any(*list, values);
}

Truth test_equality(ValueType type, const Cell& cell, const std::vector<Value>& values) {
    const bool has_elements = type == ValueType::Text || type == ValueType::KeywordList;
    return has_elements ? test_elements(type, cell, values) : equals_any(cell, values);
}

Truth test_range(const Cell& cell, const std::vector<Value>& values) {
    return all_of(compare_with(cell, Operator::GreaterOrEqual, values.front()),
                  compare_with(cell, Operator::LessOrEqual, values.back()));
}

Truth test_prefix(const Cell& cell, const Value& prefix) {
    const auto* text = std::get_if<std::string>(&cell);
    return text == nullptr ? Truth::Unknown
                           : truth_of(text->starts_with(std::get<std::string>(prefix)));
}

bool fits(const Cell& cell, ValueType type) {
    switch (type) {
    case ValueType::Text:
    case ValueType::Keyword: return std::holds_alternative<std::string>(cell);
    case ValueType::Int:
    case ValueType::Double:
        return std::holds_alternative<std::int64_t>(cell) || std::holds_alternative<double>(cell);
    case ValueType::Bool: return std::holds_alternative<bool>(cell);
    case ValueType::Datetime: return std::holds_alternative<TimePoint>(cell);
    case ValueType::KeywordList: {
        const auto* list = std::get_if<std::vector<std::string>>(&cell);
        return list != nullptr && !list->empty();
    }
    }
    ASSERT(false, "value type out of range");
}

Truth test(const Condition<Column, Value>& condition, const Cell& cell) {
    const ValueType type = condition.column.type;
    switch (condition.op) {
    case Operator::Equal:
    case Operator::In: return test_equality(type, cell, condition.values);
    case Operator::NotEqual:
    case Operator::NotIn: return negate(test_equality(type, cell, condition.values));
    case Operator::Less:
    case Operator::LessOrEqual:
    case Operator::Greater:
    case Operator::GreaterOrEqual:
        return compare_with(cell, condition.op, condition.values.front());
    case Operator::Between: return test_range(cell, condition.values);
    case Operator::NotBetween: return negate(test_range(cell, condition.values));
    case Operator::StartsWith: return test_prefix(cell, condition.values.front());
    case Operator::NotStartsWith: return negate(test_prefix(cell, condition.values.front()));
    case Operator::IsNull: return truth_of(std::holds_alternative<std::monostate>(cell));
    case Operator::IsNotNull: return truth_of(!std::holds_alternative<std::monostate>(cell));
    }
    ASSERT(false, "operator out of range");
}

Truth evaluate_condition(const Condition<Column, Value>& condition, const Record& record) {
    Cell cell = record.cell(condition.column);
    if (!fits(cell, condition.column.type)) cell = std::monostate{};
    const bool asks_for_null =
        condition.op == Operator::IsNull || condition.op == Operator::IsNotNull;
    const bool is_null = std::holds_alternative<std::monostate>(cell);
    if (is_null && !asks_for_null && null_is_far_future(condition.column)) cell = kNever;
    return test(condition, cell);
}

Truth evaluate_combination(const Combination<Column, Value>& combination, const Record& record) {
    switch (combination.connective) {
    case Connective::Not: return negate(evaluate(combination.operands.front(), record));
    case Connective::And: {
        Truth result = Truth::True;
        for (const Filter& operand : combination.operands)
            result = all_of(result, evaluate(operand, record));
        return result;
    }
    case Connective::Or: {
        Truth result = Truth::False;
        for (const Filter& operand : combination.operands)
            result = any_of(result, evaluate(operand, record));
        return result;
    }
    }
    ASSERT(false, "connective out of range");
}

}  // namespace

Truth evaluate(const Filter& filter, const Record& record) {
    return std::visit(Overloaded{[&record](const Condition<Column, Value>& c) {
                                     return evaluate_condition(c, record);
                                 },
                                 [&record](const Combination<Column, Value>& c) {
                                     return evaluate_combination(c, record);
                                 }},
                      filter.node);
}

bool matches(const Query& query, const Record& record) {
    return !query.filter || evaluate(*query.filter, record) == Truth::True;
}

}  // namespace server::visibility
