#include "server/visibility/bind.h"

#include "server/base/assert.h"
#include "server/visibility/literal_value.h"
#include "server/visibility/parser.h"
#include "server/visibility/query_error.h"

namespace server::visibility {

namespace {

// Fields of these names may be grouped by: few values each, whatever the number of workflows.
constexpr std::string_view kLowCardinalityPrefix = "TemporalLowCardinalityKeyword";

bool is_comparison(Operator op) { return op <= Operator::GreaterOrEqual; }
bool is_equality(Operator op) { return op == Operator::Equal || op == Operator::NotEqual; }
bool is_list(Operator op) { return op == Operator::In || op == Operator::NotIn; }
bool is_range(Operator op) { return op == Operator::Between || op == Operator::NotBetween; }
bool is_prefix(Operator op) { return op == Operator::StartsWith || op == Operator::NotStartsWith; }
bool is_null_test(Operator op) { return op == Operator::IsNull || op == Operator::IsNotNull; }

bool type_has(ValueType type, Operator op) {
    if (is_null_test(op)) return true;
    switch (type) {
    case ValueType::Text: return is_equality(op);
    case ValueType::KeywordList: return is_equality(op) || is_list(op);
    case ValueType::Bool: return is_comparison(op) || is_list(op);
    case ValueType::Keyword: return true;
    case ValueType::Int:
    case ValueType::Double:
    case ValueType::Datetime: return !is_prefix(op);
    }
    ASSERT(false, "value type out of range");
}

bool may_group_by(const Column& column) {
    return (column.origin == Origin::System && column.name == kExecutionStatus) ||
           (column.origin == Origin::Predefined && column.name == kNamespaceDivision) ||
           column.name.starts_with(kLowCardinalityPrefix);
}

class Binder {
public:
    Binder(const SearchAttributeCatalog& catalog, const BindOptions& options)
        : catalog_(catalog), options_(options) {}

    Result<Query> bind(const ParsedQuery& parsed) {
        Query query;
        if (parsed.filter) {
            TRY_ASSIGN(query.filter, bind_expression(*parsed.filter));
        }
        if (parsed.group_by) {
            TRY_ASSIGN(query.group_by, bind_group_by(*parsed.group_by));
        }
        if (!division_named_) add_division(query);
        return query;
    }

private:
    Result<Filter> bind_expression(const ParsedExpression& expression) {
        using ParsedCondition = Condition<ParsedName, Literal>;
        if (const auto* condition = std::get_if<ParsedCondition>(&expression.node)) {
            return bind_condition(*condition);
        }
        const auto& combination = std::get<Combination<ParsedName, Literal>>(expression.node);
        Combination<Column, Value> bound{combination.connective, {}};
        for (const ParsedExpression& operand : combination.operands) {
            TRY_ASSIGN(Filter filter, bind_expression(operand));
            bound.operands.push_back(std::move(filter));
        }
        return Filter{std::move(bound)};
    }

    Result<Filter> bind_condition(const Condition<ParsedName, Literal>& condition) {
        TRY_ASSIGN(Column column, bind_name(condition.column));
        TRY(check_operator(condition, column));
        Condition<Column, Value> bound{std::move(column), condition.op, {}};
        for (const Literal& literal : condition.values) {
            TRY_ASSIGN(std::vector<Value> values,
                       values_of(literal, bound.column, condition.column.text));
            values_ += values.size();
            if (values_ > kValuesMax) {
                return unsupported_operation(
                    "a query with more than " + std::to_string(kValuesMax) + " values",
                    literal.position);
            }
            for (Value& value : values) bound.values.push_back(std::move(value));
        }
        if (is_schedule_id(condition.column, bound.column)) add_schedule_id_prefix(bound.values);
        return Filter{std::move(bound)};
    }

    Result<Column> bind_name(const ParsedName& name) {
        const auto column = catalog_.resolve(name.text);
        if (!column) {
            return invalid_expression(
                "column name " + quote(name.text) + " is not a valid search attribute",
                name.position);
        }
        if (column->name == kNamespaceDivision) division_named_ = true;
        return *column;
    }

    static Status check_operator(const Condition<ParsedName, Literal>& condition,
                                 const Column& column) {
        if (type_has(column.type, condition.op)) return ok_status();
        const std::string name = quote(condition.column.text);
        const std::string type(to_string(column.type));
        if (is_range(condition.op)) {
            return invalid_expression(
                "cannot do range condition on search attribute " + name + " of type " + type,
                condition.column.position);
        }
        return unsupported_operation("operator " + quote(to_string(condition.op)) +
                                         " not supported for " + type + " type search attribute " +
                                         name,
                                     condition.column.position);
    }

    Result<Column> bind_group_by(const ParsedName& name) {
        if (options_.use != QueryUse::Count) {
            return unsupported_operation("'GROUP BY' clause in a list (only a count groups)",
                                         name.position);
        }
        TRY_ASSIGN(Column column, bind_name(name));
        if (!may_group_by(column)) {
            return unsupported_operation(
                "'GROUP BY' clause is not supported for search attribute " + quote(name.text),
                name.position);
        }
        return column;
    }

    static bool is_schedule_id(const ParsedName& written, const Column& column) {
        return written.text == kScheduleId && column.name == kWorkflowId;
    }

    void add_schedule_id_prefix(std::vector<Value>& values) const {
        for (Value& value : values)
            value = options_.schedule_id_prefix + std::get<std::string>(value);
    }

    void add_division(Query& query) const {
        Condition<Column, Value> hidden{*catalog_.find(kNamespaceDivision), Operator::IsNull, {}};
        if (!options_.division.empty()) {
            hidden.op = Operator::Equal;
            hidden.values.emplace_back(options_.division);
        }
        Filter division{std::move(hidden)};
        if (!query.filter) {
            query.filter = std::move(division);
            return;
        }
        Combination<Column, Value> both{Connective::And, {}};
        both.operands.push_back(std::move(division));
        both.operands.push_back(std::move(*query.filter));
        query.filter = Filter{std::move(both)};
    }

    const SearchAttributeCatalog& catalog_;
    const BindOptions& options_;
    bool division_named_ = false;
    std::size_t values_ = 0;
};

}  // namespace

Result<Query> bind(const ParsedQuery& parsed, const SearchAttributeCatalog& catalog,
                   const BindOptions& options) {
    return Binder(catalog, options).bind(parsed);
}

Result<Query> compile(std::string_view text, const SearchAttributeCatalog& catalog,
                      const BindOptions& options) {
    TRY_ASSIGN(const ParsedQuery parsed, parse(text));
    return bind(parsed, catalog, options);
}

}  // namespace server::visibility
