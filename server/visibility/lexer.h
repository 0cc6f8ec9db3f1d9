#pragma once
// Cuts the text of a filter into tokens, one at a time. It never fails: what is no token is an
// Invalid one, which the parser meets when it gets there, so that the first mistake of the text is
// the one that is reported. The text must outlive the lexer.

#include <cstddef>
#include <string>
#include <string_view>

namespace server::visibility {

enum class TokenKind {
    End,
    Word,    // an unquoted name; text as written
    Name,    // a name in back quotes; text without them
    Text,    // a string; text decoded
    Number,  // text as written, without a sign
    LeftParenthesis,
    RightParenthesis,
    Comma,
    Plus,
    Minus,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Not,
    In,
    Between,
    Is,
    Null,
    True,
    False,
    StartsWith,
    Group,
    Foreign,  // SQL that the language leaves out; text says what it is: "operator 'LIKE'"
    Invalid,  // text says why
};

struct Token {
    TokenKind kind = TokenKind::End;
    std::string text;
    std::size_t position = 0;  // byte offset of its first character
};

// True for a text that lexes as one Word, so that a name can be printed without back quotes.
bool is_plain_word(std::string_view text);

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    // End after the last token, and again.
    Token next();

private:
    Token word();
    Token number();
    Token text();
    Token name();
    Token symbol();
    Token take(TokenKind kind, std::size_t length);
    Token invalid(std::string reason, std::size_t position);
    bool looking_at(std::string_view text) const { return text_.substr(at_).starts_with(text); }
    char peek(std::size_t ahead) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace server::visibility
