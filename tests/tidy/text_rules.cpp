// Rules about files, folders and words.
#include <array>
#include <string>
#include <string_view>

#include "tests/tidy/rule.h"

namespace server::tidy {
namespace {

// Words that would trip these rules here are put together from halves.
const std::string kTodo = std::string("TO") + "DO";
const std::string kWorkFolder = std::string("/wo") + "rk/";
const std::string kScratchFolder = std::string("/tm") + "p/w";
const std::string kRegistry = std::string("registry.npm") + "js.org";

Findings pragma_once(const Source& source) {
    if (!source.is_header()) return {};
    for (const std::string& line : source.lines) {
        if (line == "#pragma once") return {};
    }
    return {{source.path, 1, "no #pragma once"}};
}

Findings folder_names(const Source& source) {
    constexpr std::array<std::string_view, 6> kNames{"common", "util",    "utils",
                                                     "helper", "helpers", "misc"};
    for (const std::string_view name : kNames) {
        const bool top = source.path.starts_with(std::string(name) + "/");
        if (top || source.path.find("/" + std::string(name) + "/") != std::string::npos) {
            return {{source.path, 1,
                     "a thing worth sharing has a name: no folder " + std::string(name)}};
        }
    }
    return {};
}

// `TODO(#12)`, and no other spelling of the same.
bool names_an_issue(std::string_view after) {
    if (!after.starts_with("(#")) return false;
    const std::size_t end = after.find_first_not_of("0123456789", 2);
    return end != std::string_view::npos && end > 2 && after[end] == ')';
}

Findings todos(const Source& source) {
    const std::array<std::string, 2> words{kTodo, std::string("FIX") + "ME"};
    Findings findings;
    if (!source.is_code()) return findings;
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
        const std::string_view line = source.lines[i];
        for (const std::string& word : words) {
            const std::size_t at = line.find(word);
            if (at == std::string_view::npos || names_an_issue(line.substr(at + word.size())))
                continue;
            findings.push_back({source.path, static_cast<int>(i) + 1, word + " without an issue"});
        }
    }
    return findings;
}

// A path only when it begins there: a folder of that name elsewhere is none.
bool has_path(std::string_view line, std::string_view path) {
    const std::size_t at = line.find(path);
    if (at == std::string_view::npos) return false;
    constexpr std::string_view kNameCharacters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-*}";
    return at == 0 || kNameCharacters.find(line[at - 1]) == std::string_view::npos;
}

Findings machines(const Source& source) {
    const bool lock = source.path.ends_with("package-lock.json");
    Findings findings;
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
        const std::string_view line = source.lines[i];
        const int number = static_cast<int>(i) + 1;
        if (has_path(line, kWorkFolder) || has_path(line, kScratchFolder)) {
            findings.push_back({source.path, number, "a path of one machine"});
        }
        const bool resolved = lock && line.find("\"resolved\": \"http") != std::string_view::npos;
        if (resolved || line.find(kRegistry) != std::string_view::npos) {
            findings.push_back({source.path, number, "the host of a package registry"});
        }
    }
    return findings;
}

}  // namespace

std::vector<Rule> text_rules() {
    return {
        {"every header begins with #pragma once",
         pragma_once,
         {{"server/base/a.h", "#ifndef A\n#define A\n#endif\n"}},
         {{"server/base/a.h", "// What it is.\n#pragma once\n"},
          {"server/base/a.cpp", "int a;\n"}}},
        {"no folder is called common, util or helpers",
         folder_names,
         {{"server/common/a.h", "#pragma once\n"}, {"tests/history/util/a.ts", "\n"}},
         {{"server/base/common.h", "#pragma once\n"}}},
        {"a thing left to do names its issue",
         todos,
         {{"server/base/a.cpp", "// " + kTodo + ": later\n"},
          {"scripts/build", "# " + kTodo + "(me)\n"}},
         {{"server/base/a.cpp", "// " + kTodo + "(#123): later\n"}, {"docs/a.md", kTodo + "\n"}}},
        {"no path of one machine and no host of a package registry",
         machines,
         {{"docs/a.md", "cd " + kWorkFolder + "main\n"},
          {"scripts/setup", kScratchFolder + "/np\n"},
          {".npmrc", "registry=https://" + kRegistry + "/\n"},
          {"package-lock.json", "  \"resolved\": \"https://example.com/a.tgz\",\n"}},
         {{"docs/a.md", "docs" + kWorkFolder + "main\n"},
          {"package-lock.json", "  \"integrity\": \"sha512-abc\",\n"}}},
    };
}

}  // namespace server::tidy
