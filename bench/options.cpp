#include "bench/options.h"

#include "server/config/flags.h"

namespace server::bench {

namespace {

using config::Flag;
using Kind = Flag::Kind;

constexpr std::int64_t kCountMax = 100'000'000;
constexpr std::int64_t kRateMax = 1'000'000;
constexpr std::int64_t kAtOnceMax = 1'000'000;
constexpr std::int64_t kSecondsMax = 7 * 24 * 3'600;
constexpr std::int64_t kPayloadMax = 1'900'000;  // a payload may have 2 MiB
constexpr std::int64_t kQueuesMax = 100'000;
constexpr std::int64_t kConnectionsMax = 60'000;
constexpr int kCount = 1'000;
constexpr int kAtOnceClosed = 100;
constexpr int kAtOnceOpen = 10'000;
constexpr int kConnections = 4;

Flag number(std::string_view name, std::string_view value_name, std::int64_t minimum,
            std::int64_t maximum, std::string_view help) {
    return {.name = name,
            .kind = Kind::integer,
            .value_name = value_name,
            .help = help,
            .minimum = minimum,
            .maximum = maximum};
}

std::vector<Flag> flags() {
    return {
        {.name = "address",
         .value_name = "HOST:PORT",
         .help = "the server",
         .default_value = "127.0.0.1:7233"},
        {.name = "namespace",
         .value_name = "NAME",
         .help = "of the workflows; must exist",
         .default_value = "default"},
        {.name = "scenario",
         .value_name = "NAME[:SIZE]",
         .help = "what a workflow does, see below",
         .default_value = "one-activity"},
        number("concurrency", "N", 1, kAtOnceMax,
               "workflows at once (100; with --rate at most so many, 10000)"),
        number("rate", "N", 1, kRateMax,
               "open loop: so many starts a second, each timed from when it was due"),
        number("duration", "SECONDS", 0, kSecondsMax, "end starting workflows after this long"),
        number("count", "N", 0, kCountMax, "workflows in all (1000; with --duration no limit)"),
        number("payload-bytes", "N", 0, kPayloadMax, "of padding in every input and result (0)"),
        number("task-queues", "N", 1, kQueuesMax, "the workflows are spread over (1)"),
        number("connections", "N", 1, kConnectionsMax, "to the server (4)"),
        {.name = "json", .kind = Kind::toggle, .help = "print the result as one line of JSON"},
        {.name = "help", .letter = 'h', .kind = Kind::toggle, .help = "print this"},
    };
}

int given_or(const config::FlagValues& values, std::string_view name, std::int64_t otherwise) {
    return static_cast<int>(values.integer(name).value_or(otherwise));
}

}  // namespace

Result<Options> parse_options(std::span<const std::string> arguments) {
    const auto nothing = [](const std::string&) { return std::optional<std::string>(); };
    TRY_ASSIGN(const config::CommandLine line, config::parse_flags(flags(), arguments, nothing));
    if (!line.words.empty()) {
        return invalid_argument("unexpected word \"" + line.words[0] + "\"; see --help");
    }
    const config::FlagValues& values = line.flags;
    Options options;
    options.help = values.toggle("help");
    options.address = values.text("address");
    options.namespace_name = values.text("namespace");
    TRY_ASSIGN(options.scenario, find_scenario(values.text("scenario")));
    const bool idle = options.scenario.course == Scenario::Course::idle;
    options.rate = given_or(values, "rate", 0);
    options.concurrency =
        given_or(values, "concurrency", options.rate > 0 ? kAtOnceOpen : kAtOnceClosed);
    const int seconds = given_or(values, "duration", idle ? 1 : 0);
    options.duration = std::chrono::seconds(seconds);
    options.count = given_or(values, "count", seconds > 0 && !idle ? kCountMax : kCount);
    options.payload_bytes = given_or(values, "payload-bytes", 0);
    options.task_queues = given_or(values, "task-queues", options.scenario.task_queues);
    options.connections = given_or(values, "connections", kConnections);
    options.json = values.toggle("json");
    return options;
}

std::string help_text() {
    std::string text =
        "temporal-bench: starts workflows on a Temporal-compatible server, plays their worker "
        "with\n"
        "canned replies, and checks at the end that every one has completed, once.\n\n"
        "  temporal-bench --scenario one-activity --concurrency 100 --count 5000\n"
        "  temporal-bench --scenario timers:100 --rate 50 --duration 30 --json\n\nFlags:\n";
    const auto row = [&](const std::string& left, const std::string& right) {
        text +=
            "  " + left + std::string(left.size() < 30 ? 30 - left.size() : 1, ' ') + right + "\n";
    };
    for (const Flag& flag : flags()) {
        const std::string value = flag.value_name.empty() ? "" : " " + std::string(flag.value_name);
        const std::string fallback =
            flag.default_value.empty() ? "" : " (" + std::string(flag.default_value) + ")";
        row("--" + std::string(flag.name) + value, std::string(flag.help) + fallback);
    }
    text += "\nScenarios:\n";
    for (const Scenario& scenario : scenarios()) {
        std::string name(scenario.name);
        std::string help(scenario.help);
        if (scenario.size_max > 0) {
            name += "[:" + std::string(scenario.size_name) + "]";
            help += " (" + std::to_string(scenario.size) + ")";
        }
        row(name, help);
    }
    return text;
}

}  // namespace server::bench
