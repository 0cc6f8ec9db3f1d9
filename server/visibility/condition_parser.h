#pragma once
// The part of the parser that reads one condition: `name operator literals`.

#include "server/base/status.h"
#include "server/visibility/query.h"
#include "server/visibility/token_cursor.h"

namespace server::visibility {

class ConditionParser {
public:
    explicit ConditionParser(TokenCursor& cursor) : cursor_(cursor) {}

    Result<ParsedExpression> parse();
    Result<ParsedName> parse_name();

private:
    using ParsedCondition = Condition<ParsedName, Literal>;

    Status parse_test(ParsedCondition& condition);
    Status parse_negatable_test(ParsedCondition& condition, bool negated);
    Status parse_null_test(ParsedCondition& condition);
    Status parse_list(ParsedCondition& condition);
    Status parse_value(ParsedCondition& condition);
    Result<Literal> parse_literal();
    Result<Literal> parse_number();
    Status refuse_value();
    Status refuse_test(const ParsedName& column) const;

    TokenCursor& cursor_;
    int terms_ = 0;
    int values_ = 0;
};

}  // namespace server::visibility
