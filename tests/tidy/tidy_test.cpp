// The house rules, held against every file of the repository (run from its root), and against
// snippets that prove that each rule can fail.
#include <algorithm>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/tidy/rule.h"
#include "tests/tidy/scopes.h"

namespace server::tidy {
namespace {

std::vector<Rule> all_rules() {
    std::vector<Rule> all;
    for (const auto& some :
         {include_rules(), size_rules(), coroutine_rules(), determinism_rules(), text_rules()}) {
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

const std::vector<Source>& tree() {
    static const std::vector<Source> sources = load_tree(".");
    return sources;
}

std::string print(const Findings& findings) {
    std::ostringstream out;
    for (const Finding& finding : findings) {
        out << '\n' << finding.path << ':' << finding.line << ": " << finding.message;
    }
    return out.str();
}

TEST_CASE("every house rule finds what it forbids, and nothing else", "[tidy]") {
    for (const Rule& rule : all_rules()) {
        CAPTURE(rule.name);
        REQUIRE_FALSE(rule.bad.empty());
        for (const Snippet& snippet : rule.bad) {
            CAPTURE(snippet.path, snippet.text);
            CHECK(rule.check(make_source(snippet.path, snippet.text)).size() == 1);
        }
        for (const Snippet& snippet : rule.good) {
            CAPTURE(snippet.path, snippet.text);
            CHECK(print(rule.check(make_source(snippet.path, snippet.text))).empty());
        }
    }
}

TEST_CASE("the repository keeps every house rule", "[tidy]") {
    REQUIRE(std::any_of(tree().begin(), tree().end(),
                        [](const Source& source) { return source.path == "CMakeLists.txt"; }));
    for (const Rule& rule : all_rules()) {
        Findings findings;
        for (const Source& source : tree()) {
            const Findings found = rule.check(source);
            findings.insert(findings.end(), found.begin(), found.end());
        }
        INFO(rule.name << ':' << print(findings));
        CHECK(findings.empty());
    }
}

TEST_CASE("every exemption from a size rule is still needed", "[tidy]") {
    for (const Exemption& exemption : long_files()) {
        CAPTURE(exemption.where);
        CHECK(std::any_of(tree().begin(), tree().end(), [&](const Source& source) {
            return source.path == exemption.where && source.lines.size() > 400;
        }));
    }
    for (const Exemption& exemption : long_functions()) {
        CAPTURE(exemption.where);
        const std::size_t colon = exemption.where.rfind(':');
        const std::string path = exemption.where.substr(0, colon);
        const std::string name = exemption.where.substr(colon + 1);
        CHECK(std::any_of(tree().begin(), tree().end(), [&](const Source& source) {
            if (source.path != path) return false;
            const auto functions = functions_of(source.tokens);
            return std::any_of(functions.begin(), functions.end(), [&](const Function& function) {
                return function.name == name && function.length > 70;
            });
        }));
    }
}

TEST_CASE("literals and comments hide their content from the rules", "[tidy]") {
    const Source source =
        make_source("a.cpp", "f(\"a\\\" b\", 'c', R\"x(d)\" e)x\", 1'000); /* g */ // h\nend");
    std::string words;
    for (const Token& token : source.tokens) words += token.text + ' ';
    CHECK(words == "f ( \" , ' , \" , 1'000 ) ; end ");
    CHECK(source.tokens.back().line == 2);
}

}  // namespace
}  // namespace server::tidy
