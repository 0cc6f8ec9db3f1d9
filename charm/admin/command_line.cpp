#include "charm/admin/command_line.h"

#include <algorithm>

#include "charm/admin/admin_model.h"
#include "charm/pebble/exec.h"
#include "charm/reconcile.h"

namespace charm::admin {

namespace {

constexpr std::chrono::seconds kCommandLimit{60};
constexpr std::chrono::seconds kCommandLimitMax{3600};

// One pass over the text; `quote_` is the quote we are in.
class Splitter {
public:
    explicit Splitter(const std::string& text) : text_(text) {}

    Result<std::vector<std::string>> split() {
        for (at_ = 0; at_ < text_.size(); ++at_) step(text_[at_]);
        if (quote_ != 0) {
            return server::invalid_argument(std::string("args: the quote ") + quote_ +
                                            " is not closed: " + text_);
        }
        if (escape_at_end_) {
            return server::invalid_argument("args: ends with a backslash: " + text_);
        }
        finish_word();
        return std::move(words_);
    }

private:
    void step(char c) {
        if (quote_ == '\'') {
            if (c == '\'')
                quote_ = 0;
            else
                word_ += c;
        } else if (c == '\\') {
            take_escaped();
        } else if (quote_ == '"') {
            if (c == '"')
                quote_ = 0;
            else
                word_ += c;
        } else if (c == '\'' || c == '"') {
            quote_ = c;
            in_word_ = true;
        } else if (c == ' ' || c == '\t' || c == '\n') {
            finish_word();
        } else {
            in_word_ = true;
            word_ += c;
        }
    }
    // Within double quotes a backslash stands for itself unless what follows is special there.
    void take_escaped() {
        in_word_ = true;
        if (at_ + 1 == text_.size()) {
            escape_at_end_ = true;
            return;
        }
        const char next = text_[++at_];
        if (quote_ == '"' && next != '"' && next != '\\' && next != '$' && next != '`')
            word_ += '\\';
        word_ += next;
    }
    void finish_word() {
        if (in_word_) words_.push_back(std::move(word_));
        word_.clear();
        in_word_ = false;
    }

    const std::string& text_;
    std::size_t at_ = 0;
    char quote_ = 0;
    bool in_word_ = false;
    bool escape_at_end_ = false;
    std::string word_;
    std::vector<std::string> words_;
};

bool names_address(const std::vector<std::string>& words) {
    return std::any_of(words.begin(), words.end(), [](const std::string& word) {
        return word == "--address" || word.starts_with("--address=") || word == "--ad";
    });
}

// tctl wants its global flags before the command, temporal knows them behind it.
std::vector<std::string> with_address(const std::string& program,
                                      const std::vector<std::string>& words,
                                      const std::string& address) {
    std::vector<std::string> argv{program};
    argv.insert(argv.end(), words.begin(), words.end());
    if (names_address(words)) return argv;
    const auto at = program == "tctl" ? argv.begin() + 1 : argv.end();
    argv.insert(at, {"--address", address});
    return argv;
}

std::string trimmed_end(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

}  // namespace

Result<std::vector<std::string>> shell_words(const std::string& text) {
    return Splitter(text).split();
}

Status run_command(const Context& context, const std::string& program,
                   const std::vector<std::string>& words, std::chrono::seconds limit) {
    pebble::Client client(pebble_socket(kAdminContainer));
    TRY_ASSIGN(const AdminModel model,
               read_admin_model(context.environment, context.tools, client));
    if (!model.container.reachable) {
        return server::failed_precondition(
            "cannot connect to container; temporal-admin is starting, try again");
    }
    const std::vector<std::string> argv = with_address(program, words, frontend_address(model));
    const auto ended = pebble::exec(client, {.argv = argv, .limit = limit});
    if (!ended.ok()) {
        return server::failed_precondition("command failed: " + ended.status().message());
    }
    if (ended->exit_code == 0) {
        return context.tools.set_action_results(
            {{"result", "command succeeded"}, {"output", ended->output}});
    }
    TRY(context.tools.set_action_results(
        {{"exit-code", std::to_string(ended->exit_code)}, {"output", ended->output}}));
    return server::failed_precondition("command failed: exit " + std::to_string(ended->exit_code) +
                                       ": " + trimmed_end(ended->errors));
}

Result<std::chrono::seconds> timeout_of(const json::object& parameters) {
    const json::value* value = find(parameters, "timeout");
    if (value == nullptr) return kCommandLimit;
    const bool fine = value->is_int64() && value->get_int64() >= 1 &&
                      value->get_int64() <= kCommandLimitMax.count();
    if (fine) return std::chrono::seconds(value->get_int64());
    return server::invalid_argument("timeout: " + text_of(*value) + " is not within 1 and 3600");
}

Result<std::string> required_text(const json::object& parameters, const std::string& name) {
    std::string text = text_at(parameters, name);
    if (!text.empty()) return text;
    return server::invalid_argument(name + " is missing; pass " + name + "=...");
}

}  // namespace charm::admin
