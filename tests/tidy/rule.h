// A house rule: what it looks for, and snippets that prove that it can fail and can pass. The rules
// are in STYLE-like order of concern: includes, size, coroutines, determinism, text.
#pragma once

#include <string>
#include <vector>

#include "tests/tidy/source.h"

namespace server::tidy {

struct Finding {
    std::string path;
    int line = 0;
    std::string message;
};
using Findings = std::vector<Finding>;

struct Snippet {
    std::string path;
    std::string text;
};

struct Rule {
    std::string name;  // a sentence
    Findings (*check)(const Source& source);
    std::vector<Snippet> bad;   // each must be found
    std::vector<Snippet> good;  // none may be
};

std::vector<Rule> include_rules();
std::vector<Rule> size_rules();
std::vector<Rule> coroutine_rules();
std::vector<Rule> determinism_rules();
std::vector<Rule> text_rules();

// What may exceed a limit of the size rules, and why.
struct Exemption {
    std::string where;  // path, or path:function
    std::string reason;
};
const std::vector<Exemption>& long_files();
const std::vector<Exemption>& long_functions();

}  // namespace server::tidy
