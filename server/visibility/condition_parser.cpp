#include "server/visibility/condition_parser.h"

#include <array>
#include <charconv>
#include <optional>

#include "server/visibility/parser.h"

namespace server::visibility {

namespace {

constexpr std::array kComparisons = {
    std::pair{TokenKind::Equal, Operator::Equal},
    std::pair{TokenKind::NotEqual, Operator::NotEqual},
    std::pair{TokenKind::Less, Operator::Less},
    std::pair{TokenKind::LessOrEqual, Operator::LessOrEqual},
    std::pair{TokenKind::Greater, Operator::Greater},
    std::pair{TokenKind::GreaterOrEqual, Operator::GreaterOrEqual},
};

std::optional<Operator> comparison_of(TokenKind kind) {
    for (const auto& [token, op] : kComparisons) {
        if (token == kind) return op;
    }
    return std::nullopt;
}

bool begins_number(TokenKind kind) {
    return kind == TokenKind::Number || kind == TokenKind::Plus || kind == TokenKind::Minus;
}

bool begins_value(TokenKind kind) {
    return begins_number(kind) || kind == TokenKind::Text || kind == TokenKind::Null ||
           kind == TokenKind::True || kind == TokenKind::False;
}

bool ends_condition(TokenKind kind) {
    return kind == TokenKind::End || kind == TokenKind::And || kind == TokenKind::Or ||
           kind == TokenKind::RightParenthesis || kind == TokenKind::Group;
}

// The whole text as a number of this type.
template <class Number>
std::optional<Number> read_number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string limit_reason(std::string_view things, int limit) {
    return "a query with more than " + std::to_string(limit) + " " + std::string(things);
}

}  // namespace

Result<ParsedExpression> ConditionParser::parse() {
    if (++terms_ > kTermsMax) {
        return unsupported_operation(limit_reason("conditions", kTermsMax), cursor_.position());
    }
    ParsedCondition condition;
    TRY_ASSIGN(condition.column, parse_name());
    TRY(parse_test(condition));
    return ParsedExpression{std::move(condition)};
}

Result<ParsedName> ConditionParser::parse_name() {
    if (begins_value(cursor_.token().kind)) {
        return invalid_expression("must be a column name but was " + quote(cursor_.token().text),
                                  cursor_.position());
    }
    if (!cursor_.at_name()) return cursor_.unexpected("a column name");
    Token name = cursor_.take();
    if (cursor_.at(TokenKind::LeftParenthesis)) {
        return unsupported_operation("function " + quote(name.text), name.position);
    }
    return ParsedName{std::move(name.text), name.position};
}

Status ConditionParser::parse_test(ParsedCondition& condition) {
    if (const auto comparison = comparison_of(cursor_.token().kind)) {
        cursor_.take();
        condition.op = *comparison;
        return parse_value(condition);
    }
    if (cursor_.accept(TokenKind::Is)) return parse_null_test(condition);
    return parse_negatable_test(condition, cursor_.accept(TokenKind::Not));
}

Status ConditionParser::parse_negatable_test(ParsedCondition& condition, bool negated) {
    if (cursor_.accept(TokenKind::In)) {
        condition.op = negated ? Operator::NotIn : Operator::In;
        return parse_list(condition);
    }
    if (cursor_.accept(TokenKind::StartsWith)) {
        condition.op = negated ? Operator::NotStartsWith : Operator::StartsWith;
        return parse_value(condition);
    }
    if (cursor_.accept(TokenKind::Between)) {
        condition.op = negated ? Operator::NotBetween : Operator::Between;
        TRY(parse_value(condition));
        TRY(cursor_.expect(TokenKind::And, "AND"));
        return parse_value(condition);
    }
    if (negated) return cursor_.unexpected("IN, BETWEEN or STARTS_WITH after NOT");
    return refuse_test(condition.column);
}

Status ConditionParser::parse_null_test(ParsedCondition& condition) {
    condition.op = cursor_.accept(TokenKind::Not) ? Operator::IsNotNull : Operator::IsNull;
    if (cursor_.accept(TokenKind::Null)) return ok_status();
    if (cursor_.at(TokenKind::Invalid)) return cursor_.unexpected("NULL");
    return invalid_expression("'IS' operator can only be used as 'IS NULL' or 'IS NOT NULL'",
                              cursor_.position());
}

Status ConditionParser::parse_list(ParsedCondition& condition) {
    TRY(cursor_.expect(TokenKind::LeftParenthesis, "'(' after IN"));
    do {
        TRY(parse_value(condition));
    } while (cursor_.accept(TokenKind::Comma));
    return cursor_.expect(TokenKind::RightParenthesis, "',' or ')' in the list of values");
}

Status ConditionParser::parse_value(ParsedCondition& condition) {
    if (++values_ > kValuesMax) {
        return unsupported_operation(limit_reason("values", kValuesMax), cursor_.position());
    }
    TRY_ASSIGN(Literal literal, parse_literal());
    condition.values.push_back(std::move(literal));
    return ok_status();
}

Result<Literal> ConditionParser::parse_literal() {
    const std::size_t position = cursor_.position();
    if (begins_number(cursor_.token().kind)) return parse_number();
    if (cursor_.at(TokenKind::Text)) return Literal{cursor_.take().text, position};
    if (cursor_.accept(TokenKind::True)) return Literal{true, position};
    if (cursor_.accept(TokenKind::False)) return Literal{false, position};
    return refuse_value();
}

// A whole number beyond 64 bits is read as a double.
Result<Literal> ConditionParser::parse_number() {
    const std::size_t position = cursor_.position();
    const bool negative = cursor_.at(TokenKind::Minus);
    const bool is_signed = cursor_.accept(TokenKind::Minus) || cursor_.accept(TokenKind::Plus);
    if (is_signed && cursor_.at(TokenKind::Text)) {
        return invalid_expression("a sign before the string " + quote(cursor_.token().text),
                                  position);
    }
    if (!cursor_.at(TokenKind::Number)) return cursor_.unexpected("a number");
    const std::string text = (negative ? "-" : "") + cursor_.take().text;
    if (const auto integer = read_number<std::int64_t>(text)) return Literal{*integer, position};
    if (const auto number = read_number<double>(text)) return Literal{*number, position};
    return malformed_query("not a number or out of range: " + quote(text), position);
}

Status ConditionParser::refuse_value() {
    if (cursor_.at(TokenKind::Null)) {
        return invalid_expression("comparison with NULL (write IS NULL or IS NOT NULL)",
                                  cursor_.position());
    }
    if (cursor_.at(TokenKind::LeftParenthesis)) {
        return invalid_expression("a value in parentheses is possible only after IN",
                                  cursor_.position());
    }
    if (!cursor_.at_name()) return cursor_.unexpected("a value");
    TRY_ASSIGN(const ParsedName name, parse_name());
    const std::string reason = "column name on the right side of comparison expression";
    return unsupported_operation(reason + " (did you forget to quote " + quote(name.text) + "?)",
                                 name.position);
}

Status ConditionParser::refuse_test(const ParsedName& column) const {
    if (ends_condition(cursor_.token().kind)) {
        return invalid_expression(
            "incomplete expression: column name " + quote(column.text) + " without a comparison",
            column.position);
    }
    return cursor_.unexpected("an operator after column name " + quote(column.text));
}

}  // namespace server::visibility
