#include "server/store/postgres/visibility_filter.h"

#include <array>
#include <cstdio>
#include <optional>

#include "server/base/assert.h"
#include "server/store/postgres/attribute_test.h"
#include "server/store/postgres/visibility_write.h"
#include "server/store/visibility_cells.h"

namespace server::store::postgres {

namespace {

using visibility::Connective;
using visibility::Filter;
using visibility::Operator;
using visibility::Value;
using TableColumn = visibility::Column;
using Condition = visibility::Condition<TableColumn, Value>;
using Combination = visibility::Combination<TableColumn, Value>;

struct SystemExpression {
    std::string_view name;
    std::string_view expression;
};

// An open run has the far future in close_time, which is how filters see it; what only a closed run
// has is NULL before.
constexpr std::array kSystemExpressions = {
    SystemExpression{"WorkflowId", "v.workflow_id"},
    SystemExpression{"RunId", "v.run_id"},
    SystemExpression{"WorkflowType", "v.workflow_type"},
    SystemExpression{"TaskQueue", "v.task_queue"},
    SystemExpression{"StartTime", "v.start_time"},
    SystemExpression{"ExecutionTime", "v.execution_time"},
    SystemExpression{"CloseTime", "v.close_time"},
    SystemExpression{"ExecutionStatus", "v.status"},
    SystemExpression{"HistoryLength",
                     "CASE WHEN v.close_time < 9223372036854775807 THEN v.history_length END"},
    SystemExpression{"HistorySizeBytes",
                     "CASE WHEN v.close_time < 9223372036854775807 THEN v.history_size_bytes END"},
    SystemExpression{
        "StateTransitionCount",
        "CASE WHEN v.close_time < 9223372036854775807 THEN v.state_transition_count END"},
    SystemExpression{
        "ExecutionDuration",
        "CASE WHEN v.close_time < 9223372036854775807 THEN v.close_time - v.execution_time END"},
    SystemExpression{"ParentWorkflowId", "v.parent_workflow_id"},
    SystemExpression{"ParentRunId", "v.parent_run_id"},
    SystemExpression{"RootWorkflowId", "v.root_workflow_id"},
    SystemExpression{"RootRunId", "v.root_run_id"},
};

bool is_division(const TableColumn& column) {
    return column.origin == visibility::Origin::Predefined &&
           column.name == visibility::kNamespaceDivision;
}

bool is_named(const TableColumn& column, std::string_view name) {
    return column.origin == visibility::Origin::System && column.name == name;
}

std::string_view system_expression(const TableColumn& column) {
    for (const SystemExpression& entry : kSystemExpressions) {
        if (entry.name == column.name) return entry.expression;
    }
    ASSERT(false, column.name);
}

// A double against integers: both as numbers without a limit, because a conversion to either type
// would round.
std::string exact_text(double number) {
    constexpr std::size_t kDigitsMax = 1500;
    std::array<char, kDigitsMax> text;
    const int size = std::snprintf(text.data(), text.size(), "%.1074f", number);
    return std::string(text.data(), static_cast<std::size_t>(size));
}

struct AddValue {
    SqlBuilder& sql;
    void operator()(const std::string& text) const { sql.add_argument(text, "bytea"); }
    void operator()(std::int64_t number) const { sql.add_argument(number, "int8"); }
    void operator()(double number) const {
        sql.add_argument(exact_text(number), "text").add("::numeric");
    }
    void operator()(bool value) const { sql.add_argument(value, "bool"); }
    void operator()(TimePoint time) const { sql.add_argument(time, "int8"); }
};

void add_value(SqlBuilder& sql, const Value& value) { std::visit(AddValue{sql}, value); }

void add_values(SqlBuilder& sql, const std::vector<Value>& values) {
    sql.add("(");
    for (std::size_t index = 0; index < values.size(); ++index) {
        sql.add(index == 0 ? "" : ", ");
        add_value(sql, values[index]);
    }
    sql.add(")");
}

// A range of bytes: exact, and an index serves it.
void add_prefix_test(SqlBuilder& sql, std::string_view expression, const Value& value,
                     bool negated) {
    std::string end = std::get<std::string>(value);
    sql.add("(").add(expression).add(negated ? " < " : " >= ").add_argument(end, "bytea");
    while (!end.empty() && end.back() == '\xff') end.pop_back();
    if (!end.empty()) {
        end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
        sql.add(negated ? " OR " : " AND ").add(expression).add(negated ? " >= " : " < ");
        sql.add_argument(end, "bytea");
    }
    sql.add(")");
}

// A test of an expression that yields one value.
void add_scalar_test(SqlBuilder& sql, std::string_view expression, const Condition& condition) {
    const std::vector<Value>& values = condition.values;
    const auto compare = [&](std::string_view op) {
        sql.add(expression).add(op);
        add_value(sql, values.front());
    };
    switch (condition.op) {
    case Operator::Equal: return compare(" = ");
    case Operator::NotEqual: return compare(" <> ");
    case Operator::Less: return compare(" < ");
    case Operator::LessOrEqual: return compare(" <= ");
    case Operator::Greater: return compare(" > ");
    case Operator::GreaterOrEqual: return compare(" >= ");
    case Operator::In:
    case Operator::NotIn:
        sql.add(expression).add(condition.op == Operator::In ? " IN " : " NOT IN ");
        return add_values(sql, values);
    case Operator::Between:
    case Operator::NotBetween:
        sql.add(expression).add(condition.op == Operator::Between ? " BETWEEN " : " NOT BETWEEN ");
        add_value(sql, values.front());
        sql.add(" AND ");
        return add_value(sql, values.back());
    case Operator::StartsWith: return add_prefix_test(sql, expression, values.front(), false);
    case Operator::NotStartsWith: return add_prefix_test(sql, expression, values.front(), true);
    case Operator::IsNull: sql.add(expression).add(" IS NULL"); return;
    case Operator::IsNotNull: sql.add(expression).add(" IS NOT NULL"); return;
    }
    ASSERT(false, "operator out of range");
}

void add_close_time_test(SqlBuilder& sql, const Condition& condition) {
    if (condition.op == Operator::IsNull) {
        sql.add("v.close_time = 9223372036854775807");
    } else if (condition.op == Operator::IsNotNull) {
        sql.add("v.close_time < 9223372036854775807");
    } else {
        add_scalar_test(sql, "v.close_time", condition);
    }
}

// Statuses are few, so a condition on their names becomes the list of those that meet it.
void add_status_test(SqlBuilder& sql, const Condition& condition) {
    constexpr int kStatusNumberMax = 8;
    std::string numbers;
    for (int number = 0; number <= kStatusNumberMax; ++number) {
        VisibilityRecord record;
        record.status = number;
        const Filter filter{condition};
        if (evaluate(filter, VisibilityCells(record)) != visibility::Truth::True) continue;
        numbers += (numbers.empty() ? "" : ", ") + std::to_string(number);
    }
    if (numbers.empty()) {
        sql.add("false");
    } else {
        sql.add("v.status IN (").add(numbers).add(")");
    }
}

// Stored behind a byte, and empty without one (visibility_write.h).
void add_division_test(SqlBuilder& sql, const Condition& condition) {
    if (condition.op == Operator::IsNull) {
        sql.add("v.division = ''::bytea");
        return;
    }
    sql.add("(v.division <> ''::bytea");
    if (condition.op != Operator::IsNotNull) {
        Condition stored = condition;
        for (Value& value : stored.values) value = kDivisionMark + std::get<std::string>(value);
        sql.add(" AND ");
        add_scalar_test(sql, "v.division", stored);
    }
    sql.add(")");
}

void add_condition(SqlBuilder& sql, const Condition& condition) {
    const TableColumn& column = condition.column;
    if (is_named(column, visibility::kExecutionStatus)) return add_status_test(sql, condition);
    if (is_named(column, visibility::kCloseTime)) return add_close_time_test(sql, condition);
    if (is_division(column)) return add_division_test(sql, condition);
    if (column.origin == visibility::Origin::System) {
        return add_scalar_test(sql, system_expression(column), condition);
    }
    add_attribute_test(sql, condition);
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

void add_node(SqlBuilder& sql, const Filter& filter, bool negate) {
    if (const auto* condition = std::get_if<Condition>(&filter.node)) {
        Condition meant = *condition;
        if (negate) meant.op = opposite(meant.op);
        return add_condition(sql, meant);
    }
    const auto& combination = std::get<Combination>(filter.node);
    if (combination.connective == Connective::Not) {
        return add_node(sql, combination.operands.front(), !negate);
    }
    const bool is_and = (combination.connective == Connective::And) != negate;
    sql.add("(");
    for (std::size_t index = 0; index < combination.operands.size(); ++index) {
        if (index > 0) sql.add(is_and ? " AND " : " OR ");
        add_node(sql, combination.operands[index], negate);
    }
    sql.add(")");
}

}  // namespace

void add_filter(SqlBuilder& sql, const Filter& filter) { add_node(sql, filter, false); }

void add_column(SqlBuilder& sql, const visibility::Column& column) {
    if (is_division(column)) {
        sql.add("CASE WHEN v.division <> ''::bytea THEN substr(v.division, 2) END");
    } else if (column.origin == visibility::Origin::System) {
        sql.add(system_expression(column));
    } else {
        add_attribute_value(sql, column);
    }
}

}  // namespace server::store::postgres
