#pragma once
// The parsers' place in the text: the next token that was not yet used.

#include <string>
#include <string_view>
#include <utility>

#include "server/base/status.h"
#include "server/visibility/lexer.h"
#include "server/visibility/query_error.h"

namespace server::visibility {

class TokenCursor {
public:
    explicit TokenCursor(std::string_view text) : lexer_(text), token_(lexer_.next()) {}

    const Token& token() const { return token_; }
    std::size_t position() const { return token_.position; }
    bool at(TokenKind kind) const { return token_.kind == kind; }
    bool at_name() const { return at(TokenKind::Word) || at(TokenKind::Name); }

    Token take() { return std::exchange(token_, lexer_.next()); }

    bool accept(TokenKind kind) {
        if (!at(kind)) return false;
        take();
        return true;
    }

    Status expect(TokenKind kind, std::string_view what) {
        return accept(kind) ? ok_status() : unexpected(what);
    }

    // Refuses the present token where `what` was expected.
    Status unexpected(std::string_view what) const {
        if (at(TokenKind::Foreign)) return unsupported_operation(token_.text, position());
        if (at(TokenKind::Plus) || at(TokenKind::Minus)) {
            return unsupported_operation("operator " + quote(token_.text), position());
        }
        if (at(TokenKind::Invalid)) return malformed_query(token_.text, position());
        const std::string found = at(TokenKind::End) ? "the end of the query" : quote(token_.text);
        return malformed_query("expected " + std::string(what) + " but found " + found, position());
    }

private:
    Lexer lexer_;
    Token token_;
};

}  // namespace server::visibility
