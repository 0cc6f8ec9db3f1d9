// The way to Juju: the environment, the hook tools, and the words of an action.
#include <map>

#include "charm/admin/command_line.h"
#include "charm/juju/argument.h"
#include "charm/juju/environment.h"
#include "charm/juju/tools.h"
#include "charm/juju_difference.h"
#include "charm/options.h"
#include "hooks/hooks.h"
#include "tests/support/catch.h"

namespace charm {
namespace {

juju::Variables variables(std::map<std::string, std::string> values) {
    return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
        const auto found = values.find(name);
        if (found == values.end()) return std::nullopt;
        return found->second;
    };
}

TEST_CASE("the environment of a hook is read once, and what is missing is named", "[charm]") {
    const auto hook =
        juju::read_environment(variables({{"JUJU_DISPATCH_PATH", "hooks/db-relation-broken"},
                                          {"JUJU_UNIT_NAME", "temporal-k8s-history/12"},
                                          {"JUJU_RELATION_ID", "db:7"}}));
    REQUIRE(hook.ok());
    CHECK(hook->app == "temporal-k8s-history");
    CHECK(hook->is_broken("db:7"));
    CHECK_FALSE(hook->is_broken("db:8"));
    CHECK_FALSE(hook->says_leaving());
    for (const char* departing : {"temporal-k8s-history/12", "postgresql-k8s/0"}) {
        const auto departed =
            juju::read_environment(variables({{"JUJU_DISPATCH_PATH", "hooks/db-relation-departed"},
                                              {"JUJU_UNIT_NAME", "temporal-k8s-history/12"},
                                              {"JUJU_DEPARTING_UNIT", departing}}));
        REQUIRE(departed.ok());
        CHECK(departed->says_leaving() == (departing == departed->unit));
    }
    const auto action = juju::read_environment(
        variables({{"JUJU_DISPATCH_PATH", "actions/tctl"}, {"JUJU_UNIT_NAME", "a/0"}}));
    REQUIRE(action.ok());
    CHECK(action->kind == juju::Environment::Kind::action);
    const char* wrong = GENERATE("", "tctl", "hooks/", "scripts/tctl");
    const auto refused = juju::read_environment(
        variables({{"JUJU_DISPATCH_PATH", wrong}, {"JUJU_UNIT_NAME", "a/0"}}));
    CHECK(refused.status().message().find("JUJU_DISPATCH_PATH") != std::string::npos);
}

// Answers each tool from a table and keeps what was called.
struct Agent {
    std::map<std::string, juju::Finished> answers;
    std::vector<std::vector<std::string>> calls{};
    std::vector<std::string> inputs{};

