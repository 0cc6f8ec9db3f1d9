// `temporal-server`: the roles of a configuration file, with the flags, environment variables and
// exit codes of the original. 0: stopped as asked; 1: anything else.
//
//   temporal-server [--config-file FILE | --root DIR --config DIR --env NAME --zone NAME] start
//   [--service NAME]... temporal-server ... render-config
#include <algorithm>
#include <iostream>

#include "server/app/process.h"
#include "server/app/role_options.h"
#include "server/app/server.h"
#include "server/config/dynamic_file.h"
#include "server/config/environment.h"
#include "server/config/flags.h"
#include "server/config/load.h"
#include "server/config/render.h"
#include "server/config/version.h"
#include "server/runtime/clock.h"
#include "server/telemetry/log.h"

namespace {

using namespace server;
using config::Flag;
using Words = std::vector<std::string>;

constexpr std::chrono::seconds kStopMax{10};

constexpr std::string_view kHelp = R"(Runs a Temporal-compatible server.

Usage:
  temporal-server [flags] start [--service NAME]...
  temporal-server [flags] render-config
  temporal-server validate-dynamic-config FILE...

Commands:
  start                     Run the services of the configuration.
  render-config             Print the configuration as the server understands it.
  validate-dynamic-config   Check files of dynamic values.

Flags:
      --config-file FILE   The configuration file; instead of the four below.
                           Environment: TEMPORAL_SERVER_CONFIG_FILE_PATH.
  -r, --root DIR           Folder that the next one is in. Environment: TEMPORAL_ROOT. (default .)
  -c, --config DIR         Folder of base.yaml, <env>.yaml and <env>_<zone>.yaml.
                           Environment: TEMPORAL_CONFIG_DIR. (default config)
  -e, --env NAME           Environment: TEMPORAL_ENVIRONMENT. (default development)
      --zone, --az NAME    Environment: TEMPORAL_AVAILABILITY_ZONE.
      --allow-no-auth      Accepted; authentication is not built yet. Environment: TEMPORAL_ALLOW_NO_AUTH.
  -h, --help               Print this page.
  -v, --version            Print the version.

Flags of start:
      --service, --svc NAME   frontend, history, matching or worker; may be repeated. All without it.
                              Environment: TEMPORAL_SERVICES, with commas.
)";

const std::vector<Flag>& global_flags() {
    using enum Flag::Kind;
    static const std::vector<Flag> kFlags{
        {.name = "config-file", .environment = "TEMPORAL_SERVER_CONFIG_FILE_PATH"},
        {.name = "root", .letter = 'r', .default_value = ".", .environment = "TEMPORAL_ROOT"},
        {.name = "config",
         .letter = 'c',
         .default_value = "config",
         .environment = "TEMPORAL_CONFIG_DIR"},
        {.name = "env",
         .letter = 'e',
         .default_value = "development",
         .environment = "TEMPORAL_ENVIRONMENT"},
        {.name = "zone", .alias = "az", .environment = "TEMPORAL_AVAILABILITY_ZONE"},
        {.name = "allow-no-auth", .kind = toggle, .environment = "TEMPORAL_ALLOW_NO_AUTH"},
        {.name = "help", .letter = 'h', .kind = toggle},
        {.name = "version", .letter = 'v', .kind = toggle}};
    return kFlags;
}

const std::vector<Flag>& start_flags() {
    using enum Flag::Kind;
    static const std::vector<Flag> kFlags{
        {.name = "service", .kind = list, .alias = "svc", .environment = "TEMPORAL_SERVICES"},
        {.name = "services", .kind = list, .hidden = true}};  // the old form: a,b
    return kFlags;
}

int fail(const std::string& message) {
    std::cerr << "Error: " << message << std::endl;
    return 1;
}

int fail(const Status& status) { return fail(status.message()); }

Result<config::Loaded> load(const config::FlagValues& flags) {
    config::Sources sources{.root = flags.text("root"),
                            .directory = flags.text("config"),
                            .environment = flags.text("env"),
                            .zone = flags.text("zone"),
                            .file = flags.text("config-file")};
    bool given = !sources.file.empty();
    for (const auto name : {"root", "config", "env", "zone"}) {
        if (!sources.file.empty() && flags.given(name)) {
            return invalid_argument("--config-file and --" + std::string(name) +
                                    " exclude each other; give one of them");
        }
        given = given || flags.given(name);
    }
    return config::load_any(sources, given, config::process_environment());
}

