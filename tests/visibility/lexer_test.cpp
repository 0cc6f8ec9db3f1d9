#include "server/visibility/lexer.h"

#include <vector>

#include "tests/support/catch.h"

namespace server::visibility {

namespace {

std::vector<Token> tokens_of(std::string_view text) {
    Lexer lexer(text);
    std::vector<Token> tokens;
    do {
        tokens.push_back(lexer.next());
    } while (tokens.back().kind != TokenKind::End);
    return tokens;
}

Token first_token(std::string_view text) { return Lexer(text).next(); }

struct LexerCase {
    std::string_view text;
    TokenKind kind;
    std::string_view token_text;
};

}  // namespace

TEST_CASE("the lexer finds every symbol of the language", "[visibility][lexer]") {
    const auto row = GENERATE(values<LexerCase>({
        {"(", TokenKind::LeftParenthesis, "("},
        {")", TokenKind::RightParenthesis, ")"},
        {",", TokenKind::Comma, ","},
        {"=", TokenKind::Equal, "="},
        {"!=", TokenKind::NotEqual, "!="},
        {"<>", TokenKind::NotEqual, "<>"},
        {"<", TokenKind::Less, "<"},
        {"<=", TokenKind::LessOrEqual, "<="},
        {">", TokenKind::Greater, ">"},
        {">=", TokenKind::GreaterOrEqual, ">="},
        {"+", TokenKind::Plus, "+"},
        {"-", TokenKind::Minus, "-"},
        {"&&", TokenKind::And, "&&"},
        {"||", TokenKind::Or, "||"},
        {"<=>", TokenKind::Foreign, "operator '<=>'"},
        {"->>", TokenKind::Foreign, "operator '->>'"},
        {"*", TokenKind::Foreign, "operator '*'"},
        {"!", TokenKind::Foreign, "operator '!'"},
    }));
    const Token token = first_token(row.text);
    CHECK(token.kind == row.kind);
    CHECK(token.text == row.token_text);
}

TEST_CASE("keywords are recognised in any case", "[visibility][lexer]") {
    const auto row = GENERATE(values<LexerCase>({
        {"and", TokenKind::And, "and"},
        {"Or", TokenKind::Or, "Or"},
        {"NOT", TokenKind::Not, "NOT"},
        {"iN", TokenKind::In, "iN"},
        {"Between", TokenKind::Between, "Between"},
        {"IS", TokenKind::Is, "IS"},
        {"null", TokenKind::Null, "null"},
        {"TRUE", TokenKind::True, "TRUE"},
        {"false", TokenKind::False, "false"},
        {"starts_WITH", TokenKind::StartsWith, "starts_WITH"},
        {"group", TokenKind::Group, "group"},
        {"like", TokenKind::Foreign, "operator 'LIKE' (use STARTS_WITH)"},
        {"Limit", TokenKind::Foreign, "'LIMIT' clause"},
        {"order", TokenKind::Foreign, "'ORDER BY' clause"},
    }));
    const Token token = first_token(row.text);
    CHECK(token.kind == row.kind);
    CHECK(token.text == row.token_text);
}

TEST_CASE("names, strings and numbers are decoded", "[visibility][lexer]") {
    const auto row = GENERATE(values<LexerCase>({
        {"WorkflowId=", TokenKind::Word, "WorkflowId"},
        {"_a.b@9-", TokenKind::Word, "_a.b@9"},
        {"android", TokenKind::Word, "android"},
        {"`any name`", TokenKind::Name, "any name"},
        {"`and`", TokenKind::Name, "and"},
        {"`a``b`", TokenKind::Name, "a`b"},
        {"````", TokenKind::Name, "`"},
        {"'it''s'", TokenKind::Text, "it's"},
        {"''", TokenKind::Text, ""},
        {"''''", TokenKind::Text, "'"},
        {"'say \"hi\"'", TokenKind::Text, "say \"hi\""},
        {R"("say ""hi""")", TokenKind::Text, "say \"hi\""},
        {R"('a\'b\\c\nd\te\%')", TokenKind::Text, "a'b\\c\nd\te%"},
        {R"("\"\r\b\Z")", TokenKind::Text, "\"\r\b\x1a"},
        {"'größer -- #'", TokenKind::Text, "größer -- #"},
        {"123 ", TokenKind::Number, "123"},
        {"1.5e-3)", TokenKind::Number, "1.5e-3"},
        {".5", TokenKind::Number, ".5"},
        {"1E+9-", TokenKind::Number, "1E+9"},
        {"5-3", TokenKind::Number, "5"},
        {"12abc", TokenKind::Number, "12abc"},
    }));
    const Token token = first_token(row.text);
    CHECK(token.kind == row.kind);
    CHECK(token.text == row.token_text);
}

TEST_CASE("what is no token becomes one that says why", "[visibility][lexer]") {
    const auto row = GENERATE(values<LexerCase>({
        {"'open", TokenKind::Invalid, "string without closing '"},
        {"'it''s", TokenKind::Invalid, "string without closing '"},
        {"\"ends in escape\\", TokenKind::Invalid, "string without closing \""},
        {"`open", TokenKind::Invalid, "name without closing `"},
        {"`open``", TokenKind::Invalid, "name without closing `"},
        {"``", TokenKind::Invalid, "empty name in back quotes"},
        {"-- note", TokenKind::Invalid, "comments are not accepted"},
        {"# note", TokenKind::Invalid, "comments are not accepted"},
        {"/* note */", TokenKind::Invalid, "comments are not accepted"},
        {"// note", TokenKind::Invalid, "comments are not accepted"},
    }));
    const Token token = first_token(row.text);
    CHECK(token.kind == row.kind);
    CHECK(token.text == row.token_text);
    CHECK(token.position == 0);
}

TEST_CASE("an unexpected character is shown whole", "[visibility][lexer]") {
    CHECK(first_token("é = 1").text.starts_with("unexpected character 'é' (names with other"));
    CHECK(first_token(";").text.starts_with("unexpected character ';'"));
    CHECK(first_token(std::string_view("\0", 1)).text.starts_with("unexpected character '\\x00'"));
}

TEST_CASE("tokens know their position, and nothing follows a mistake", "[visibility][lexer]") {
    const auto tokens = tokens_of("a\n>=\t`b` 'open and c");
    REQUIRE(tokens.size() == 5);
    CHECK(tokens[0].position == 0);
    CHECK(tokens[1].position == 2);
    CHECK(tokens[2].position == 5);
    CHECK(tokens[3].kind == TokenKind::Invalid);
    CHECK(tokens[3].position == 9);
    CHECK(tokens[4].position == 20);
}

TEST_CASE("a word is plain when it needs no back quotes", "[visibility][lexer]") {
    CHECK(is_plain_word("WorkflowId"));
    CHECK(is_plain_word("a.b_1"));
    CHECK_FALSE(is_plain_word(""));
    CHECK_FALSE(is_plain_word("1a"));
    CHECK_FALSE(is_plain_word("two words"));
    CHECK_FALSE(is_plain_word("Order"));
    CHECK_FALSE(is_plain_word("größe"));
}

}  // namespace server::visibility
