// The plan of temporal-k8s as tables: what is, and what should be.
#include "charm/plan.h"

#include "charm/admin/admin_plan.h"
#include "charm/connections.h"
#include "charm/dynamic_config.h"
#include "charm/layer.h"
#include "charm/neighbours.h"
#include "charm/server_settings.h"
#include "server/config/history_shards.h"
#include "server/config/load.h"
#include "server/config/render.h"
#include "tests/support/catch.h"

namespace charm {
namespace {

Relation database(const std::string& id) {
    return {.id = id,
            .app = "postgresql-k8s",
            .remote_app = {{"endpoints", "10.0.0.5:5432"}, {"secret-user", "secret:user"}}};
}

// A unit that has everything; cases take something away.
Model complete() {
    Model model{.app = "temporal-k8s",
                .unit = "temporal-k8s/0",
                .model = "m",
                .leader = true,
                .addresses = {.bind = "10.1.0.1", .ingress = "10.1.0.1"}};
    model.options = read_options({});
    model.relations["peer"] = {{.id = "peer:0", .app = "temporal-k8s"}};
    model.relations["db"] = {database("db:1")};
    model.relations["visibility"] = {database("visibility:2")};
    model.relations["admin"] = {{.id = "admin:3", .app = "temporal-admin-k8s"}};
    model.secrets["secret:user"] = {{"username", "u"}, {"password", "pw-Zq7"}};
    model.container.reachable = true;
    model.schema["db"] = {.state = SchemaState::ready};
    model.schema["visibility"] = {.state = SchemaState::ready};
    model.health = Health{.state = Health::State::answers};
    return model;
}

std::string content_of(const Plan& goal, const std::string& path) {
    for (const pebble::File& file : goal.files) {
        if (file.path == path) return file.content;
    }
    return "no such file";
}

std::string text_of(const juju::UnitStatus& status) { return status.state + " " + status.message; }

TEST_CASE("a complete model is active, and its plan names every part", "[charm]") {
    const Plan goal = plan(complete());
    CHECK(text_of(goal.status()) == "active ");
    CHECK(goal.workload == Plan::Workload::run);
    CHECK(goal.ports == std::set<std::string>{"7233/tcp", "7234/tcp", "7235/tcp", "7236/tcp",
                                              "7239/tcp", "9090/tcp"});
    REQUIRE(goal.server);
    CHECK(goal.server->persistence.history_shard_count == 4);
    CHECK(content_of(goal, "/etc/temporal/config/db-address") == "10.0.0.5:5432\n");
    CHECK(goal.app_bags.at("peer:0").at("num_history_shards") == "4");
    CHECK(goal.app_bags.at("db:1").at("database") == "temporal-k8s_db");
}

TEST_CASE("the server reads back the configuration that the charm writes", "[charm]") {
    const Plan goal = plan(complete());
    REQUIRE(goal.server);
    const std::string text = server::config::to_yaml(*goal.server);
    const auto loaded = server::config::load_text("charm.yaml", text);
    INFO(text);
    INFO(loaded.status().message());
    REQUIRE(loaded.ok());
    CHECK(loaded->warnings.empty());
    CHECK(server::config::to_yaml(loaded->config) == text);
}

TEST_CASE("no plan holds a password outside of its private files", "[charm]") {
    Model model = complete();
    const Plan goal = plan(model);
    for (const auto& [relation, bag] : goal.app_bags) {
        for (const auto& [key, value] : bag) {
            CAPTURE(relation, key);
            CHECK(value.find("pw-Zq7") == std::string::npos);
        }
    }
    CHECK(json::serialize(goal.layer).find("pw-Zq7") == std::string::npos);
    for (const SchemaQuestion& question : goal.questions) {
        for (const std::string& word : question.argv)
            CHECK(word.find("pw-Zq7") == std::string::npos);
    }
    for (const pebble::File& file : goal.files) {
        if (file.content.find("pw-Zq7") != std::string::npos) CHECK(file.permissions == "600");
    }
    REQUIRE(goal.admin_secret);
    CHECK(goal.admin_secret->content.at("db-password") == "pw-Zq7");
    SECTION("unless the operator asks for the form of earlier charms") {
        model.options.legacy_admin_credentials = true;
        const Plan legacy = plan(model);
        CHECK(legacy.app_bags.at("admin:3").at("database_connections").find("pw-Zq7") !=
              std::string::npos);
        CHECK_FALSE(legacy.admin_secret);
    }
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

struct Taken {
    const char* what;
    void (*take)(Model& model);
    const char* status;
    Plan::Workload workload;
};

TEST_CASE("the first unmet need is the status, and a healthy server is left alone", "[charm]") {
    const Taken row = GENERATE(values<Taken>({
        {"the peer relation", [](Model& m) { m.relations["peer"].clear(); },
         "waiting peer relation not ready; Juju creates it", Plan::Workload::keep},
        {"the right number of shards",
         [](Model& m) {
             m.health = {Health::State::failed,
                         server::config::other_history_shards(4, "here", 512)};
         },
         "blocked config: num-history-shards: the database was made with 512; run juju config "
         "temporal-k8s num-history-shards=512",
         Plan::Workload::run},
        {"a number of shards that we allow",
         [](Model& m) {
             m.health = {Health::State::failed, server::config::other_history_shards(4, "here", 3)};
         },
         "blocked config: num-history-shards: the database was made with 3; this charm allows "
         "powers of 2 up to 16384; integrate with another database",
         Plan::Workload::run},
        {"db", [](Model& m) { m.relations["db"].clear(); },
         "blocked db relation: no database; run juju integrate temporal-k8s:db "
         "postgresql-k8s:database",
         Plan::Workload::stop},
        {"the secret", [](Model& m) { m.secrets.clear(); },
         "blocked db relation: the secret that postgresql-k8s named is gone or not granted; remove "
         "the relation and integrate again",
         Plan::Workload::keep},
        {"the container", [](Model& m) { m.container.reachable = false; },
         "waiting temporal container: not ready; Kubernetes starts it", Plan::Workload::keep},
        {"an address", [](Model& m) { m.addresses = {}; },
         "waiting network: no address yet; Juju gives one", Plan::Workload::keep},
        {"an answer of Pebble",
         [](Model& m) {
             m.container = lost_container({Code::DeadlineExceeded, "no answer in 30 s"});
         },
         "waiting temporal container: no answer in 30 s", Plan::Workload::keep},
        {"what Pebble accepts",
         [](Model& m) {
             m.container = lost_container({Code::InvalidArgument, "layer: bad"});
         },
         "blocked temporal container: Pebble refuses: layer: bad; once mended, run juju run "
         "temporal-k8s/0 restart",
         Plan::Workload::keep},
        {"the schema", [](Model& m) { m.schema["visibility"].state = SchemaState::old; },
         "waiting admin:temporal relation: schema of visibility is not ready; waiting for "
         "temporal-admin-k8s",
         Plan::Workload::keep},
        {"admin and the schema",
         [](Model& m) {
             m.relations["admin"].clear();
             m.schema["db"].state = SchemaState::old;
         },
         "blocked admin:temporal relation: schema of db is not ready; run juju integrate "
         "temporal-k8s:admin temporal-admin-k8s:admin",
         Plan::Workload::keep},
        {"a schema of this age", [](Model& m) { m.schema["db"].state = SchemaState::newer; },
         "blocked admin:temporal relation: schema of db is newer than this server; run juju "
         "refresh temporal-k8s",
         Plan::Workload::keep},
        {"an answer of the database",
         [](Model& m) {
             m.schema["db"] = {SchemaState::unreachable, "no route"};
         },
         "waiting db relation: the database cannot be used: no route", Plan::Workload::keep},
        {"a tool that we can ask",
         [](Model& m) {
             m.schema["db"] = schema_answer(
                 server::invalid_argument("cannot find executable \"temporal-sql-tool\""));
         },
         "blocked resource temporal-server-image lacks the temporal-sql-tool of this release: "
         "cannot find executable \"temporal-sql-tool\"; attach the image that make charm writes: "
         "juju attach-resource temporal-k8s temporal-server-image=...",
         Plan::Workload::keep},
        {"an answer of the server", [](Model& m) { m.health->state = Health::State::silent; },
         "waiting temporal: the server does not answer its health check yet; see juju ssh "
         "--container temporal temporal-k8s/0 /charm/bin/pebble logs",
         Plan::Workload::run},
        {"a pod", [](Model& m) { m.stopping = true; }, "active ", Plan::Workload::stop},
        {"leave to run", [](Model& m) { m.drained = true; },
         "blocked drained; run juju run temporal-k8s/0 restart", Plan::Workload::stop},
    }));
    CAPTURE(row.what);
    Model model = complete();
    row.take(model);
    const Plan goal = plan(model);
    CHECK(text_of(goal.status()) == row.status);
    CHECK(goal.workload == row.workload);
}

TEST_CASE("the number of history shards is written down by the leader once its server runs",
          "[charm]") {
    Model model = complete();
    model.options.history_shard_count = 512;
    const auto shards = [&model] {
        return plan(model).server.value().persistence.history_shard_count;
    };
    const auto key = [&model] {
        const auto bags = plan(model).app_bags;
        const auto bag = bags.find("peer:0");
        if (bag == bags.end() || !bag->second.contains("num_history_shards")) return std::string();
        return bag->second.at("num_history_shards");
    };
    CHECK(key() == "512");
    SECTION("a follower runs with the option and writes nothing") {
        model.leader = false;
        CHECK(shards() == 512);
        CHECK(key().empty());
    }
    SECTION("before, the option may change") {
        model.health.reset();
        CHECK(key().empty());
        model.options.history_shard_count = 8;
        CHECK(shards() == 8);
    }
    SECTION("what was written down without the database is taken back when that has another") {
        model.options.history_shard_count.reset();
        model.relations["peer"].front().own_app["num_history_shards"] = "4";
        CHECK(shards() == 4);
        model.health =
            Health{Health::State::failed, server::config::other_history_shards(4, "here", 512)};
        CHECK(plan(model).app_bags.at("peer:0").at("num_history_shards").empty());
    }
}

TEST_CASE("the budget of connections is shared by the units and never below two", "[charm]") {
    struct Share {
        std::size_t peers;
        std::optional<std::int64_t> budget;
        std::int64_t persistence;
        std::int64_t visibility;
    };
    const Share row = GENERATE(values<Share>({{0, 20, 13, 6},
                                              {1, 20, 6, 3},
                                              {2, 20, 4, 2},
                                              {9, 20, 2, 2},
                                              {9, 0, 20, 10},
                                              {0, 90, 20, 10},
                                              {0, std::nullopt, 13, 6},
                                              {4, std::nullopt, 2, 2},
                                              {5, std::nullopt, 2, 2},
                                              {39, std::nullopt, 2, 2}}));
    CAPTURE(row.peers, row.budget.value_or(-1));
    Model model = complete();
    model.options.connection_budget = row.budget;
    for (std::size_t i = 0; i < row.peers; ++i) {
        model.relations["peer"].front().units.push_back("temporal-k8s/" + std::to_string(i + 1));
    }
    CHECK(pool_size(model, model.options.persistence) == row.persistence);
    CHECK(pool_size(model, model.options.visibility) == row.visibility);
    if (!row.budget) CHECK(text_of(plan(model).status()) == "active ");
}

TEST_CASE("an option of the pools that holds only in part is noted", "[charm]") {
    Model model = complete();
    const auto notes = [&model] { return plan(model).notes_text(); };
    CHECK(notes().empty());
    SECTION("one that the budget cuts") {
        model.options.persistence.connections_max = 50;
        CHECK(notes() ==
              "persistence-max-conns of 50 is cut to 16, the part of a unit in 20 connections; set "
              "database-connection-budget to more, or to 0 for none\n");
        model.options.connection_budget = 0;
        CHECK(notes().empty());
    }
    SECTION("one connection is too few for a server, which gets two") {
        const json::object config{{"persistence-max-conns", 1}, {"visibility-max-conns", 1}};
        model.options = read_options(config);
        model.options.connection_budget = GENERATE(0, 20);
        const Plan goal = plan(model);
        CHECK(text_of(goal.status()) == "active ");
        CHECK(goal.notes.size() == 2);
        CHECK(goal.notes.front() ==
              "persistence-max-conns of 1 is raised to 2: one connection writes and another reads");
        REQUIRE(goal.server);
        CHECK(server::config::load_text("x", server::config::to_yaml(*goal.server)).ok());
    }
    SECTION("more units than PostgreSQL admits by itself") {
        model.relations["peer"].front().units.assign(22, "temporal-k8s/1");
        CHECK(notes() ==
              "the units of temporal-k8s open up to 92 connections, and PostgreSQL admits 100 "
              "unless told otherwise; raise its limit, then set database-connection-budget=92\n");
        model.options.connection_budget = 92;
        CHECK(notes().empty());
    }
}

TEST_CASE("a budget that is too small for the units is told, and the server goes on", "[charm]") {
    Model model = complete();
    model.options.connection_budget = 7;
    CHECK(text_of(plan(model).status()) == "active ");
    model.relations["peer"].front().units = {"temporal-k8s/1"};
    const Plan goal = plan(model);
    CHECK(text_of(goal.status()) ==
          "blocked config: database-connection-budget of 7 is too small for the units of "
          "temporal-k8s; set it to at least 8, or to 0 for none");
    CHECK(goal.workload == Plan::Workload::run);
}

TEST_CASE("only what needs a start changes the digest", "[charm]") {
    const auto digest = [](const Model& model) {
        return start_digest(model, plan(model).server.value());
    };
    Model model = complete();
    const std::string before = digest(model);
    SECTION("not a password") {
        model.secrets["secret:user"]["password"] = "other";
        CHECK(digest(model) == before);
    }
    SECTION("not the address of a database") {
        model.relations["db"].front().remote_app["endpoints"] = "10.0.0.9:6432";
        CHECK(digest(model) == before);
        CHECK(content_of(plan(model), "/etc/temporal/config/db-address") == "10.0.0.9:6432\n");
    }
    SECTION("not another certificate of the database's authority") {
        model.relations["db"].front().remote_app["tls"] = "True";
        model.relations["db"].front().remote_app["tls-ca"] = "one";
        const std::string with_tls = digest(model);
        model.relations["db"].front().remote_app["tls-ca"] = "two";
        CHECK(digest(model) == with_tls);
        CHECK(with_tls != before);
    }
    SECTION("not the number of units") {
        model.relations["peer"].front().units = {"temporal-k8s/1"};
        CHECK(digest(model) == before);
    }
    SECTION("not how long connections live and how many stay idle") {
        model.options.persistence.connection_time_max = "30m";
        model.options.visibility.connection_time_max = "10s";
        model.options.persistence.idle_connections_max = 3;
        CHECK(digest(model) == before);
        CHECK(content_of(plan(model), kConfigPath).find("30m") != std::string::npos);
    }
    SECTION("not a dynamic value") {
        model.options.global_rps_limit = 1;
        CHECK(digest(model) == before);
    }
    SECTION("the log level does") {
        model.options.log_level = "debug";
        CHECK(digest(model) != before);
    }
    SECTION("the roles do") {
        model.options.roles = {Role::history};
        CHECK(digest(model) != before);
    }
}

TEST_CASE("a key of dynamic-config wins over an option however it is spelt", "[charm]") {
    const json::object config{{"dynamic-config",
                               "frontend.namespaceRPS: [{value: 7}]\n"
                               "MATCHING.longpollexpirationinterval: [{value: 9s}]\n"}};
    const Options options = read_options(config);
    CHECK(options.problems == std::vector<std::string>{});
    const std::string text = dynamic_config_of(options).value();
    CHECK(text.find("2000") == std::string::npos);
    CHECK(text.find("50s") == std::string::npos);
    SECTION("but not twice in the option itself") {
        const std::string twice = "a.b: [{value: 1}]\nA.B: [{value: 1}]\n";
        CHECK(read_options({{"dynamic-config", twice}}).problems.size() == 1);
    }
}

TEST_CASE("logs go where the relations say, whatever else is missing", "[charm]") {
    Model model = complete();
    model.options.problems = {"config: something"};
    const auto target = [&model] {
        return plan(model).layer.at("log-targets").at("loki-loki-0").as_object();
    };
    SECTION("to a relation that is there") {
        model.relations["logging"] = {
            {.id = "logging:9",
             .remote_units = {{"loki/0", {{"endpoint", R"({"url": "http://loki/push"})"}}}}}};
        CHECK(text_at(target(), "location") == "http://loki/push");
        CHECK(target().at("services") == json::array{"all"});
    }
    SECTION("and no longer once it is gone") {
        model.container.plan["log-targets"] =
            json::object{{"loki-loki-0", json::object{{"location", "http://loki/push"}}}};
        CHECK(target().at("services") == json::array{"-all"});
    }
}

TEST_CASE("what Pebble adds to an entry is no difference", "[charm]") {
    const json::object wanted{{"threshold", 1}, {"http", json::object{{"url", "a"}}}};
    CHECK(is_like(wanted, json::object{{"threshold", "1"},
                                       {"startup", "enabled"},
                                       {"http", json::object{{"url", "a"}}}}));
    CHECK_FALSE(
        is_like(wanted, json::object{{"threshold", "2"}, {"http", json::object{{"url", "a"}}}}));
    CHECK_FALSE(is_like(wanted, json::object{{"threshold", "1"}}));
    CHECK_FALSE(is_like(json::array{"a"}, json::array{"a", "b"}));
}

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
