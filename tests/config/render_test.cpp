#include "server/config/render.h"

#include <rapidcheck/catch.h>

#include "server/config/load.h"
#include "server/config/yaml_reader.h"
#include "tests/config/key_list.h"
#include "tests/support/catch.h"

using namespace server;
using config::Config;
using config::Secrets;

namespace {

// A visitor of keys.h that gives every field a value of its kind.
class AnyValues {
public:
    void value(std::string_view, std::string& field) {
        static const std::string kSigns = "ab z09:#{}[]'\"\\\n%&*!|>-?@`,~=\t/$.";
        field = *rc::gen::container<std::string>(rc::gen::elementOf(kSigns));
    }
    void value(std::string_view, bool& field) { field = *rc::gen::arbitrary<bool>(); }
    void value(std::string_view, std::uint16_t& port) {
        port = *rc::gen::arbitrary<std::uint16_t>();
    }
    void value(std::string_view, Duration& field) {
        field = Duration{*rc::gen::inRange<std::int64_t>(0, 100'000'000'000'000)};
    }
    void value(std::string_view key, std::map<std::string, std::string>& field) {
        for (int left = *rc::gen::inRange(0, 3); left > 0; --left) {
            value(key, field["name" + std::to_string(left)]);
        }
    }
    void value(std::string_view, std::vector<std::string>& field) {
        field = *rc::gen::element(std::vector<std::string>{},
                                  std::vector<std::string>{"a b", "#", "true"});
    }
    void choice(std::string_view, std::string& field,
                const std::vector<std::string_view>& allowed) {
        field = *rc::gen::elementOf(allowed);
    }
    template <class Number>
    void number(std::string_view, Number& field, std::int64_t minimum, std::int64_t maximum) {
        field = static_cast<Number>(*rc::gen::inRange(minimum, maximum));
    }
    void secret(std::string_view key, std::string& field) { value(key, field); }
    void command(std::string_view key, std::vector<std::string>& field) { value(key, field); }
    template <class Section>
    void section(std::string_view, Section& field) {
        describe(*this, field);
    }
    template <class Section>
    void section(std::string_view, std::optional<Section>& field) {
        if (*rc::gen::arbitrary<bool>()) describe(*this, field.emplace());
    }
    template <class Each>
    void entries(std::string_view, std::map<std::string, Each>& field,
                 const std::vector<std::string>&) {
        for (int left = *rc::gen::inRange(0, 3); left > 0; --left) {
            describe(*this, field["entry-" + std::to_string(left)]);
        }
    }
    template <class Each>
    void services(std::string_view, std::map<std::string, Each>& field,
                  const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            if (*rc::gen::arbitrary<bool>()) describe(*this, field[name]);
        }
    }
    void ignored(std::string_view) {}
    void not_built(std::string_view) {}
    void refused(std::string_view, std::string_view) {}
    void present(std::string_view, bool& field) { field = *rc::gen::arbitrary<bool>(); }
};

// Reads `text` without the checks that span several keys.
Config read_back(const std::string& text) {
    Config config;
    config::Findings findings;
    config::YamlReader reader(YAML::Load(text), "t.yaml", "", findings);
    describe(reader, config);
    reader.finish();
    RC_ASSERT(config::to_string(findings.errors()).empty());
    RC_ASSERT(config::to_string(findings.warnings()).empty());
    return config;
}

}  // namespace

TEST_CASE("what is rendered with its secrets reads as the same configuration", "[config][render]") {
    rc::prop("read(render(config)) == config", [] {
        Config config;
        AnyValues any;
        describe(any, config);
        // Empty texts stand for their defaults.
        auto& prometheus = config.global.metrics.prometheus;
        for (std::string* text :
             {&prometheus.handler_path, &config.cluster_metadata.master_cluster_name,
              &config.cluster_metadata.current_cluster_name}) {
            if (text->empty()) *text = "x";
        }
        RC_ASSERT(read_back(config::to_yaml(config, Secrets::written)) == config);
    });
}

TEST_CASE("what is rendered for people shows no secret", "[config][render]") {
    Config config;
    config::Sql sql{.plugin_name = "postgres12", .password = "hunter1"};
    sql.tls.key_data = "hunter2";
    sql.connect_attributes = {{"sslpassword", "hunter3"}, {"connect_timeout", "10"}};
    config.persistence.datastores["a"].sql = sql;
    config.global.tls.frontend.server.key_data = "hunter4";
    config.auth.ofga.token = "hunter5";
    const std::string text = config::to_yaml(config);
    CHECK_THAT(text, !Catch::Matchers::Contains("hunter"));
    CHECK_THAT(text, Catch::Matchers::Contains("password: \"(not shown)\"") &&
                         Catch::Matchers::Contains("connect_timeout: \"10\""));
    CHECK_THAT(
        config::to_yaml(config, Secrets::written),
        Catch::Matchers::Contains("password: hunter1") && Catch::Matchers::Contains("hunter5"));
}

TEST_CASE("a service without settings and an empty store are rendered all the same",
          "[config][render]") {
    Config config;
    config.services["worker"];
    config.persistence.datastores["a"].sql.emplace();
    const std::string text = config::to_yaml(config);
    CHECK_THAT(text, Catch::Matchers::Contains("worker:"));
    CHECK_THAT(text, Catch::Matchers::Contains("level: info"));
    CHECK_THAT(text, !Catch::Matchers::Contains("global:\n  tls"));
}
