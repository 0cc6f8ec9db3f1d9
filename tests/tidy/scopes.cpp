#include "tests/tidy/scopes.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace server::tidy {
namespace {

bool opens(const Token& token) { return token.is("(") || token.is("{") || token.is("["); }
bool closes(const Token& token) { return token.is(")") || token.is("}") || token.is("]"); }

// What stands between the last boundary and an opening brace, at the level of a file, namespace or
// class.
class Head {
public:
    explicit Head(const Tokens& tokens) : tokens_(tokens) {}

    void clear(std::size_t next) {
        begin_ = next;
        parentheses_ = 0;
    }
    void add(std::size_t index) {
        if (tokens_[index].is("(")) ++parentheses_;
        if (tokens_[index].is(")")) --parentheses_;
    }

    bool is_scope(std::size_t end) const {
        for (std::size_t i = skip_template(end); i < end; ++i) {
            constexpr std::array<std::string_view, 5> kScopes{"namespace", "class", "struct",
                                                              "union", "extern"};
            if (tokens_[i].is("enum") || tokens_[i].is("(")) return false;
            if (tokens_[i].is_one_of(kScopes)) return true;
        }
        return false;
    }

    // Where the name of the function stands, or `end` when the brace does not open a function.
    std::size_t function_name(std::size_t end) const {
        if (parentheses_ > 0) return end;  // a default argument
        for (std::size_t i = skip_template(end); i < end; ++i) {
            if (tokens_[i].is("operator")) return i;
            if (tokens_[i].is("=") || tokens_[i].is("enum")) return end;
            if (!tokens_[i].is("(")) continue;
            if (i == begin_ || initializes_member(i, end)) return end;
            return i - 1;
        }
        return end;
    }

private:
    // `Type::Type(int a) : a_{a} {`: the first brace follows a name, the body's does not.
    bool initializes_member(std::size_t parameters, std::size_t end) const {
        const std::size_t after = closing(tokens_, parameters) + 1;
        const bool has_initializers =
            after < end && (tokens_[after].is(":") ||
                            (tokens_[after].is("noexcept") && tokens_[after + 1].is(":")));
        return has_initializers &&
               (tokens_[end - 1].kind == TokenKind::identifier || tokens_[end - 1].is(">"));
    }

    std::size_t skip_template(std::size_t end) const {
        std::size_t i = begin_;
        while (i < end && tokens_[i].is("template")) {
            int depth = 0;
            for (++i; i < end; ++i) {
                if (tokens_[i].is("<")) ++depth;
                if (tokens_[i].is(">") && --depth == 0) break;
            }
            ++i;
        }
        return i;
    }

    const Tokens& tokens_;
    std::size_t begin_ = 0;
    int parentheses_ = 0;
};

}  // namespace

std::size_t closing(const Tokens& tokens, std::size_t open) {
    int depth = 0;
    for (std::size_t i = open; i < tokens.size(); ++i) {
        if (opens(tokens[i])) ++depth;
        if (closes(tokens[i]) && --depth == 0) return i;
    }
    return tokens.size();
}

std::vector<Function> functions_of(const Tokens& tokens) {
    std::vector<Function> functions;
    Head head(tokens);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        if (token.is(";") || token.is("}") || token.kind == TokenKind::directive) {
            head.clear(i + 1);
        } else if (!token.is("{")) {
            head.add(i);
        } else if (head.is_scope(i)) {
            head.clear(i + 1);
        } else {
            const std::size_t close = closing(tokens, i);
            const std::size_t name = head.function_name(i);
            if (name != i && close < tokens.size()) {
                functions.push_back(
                    {tokens[name].text, token.line, tokens[close].line - token.line + 1});
                head.clear(close + 1);
            }
            i = close;
        }
    }
    return functions;
}

bool starts_lambda(const Tokens& tokens, std::size_t index) {
    if (!tokens[index].is("[") || index + 1 >= tokens.size() || tokens[index + 1].is("["))
        return false;
    if (index == 0) return false;
    const Token& before = tokens[index - 1];
    constexpr std::array<std::string_view, 4> kKeywords{"return", "co_return", "co_await",
                                                        "co_yield"};
    if (before.is_one_of(kKeywords)) return true;
    const bool subscript = before.kind == TokenKind::identifier || before.is("]") ||
                           before.is(")") || before.kind == TokenKind::literal;
    return !subscript && !before.is("[") && !before.is("&") && !before.is(">");
}

Lambda lambda_at(const Tokens& tokens, std::size_t index) {
    Lambda lambda;
    lambda.line = tokens[index].line;
    const std::size_t bracket = closing(tokens, index);
    lambda.captures = bracket > index + 1;
    for (std::size_t i = bracket + 1; i < tokens.size(); ++i) {
        if (tokens[i].is("(")) {
            i = closing(tokens, i);
        } else if (tokens[i].is("{")) {
            lambda.body = {i + 1, closing(tokens, i)};
            return lambda;
        } else if (tokens[i].is(";") || closes(tokens[i])) {
            return lambda;
        }
    }
    return lambda;
}

Range statement_around(const Tokens& tokens, std::size_t index) {
    std::size_t begin = index;
    for (int depth = 0; begin > 0; --begin) {
        const Token& token = tokens[begin - 1];
        if (depth == 0 && (token.is(";") || token.is("{") || token.is("}"))) {
            // Only a block ends a statement: `f({` and `Type{` are inside one.
            if (!token.is("{") || begin < 2) break;
            const Token& before = tokens[begin - 2];
            constexpr std::array<std::string_view, 13> kBeforeBlock{
                ")",    "}",  ";",   "{",       ">",     ":",       "]",
                "else", "do", "try", "mutable", "const", "noexcept"};
            const bool block = before.is_one_of(kBeforeBlock);
            if (block) break;
            continue;
        }
        if (token.is(")") || token.is("]")) ++depth;
        if ((token.is("(") || token.is("[")) && depth > 0) --depth;
    }
    std::size_t end = index;
    for (; end < tokens.size(); ++end) {
        if (tokens[end].is(";") || tokens[end].is("}")) break;
        if (tokens[end].is("{") && (tokens[end - 1].is(")") || tokens[end - 1].is("else"))) break;
        if (opens(tokens[end])) end = closing(tokens, end);
    }
    return {begin, std::min(end, tokens.size())};
}

}  // namespace server::tidy
