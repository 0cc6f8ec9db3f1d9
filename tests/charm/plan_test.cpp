// The plan of temporal-k8s as tables: what is, and what should be.
#include "charm/plan.h"

#include "charm/dynamic_config.h"
#include "charm/layer.h"
#include "charm/neighbours.h"
#include "charm/server_settings.h"
#include "server/config/load.h"
#include "server/config/render.h"
#include "tests/charm/complete_model.h"
#include "tests/support/catch.h"

namespace charm {
namespace {

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
    REQUIRE(options.problems == std::vector<std::string>{});
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

}  // namespace
}  // namespace charm
