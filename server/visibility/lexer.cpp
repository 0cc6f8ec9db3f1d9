#include "server/visibility/lexer.h"

#include <algorithm>
#include <array>

#include "server/visibility/query_error.h"

namespace server::visibility {

namespace {

struct ReservedWord {
    std::string_view word;  // lower case
    TokenKind kind;
    std::string_view foreign;  // what a foreign word is, for the message
};

constexpr std::array kReservedWords = {
    ReservedWord{"and", TokenKind::And, ""},
    ReservedWord{"or", TokenKind::Or, ""},
    ReservedWord{"not", TokenKind::Not, ""},
    ReservedWord{"in", TokenKind::In, ""},
    ReservedWord{"between", TokenKind::Between, ""},
    ReservedWord{"is", TokenKind::Is, ""},
    ReservedWord{"null", TokenKind::Null, ""},
    ReservedWord{"true", TokenKind::True, ""},
    ReservedWord{"false", TokenKind::False, ""},
    ReservedWord{"starts_with", TokenKind::StartsWith, ""},
    ReservedWord{"group", TokenKind::Group, ""},
    ReservedWord{"like", TokenKind::Foreign, "operator 'LIKE' (use STARTS_WITH)"},
    ReservedWord{"rlike", TokenKind::Foreign, "operator 'RLIKE' (use STARTS_WITH)"},
    ReservedWord{"regexp", TokenKind::Foreign, "operator 'REGEXP' (use STARTS_WITH)"},
    ReservedWord{"xor", TokenKind::Foreign, "operator 'XOR'"},
    ReservedWord{"exists", TokenKind::Foreign, "operator 'EXISTS'"},
    ReservedWord{"limit", TokenKind::Foreign, "'LIMIT' clause"},
    ReservedWord{"order", TokenKind::Foreign, "'ORDER BY' clause"},
    ReservedWord{"having", TokenKind::Foreign, "'HAVING' clause"},
    ReservedWord{"union", TokenKind::Foreign, "'UNION' clause"},
    ReservedWord{"where", TokenKind::Foreign, "'WHERE' keyword (write only the condition)"},
    ReservedWord{"select", TokenKind::Foreign, "'SELECT' statement (write only the condition)"},
};

const ReservedWord* find_reserved(std::string_view word) {
    std::string lower(word);
    for (char& letter : lower) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    const auto* found = std::ranges::find(kReservedWords, lower, &ReservedWord::word);
    return found == kReservedWords.end() ? nullptr : found;
}

struct Symbol {
    std::string_view text;
    TokenKind kind;
};

// Longer symbols before those they begin with. Foreign ones are named by their text.
constexpr std::array kSymbols = {
    Symbol{"<=>", TokenKind::Foreign},
    Symbol{"->>", TokenKind::Foreign},
    Symbol{"->", TokenKind::Foreign},
    Symbol{"<>", TokenKind::NotEqual},
    Symbol{"<<", TokenKind::Foreign},
    Symbol{">>", TokenKind::Foreign},
    Symbol{"<=", TokenKind::LessOrEqual},
    Symbol{">=", TokenKind::GreaterOrEqual},
    Symbol{"!=", TokenKind::NotEqual},
    Symbol{"&&", TokenKind::And},
    Symbol{"||", TokenKind::Or},
    Symbol{"(", TokenKind::LeftParenthesis},
    Symbol{")", TokenKind::RightParenthesis},
    Symbol{",", TokenKind::Comma},
    Symbol{"=", TokenKind::Equal},
    Symbol{"<", TokenKind::Less},
    Symbol{">", TokenKind::Greater},
    Symbol{"+", TokenKind::Plus},
    Symbol{"-", TokenKind::Minus},
    Symbol{"*", TokenKind::Foreign},
    Symbol{"/", TokenKind::Foreign},
    Symbol{"%", TokenKind::Foreign},
    Symbol{"&", TokenKind::Foreign},
    Symbol{"|", TokenKind::Foreign},
    Symbol{"^", TokenKind::Foreign},
    Symbol{"~", TokenKind::Foreign},
    Symbol{"!", TokenKind::Foreign},
};

bool is_space(char byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }
bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
bool begins_word(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           byte == '@';
}
bool continues_word(char byte) { return begins_word(byte) || is_digit(byte) || byte == '.'; }
bool continues_utf8(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

// MySQL's escapes; any other character stands for itself.
char unescape(char byte) {
    switch (byte) {
    case '0': return '\0';
    case 'b': return '\b';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'Z': return '\x1a';
    default: return byte;
    }
}

}  // namespace

bool is_plain_word(std::string_view text) {
    return !text.empty() && begins_word(text.front()) &&
           std::ranges::all_of(text, continues_word) && find_reserved(text) == nullptr;
}

Token Lexer::next() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    if (at_ == text_.size()) return {TokenKind::End, "", at_};
    if (looking_at("--") || looking_at("/*") || looking_at("//") || looking_at("#")) {
        return invalid("comments are not accepted", at_);
    }
    const char first = peek(0);
    if (begins_word(first)) return word();
    if (is_digit(first) || (first == '.' && is_digit(peek(1)))) return number();
    if (first == '\'' || first == '"') return text();
    if (first == '`') return name();
    return symbol();
}

Token Lexer::take(TokenKind kind, std::size_t length) {
    Token token{kind, std::string(text_.substr(at_, length)), at_};
    at_ += length;
    return token;
}

// Nothing is read after a mistake.
Token Lexer::invalid(std::string reason, std::size_t position) {
    at_ = text_.size();
    return {TokenKind::Invalid, std::move(reason), position};
}

Token Lexer::word() {
    std::size_t length = 1;
    while (continues_word(peek(length))) ++length;
    Token token = take(TokenKind::Word, length);
    if (const ReservedWord* reserved = find_reserved(token.text)) {
        token.kind = reserved->kind;
        if (!reserved->foreign.empty()) token.text = reserved->foreign;
    }
    return token;
}

// Takes everything that could be meant as one number; the parser converts it and refuses what is
// none.
Token Lexer::number() {
    const auto is_sign_of_exponent = [this](std::size_t ahead) {
        const char before = peek(ahead - 1);
        return (peek(ahead) == '+' || peek(ahead) == '-') && (before == 'e' || before == 'E');
    };
    std::size_t length = 1;
    while (continues_word(peek(length)) || is_sign_of_exponent(length)) ++length;
    return take(TokenKind::Number, length);
}

Token Lexer::text() {
    const std::size_t begin = at_;
    const char delimiter = text_[at_++];
    std::string decoded;
    for (; at_ < text_.size(); ++at_) {
        char byte = text_[at_];
        if (byte == '\\') {
            if (++at_ == text_.size()) break;
            byte = unescape(text_[at_]);
        } else if (byte == delimiter) {
            ++at_;
            if (peek(0) != delimiter) return {TokenKind::Text, std::move(decoded), begin};
        }
        decoded += byte;
    }
    return invalid(std::string("string without closing ") + delimiter, begin);
}

Token Lexer::name() {
    const std::size_t begin = at_++;
    std::string decoded;
    for (; at_ < text_.size(); ++at_) {
        if (text_[at_] == '`') {
            ++at_;
            if (peek(0) != '`' && decoded.empty())
                return invalid("empty name in back quotes", begin);
            if (peek(0) != '`') return {TokenKind::Name, std::move(decoded), begin};
        }
        decoded += text_[at_];
    }
    return invalid("name without closing `", begin);
}

Token Lexer::symbol() {
    for (const Symbol& symbol : kSymbols) {
        if (!looking_at(symbol.text)) continue;
        Token token = take(symbol.kind, symbol.text.size());
        if (token.kind == TokenKind::Foreign) token.text = "operator " + quote(token.text);
        return token;
    }
    std::size_t length = 1;
    while (continues_utf8(peek(length))) ++length;
    return invalid(
        "unexpected character " + quote(text_.substr(at_, length)) +
            " (names with other characters than letters, digits, _ . @ go in back quotes)",
        at_);
}

}  // namespace server::visibility
