#include "cli/temporal/start_dev.h"

#include <fstream>
#include <iomanip>
#include <ostream>

#include "server/app/address.h"
#include "server/app/process.h"
#include "server/app/server.h"
#include "server/base/uuid.h"
#include "server/config/render.h"
#include "server/config/version.h"
#include "server/runtime/clock.h"

namespace cli {

namespace {

using server::Result;
using server::Status;
namespace app = server::app;
namespace config = server::config;

// A stop that hangs is ended; it normally takes a moment.
constexpr std::chrono::seconds kStopMax{10};

// NAME=VALUE in two.
Result<std::pair<std::string, std::string>> split(const std::string& flag,
                                                  const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        return server::invalid_argument("flag --" + flag + ": \"" + text + "\" is not NAME=VALUE");
    }
    return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

Status read_search_attributes(const FlagValues& flags, app::Options& options) {
    for (const std::string& text : flags.list("search-attribute")) {
        TRY_ASSIGN(const auto pair, split("search-attribute", text));
        const auto type = server::visibility::find_value_type(pair.second);
        if (!type) {
            return server::invalid_argument(
                "flag --search-attribute: " + pair.first + " has the unknown type \"" +
                pair.second + "\"; use Text, Keyword, Int, Double, Bool, Datetime or KeywordList");
        }
        TRY(server::visibility::check_custom_name(pair.first));
        options.search_attributes[pair.first] = *type;
    }
    return server::ok_status();
}

// The cluster id of a server in memory stays the same on this machine from start to start.
std::string machine_cluster_id() {
    std::ifstream file("/etc/machine-id");
    std::string machine;
    std::getline(file, machine);
    const std::hash<std::string> hash;
    return server::make_uuid(hash("start-dev " + machine), hash(machine));
}

Result<app::Options> read_options(const FlagValues& flags) {
    app::Options options;
    const std::string ip = flags.text("ip") == "localhost" ? "127.0.0.1" : flags.text("ip");
    options.roles =
        app::roles_of_one_process(ip, static_cast<std::uint16_t>(*flags.integer("port")));
    options.metrics_ip = ip;
    options.metrics_port = static_cast<std::uint16_t>(flags.integer("metrics-port").value_or(0));
    server::store::sqlite::Options store;
    const std::string file = flags.text("db-filename");
    if (file.empty()) {
        options.cluster_id = machine_cluster_id();
    } else {
        store.path = file;
    }
    options.namespaces = flags.list("namespace");
    options.namespaces.emplace_back("default");
    for (const std::string& text : flags.list("sqlite-pragma")) {
        TRY_ASSIGN(auto pragma, split("sqlite-pragma", text));
        store.pragmas.push_back({std::move(pragma.first), std::move(pragma.second)});
    }
    options.store = std::move(store);
    for (const std::string& text : flags.list("dynamic-config-value")) {
        TRY(options.dynamic_values.add(text));
    }
    TRY(read_search_attributes(flags, options));
    return options;
}

Status configure_log(const FlagValues& flags) {
    static const server::SystemClock clock;
    server::log::Options log{.level = server::log::Level::warn, .now = [] { return clock.now(); }};
    if (flags.given("log-level")) {
        TRY_ASSIGN(log.level, server::log::parse_level(flags.text("log-level")));
    }
    TRY_ASSIGN(log.format, server::log::parse_format(flags.text("log-format")));
    return server::log::configure(log);
}

void print_line(Terminal& terminal, const std::string& what, const std::string& value) {
    terminal.out << std::left << std::setw(17) << what + ":" << value << "\n";
}

void print_banner(const app::Server& running, const FlagValues& flags, Terminal& terminal) {
    terminal.out << "temporal " << config::kVersion << "\n\n";
    print_line(terminal, "Temporal Server", running.address());
    print_line(terminal, "Persistence", running.persistence());
    if (!flags.toggle("headless")) print_line(terminal, "UI", "not built yet");
    if (flags.given("http-port")) print_line(terminal, "HTTP", "not built yet");
    if (const auto port = running.metrics_port()) {
        const std::string ip = flags.text("ip");
        print_line(terminal, "Metrics", "http://" + app::host_and_port(ip, *port) + "/metrics");
    }
    terminal.out << "\nCtrl-C stops the server." << std::endl;
}

int start_dev(const Invocation& invocation, Terminal& terminal) {
    const FlagValues& flags = invocation.flags;
    app::prepare_process();
    if (const Status logging = configure_log(flags); !logging.ok()) {
        return fail(terminal, logging.message());
    }
    auto options = read_options(flags);
    if (!options.ok()) return fail(terminal, options.status().message());
    if (flags.toggle("log-config")) terminal.err << config::to_yaml(app::to_config(*options));
    auto started = app::Server::start(std::move(*options));
    if (!started.ok()) return fail(terminal, started.status().message());
    print_banner(**started, flags, terminal);
    app::wait_for_stop_signal();
    terminal.out << "\nStopping ..." << std::endl;
    app::end_process_after(kStopMax);
    (*started)->stop();
    return 0;
}

}  // namespace

Command start_dev_command() {
    return {
        .name = "start-dev",
        .summary = "Run a server for development: one process, nothing to set up.",
        .description =
            "Runs a whole server in one process, on an embedded SQLite store. Everything is in\n"
            "memory, unless --db-filename names a file to keep it in.",
        .examples =
            "  temporal server start-dev\n"
            "  temporal server start-dev --db-filename temporal.db --namespace orders",
        .flags = start_dev_flags(),
        .run = start_dev};
}

}  // namespace cli