Words split_at(const char* separators, const Words& texts) {
    Words parts;
    for (const std::string& text : texts) {
        for (std::size_t begin = 0; begin <= text.size();) {
            const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
            if (end > begin) parts.push_back(text.substr(begin, end - begin));
            begin = end + 1;
        }
    }
    return parts;
}

Result<Words> read_services(const Words& arguments) {
    TRY_ASSIGN(const auto line,
               config::parse_flags(start_flags(), arguments, config::process_environment()));
    if (!line.words.empty()) {
        return invalid_argument("unexpected word \"" + line.words.front() + "\" after start");
    }
    Words services = split_at(",", line.flags.list("services"));
    for (const std::string& name : line.flags.list("service")) services.push_back(name);
    const config::Environment environment = config::process_environment();
    if (services.empty() && config::is_configured(environment)) {
        services = split_at(":,", {environment("SERVICES").value_or("")});  // the Docker image's
    }
    return services;
}

Status configure_log(const config::Log& section) {
    static const SystemClock clock;
    TRY_ASSIGN(log::Options options, app::log_options_from(section));
    options.now = [] { return clock.now(); };
    return log::configure(options);
}

void log_findings(const config::Loaded& loaded) {
    for (const std::string& file : loaded.files) log::info("configuration read", {{"file", file}});
    for (const config::Finding& finding : loaded.warnings) {
        log::warn("configuration", {{"finding", finding.to_string()}});
    }
}

int start(const config::FlagValues& flags, const Words& arguments) {
    app::prepare_process();
    const auto services = read_services(arguments);
    if (!services.ok()) return fail(services.status());
    const auto loaded = load(flags);
    if (!loaded.ok()) return fail(loaded.status());
    if (const Status logging = configure_log(loaded->config.log); !logging.ok()) {
        return fail(logging);
    }
    log_findings(*loaded);
    auto options = app::options_from(loaded->config, *services);
    if (!options.ok()) return fail(options.status());
    const auto started = app::Server::start(std::move(*options));
    if (!started.ok()) return fail(started.status());
    const std::string signal = app::wait_for_stop_signal();
    log::info("stopping", {{"signal", signal}});
    app::end_process_after(kStopMax);
    (*started)->stop();
    return 0;
}

int render_config(const config::FlagValues& flags) {
    const auto loaded = load(flags);
    if (!loaded.ok()) return fail(loaded.status());
    if (!loaded->warnings.empty()) std::cerr << config::to_string(loaded->warnings) << '\n';
    std::cout << config::to_yaml(loaded->config);
    return 0;
}

// 1 when a file would be refused; what would be left out is only told.
int validate_dynamic_config(const Words& files) {
    if (files.empty()) return fail("validate-dynamic-config: name one file or more");
    bool all_usable = true;
    for (const std::string& name : files) {
        const auto file = config::read_dynamic_file(name);
        all_usable = all_usable && file.ok();
        if (!file.ok()) {
            std::cerr << "Error: " << file.status().message() << '\n';
            continue;
        }
        const app::RoleOptions options = app::role_options_from(file->values);
        for (const std::string& warning : options.warnings) std::cout << warning << '\n';
        for (const std::string& key : options.unused_keys) {
            std::cout << name << ": " << key << ": without effect in this release\n";
        }
        std::cout << name << ": usable\n";
    }
    return all_usable ? 0 : 1;
}

int run(const Words& arguments) {
    // The command's own flags follow it, so parsing stops there.
    const auto line =
        config::parse_flags(global_flags(), arguments, config::process_environment(), 1);
    if (!line.ok()) return fail(line.status().message() + "\nSee \"temporal-server --help\".");
    if (line->flags.toggle("version")) {
        std::cout << "temporal-server version " << config::kVersion << '\n';
        return 0;
    }
    const std::string command = line->words.empty() ? "help" : line->words.front();
    const Words rest(line->words.begin() + (line->words.empty() ? 0 : 1), line->words.end());
    const bool asks_for_help = std::find(rest.begin(), rest.end(), "--help") != rest.end();
    if (command == "help" || asks_for_help || line->flags.toggle("help")) {
        std::cout << kHelp;
        return 0;
    }
    if (command == "start") return start(line->flags, rest);
    if (command == "render-config") return render_config(line->flags);
    if (command == "validate-dynamic-config") return validate_dynamic_config(rest);
    return fail("unknown command \"" + command +
                "\": use start, render-config or validate-dynamic-config");
}

}  // namespace

int main(int argc, char* argv[]) {
    try {
        return run(Words(argv + std::min(argc, 1), argv + argc));
    } catch (const std::exception& defect) {
        return fail(std::string("a defect in temporal-server: ") + defect.what());
    }
}
