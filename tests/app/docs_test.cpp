// The documentation names what there is, and nothing else.
#include <algorithm>
#include <fstream>
#include <set>

#include "server/app/process_metrics.h"
#include "server/app/role_options.h"
#include "server/config/environment.h"
#include "server/history/metrics.h"
#include "server/matching/metrics.h"
#include "server/store/measured/measured_store.h"
#include "server/store/memory/memory_store.h"
#include "tests/config/key_list.h"
#include "tests/support/catch.h"

using namespace server;

namespace {

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream file(path);
    REQUIRE(file.good());
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

// The first words in `backticks` of the rows of tables.
std::set<std::string> names_in_tables(const std::string& path) {
    std::set<std::string> names;
    for (const std::string& line : lines_of(path)) {
        if (!line.starts_with("| `")) continue;
        names.insert(line.substr(3, line.find('`', 3) - 3));
    }
    return names;
}

std::string text_of(const std::string& path) {
    std::string text;
    for (const std::string& line : lines_of(path)) text += line + "\n";
    return text;
}

std::set<std::string> families(const telemetry::Registry& registry) {
    std::set<std::string> names;
    std::istringstream lines(registry.to_text());
    for (std::string word; lines >> word;) {
        if (word == "TYPE" && lines >> word) names.insert(word);
    }
    return names;
}

void fail_in_every_way(telemetry::OperationMetrics& operation) {
    for (const Status& status :
         {not_found("x"), Status(Code::AlreadyExists, "x", WorkflowAlreadyStarted{}),
          Status(Code::ResourceExhausted, "x", ResourceExhausted{})}) {
        operation.count_begin();
        operation.count_end("n", 1ms, status);
        operation.count_dropped();
    }
}

}  // namespace

TEST_CASE("docs/configuration.md has every key, variable and dynamic key", "[app][docs]") {
    const std::string path = "docs/configuration.md";
    const auto rows = names_in_tables(path);
    const std::string text = text_of(path);
    for (const std::string& key : tests::KeyList::all()) {
        INFO(key);
        CHECK(rows.contains(key));
    }
    for (const std::string_view key : app::dynamic_keys()) {
        INFO(key);
        CHECK(rows.contains(std::string(key)));
    }
    for (const std::string& variable : config::environment_variables()) {
        INFO(variable);
        CHECK(text.find("`" + variable + "`") != std::string::npos);
    }
    std::size_t known = tests::KeyList::all().size() + app::dynamic_keys().size();
    for (const std::string& row : rows) known += row.find('.') == std::string::npos;
    CHECK(rows.size() == known);  // no row about a key that does not exist
}

TEST_CASE("docs/metrics.md has every series that a process can show", "[app][docs]") {
    telemetry::Registry registry;
    telemetry::ServiceMetrics calls(registry, "service", "frontend");
    fail_in_every_way(calls.operation("Start"));
    for (const char* prefix : {"persistence", "visibility_persistence", "task"}) {
        telemetry::ServiceMetrics of_prefix(registry, prefix, "history");
        fail_in_every_way(of_prefix.operation("Get"));
    }
    history::HistoryMetrics of_history(registry);
    of_history.count("n", {});
    matching::MatchingMetrics of_matching(registry);
    of_matching.series_of("n", {"id", "queue", 1, false});
    app::update_process_metrics(registry);
    for (const char* set_by_the_server : {"restarts", "store_commits", "store_writes"}) {
        registry.gauge(set_by_the_server);
    }
    CHECK(families(registry) == names_in_tables("docs/metrics.md"));
}
