#include "server/visibility/parser.h"

#include "server/visibility/condition_parser.h"
#include "server/visibility/token_cursor.h"

namespace server::visibility {

namespace {

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((text[i] | 0x20) != lower[i]) return false;
    }
    return true;
}

class QueryParser {
public:
    explicit QueryParser(std::string_view text) : cursor_(text), conditions_(cursor_) {}

    Result<ParsedQuery> parse() {
        ParsedQuery query;
        if (!cursor_.at(TokenKind::End) && !cursor_.at(TokenKind::Group)) {
            TRY_ASSIGN(query.filter, parse_disjunction());
        }
        if (cursor_.accept(TokenKind::Group)) {
            TRY_ASSIGN(query.group_by, parse_group_by());
        }
        if (!cursor_.at(TokenKind::End))
            return cursor_.unexpected("AND, OR or the end of the query");
        return query;
    }

private:
    Result<ParsedExpression> parse_disjunction() {
        return parse_chain(Connective::Or, TokenKind::Or, &QueryParser::parse_conjunction);
    }

    Result<ParsedExpression> parse_conjunction() {
        return parse_chain(Connective::And, TokenKind::And, &QueryParser::parse_negation);
    }

    // One operand alone, or all of a chain as one combination.
    Result<ParsedExpression> parse_chain(Connective connective, TokenKind link,
                                         Result<ParsedExpression> (QueryParser::*parse_operand)()) {
        TRY_ASSIGN(ParsedExpression first, (this->*parse_operand)());
        if (!cursor_.at(link)) return first;
        Combination<ParsedName, Literal> chain{connective, {}};
        chain.operands.push_back(std::move(first));
        while (cursor_.accept(link)) {
            TRY_ASSIGN(ParsedExpression next, (this->*parse_operand)());
            chain.operands.push_back(std::move(next));
        }
        return ParsedExpression{std::move(chain)};
    }

    Result<ParsedExpression> parse_negation() {
        const std::size_t position = cursor_.position();
        if (!cursor_.at(TokenKind::Not) && !cursor_.at(TokenKind::LeftParenthesis)) {
            return conditions_.parse();
        }
        if (++depth_ > kDepthMax) {
            return unsupported_operation(
                "a query nested deeper than " + std::to_string(kDepthMax) + " levels", position);
        }
        auto nested = cursor_.accept(TokenKind::Not) ? parse_negated() : parse_parenthesised();
        --depth_;
        return nested;
    }

    Result<ParsedExpression> parse_negated() {
        TRY_ASSIGN(ParsedExpression operand, parse_negation());
        Combination<ParsedName, Literal> negation{Connective::Not, {}};
        negation.operands.push_back(std::move(operand));
        return ParsedExpression{std::move(negation)};
    }

    Result<ParsedExpression> parse_parenthesised() {
        cursor_.take();
        TRY_ASSIGN(ParsedExpression expression, parse_disjunction());
        TRY(cursor_.expect(TokenKind::RightParenthesis, "AND, OR or ')'"));
        return expression;
    }

    Result<ParsedName> parse_group_by() {
        if (!cursor_.at(TokenKind::Word) || !equal_ignoring_case(cursor_.token().text, "by")) {
            return cursor_.unexpected("BY after GROUP");
        }
        cursor_.take();
        TRY_ASSIGN(ParsedName name, conditions_.parse_name());
        if (cursor_.at(TokenKind::Comma)) {
            return unsupported_operation("'GROUP BY' clause supports only a single field",
                                         cursor_.position());
        }
        return name;
    }

    TokenCursor cursor_;
    ConditionParser conditions_;
    int depth_ = 0;
};

}  // namespace

Result<ParsedQuery> parse(std::string_view text) {
    if (text.size() > kQueryBytesMax) {
        return unsupported_operation("a query of " + std::to_string(text.size()) +
                                         " bytes, more than " + std::to_string(kQueryBytesMax),
                                     kQueryBytesMax);
    }
    return QueryParser(text).parse();
}

}  // namespace server::visibility
