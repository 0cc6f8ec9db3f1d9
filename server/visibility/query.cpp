#include "server/visibility/query.h"

#include "server/base/assert.h"

namespace server::visibility {

std::string_view to_string(Operator op) {
    switch (op) {
    case Operator::Equal: return "=";
    case Operator::NotEqual: return "!=";
    case Operator::Less: return "<";
    case Operator::LessOrEqual: return "<=";
    case Operator::Greater: return ">";
    case Operator::GreaterOrEqual: return ">=";
    case Operator::In: return "IN";
    case Operator::NotIn: return "NOT IN";
    case Operator::Between: return "BETWEEN";
    case Operator::NotBetween: return "NOT BETWEEN";
    case Operator::StartsWith: return "STARTS_WITH";
    case Operator::NotStartsWith: return "NOT STARTS_WITH";
    case Operator::IsNull: return "IS NULL";
    case Operator::IsNotNull: return "IS NOT NULL";
    }
    ASSERT(false, "operator out of range");
}

bool null_is_far_future(const Column& column) {
    return column.origin == Origin::System && column.name == kCloseTime;
}

}  // namespace server::visibility
