#include "server/store/sqlite/visibility_filter.h"

#include <array>
#include <optional>

#include "server/base/assert.h"
#include "server/store/sqlite/visibility_write.h"
#include "server/store/visibility_cells.h"

namespace server::store::sqlite {

namespace {

using visibility::Column;
using visibility::Connective;
using visibility::Filter;
using visibility::Operator;
using visibility::Value;
using visibility::ValueType;
using ColumnCondition = visibility::Condition<Column, Value>;
using ColumnCombination = visibility::Combination<Column, Value>;

struct SystemColumn {
    std::string_view name;
    std::string_view expression;
    bool closed_only = false;
};

constexpr std::array kSystemColumns = {
    SystemColumn{"WorkflowId", "v.workflow_id"},
    SystemColumn{"RunId", "v.run_id"},
    SystemColumn{"WorkflowType", "v.workflow_type"},
    SystemColumn{"TaskQueue", "v.task_queue"},
    SystemColumn{"StartTime", "v.start_time"},
    SystemColumn{"ExecutionTime", "v.execution_time"},
    SystemColumn{"CloseTime", "v.close_time"},
    SystemColumn{"ExecutionStatus", "v.status"},
    SystemColumn{"HistoryLength", "v.history_length", true},
    SystemColumn{"HistorySizeBytes", "v.history_size_bytes", true},
    SystemColumn{"StateTransitionCount", "v.state_transition_count", true},
    SystemColumn{"ExecutionDuration", "v.close_time - v.execution_time", true},
    SystemColumn{"ParentWorkflowId", "v.parent_workflow_id"},
    SystemColumn{"ParentRunId", "v.parent_run_id"},
    SystemColumn{"RootWorkflowId", "v.root_workflow_id"},
    SystemColumn{"RootRunId", "v.root_run_id"},
};

// A run that is open has kNever in close_time, which sorts and compares as the far future.
constexpr std::string_view kIsOpen = "v.close_time = 9223372036854775807";
constexpr std::string_view kIsClosed = "v.close_time < 9223372036854775807";

std::string expression_of(const SystemColumn& column) {
    if (!column.closed_only) return std::string(column.expression);
    std::string text = "iif(";
    return text.append(kIsClosed).append(", ").append(column.expression).append(", NULL)");
}

// The expression of a column that is one of the table's; none for attributes.
std::optional<std::string> table_expression(const Column& column) {
    if (column.origin == visibility::Origin::Predefined &&
        column.name == visibility::kNamespaceDivision) {
        return "v.division";
    }
    if (column.origin != visibility::Origin::System) return std::nullopt;
    for (const SystemColumn& entry : kSystemColumns) {
        if (entry.name == column.name) return expression_of(entry);
    }
    ASSERT(false, column.name);
}

bool is_system(const Column& column, std::string_view name) {
    return column.origin == visibility::Origin::System && column.name == name;
}

Operator opposite(Operator op) {
    switch (op) {
    case Operator::Equal: return Operator::NotEqual;
    case Operator::NotEqual: return Operator::Equal;
    case Operator::Less: return Operator::GreaterOrEqual;
    case Operator::LessOrEqual: return Operator::Greater;
    case Operator::Greater: return Operator::LessOrEqual;
    case Operator::GreaterOrEqual: return Operator::Less;
    case Operator::In: return Operator::NotIn;
    case Operator::NotIn: return Operator::In;
    case Operator::Between: return Operator::NotBetween;
    case Operator::NotBetween: return Operator::Between;
    case Operator::StartsWith: return Operator::NotStartsWith;
    case Operator::NotStartsWith: return Operator::StartsWith;
    case Operator::IsNull: return Operator::IsNotNull;
    case Operator::IsNotNull: return Operator::IsNull;
    }
    ASSERT(false, "operator out of range");
}

std::string placeholders(std::size_t count) {
    std::string text = "(?";
    for (std::size_t index = 1; index < count; ++index) text += ", ?";
    return text + ")";
}

// The smallest text above every text with this prefix; none when there is no such text.
std::optional<std::string> end_of_prefix(std::string prefix) {
    while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
    if (prefix.empty()) return std::nullopt;
    prefix.back() = static_cast<char>(prefix.back() + 1);
    return prefix;
}

// A range of bytes instead of LIKE: exact, and an index serves it.
SqlText prefix_test(const std::string& expression, const Value& value, bool negated) {
    const auto& prefix = std::get<std::string>(value);
    const std::optional<std::string> end = end_of_prefix(prefix);
    SqlText test{expression + (negated ? " < ?" : " >= ?"), {prefix}};
    if (!end) return test;
    test.text = "(" + test.text + (negated ? " OR " : " AND ") + expression +
                (negated ? " >= ?)" : " < ?)");
    test.values.emplace_back(*end);
    return test;
}

// A test of an expression that yields one value.
SqlText scalar_test(const std::string& expression, const ColumnCondition& condition) {
    const std::vector<Value>& values = condition.values;
    switch (condition.op) {
    case Operator::Equal: return {expression + " = ?", values};
    case Operator::NotEqual: return {expression + " <> ?", values};
    case Operator::Less:
    case Operator::LessOrEqual:
    case Operator::Greater:
    case Operator::GreaterOrEqual:
        return {expression + " " + std::string(to_string(condition.op)) + " ?", values};
    case Operator::In: return {expression + " IN " + placeholders(values.size()), values};
    case Operator::NotIn: return {expression + " NOT IN " + placeholders(values.size()), values};
    case Operator::Between: return {expression + " BETWEEN ? AND ?", values};
    case Operator::NotBetween: return {expression + " NOT BETWEEN ? AND ?", values};
    case Operator::StartsWith: return prefix_test(expression, values.front(), false);
    case Operator::NotStartsWith: return prefix_test(expression, values.front(), true);
    case Operator::IsNull: return {expression + " IS NULL", {}};
    case Operator::IsNotNull: return {expression + " IS NOT NULL", {}};
    }
    ASSERT(false, "operator out of range");
}

SqlText close_time_test(const ColumnCondition& condition) {
    if (condition.op == Operator::IsNull) return {std::string(kIsOpen), {}};
    if (condition.op == Operator::IsNotNull) return {std::string(kIsClosed), {}};
    return scalar_test("v.close_time", condition);
}

// Statuses are few, so a condition on their names becomes the list of those that meet it.
SqlText status_test(const ColumnCondition& condition) {
    constexpr int kStatusNumberMax = 8;
    std::string numbers;
    for (int number = 0; number <= kStatusNumberMax; ++number) {
        VisibilityRecord record;
        record.status = number;
        const Filter filter{condition};
        if (evaluate(filter, VisibilityCells(record)) != visibility::Truth::True) continue;
        numbers += (numbers.empty() ? "" : ", ") + std::to_string(number);
    }
    return {"v.status IN (" + numbers + ")", {}};
}

AttributeKind kind_of(ValueType type) {
    switch (type) {
    case ValueType::Text:
    case ValueType::Keyword: return AttributeKind::text;
    case ValueType::Int:
    case ValueType::Double: return AttributeKind::number;
    case ValueType::Bool: return AttributeKind::boolean;
    case ValueType::Datetime: return AttributeKind::time;
    case ValueType::KeywordList: return AttributeKind::element;
    }
    ASSERT(false, "value type out of range");
}

std::string kind_text(const Column& column) {
    return std::to_string(static_cast<std::int64_t>(kind_of(column.type)));
}

// Whether the record has a row of the attribute which passes `test`, an expression over a.value.
SqlText has_row(const Column& column, SqlText test) {
    SqlText sql{
        "EXISTS (SELECT 1 FROM visibility_attribute a WHERE a.record_key = v.record_key"
        " AND a.name = ? AND a.kind = " +
            kind_text(column),
        {column.name}};
    if (!test.text.empty()) sql.text += " AND " + test.text;
    sql.text += ")";
    for (Value& value : test.values) sql.values.push_back(std::move(value));
    return sql;
}

// The same, beginning at the index of values: for tests that few rows pass.
SqlText among_rows(const Column& column, SqlText test) {
    SqlText sql{
        "v.record_key IN (SELECT a.record_key FROM visibility_attribute a WHERE a.name = ?"
        " AND a.kind = " +
            kind_text(column) + " AND " + test.text + ")",
        {column.name}};
    for (Value& value : test.values) sql.values.push_back(std::move(value));
    return sql;
}

SqlText joined(std::string_view connective, SqlText left, SqlText right) {
    left.text = "(" + left.text + " " + std::string(connective) + " " + right.text + ")";
    for (Value& value : right.values) left.values.push_back(std::move(value));
    return left;
}

SqlText negated(SqlText sql) {
    sql.text = "NOT " + sql.text;
    return sql;
}

// = and != of a text: some token of it, or none, is one of the values.
SqlText token_test(const ColumnCondition& condition) {
    std::string tokens;
    for (const Value& value : condition.values) {
        tokens += (tokens.empty() ? "" : " ") + std::get<std::string>(value);
    }
    SqlText test{"has_token(a.value, ?)", {std::move(tokens)}};
    if (condition.op == Operator::NotEqual) test = negated(std::move(test));
    return has_row(condition.column, std::move(test));
}

SqlText element_test(const ColumnCondition& condition) {
    const std::string in_values = "a.value IN " + placeholders(condition.values.size());
    SqlText contains = among_rows(condition.column, {in_values, condition.values});
    if (condition.op == Operator::Equal || condition.op == Operator::In) return contains;
    return joined("AND", has_row(condition.column, {}), negated(std::move(contains)));
}

SqlText attribute_test(const ColumnCondition& condition) {
    const Column& column = condition.column;
    if (condition.op == Operator::IsNotNull) return has_row(column, {});
    if (condition.op == Operator::IsNull) return negated(has_row(column, {}));
    if (column.type == ValueType::Text) return token_test(condition);
    if (column.type == ValueType::KeywordList) return element_test(condition);
    SqlText test = scalar_test("a.value", condition);
    const bool few = condition.op == Operator::Equal || condition.op == Operator::In ||
                     condition.op == Operator::StartsWith;
    return few ? among_rows(column, std::move(test)) : has_row(column, std::move(test));
}

SqlText condition_test(const ColumnCondition& condition) {
    if (is_system(condition.column, visibility::kExecutionStatus)) return status_test(condition);
    if (is_system(condition.column, visibility::kCloseTime)) return close_time_test(condition);
    if (const auto expression = table_expression(condition.column)) {
        return scalar_test(*expression, condition);
    }
    return attribute_test(condition);
}

SqlText translate_node(const Filter& filter, bool negate);

// Halves instead of a chain: SQLite allows a depth of 1,000.
SqlText translate_operands(const std::vector<Filter>& operands, std::size_t begin, std::size_t end,
                           std::string_view connective, bool negate) {
    if (end - begin == 1) return translate_node(operands[begin], negate);
    const std::size_t middle = begin + (end - begin) / 2;
    return joined(connective, translate_operands(operands, begin, middle, connective, negate),
                  translate_operands(operands, middle, end, connective, negate));
}

SqlText translate_node(const Filter& filter, bool negate) {
    if (const auto* condition = std::get_if<ColumnCondition>(&filter.node)) {
        ColumnCondition meant = *condition;
        if (negate) meant.op = opposite(meant.op);
        return condition_test(meant);
    }
    const auto& combination = std::get<ColumnCombination>(filter.node);
    if (combination.connective == Connective::Not) {
        return translate_node(combination.operands.front(), !negate);
    }
    const bool is_and = (combination.connective == Connective::And) != negate;
    return translate_operands(combination.operands, 0, combination.operands.size(),
                              is_and ? "AND" : "OR", negate);
}

}  // namespace

SqlText translate(const Filter& filter) { return translate_node(filter, false); }

SqlText column_expression(const Column& column) {
    if (const auto expression = table_expression(column)) return {*expression, {}};
    return {
        "(SELECT a.value FROM visibility_attribute a WHERE a.record_key = v.record_key"
        " AND a.name = ? AND a.kind = " +
            kind_text(column) + " LIMIT 1)",
        {column.name}};
}

}  // namespace server::store::sqlite
