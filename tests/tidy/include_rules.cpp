// Who may include whom: the layers of server/, and which folder alone sees a third-party library.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

#include "tests/tidy/rule.h"

namespace server::tidy {
namespace {

// The same numbers as in the top CMakeLists.txt. A folder sees those with a smaller number.
const std::map<std::string, int, std::less<>> kLayers{
    {"base", 0},    {"workflow", 1}, {"visibility", 1}, {"config", 1}, {"telemetry", 1},
    {"runtime", 2}, {"store", 3},    {"cluster", 4},    {"rpc", 5},    {"frontend", 6},
    {"history", 6}, {"matching", 6}, {"worker", 6},     {"app", 7},    {"main.cpp", 8}};
constexpr int kRoleLayer = 6;

struct Include {
    std::string path;  // without its brackets or quotes
    int line = 0;
    bool quoted = false;
};

std::vector<Include> includes_of(const Source& source) {
    std::vector<Include> includes;
    for (const Token& token : source.tokens) {
        if (token.kind != TokenKind::directive) continue;
        if (token.text.find("include") == std::string::npos) continue;
        const std::size_t open = token.text.find_first_of("<\"");
        if (open == std::string::npos) continue;
        const std::size_t close = token.text.find_first_of(">\"", open + 1);
        includes.push_back(
            {token.text.substr(open + 1, close - open - 1), token.line, token.text[open] == '"'});
    }
    return includes;
}

// "history" of server/history/shard/shard.h, "main.cpp" of server/main.cpp; empty outside server/.
std::string folder_of(std::string_view path) {
    constexpr std::string_view kServer = "server/";
    if (!path.starts_with(kServer)) return {};
    path.remove_prefix(kServer.size());
    return std::string(path.substr(0, path.find('/')));
}

bool is_generated(std::string_view path) { return path.ends_with(".pb.h"); }

Findings layers(const Source& source) {
    Findings findings;
    const std::string from = folder_of(source.path);
    if (from.empty() || !source.is_cpp()) return findings;
    const auto from_layer = kLayers.find(from);
    if (from_layer == kLayers.end()) {
        return {
            {source.path, 1, "server/" + from + " has no layer (tests/tidy/include_rules.cpp)"}};
    }
    for (const Include& include : includes_of(source)) {
        if (include.quoted && !include.path.starts_with("server/") && !is_generated(include.path)) {
            findings.push_back({source.path, include.line, "server/ includes " + include.path});
        }
        const std::string to = folder_of(include.path);
        if (to.empty() || to == from || is_generated(include.path)) continue;
        const auto to_layer = kLayers.find(to);
        if (to_layer == kLayers.end() || to_layer->second >= from_layer->second) {
            findings.push_back({source.path, include.line,
                                "server/" + from + " must not include " + include.path});
        }
    }
    return findings;
}

Findings outsiders(const Source& source) {
    Findings findings;
    const bool charm = source.in("charm/") || source.in("hooks/") || source.in("actions/");
    const bool cli = source.in("cli/");
    if (!charm && !cli) return findings;
    for (const Include& include : includes_of(source)) {
        const std::string to = folder_of(include.path);
        if (to.empty() || is_generated(include.path)) continue;
        const auto layer = kLayers.find(to);
        const bool role = layer == kLayers.end() || layer->second == kRoleLayer;
        const bool app = to == "app" && !source.in("cli/temporal/");
        if ((charm && to != "base" && to != "config") || (cli && (role || app))) {
            findings.push_back({source.path, include.line, "must not include " + include.path});
        }
    }
    return findings;
}

// Which folders alone may include what begins so.
struct Confined {
    std::string_view prefix;
    std::array<std::string_view, 2> folders;
};
constexpr std::array<Confined, 7> kConfined{{
    {"grpcpp/", {"server/rpc/", "cli/client/"}},
    {"grpc/", {"server/rpc/", "cli/client/"}},
    {"libpq", {"server/store/postgres/", "server/store/postgres/"}},
    {"sqlite3", {"server/store/sqlite/", "server/store/sqlite/"}},
    {"yaml-cpp/", {"server/config/", "server/config/"}},
    {"spdlog/", {"server/telemetry/", "server/telemetry/"}},
    {"date/", {"server/runtime/", "server/runtime/"}},
}};

Findings third_party(const Source& source) {
    Findings findings;
    if (!source.in("server/") && !source.in("cli/")) return findings;
    for (const Include& include : includes_of(source)) {
        if (is_generated(include.path)) continue;
        for (const Confined& confined : kConfined) {
            if (!include.path.starts_with(confined.prefix)) continue;
            const bool allowed =
                std::any_of(confined.folders.begin(), confined.folders.end(),
                            [&](std::string_view folder) { return source.in(folder); });
            if (allowed) continue;
            findings.push_back(
                {source.path, include.line,
                 "only " + std::string(confined.folders[0]) + " may include " + include.path});
        }
    }
    return findings;
}

// The charms reach Pebble through one folder, which alone knows the network; what is read as YAML
// there and in one option comes out as JSON or text.
Findings charm_third_party(const Source& source) {
    constexpr std::array<std::string_view, 3> kPebbleOnly{"boost/asio", "boost/beast", "yaml-cpp/"};
    Findings findings;
    const bool charm = source.in("charm/") || source.in("hooks/") || source.in("actions/");
    if (!charm || source.in("charm/pebble/")) return findings;
    for (const Include& include : includes_of(source)) {
        const bool option =
            source.path == "charm/dynamic_config.cpp" && include.path.starts_with("yaml-cpp/");
        const bool confined =
            std::any_of(kPebbleOnly.begin(), kPebbleOnly.end(),
                        [&](std::string_view prefix) { return include.path.starts_with(prefix); });
        if (confined && !option) {
            findings.push_back(
                {source.path, include.line, "only charm/pebble/ may include " + include.path});
        }
    }
    return findings;
}

// What a pure folder must not see: it has no clock, thread, randomness, log, event loop or
// transport.
Findings purity(const Source& source) {
    constexpr std::array<std::string_view, 8> kImpure{
        "boost/asio", "boost/beast", "random", "thread", "mutex", "fstream", "iostream", "future"};
    Findings findings;
    const bool base = source.in("server/base/");
    if (!base && !source.in("server/workflow/") && !source.in("server/visibility/"))
        return findings;
    for (const Include& include : includes_of(source)) {
        const bool impure =
            std::any_of(kImpure.begin(), kImpure.end(), [&](std::string_view prefix) {
                return include.path == prefix ||
                       (prefix.starts_with("boost/") && include.path.starts_with(prefix));
            });
        const bool above_std = include.path.starts_with("boost/") || is_generated(include.path);
        if ((impure && !base) || (above_std && base)) {
            findings.push_back({source.path, include.line, "must not include " + include.path});
        }
    }
    return findings;
}

}  // namespace

std::vector<Rule> include_rules() {
    return {
        {"a folder of server/ includes only folders of a smaller layer; roles never one another",
         layers,
         {{"server/history/api/start.cpp", "#include \"server/matching/partition/partition.h\"\n"},
          {"server/store/store.h", "#pragma once\n#include \"server/rpc/client.h\"\n"},
          {"server/base/ids.h", "#include \"server/config/config.h\"\n"},
          {"server/rpc/server.cpp", "#include \"tests/support/catch.h\"\n"},
          {"server/gossip/ring.h", "#pragma once\n"}},
         {{"server/history/api/start.cpp",
           "#include \"server/history/shard/shard.h\"\n#include \"server/store/store.h\"\n"
           "#include \"server/role/v1/matching.pb.h\"\n// #include \"server/matching/a.h\"\n"},
          {"server/main.cpp", "#include \"server/app/app.h\"\n"},
          {"tests/history/start_test.cpp", "#include \"server/matching/matching.h\"\n"}}},
        {"commands and charms see only the low folders of server/",
         outsiders,
         {{"cli/tctl/main.cpp", "#include \"server/app/app.h\"\n"},
          {"cli/temporal/start_dev.cpp", "#include \"server/history/history.h\"\n"},
          {"actions/drain.cpp", "#include \"server/telemetry/log.h\"\n"},
          {"charm/plan.cpp", "#include \"server/runtime/clock.h\"\n"}},
         {{"cli/temporal/start_dev.cpp", "#include \"server/app/app.h\"\n"},
          {"hooks/db.cpp", "#include \"server/config/config.h\"\n"}}},
        {"one folder alone sees each third-party library",
         third_party,
         {{"server/frontend/api/start.cpp", "#include <grpcpp/grpcpp.h>\n"},
          {"server/store/memory/store.cpp", "#include <libpq-fe.h>\n"},
          {"server/store/postgres/store.cpp", "#  include <sqlite3.h>\n"},
          {"cli/temporal/main.cpp", "#include <grpc/grpc.h>\n"}},
         {{"server/rpc/call.h", "#include <grpcpp/grpcpp.h>\n"},
          {"cli/client/connection.cpp", "#include <grpcpp/grpcpp.h>\n"},
          {"server/store/sqlite/store.cpp", "#include <sqlite3.h>\n"},
          {"server/frontend/health.cpp", "#include <grpc/health/v1/health.pb.h>\n"},
          {"tests/rpc/call_test.cpp", "#include <grpcpp/grpcpp.h>\n"}}},
        {"of the charms, one folder alone sees the network and YAML",
         charm_third_party,
         {{"charm/plan.cpp", "#include <boost/beast/http.hpp>\n"},
          {"hooks/config.cpp", "#include <yaml-cpp/yaml.h>\n"}},
         {{"charm/pebble/connection.cpp", "#include <boost/asio/io_context.hpp>\n"},
          {"charm/dynamic_config.cpp", "#include <yaml-cpp/yaml.h>\n"}}},
        {"the pure folders include no clock, thread, randomness, event loop or file",
         purity,
         {{"server/workflow/commands/timer.cpp", "#include <boost/asio/awaitable.hpp>\n"},
          {"server/visibility/parser.cpp", "#include <random>\n"},
          {"server/base/status.h", "#include <temporal/api/errordetails/v1/message.pb.h>\n"}},
         {{"server/workflow/commands/timer.cpp",
           "#include <temporal/api/command/v1/message.pb.h>\n"},
          {"server/runtime/lane.h", "#include <thread>\n"}}},
    };
}

}  // namespace server::tidy
