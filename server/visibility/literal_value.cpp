#include "server/visibility/literal_value.h"

#include <algorithm>
#include <optional>

#include "server/base/assert.h"
#include "server/visibility/execution_status.h"
#include "server/visibility/query_error.h"
#include "server/visibility/text_tokens.h"
#include "server/visibility/times.h"

namespace server::visibility {

namespace {

std::string shown(const Literal& literal) {
    return std::visit(
        Overloaded{[](const std::string& text) { return quote(text) + " (string)"; },
                   [](std::int64_t number) { return std::to_string(number) + " (int)"; },
                   [](double number) { return std::to_string(number) + " (double)"; },
                   [](bool value) -> std::string { return value ? "TRUE" : "FALSE"; }},
        literal.value);
}

// One literal on its way to its column, and how to say no to it.
struct Conversion {
    const Literal& literal;
    const Column& column;
    std::string_view written_name;

    const std::string* text() const { return std::get_if<std::string>(&literal.value); }
    const std::int64_t* integer() const { return std::get_if<std::int64_t>(&literal.value); }
    const double* number() const { return std::get_if<double>(&literal.value); }

    Status refuse(std::string_view reason) const {
        return invalid_expression(reason, literal.position);
    }
    Status refuse_type() const {
        std::string reason = "invalid value type for search attribute ";
        reason.append(written_name).append(" of type ").append(to_string(column.type));
        return refuse(reason + ": " + shown(literal));
    }
};

Result<Value> keyword_value(const Conversion& conversion) {
    if (const auto* text = conversion.text()) return Value(*text);
    return conversion.refuse_type();
}

Result<Value> int_value(const Conversion& conversion) {
    if (const auto* integer = conversion.integer()) return Value(*integer);
    if (const auto* number = conversion.number()) return Value(*number);
    return conversion.refuse_type();
}

Result<Value> double_value(const Conversion& conversion) {
    if (const auto* integer = conversion.integer()) return Value(static_cast<double>(*integer));
    if (const auto* number = conversion.number()) return Value(*number);
    return conversion.refuse_type();
}

Result<Value> bool_value(const Conversion& conversion) {
    if (const auto* value = std::get_if<bool>(&conversion.literal.value)) return Value(*value);
    return conversion.refuse_type();
}

Result<Value> datetime_value(const Conversion& conversion) {
    if (const auto* nanos = conversion.integer()) return Value(from_unix_nanos(*nanos));
    if (conversion.text() == nullptr) return conversion.refuse_type();
    if (const auto time = parse_rfc3339(*conversion.text())) return Value(*time);
    return conversion.refuse("unable to parse datetime " + quote(*conversion.text()) +
                             " (write it as 2006-01-02T15:04:05Z)");
}

Result<Value> status_value(const Conversion& conversion) {
    std::optional<std::string_view> name;
    if (const auto* number = conversion.integer()) {
        name = execution_status_name(*number);
    } else if (const auto* text = conversion.text()) {
        if (const auto known = find_execution_status(*text)) name = execution_status_name(*known);
    } else {
        return conversion.refuse_type();
    }
    if (name) return Value(std::string(*name));
    return conversion.refuse(
        "invalid ExecutionStatus value " + shown(conversion.literal) +
        " (one of Running, Completed, Failed, Canceled, Terminated, ContinuedAsNew, "
        "TimedOut, Paused)");
}

Result<Value> duration_value(const Conversion& conversion) {
    if (const auto* nanos = conversion.integer()) return Value(*nanos);
    if (conversion.text() == nullptr) return conversion.refuse_type();
    if (const auto duration = parse_duration(*conversion.text())) return Value(duration->count());
    return conversion.refuse("invalid duration value for search attribute ExecutionDuration: " +
                             quote(*conversion.text()) +
                             " (write it as 1h5m, 2d, 01:05:00 or nanoseconds)");
}

Result<Value> single_value(const Conversion& conversion) {
    const Column& column = conversion.column;
    if (column.origin == Origin::System && column.name == kExecutionStatus)
        return status_value(conversion);
    if (column.origin == Origin::System && column.name == kExecutionDuration) {
        return duration_value(conversion);
    }
    switch (column.type) {
    case ValueType::Text:
    case ValueType::Keyword:
    case ValueType::KeywordList: return keyword_value(conversion);
    case ValueType::Int: return int_value(conversion);
    case ValueType::Double: return double_value(conversion);
    case ValueType::Bool: return bool_value(conversion);
    case ValueType::Datetime: return datetime_value(conversion);
    }
    ASSERT(false, "value type out of range");
}

Result<std::vector<Value>> token_values(const Conversion& conversion) {
    if (conversion.text() == nullptr) return conversion.refuse_type();
    std::vector<std::string> tokens = text_tokens(*conversion.text());
    std::ranges::sort(tokens);
    const auto repeated = std::ranges::unique(tokens);
    tokens.erase(repeated.begin(), repeated.end());
    if (!tokens.empty()) return std::vector<Value>(tokens.begin(), tokens.end());
    return conversion.refuse("no tokens found filtering on Text type search attribute " +
                             std::string(conversion.written_name) + ": " +
                             quote(*conversion.text()));
}

}  // namespace

Result<std::vector<Value>> values_of(const Literal& literal, const Column& column,
                                     std::string_view written_name) {
    const Conversion conversion{literal, column, written_name};
    if (column.type == ValueType::Text) return token_values(conversion);
    TRY_ASSIGN(Value value, single_value(conversion));
    return std::vector<Value>{std::move(value)};
}

}  // namespace server::visibility
