#include "server/visibility/print.h"

#include <array>
#include <charconv>

#include "server/base/assert.h"
#include "server/visibility/lexer.h"

namespace server::visibility {

namespace {

std::string print_name(const ParsedName& name) {
    if (is_plain_word(name.text)) return name.text;
    std::string result = "`";
    for (const char byte : name.text) {
        if (byte == '`') result += '`';
        result += byte;
    }
    return result + "`";
}

std::string print_value(const std::string& text) {
    std::string result = "'";
    for (const char byte : text) {
        if (byte == '\'' || byte == '\\') result += byte;
        result += byte;
    }
    return result + "'";
}

std::string print_value(bool value) { return value ? "TRUE" : "FALSE"; }
std::string print_value(std::int64_t value) { return std::to_string(value); }

// The shortest text that reads back as the same double, and never as a whole number.
std::string print_value(double value) {
    std::array<char, 32> buffer;
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    ASSERT(error == std::errc{}, "a double has at most 24 characters");
    std::string result(buffer.data(), end);
    return result.find_first_of(".e") == std::string::npos ? result + ".0" : result;
}

std::string print_literal(const Literal& literal) {
    return std::visit([](const auto& value) { return print_value(value); }, literal.value);
}

std::string print_list(const std::vector<Literal>& literals) {
    std::string result;
    for (const Literal& literal : literals) {
        result += (result.empty() ? "(" : ", ") + print_literal(literal);
    }
    return result + ")";
}

std::string print_condition(const Condition<ParsedName, Literal>& condition) {
    const auto& [column, op, values] = condition;
    const std::string test = print_name(column) + " " + std::string(to_string(op));
    if (op == Operator::In || op == Operator::NotIn) return test + " " + print_list(values);
    if (values.empty()) return test;
    const std::string first = test + " " + print_literal(values.front());
    return values.size() == 1 ? first : first + " AND " + print_literal(values.back());
}

std::string print_expression(const ParsedExpression& expression);

// Chains are printed in parentheses wherever they are operands, so that the tree keeps its shape.
std::string print_operand(const ParsedExpression& operand) {
    const auto* combination = std::get_if<Combination<ParsedName, Literal>>(&operand.node);
    const bool is_chain = combination != nullptr && combination->connective != Connective::Not;
    return is_chain ? "(" + print_expression(operand) + ")" : print_expression(operand);
}

std::string print_combination(const Combination<ParsedName, Literal>& combination) {
    if (combination.connective == Connective::Not) {
        return "NOT " + print_operand(combination.operands.front());
    }
    const std::string link = combination.connective == Connective::And ? " AND " : " OR ";
    std::string result;
    for (const ParsedExpression& operand : combination.operands) {
        if (!result.empty()) result += link;
        result += print_operand(operand);
    }
    return result;
}

std::string print_expression(const ParsedExpression& expression) {
    return std::visit(
        Overloaded{[](const Condition<ParsedName, Literal>& c) { return print_condition(c); },
                   [](const Combination<ParsedName, Literal>& c) { return print_combination(c); }},
        expression.node);
}

}  // namespace

std::string to_text(const ParsedQuery& query) {
    std::string result;
    if (query.filter) result = print_expression(*query.filter);
    if (!query.group_by) return result;
    return result + (result.empty() ? "" : " ") + "GROUP BY " + print_name(*query.group_by);
}

}  // namespace server::visibility
