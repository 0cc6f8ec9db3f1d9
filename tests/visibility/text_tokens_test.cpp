#include "server/visibility/text_tokens.h"

#include "tests/support/catch.h"

namespace server::visibility {

TEST_CASE("a text is cut into words without case", "[visibility][text]") {
    using Tokens = std::vector<std::string>;
    const auto [text, tokens] = GENERATE(table<std::string_view, Tokens>({
        {"", {}},
        {" \t-!,", {}},
        {"one", {"one"}},
        {"  The quick  brown-Fox. ", {"the", "quick", "brown", "fox"}},
        {"a_b 2nd x.y", {"a_b", "2nd", "x", "y"}},
        {"Größe gRÖSSE", {"größe", "grÖsse"}},
        {"again again", {"again", "again"}},
    }));
    CHECK(text_tokens(text) == tokens);
}

}  // namespace server::visibility
