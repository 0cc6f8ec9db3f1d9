#include "server/config/template.h"

#include <algorithm>
#include <vector>

namespace server::config {

namespace {

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_';
    });
}

// Words, texts in quotes (kept with their opening quote as a mark) and single signs.
std::optional<std::vector<std::string>> tokens_of(std::string_view text) {
    std::vector<std::string> tokens;
    while (true) {
        const std::size_t begin = text.find_first_not_of(" \t\n");
        if (begin == std::string_view::npos) return tokens;
        text.remove_prefix(begin);
        std::size_t end = 1;
        if (text[0] == '"' || text[0] == '`') {
            end = text.find(text[0], 1);
            if (end == std::string_view::npos) return std::nullopt;
            tokens.push_back('"' + std::string(text.substr(1, end - 1)));
            ++end;
        } else if (text[0] == '(' || text[0] == ')' || text[0] == '|') {
            tokens.emplace_back(text.substr(0, 1));
        } else {
            end = std::min(text.find_first_of(" \t\n()|\"`"), text.size());
            tokens.emplace_back(text.substr(0, end));
        }
        text.remove_prefix(end);
    }
}

// One action between {{ and }}.
class Action {
public:
    Action(std::vector<std::string> tokens, const Environment& environment)
        : tokens_(std::move(tokens)), environment_(environment) {}

    std::optional<std::string> value() {
        const auto first = operand();
        if (!first) return std::nullopt;
        std::string result = *first;
        while (take("|")) {
            if (!take("default")) return std::nullopt;
            const auto fallback = operand();
            if (!fallback) return std::nullopt;
            if (result.empty()) result = *fallback;
        }
        return at_ == tokens_.size() ? std::optional(result) : std::nullopt;
    }

private:
    bool take(std::string_view token) {
        if (at_ == tokens_.size() || tokens_[at_] != token) return false;
        ++at_;
        return true;
    }
    std::string variable(const std::string& name) const { return environment_(name).value_or(""); }
    std::optional<std::string> in_brackets() {
        const auto inner = operand();
        return inner && take(")") ? inner : std::nullopt;
    }
    // Sprig's `default` takes the fallback first, the old docker images' took the value first: the
    // one that is a text in quotes is the fallback.
    std::optional<std::string> with_default() {
        const bool fallback_first = at_ < tokens_.size() && tokens_[at_].starts_with('"');
        const auto first = operand();
        const auto second = first ? operand() : std::nullopt;
        if (!second) return std::nullopt;
        const std::string& wanted = fallback_first ? *second : *first;
        return wanted.empty() ? (fallback_first ? *first : *second) : wanted;
    }
    std::optional<std::string> operand() {
        if (++depth_ > kDepthMax || at_ == tokens_.size()) return std::nullopt;
        if (take("(")) return in_brackets();
        if (take("default")) return with_default();
        if (take("env")) {
            if (at_ == tokens_.size() || !tokens_[at_].starts_with('"')) return std::nullopt;
            return variable(tokens_[at_++].substr(1));
        }
        const std::string& token = tokens_[at_++];
        if (token.starts_with('"')) return token.substr(1);
        constexpr std::string_view kEnv = ".Env.";
        if (token.starts_with(kEnv)) return variable(token.substr(kEnv.size()));
        return std::nullopt;
    }

    static constexpr int kDepthMax = 100;
    std::vector<std::string> tokens_;
    const Environment& environment_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

Status refused(const std::string& name, std::string_view before, const std::string& what) {
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    return invalid_argument(name + ":" + std::to_string(line) + ": " + what);
}

// Removes blanks before a "{{-", as it asks for.
void trim_end(std::string& text) { text.erase(text.find_last_not_of(" \t\n") + 1); }

class Expansion {
public:
    Expansion(const std::string& name, const std::string& text, const Environment& environment)
        : name_(name), text_(text), environment_(environment) {}

    Result<std::string> run() {
        while (at_ < text_.size()) {
            if (text_.compare(at_, 2, "{{") == 0) {
                TRY(action());
            } else if (text_.compare(at_, 2, "${") == 0) {
                TRY(reference());
            } else {
                result_ += text_[at_++];
            }
        }
        return std::move(result_);
    }

private:
    Status refuse(const std::string& what) const {
        return refused(name_, std::string_view(text_).substr(0, at_), what);
    }

    Status action() {
        const std::size_t end = text_.find("}}", at_);
        if (end == std::string::npos) return refuse("{{ without }}");
        std::string_view inner = std::string_view(text_).substr(at_ + 2, end - at_ - 2);
        const bool trims_before = inner.starts_with("- ");
        const bool trims_after = inner.ends_with(" -");
        if (trims_before) inner.remove_prefix(1);
        if (trims_after) inner.remove_suffix(1);
        if (trims_before) trim_end(result_);
        const std::size_t text = std::min(inner.find_first_not_of(' '), inner.size());
        if (!inner.substr(text).starts_with("/*")) {
            const auto tokens = tokens_of(inner);
            auto value = tokens ? Action(*tokens, environment_).value() : std::nullopt;
            if (!value) return refuse(unknown_action(inner));
            result_ += *value;
        }
        at_ = end + 2;
        if (trims_after) at_ = std::min(text_.find_first_not_of(" \t\n", at_), text_.size());
        return ok_status();
    }

    static std::string unknown_action(std::string_view inner) {
        constexpr std::size_t kShownBytesMax = 60;
        return "{{" + std::string(inner.substr(0, kShownBytesMax)) +
               "}} is more of Go's templates than is built: use {{ env \"X\" | default \"y\" }} or "
               "${X:-y}";
    }

    Status reference() {
        const std::size_t end = text_.find('}', at_);
        const std::string_view inner = std::string_view(text_).substr(
            at_ + 2, end == std::string::npos ? std::string::npos : end - at_ - 2);
        const std::size_t colon = std::min(inner.find(":-"), inner.size());
        const std::string variable(inner.substr(0, colon));
        if (end == std::string::npos || !is_name(variable)) {
            return refuse("${ is not followed by NAME} or NAME:-default}");
        }
        std::string value = environment_(variable).value_or("");
        if (value.empty() && colon < inner.size()) value = inner.substr(colon + 2);
        result_ += value;
        at_ = end + 1;
        return ok_status();
    }

    const std::string& name_;
    const std::string& text_;
    const Environment& environment_;
    std::size_t at_ = 0;
    std::string result_;
};

}  // namespace

bool is_template(const std::string& text) {
    constexpr std::size_t kMarkWithinBytes = 1024;
    return text.substr(0, kMarkWithinBytes).find("# enable-template") != std::string::npos;
}

Result<std::string> expand_template(const std::string& name, const std::string& text,
                                    const Environment& environment) {
    return Expansion(name, text, environment).run();
}

}  // namespace server::config
