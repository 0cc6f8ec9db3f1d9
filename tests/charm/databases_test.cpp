// The databases: what relations say of them, what their tool answers, and what the admin charm is
// shown.
#include "charm/database.h"

#include "charm/admin/admin_plan.h"
#include "charm/neighbours.h"
#include "charm/schema.h"
#include "tests/charm/complete_model.h"
#include "tests/support/catch.h"

namespace charm {
namespace {

TEST_CASE("an endpoint of a database may be IPv6, lack its port, or be a list", "[charm]") {
    struct Row {
        const char* endpoints;
        const char* host;
        int port;
    };
    const Row row = GENERATE(values<Row>({{"pg:5433", "pg", 5433},
                                          {"pg", "pg", 5432},
                                          {"a:1,b:2", "a", 1},
                                          {"[fd00::1]:6000", "fd00::1", 6000},
                                          {"[fd00::1]", "fd00::1", 5432}}));
    Model model = complete();
    model.relations["db"].front().remote_app["endpoints"] = row.endpoints;
    const auto found = read_database("db", model.app, model.relation("db"), model.secrets);
    CAPTURE(row.endpoints);
    REQUIRE_FALSE(found.need);
    CHECK(found.database.host == row.host);
    CHECK(found.database.port == row.port);
}

TEST_CASE("a tool that does not know our words is no answer of the database", "[charm]") {
    struct Row {
        int exit_code;
        const char* errors;
        SchemaState state;
        const char* text;
    };
    const Row row = GENERATE(values<Row>({
        {1, "Error: unknown flag: --password-file\nSee \"temporal-sql-tool --help\".\n",
         SchemaState::no_tool, "unknown flag: --password-file"},
        {1, "Error: unknown command \"x\" for \"y\"\n", SchemaState::no_tool,
         "unknown command \"x\" for \"y\""},
        {1, "Incorrect Usage: flag provided but not defined: -password-file\n\nNAME:\n  x\n",
         SchemaState::no_tool, "flag provided but not defined: -password-file"},
        {3, "No help topic for 'schema-version'\n", SchemaState::no_tool,
         "No help topic for 'schema-version'"},
        {3, "the schema is 9\n", SchemaState::newer, "the schema is 9"},
        {4, "no route\n", SchemaState::unreachable, "no route"},
    }));
    const SchemaAnswer answer = schema_answer(row.exit_code, "", row.errors);
    CHECK(answer.state == row.state);
    CHECK(answer.text == row.text);
    CHECK(schema_answer(Status(Code::DeadlineExceeded, "late")).state == SchemaState::unreachable);
}

TEST_CASE("the admin charm keeps what it was shown until a database is really gone", "[charm]") {
    Model model = complete();
    model.admin_secret = juju::OwnedSecret{.id = "secret:own"};
    const auto key_of = [](const Plan& goal, const char* key) {
        const Bag& bag = goal.app_bags.at("admin:3");
        const auto found = bag.find(key);
        return found == bag.end() ? std::string("as it is") : found->second;
    };
    CHECK(key_of(plan(model), kAdminSecretKey) == "secret:own");
    SECTION("half of a relation's data takes nothing back") {
        model.relations["db"].front().remote_app["endpoints"] = "";
        const Plan goal = plan(model);
        CHECK(key_of(goal, kAdminSecretKey) == "as it is");
        CHECK_FALSE(goal.admin_secret);
        CHECK_FALSE(goal.withdraw_admin_secret);
        CHECK(key_of(goal, "database_connections").empty());
        model.options.legacy_admin_credentials = true;
        CHECK(key_of(plan(model), "database_connections") == "as it is");
    }
    SECTION("a relation that is gone takes all back") {
        model.options.legacy_admin_credentials = GENERATE(true, false);
        model.relations["visibility"].clear();
        const Plan goal = plan(model);
        CHECK(key_of(goal, kAdminSecretKey).empty());
        CHECK(key_of(goal, "database_connections").empty());
        CHECK(goal.withdraw_admin_secret);
    }
    SECTION("without an admin charm there is nobody to show it to") {
        model.relations["admin"].clear();
        CHECK(plan(model).withdraw_admin_secret);
    }
    SECTION("the form of earlier charms takes its place") {
        model.options.legacy_admin_credentials = true;
        CHECK(plan(model).withdraw_admin_secret);
        CHECK(key_of(plan(model), kAdminSecretKey).empty());
    }
}

TEST_CASE("the admin charm looks once at a database that four applications show", "[charm]") {
    admin::AdminModel model{
        .app = "temporal-admin-k8s", .unit = "temporal-admin-k8s/0", .leader = true};
    model.container.reachable = true;
    for (const char* app : {"frontend", "history"}) {
        const std::string id = std::string("secret:") + app;
        const Database database{.host = "10.0.0.5", .name = "d", .user = app, .password = "p"};
        Databases databases{.main = database, .visibility = database};
        databases.visibility.name = "v";
        model.secrets[id] = admin_secret_content(databases);
        model.servers.push_back(
            {.id = std::string("admin:") + app, .app = app, .remote_app = {{kAdminSecretKey, id}}});
    }
    const auto targets = admin::targets_of(model);
    REQUIRE(targets.size() == 2);
    CHECK(targets[0].logins.size() == 2);
    SECTION("and the leader migrates each once") {
        model.schema[targets[0].place()] = {.state = SchemaState::old};
        model.schema[targets[1].place()] = {.state = SchemaState::ready};
        const admin::AdminPlan goal = admin::plan(model);
        CHECK(goal.migrations.size() == 1);
        CHECK(goal.app_bags.empty());
    }
    SECTION("and tells every application when all are ready") {
        model.schema[targets[0].place()] = {.state = SchemaState::ready};
        model.schema[targets[1].place()] = {.state = SchemaState::ready};
        const admin::AdminPlan goal = admin::plan(model);
        CHECK(goal.app_bags.size() == 2);
        CHECK(goal.app_bags.at("admin:history").at("schema_status") == "ready");
    }
}

}  // namespace
}  // namespace charm
