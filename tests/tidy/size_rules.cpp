// A file is one noun, a function one thought.
#include <algorithm>
#include <string>

#include "tests/tidy/rule.h"
#include "tests/tidy/scopes.h"

namespace server::tidy {
namespace {

constexpr int kFileLinesMax = 400;
constexpr int kFunctionLinesMax = 70;

bool exempt(const std::vector<Exemption>& exemptions, const std::string& where) {
    return std::any_of(exemptions.begin(), exemptions.end(),
                       [&](const Exemption& exemption) { return exemption.where == where; });
}

Findings file_length(const Source& source) {
    const int length = static_cast<int>(source.lines.size());
    if (!source.is_code() || exempt(long_files(), source.path)) return {};
    if (length <= kFileLinesMax) return {};
    return {
        {source.path, kFileLinesMax, std::to_string(length) + " lines: it wants a second noun"}};
}

Findings function_length(const Source& source) {
    Findings findings;
    for (const Function& function : functions_of(source.tokens)) {
        if (function.length <= kFunctionLinesMax) continue;
        if (exempt(long_functions(), source.path + ":" + function.name)) continue;
        findings.push_back({source.path, function.line,
                            function.name + " has " + std::to_string(function.length) + " lines"});
    }
    return findings;
}

// `head`, a body of `lines` statements, and the closing brace.
std::string function_of(const std::string& head, int lines) {
    std::string text = head + " {\n";
    for (int i = 0; i < lines; ++i) text += "    call({1, 2});\n";
    return text + "}\n";
}

std::string lines_of(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "// a line\n";
    return text;
}

}  // namespace

std::vector<Rule> size_rules() {
    const std::string in_class = "namespace a {\nclass B : public C<int> {\npublic:\n" +
                                 function_of("int d() const", 70) + "};\n}\n";
    return {
        {"a file has at most 400 lines",
         file_length,
         {{"server/base/long.cpp", lines_of(401)}, {"tests/compat/long.ts", lines_of(401)}},
         {{"server/base/long.cpp", lines_of(400)}, {"docs/long.md", lines_of(401)}}},
        {"a function has at most 70 lines",
         function_length,
         {{"server/a.cpp", function_of("void f(int a, B b = {1, 2})", 70)},
          {"server/b.cpp", in_class},
          {"server/c.cpp", function_of("A::A(int b) : b_{b}, c_(b)", 70)},
          {"server/d.cpp", function_of("A::A(int b) : b_{b}", 70)},
          {"server/e.cpp", function_of("template <class T = int> auto f() -> std::vector<T>", 70)},
          {"server/f.cpp", function_of("bool operator==(const A& a, const A& b)", 70)},
          {"tests/g_test.cpp", function_of("TEST_CASE(\"a {\", \"[b]\")", 70)}},
         {{"server/a.cpp", function_of("void f(int a, B b = {1, 2})", 68)},
          {"server/b.cpp",
           "namespace a {\n" + function_of("void f()", 60) + function_of("void g()", 60) + "}\n"},
          {"server/c.cpp", function_of("const std::vector<int> kTable =", 90)},
          {"server/d.cpp", function_of("enum class A : int", 90)}}},
    };
}

}  // namespace server::tidy
