#include "server/config/template.h"

#include <map>

#include "tests/support/catch.h"

using namespace server;

namespace {

std::optional<std::string> variable(const std::string& name) {
    static const std::map<std::string, std::string> kVariables{{"SET", "value"}, {"EMPTY", ""}};
    const auto found = kVariables.find(name);
    return found == kVariables.end() ? std::nullopt : std::optional(found->second);
}

std::string expanded(const std::string& text) {
    const auto result = config::expand_template("t.yaml", text, variable);
    return result.ok() ? *result : result.status().message();
}

}  // namespace

TEST_CASE("a template is filled from the environment", "[config][template]") {
    CHECK(expanded("a: {{ env \"SET\" }}") == "a: value");
    CHECK(expanded("a: {{ .Env.SET }}") == "a: value");
    CHECK(expanded("a: {{ env \"SET\" | default \"x\" }}") == "a: value");
    CHECK(expanded("a: {{ env \"GONE\" | default \"x\" }}") == "a: x");
    CHECK(expanded("a: {{ default \"x\" (env \"SET\") }}") == "a: value");
    CHECK(expanded("a: {{ default \"x\" (env \"EMPTY\") }}") == "a: x");
    CHECK(expanded("a: {{ default .Env.GONE \"x\" }}") == "a: x");
    CHECK(expanded("a: {{ default .Env.SET \"x\" }}") == "a: value");
    CHECK(expanded("a: {{default `x` (env `GONE`)}}") == "a: x");
    CHECK(expanded("a: ${SET} ${GONE:-x} ${EMPTY:-y} ${SET:-z}") == "a: value x y value");
    CHECK(expanded("a: {{ env \"GONE\" }}.") == "a: .");
    CHECK(expanded("a\n  {{- /* gone */ -}}\nb {{/* so too */}}c") == "ab c");
}

TEST_CASE("more of the template language than is built is refused with its line",
          "[config][template]") {
    CHECK(expanded("a: 1\n{{ if .Env.SET }}b{{ end }}\n") ==
          "t.yaml:2: {{ if .Env.SET }} is more of Go's templates than is built: use {{ env \"X\" | "
          "default \"y\" }} or ${X:-y}");
    for (const char* text :
         {"{{ $x := 1 }}", "{{ range }}", "{{ env SET }}", "{{ env \"SET\" \"b\" }}", "{{ }}",
          "{{ (env \"SET\" }}", "{{ env \"SET }}", "{{ env \"SET\" | lower }}"}) {
        INFO(text);
        CHECK(expanded(text).find("t.yaml:1: {{") == 0);
    }
    CHECK(expanded("a\n\n{{ env") == "t.yaml:3: {{ without }}");
    CHECK(expanded("${1-2}") == "t.yaml:1: ${ is not followed by NAME} or NAME:-default}");
    CHECK(expanded("${X") == "t.yaml:1: ${ is not followed by NAME} or NAME:-default}");
    CHECK(expanded("{{ " + std::string(10'000, '(') + " }}").find("t.yaml:1: {{") == 0);
}

TEST_CASE("only a marked file is a template", "[config][template]") {
    CHECK(config::is_template("# enable-template\nlog:\n"));
    CHECK_FALSE(config::is_template("log:\n"));
    CHECK_FALSE(config::is_template(std::string(1100, '#') + "# enable-template\n"));
}
