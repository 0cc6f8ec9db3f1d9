#include "server/visibility/parser.h"

#include "tests/visibility/support.h"

namespace server::visibility {

namespace {

struct ParseCase {
    std::string_view text;
    std::string_view outcome;  // the canonical text, or the message without "invalid query: "
};

std::string refusal(std::string_view text) {
    const std::string message = message_of(parse(text));
    constexpr std::string_view kPrefix = "invalid query: ";
    REQUIRE(message.starts_with(kPrefix));
    return message.substr(kPrefix.size());
}

using ParsedCondition = Condition<ParsedName, Literal>;

std::string repeated(std::string_view piece, std::size_t count) {
    std::string text;
    while (count-- > 0) text += piece;
    return text;
}

}  // namespace

TEST_CASE("every form of the language is read", "[visibility][parser]") {
    const auto row = GENERATE(values<ParseCase>({
        {"", ""},
        {" \t\r\n", ""},
        {"a='x'", "a = 'x'"},
        {"`a` = \"x\"", "a = 'x'"},
        {"`a b` != 'x'", "`a b` != 'x'"},
        {"`in` <> 'x'", "`in` != 'x'"},
        {"a < 1 ", "a < 1"},
        {"a<=-1", "a <= -1"},
        {"a > + 1", "a > 1"},
        {"a >= - 1.50", "a >= -1.5"},
        {"a = 1e3", "a = 1000.0"},
        {"a = 1.", "a = 1.0"},
        {"a = .5", "a = 0.5"},
        {"a = 9223372036854775807", "a = 9223372036854775807"},
        {"a = -9223372036854775808", "a = -9223372036854775808"},
        {"a = 9223372036854775808", "a = 9223372036854775808.0"},
        {"a = true or a=FALSE", "a = TRUE OR a = FALSE"},
        {"a in ('x')", "a IN ('x')"},
        {"a not in (1, 2.5,'x',true)", "a NOT IN (1, 2.5, 'x', TRUE)"},
        {"a between 1 and 2 and b = 3", "a BETWEEN 1 AND 2 AND b = 3"},
        {"a not between 'x' and 'y'", "a NOT BETWEEN 'x' AND 'y'"},
        {"a starts_with 'x'", "a STARTS_WITH 'x'"},
        {"a NOT STARTS_WITH 'x'", "a NOT STARTS_WITH 'x'"},
        {"a is null or a is not null", "a IS NULL OR a IS NOT NULL"},
        {"a = 'it''s' and b = '\\\\'", "a = 'it''s' AND b = '\\\\'"},
        {"((a = 1))", "a = 1"},
        {"a = 1 and b = 2 or c = 3 and d = 4", "(a = 1 AND b = 2) OR (c = 3 AND d = 4)"},
        {"a = 1 && b = 2 || c = 3", "(a = 1 AND b = 2) OR c = 3"},
        {"a = 1 and (b = 2 or c = 3)", "a = 1 AND (b = 2 OR c = 3)"},
        {"not a = 1 and b = 2", "NOT a = 1 AND b = 2"},
        {"not (a = 1 and b = 2)", "NOT (a = 1 AND b = 2)"},
        {"not not a = 1", "NOT NOT a = 1"},
        {"group by a", "GROUP BY a"},
        {"a = 1 GROUP BY `b c`", "a = 1 GROUP BY `b c`"},
    }));
    INFO(row.text);
    CHECK(to_text(must(parse(row.text))) == row.outcome);
}

TEST_CASE("a query becomes a tree of conditions and combinations", "[visibility][parser]") {
    const auto query = must(parse("a IN (1, 'x') AND NOT `b c` IS NULL AND d = TRUE"));
    const ParsedExpression in{ParsedCondition{{"a"}, Operator::In, {{1}, {"x"}}}};
    const ParsedExpression is_null{ParsedCondition{{"b c"}, Operator::IsNull, {}}};
    const ParsedExpression is_true{ParsedCondition{{"d"}, Operator::Equal, {{true}}}};
    const ParsedExpression negation{Combination<ParsedName, Literal>{Connective::Not, {is_null}}};
    const ParsedExpression expected{
        Combination<ParsedName, Literal>{Connective::And, {in, negation, is_true}}};
    CHECK(query.filter == expected);
    CHECK_FALSE(query.group_by.has_value());
}

TEST_CASE("names and literals keep their position", "[visibility][parser]") {
    const auto query = must(parse("  `a` = 'x' GROUP BY b"));
    const auto& condition = std::get<ParsedCondition>(query.filter->node);
    CHECK(condition.column.position == 2);
    CHECK(condition.values.front().position == 8);
    CHECK(query.group_by->position == 21);
}

TEST_CASE("a malformed query is refused at its first mistake", "[visibility][parser]") {
    const auto row = GENERATE(values<ParseCase>({
        {"a =", "expected a value but found the end of the query at position 4"},
        {"a = )", "expected a value but found ')' at position 5"},
        {"a == 'x'", "expected a value but found '=' at position 4"},
        {"= 1", "expected a column name but found '=' at position 1"},
        {"a b", "expected an operator after column name 'a' but found 'b' at position 3"},
        {"a NOT 1", "expected IN, BETWEEN or STARTS_WITH after NOT but found '1' at position 7"},
        {"a = 1 b = 2", "expected AND, OR or the end of the query but found 'b' at position 7"},
        {"a = 1)", "expected AND, OR or the end of the query but found ')' at position 6"},
        {"a = 1 and", "expected a column name but found the end of the query at position 10"},
        {"(a = 1", "expected AND, OR or ')' but found the end of the query at position 7"},
        {"()", "expected a column name but found ')' at position 2"},
        {"a IN 'x'", "expected '(' after IN but found 'x' at position 6"},
        {"a IN ()", "expected a value but found ')' at position 7"},
        {"a IN (1,)", "expected a value but found ')' at position 9"},
        {"a IN (1 2)", "expected ',' or ')' in the list of values but found '2' at position 9"},
        {"a BETWEEN 1 OR 2", "expected AND but found 'OR' at position 13"},
        {"a = -b", "expected a number but found 'b' at position 6"},
        {"a = 12abc", "not a number or out of range: '12abc' at position 5"},
        {"a = -0x1f", "not a number or out of range: '-0x1f' at position 5"},
        {"a = 1.2.3", "not a number or out of range: '1.2.3' at position 5"},
        {"a = 1e999", "not a number or out of range: '1e999' at position 5"},
        {"a = 'x", "string without closing ' at position 5"},
        {"a IS `b", "name without closing ` at position 6"},
        {"a = 1 -- b", "comments are not accepted at position 7"},
        {"a /* b */ = 1", "comments are not accepted at position 3"},
        {"a = 1 GROUP a", "expected BY after GROUP but found 'a' at position 13"},
        {"GROUP BY", "expected a column name but found the end of the query at position 9"},
        {"GROUP BY a b", "expected AND, OR or the end of the query but found 'b' at position 12"},
    }));
    CHECK(refusal(row.text) == "malformed SQL query: " + std::string(row.outcome));
}

TEST_CASE("SQL outside of the language is refused by name", "[visibility][parser]") {
    const auto row = GENERATE(values<ParseCase>({
        {"a LIKE 'x%'", "operator 'LIKE' (use STARTS_WITH) at position 3"},
        {"a NOT LIKE 'x%'", "operator 'LIKE' (use STARTS_WITH) at position 7"},
        {"a REGEXP 'x'", "operator 'REGEXP' (use STARTS_WITH) at position 3"},
        {"a <=> 1", "operator '<=>' at position 3"},
        {"a = 1 LIMIT 5", "'LIMIT' clause at position 7"},
        {"a = 1 ORDER BY a", "'ORDER BY' clause at position 7"},
        {"order by a desc", "'ORDER BY' clause at position 1"},
        {"GROUP BY a ORDER BY a", "'ORDER BY' clause at position 12"},
        {"a = 1 HAVING b = 1", "'HAVING' clause at position 7"},
        {"SELECT * FROM x", "'SELECT' statement (write only the condition) at position 1"},
        {"a IN (SELECT b)", "'SELECT' statement (write only the condition) at position 7"},
        {"WHERE a = 1", "'WHERE' keyword (write only the condition) at position 1"},
        {"lower(a) = 'x'", "function 'lower' at position 1"},
        {"a > NOW()", "function 'NOW' at position 5"},
        {"a + 1 = 2", "operator '+' at position 3"},
        {"a = 1 - 2", "operator '-' at position 7"},
        {"a = 2 * 3", "operator '*' at position 7"},
        {"a ! = 3", "operator '!' at position 3"},
        {"a XOR b", "operator 'XOR' at position 3"},
        {"GROUP BY a, b", "'GROUP BY' clause supports only a single field at position 11"},
        {"a = b",
         "column name on the right side of comparison expression (did you forget to quote 'b'?) at "
         "position 5"},
        {"a IN (`b c`)",
         "column name on the right side of comparison expression (did you forget to quote 'b c'?) "
         "at position 7"},
    }));
    CHECK(refusal(row.text) == "operation is not supported: " + std::string(row.outcome));
}

TEST_CASE("an expression that means nothing is refused", "[visibility][parser]") {
    const auto row = GENERATE(values<ParseCase>({
        {"a", "incomplete expression: column name 'a' without a comparison at position 1"},
        {"(a) = 1", "incomplete expression: column name 'a' without a comparison at position 2"},
        {"b = 1 and a or c = 1",
         "incomplete expression: column name 'a' without a comparison at position 11"},
        {"'a' = 1", "must be a column name but was 'a' at position 1"},
        {"1 = 1", "must be a column name but was '1' at position 1"},
        {"-1 = a", "must be a column name but was '-' at position 1"},
        {"TRUE", "must be a column name but was 'TRUE' at position 1"},
        {"NULL = a", "must be a column name but was 'NULL' at position 1"},
        {"GROUP BY 'a'", "must be a column name but was 'a' at position 10"},
        {"a = NULL", "comparison with NULL (write IS NULL or IS NOT NULL) at position 5"},
        {"a IN (1, null)", "comparison with NULL (write IS NULL or IS NOT NULL) at position 10"},
        {"a = ('x', 'y')", "a value in parentheses is possible only after IN at position 5"},
        {"a = -'x'", "a sign before the string 'x' at position 5"},
        {"a IS TRUE", "'IS' operator can only be used as 'IS NULL' or 'IS NOT NULL' at position 6"},
        {"a IS NOT 'x'",
         "'IS' operator can only be used as 'IS NULL' or 'IS NOT NULL' at position 10"},
    }));
    CHECK(refusal(row.text) == "invalid expression: " + std::string(row.outcome));
}

TEST_CASE("a message quotes no more than a piece of the query", "[visibility][parser]") {
    const std::string message = refusal("a = 1 " + repeated("b", 5000));
    CHECK(message.size() < 200);
    CHECK(message.find("bbb...'") != std::string::npos);
    // A character of two bytes that the limit of 64 would cut in half.
    const std::string cut = refusal("a = 1 `x" + repeated("ä", 100) + "`");
    CHECK(cut.find("'x" + repeated("ä", 31) + "...'") != std::string::npos);
}

TEST_CASE("the size of a query is limited", "[visibility][parser]") {
    SECTION("in bytes") {
        const std::string text = "a = '" + repeated("x", kQueryBytesMax - 6) + "'";
        CHECK(parse(text).ok());
        CHECK(refusal(text + " ") ==
              "operation is not supported: a query of 262145 bytes, more than 262144 at position "
              "262145");
    }
    SECTION("in conditions") {
        const std::string text = "a=1" + repeated(" OR a=1", kTermsMax - 1);
        CHECK(parse(text).ok());
        CHECK(refusal(text + " OR a=1") ==
              "operation is not supported: a query with more than 500 conditions at position 3501");
    }
    SECTION("in values") {
        const std::string text = "a IN (1" + repeated(",1", kValuesMax - 1);
        CHECK(parse(text + ")").ok());
        CHECK(refusal(text + ",1)") ==
              "operation is not supported: a query with more than 5000 values at position 10007");
    }
}

TEST_CASE("the depth of a query is limited", "[visibility][parser]") {
    const auto nested = [](std::size_t depth) {
        return repeated("(", depth) + "a = 1" + repeated(")", depth);
    };
    CHECK(parse(nested(kDepthMax)).ok());
    CHECK(refusal(nested(kDepthMax + 1)) ==
          "operation is not supported: a query nested deeper than 64 levels at position 65");
    CHECK(parse(repeated("NOT ", kDepthMax) + "a = 1").ok());
    CHECK_FALSE(parse(repeated("NOT ", kDepthMax + 1) + "a = 1").ok());
    CHECK_FALSE(parse(repeated("(", kQueryBytesMax)).ok());
    CHECK(parse(repeated("(a = 1) AND ", 200) + "(a = 1)").ok());
}

}  // namespace server::visibility
