// Laws of the parser, on random trees and on random texts.
#include <rapidcheck/catch.h>

#include "tests/visibility/support.h"

namespace server::visibility {

namespace {

using ParsedCondition = Condition<ParsedName, Literal>;
using ParsedCombination = Combination<ParsedName, Literal>;

rc::Gen<ParsedName> any_name() {
    const auto text = rc::gen::oneOf(
        rc::gen::nonEmpty<std::string>(),
        rc::gen::element<std::string>("WorkflowId", "a.b", "in", "Order", "a`b", "größe"));
    return rc::gen::map(text, [](std::string name) { return ParsedName{std::move(name)}; });
}

rc::Gen<Literal> any_literal() {
    return rc::gen::oneOf(
        rc::gen::map(rc::gen::arbitrary<std::string>(), [](std::string v) { return Literal{v}; }),
        rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t v) { return Literal{v}; }),
        rc::gen::map(rc::gen::arbitrary<double>(), [](double v) { return Literal{v}; }),
        rc::gen::map(rc::gen::arbitrary<bool>(), [](bool v) { return Literal{v}; }));
}

std::size_t value_count(Operator op) {
    if (op == Operator::IsNull || op == Operator::IsNotNull) return 0;
    if (op == Operator::Between || op == Operator::NotBetween) return 2;
    return op == Operator::In || op == Operator::NotIn ? *rc::gen::inRange(1, 4) : 1;
}

ParsedExpression any_condition() {
    const auto op = static_cast<Operator>(*rc::gen::inRange(0, 14));
    auto values = *rc::gen::container<std::vector<Literal>>(value_count(op), any_literal());
    return {ParsedCondition{*any_name(), op, std::move(values)}};
}

ParsedExpression any_expression(int depth) {
    if (depth == 0 || *rc::gen::inRange(0, 3) == 0) return any_condition();
    ParsedCombination combination{
        *rc::gen::element(Connective::And, Connective::Or, Connective::Not), {}};
    const int count = combination.connective == Connective::Not ? 1 : *rc::gen::inRange(2, 4);
    for (int i = 0; i < count; ++i) combination.operands.push_back(any_expression(depth - 1));
    return {std::move(combination)};
}

// Pieces from which a random text is more often nearly right than random bytes are.
std::string any_near_query() {
    const auto piece = rc::gen::element<std::string>(
        "WorkflowId", "CloseTime", "Customer", "Count", "Note", "Tags", "`Paid`", "ExecutionStatus",
        "=", "!=", "<", ">=", "IN", "NOT", "BETWEEN", "AND", "OR", "IS", "NULL", "STARTS_WITH", "(",
        ")", ",", "'x'", "'Running'", "\"it's\"", "1", "-", "2.5", "TRUE", "GROUP BY", "LIKE", "--",
        "'2026-01-02T03:04:05Z'", "''", "ORDER", "\\", "é", "`", "'");
    std::string text;
    for (const std::string& next : *rc::gen::container<std::vector<std::string>>(piece)) {
        text += next + " ";
    }
    return text;
}

bool is_a_refusal(const Status& status) {
    return status.code() == Code::InvalidArgument &&
           status.message().starts_with("invalid query: ") &&
           status.message().find(" at position ") != std::string::npos;
}

// Whatever the text is: a refusal that says where, or a tree that prints and parses to itself.
void check_total(const std::string& text) {
    const auto parsed = parse(text);
    if (!parsed.ok()) {
        RC_ASSERT(is_a_refusal(parsed.status()));
        return;
    }
    const auto again = parse(to_text(*parsed));
    RC_ASSERT(again.ok());
    RC_ASSERT(*again == *parsed);
    const auto bound = bind(*parsed, sample_catalog(), {.use = QueryUse::Count});
    if (!bound.ok()) {
        RC_ASSERT(is_a_refusal(bound.status()));
        return;
    }
    const SampleRecord record({{"WorkflowId", std::string("x")}, {"Count", std::int64_t{1}}});
    matches(*bound, record);
}

}  // namespace

TEST_CASE("a printed query parses to the same tree", "[visibility][parser][law]") {
    rc::prop("print, then parse", [] {
        ParsedQuery query;
        if (*rc::gen::inRange(0, 8) != 0) query.filter = any_expression(*rc::gen::inRange(0, 4));
        if (*rc::gen::arbitrary<bool>()) query.group_by = *any_name();
        const auto again = parse(to_text(query));
        RC_LOG() << to_text(query) << "\n" << again.status().message();
        RC_ASSERT(again.ok());
        RC_ASSERT(*again == query);
    });
}

TEST_CASE("random bytes are refused or read, and never crash", "[visibility][parser][law]") {
    rc::prop("random bytes", [](const std::string& text) { check_total(text); });
}

TEST_CASE("random words of the language are refused or read", "[visibility][parser][law]") {
    rc::prop("random words", [] { check_total(any_near_query()); });
}

TEST_CASE("a query with one byte changed is refused or read", "[visibility][parser][law]") {
    rc::prop("one byte changed", [](char byte) {
        std::string text =
            "Customer IN ('a', \"b\") AND NOT (Count BETWEEN -1 AND 2.5 OR `Due` IS NOT NULL) "
            "AND WorkflowType STARTS_WITH 'x' GROUP BY ExecutionStatus";
        text[*rc::gen::inRange<std::size_t>(0, text.size())] = byte;
        check_total(text);
    });
}

}  // namespace server::visibility
