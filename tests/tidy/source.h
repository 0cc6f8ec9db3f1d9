// A file of the project as the house rules see it: its text, and for C++ its tokens.
#pragma once

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace server::tidy {

enum class TokenKind { identifier, number, literal, directive, punctuation };

// Comments are dropped; a literal keeps its first quote only, so that rules never match inside one.
// A preprocessor directive is one token. Of the operators only `::`, `->`, `...` and `==` stay
// together.
struct Token {
    TokenKind kind;
    std::string text;
    int line = 0;

    bool is(std::string_view expected) const { return text == expected; }
    template <std::size_t N>
    bool is_one_of(const std::array<std::string_view, N>& words) const {
        return std::find(words.begin(), words.end(), text) != words.end();
    }
};

struct Source {
    std::string path;  // from the root of the repository
    std::string text;
    std::vector<Token> tokens;  // empty unless it is C++
    std::vector<std::string> lines;

    bool is_header() const { return path.ends_with(".h"); }
    bool is_cpp() const { return is_header() || path.ends_with(".cpp"); }
    bool is_code() const;  // C++, TypeScript, shell, CMake, proto, SQL
    bool in(std::string_view folder) const { return path.starts_with(folder); }
};

Source make_source(std::string path, std::string text);

// Every text file below `root`, except what was built or installed.
std::vector<Source> load_tree(const std::filesystem::path& root);

}  // namespace server::tidy
