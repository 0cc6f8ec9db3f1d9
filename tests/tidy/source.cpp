#include "tests/tidy/source.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

namespace server::tidy {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)); }

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::vector<Token> run() {
        while (position_ < text_.size()) step();
        return std::move(tokens_);
    }

private:
    void step() {
        const char c = text_[position_];
        if (c == '\n') at_line_start_ = true;
        if (std::isspace(static_cast<unsigned char>(c))) return advance_to(position_ + 1);
        if (starts_with("//")) return advance_to(text_.find('\n', position_));
        if (starts_with("/*")) return advance_to(past("*/", position_ + 2));
        if (c == '#' && at_line_start_) return directive();
        at_line_start_ = false;
        if (starts_with("R\"")) return raw_literal();
        if (c == '"' || c == '\'') return literal(c);
        if (is_word(c)) return word();
        punctuation();
    }

    void directive() {
        std::size_t end = text_.find('\n', position_);
        while (end != std::string_view::npos && text_[end - 1] == '\\') {
            end = text_.find('\n', end + 1);
        }
        push(TokenKind::directive, end);
    }

    void raw_literal() {
        const std::size_t open = text_.find('(', position_);
        const std::size_t delimiter = position_ + 2;
        const std::string close =
            ")" + std::string(text_.substr(delimiter, open - delimiter)) + "\"";
        const std::size_t end = past(close, open);
        tokens_.push_back({TokenKind::literal, "\"", line_});
        advance_to(end);
    }

    void literal(char quote) {
        std::size_t end = position_ + 1;
        while (end < text_.size() && text_[end] != quote) end += text_[end] == '\\' ? 2 : 1;
        tokens_.push_back({TokenKind::literal, std::string(1, quote), line_});
        advance_to(end + 1);
    }

    // A quote inside a number separates digits.
    void word() {
        const bool number = is_digit(text_[position_]);
        std::size_t end = position_;
        while (end < text_.size() &&
               (is_word(text_[end]) || (number && (text_[end] == '\'' || text_[end] == '.')))) {
            ++end;
        }
        push(number ? TokenKind::number : TokenKind::identifier, end);
    }

    void punctuation() {
        constexpr std::array<std::string_view, 4> kTogether{"::", "->", "...", "=="};
        for (const std::string_view operator_text : kTogether) {
            if (starts_with(operator_text)) {
                return push(TokenKind::punctuation, position_ + operator_text.size());
            }
        }
        push(TokenKind::punctuation, position_ + 1);
    }

    bool starts_with(std::string_view prefix) const {
        return text_.substr(position_).starts_with(prefix);
    }
    std::size_t past(std::string_view end, std::size_t from) const {
        const std::size_t found = text_.find(end, from);
        return found == std::string_view::npos ? found : found + end.size();
    }

    void push(TokenKind kind, std::size_t end) {
        const std::string_view taken = text_.substr(position_, end - position_);
        tokens_.push_back({kind, std::string(taken), line_});
        advance_to(end);
    }
    void advance_to(std::size_t end) {
        end = std::min(end, text_.size());
        line_ += static_cast<int>(std::count(text_.begin() + position_, text_.begin() + end, '\n'));
        position_ = end;
    }

    std::string_view text_;
    std::size_t position_ = 0;
    int line_ = 1;
    bool at_line_start_ = true;
    std::vector<Token> tokens_;
};

std::vector<std::string> split_lines(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

bool is_skipped_folder(const std::string& name) {
    return name == "build" || name == "node_modules" || (name.starts_with('.') && name != ".ci");
}

}  // namespace

bool Source::is_code() const {
    constexpr std::array<std::string_view, 7> kExtensions{".ts",  ".js",    ".mjs", ".cmake",
                                                          ".sql", ".proto", ".sh"};
    if (is_cpp() || in("scripts/") || in(".ci/") || path.ends_with("CMakeLists.txt")) return true;
    return std::any_of(kExtensions.begin(), kExtensions.end(),
                       [&](std::string_view extension) { return path.ends_with(extension); });
}

Source make_source(std::string path, std::string text) {
    Source source;
    source.path = std::move(path);
    source.lines = split_lines(text);
    source.text = std::move(text);
    if (source.is_cpp()) source.tokens = Lexer(source.text).run();
    return source;
}

std::vector<Source> load_tree(const std::filesystem::path& root) {
    std::vector<Source> sources;
    auto entry = std::filesystem::recursive_directory_iterator(root);
    for (; entry != std::filesystem::recursive_directory_iterator(); ++entry) {
        if (entry->is_directory()) {
            if (is_skipped_folder(entry->path().filename())) entry.disable_recursion_pending();
            continue;
        }
        if (!entry->is_regular_file()) continue;
        std::ifstream file(entry->path(), std::ios::binary);
        std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        if (text.find('\0') != std::string::npos) continue;
        sources.push_back(make_source(std::filesystem::relative(entry->path(), root), text));
    }
    return sources;
}

}  // namespace server::tidy