    juju::Tools tools() {
        return juju::Tools([this](const auto& argv, const auto& input) -> Result<juju::Finished> {
            calls.push_back(argv);
            inputs.push_back(input);
            return answers[argv[0]];
        });
    }
};

TEST_CASE("a hook tool's refusal is a failure with its words", "[charm]") {
    Agent agent{.answers = {{"relation-set", {1, "", "ERROR cannot write relation settings\n"}}}};
    const Status status = agent.tools().set_app_bag("db:1", {{"a", "b"}});
    CHECK(status.message() == "relation-set: exit 1: ERROR cannot write relation settings");
    CHECK(agent.calls.front() ==
          std::vector<std::string>{"relation-set", "-r", "db:1", "--app", "--file", "-"});
    CHECK(agent.inputs.front() == R"({"a":"b"})");
}

TEST_CASE("a secret that is gone is absent, every other failure is one", "[charm]") {
    Agent agent{.answers = {{"secret-get", {1, "", "ERROR secret \"x\" not found\n"}}}};
    auto secret = agent.tools().secret("secret:x");
    REQUIRE(secret.ok());
    CHECK_FALSE(secret->has_value());
    agent.answers["secret-get"] = {2, "", "ERROR secret URI \"garbage\" not valid\n"};
    secret = agent.tools().secret("garbage");
    REQUIRE(secret.ok());
    CHECK_FALSE(secret->has_value());
    agent.answers["secret-get"] = {1, "", "ERROR connection is shut down\n"};
    CHECK_FALSE(agent.tools().secret("secret:x").ok());
}

TEST_CASE("the agent is not asked for a secret whose name would be a flag or no name", "[charm]") {
    const char* id = GENERATE("", "--label=x", "-", "secret:", "secret:--peek", "a b", "a\nb");
    CAPTURE(id);
    Agent agent;
    const auto secret = agent.tools().secret(id);
    REQUIRE(secret.ok());
    CHECK_FALSE(secret->has_value());
    CHECK(agent.calls.empty());
    CHECK(juju::looks_like_secret_id("secret://8c2f2b3a-0000-4000-8000-000000000001/d0kq"));
}

TEST_CASE("what is too long for an argument is cut between two characters, and says so",
          "[charm]") {
    const std::size_t limit = juju::kArgumentBytesMax;
    CHECK(juju::cut_for_argument(std::string(limit, 'x')) == std::string(limit, 'x'));
    CHECK(juju::cut_for_argument(std::string(limit + 1, 'x')) ==
          std::string(limit, 'x') + "\n… cut, 102401 bytes in all");
    CHECK(juju::cut_for_argument(std::string("a\0b", 3)) == "a b");
    const std::string character = GENERATE("ä", "…", "𝄞");
    std::string text = "x";
    while (text.size() <= limit) text += character;
    const std::string cut = juju::cut_for_argument(text);
    const std::size_t end = cut.find('\n');
    CHECK(end > limit - character.size());
    CHECK((end - 1) % character.size() == 0);
    Agent agent;
    CHECK(agent.tools().set_action_results({{"output", text}}).ok());
    CHECK(agent.tools().fail_action(text).ok());
    CHECK(agent.tools().set_status({"waiting", text}).ok());
    for (const auto& call : agent.calls) CHECK(call.back().size() < (128u << 10));
}

TEST_CASE("a secret's values reach the tool as files, never as words", "[charm]") {
    Agent agent{.answers = {{"secret-add", {0, "secret:abc\n", ""}}}};
    const auto id = agent.tools().add_secret("label", {{"db-password", "pw-Zq7"}});
    REQUIRE(id.ok());
    CHECK(*id == "secret:abc");
    for (const std::string& word : agent.calls.front()) {
        CHECK(word.find("pw-Zq7") == std::string::npos);
    }
    CHECK(agent.calls.front().back().starts_with("db-password#file=/"));
}

TEST_CASE("null, empty lists and odd shapes from a tool do no harm", "[charm]") {
    const char* output = GENERATE("null", "[]", "{}", "\"\"", "{\"bind-addresses\":null}");
    CAPTURE(output);
    Agent agent;
    for (const char* tool :
         {"config-get", "relation-ids", "relation-get", "network-get", "opened-ports", "status-get",
          "state-get", "is-leader", "secret-info-get", "secret-get"}) {
        agent.answers[tool] = {0, output, ""};
    }
    const juju::Tools tools = agent.tools();
    CHECK(tools.config().ok());
    CHECK(tools.relation_ids("db").ok());
    CHECK(tools.app_bag("db:1", "a").ok());
    CHECK(tools.addresses("peer").ok());
    CHECK(tools.opened_ports().ok());
    CHECK(tools.status().ok());
    CHECK(tools.state().ok());
    CHECK(tools.is_leader().ok());
    CHECK(tools.owned_secret("label").ok());
}

TEST_CASE("a program that does not end is killed, one that is not there is named", "[charm]") {
    using std::chrono::milliseconds;
    const auto hung = juju::run_process({"sleep", "60"}, "", milliseconds(50));
    CHECK(hung.status().code() == Code::DeadlineExceeded);
    const auto absent = juju::run_process({"no-such-hook-tool"}, "");
    CHECK(absent.status().code() == Code::NotFound);
    const auto echo = juju::run_process({"cat"}, std::string(300'000, 'x'));
    REQUIRE(echo.ok());
    CHECK(echo->output.size() == 300'000);
}

TEST_CASE("words are split as a shell splits them", "[charm]") {
    struct Row {
        const char* text;
        std::vector<std::string> words;
    };
    const Row row = GENERATE(values<Row>({{"", {}},
                                          {"  adm  cl d ", {"adm", "cl", "d"}},
                                          {"a 'b c' \"d e\"", {"a", "b c", "d e"}},
                                          {"x''y \"\"", {"xy", ""}},
                                          {R"(a\ b \'c)", {"a b", "'c"}},
                                          {R"("a\"b\n" 'c\')", {"a\"b\\n", "c\\"}},
                                          {"--query='A=\"1\"'", {"--query=A=\"1\""}}}));
    CAPTURE(row.text);
    const auto words = admin::shell_words(row.text);
    REQUIRE(words.ok());
    CHECK(*words == row.words);
    CHECK_FALSE(admin::shell_words("a 'b").ok());
    CHECK_FALSE(admin::shell_words("a \"b").ok());
    CHECK_FALSE(admin::shell_words("a\\").ok());
}

TEST_CASE("only keys that differ are written, and an empty value takes its key away", "[charm]") {
    const Bag present{{"a", "1"}, {"b", "2"}, {"c", "3"}};
    CHECK(bag_difference(present, {{"a", "1"}, {"b", "9"}, {"c", ""}, {"d", ""}}) ==
          Bag{{"b", "9"}, {"c", ""}});
    CHECK(bag_difference(present, {}).empty());
}

TEST_CASE("each hook of the charm belongs to one family", "[charm]") {
    struct Row {
        const char* hook;
        const char* family;
    };
    const Row row = GENERATE(values<Row>({{"install", "lifecycle"},
                                          {"stop", "lifecycle"},
                                          {"config-changed", "config"},
                                          {"db-relation-broken", "databases"},
                                          {"visibility-relation-changed", "databases"},
                                          {"admin-relation-joined", "admin"},
                                          {"peer-relation-departed", "peer"},
                                          {"secret-changed", "secrets"},
                                          {"temporal-pebble-ready", "workload"},
                                          {"temporal-pebble-check-failed", "workload"},
                                          {"nginx-route-relation-created", "ingress"},
                                          {"ui-relation-changed", "clients"},
                                          {"logging-relation-changed", "observability"}}));
    const HookFamily* family = family_of(hooks::kAll, row.hook);
    CAPTURE(row.hook);
    REQUIRE(family != nullptr);
    CHECK(family->name == row.family);
    CHECK(family_of(hooks::kAll, "storage-attached") == nullptr);
}

TEST_CASE("options are read with blanks, cases and defaults", "[charm]") {
    const Options options = read_options({{"services", " history, matching ,"},
                                          {"log-level", "WARNING"},
                                          {"namespace-rps-limit", "a:1|b:2"}});
    CHECK(options.problems.empty());
    CHECK(options.roles == std::set<Role>{Role::history, Role::matching});
    CHECK(options.log_level == "warn");
    CHECK(read_options({}).problems.empty());
    CHECK(read_options({}).roles.size() == 4);
}

}  // namespace
}  // namespace charm
