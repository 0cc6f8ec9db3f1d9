// Enough of C++'s structure for the house rules, found from tokens: functions, lambdas, statements.
// It is a heuristic for code in our style, not a parser.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/tidy/source.h"

namespace server::tidy {

using Tokens = std::vector<Token>;

// Token indices; `end` is one past the last.
struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
};

struct Function {
    std::string name;
    int line = 0;    // where the body opens
    int length = 0;  // lines from the opening to the closing brace, both counted
};
std::vector<Function> functions_of(const Tokens& tokens);

struct Lambda {
    int line = 0;
    bool captures = false;
    Range body;  // without its braces
};
// The lambda that begins at token `index`, if one does. Its body is empty when none was found.
bool starts_lambda(const Tokens& tokens, std::size_t index);
Lambda lambda_at(const Tokens& tokens, std::size_t index);

// The statement around token `index`: up to its semicolon, or to the block it opens.
Range statement_around(const Tokens& tokens, std::size_t index);

// The index of the bracket that closes the one at `open`, or the number of tokens.
std::size_t closing(const Tokens& tokens, std::size_t open);

}  // namespace server::tidy
