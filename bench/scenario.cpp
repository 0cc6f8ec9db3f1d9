#include "bench/scenario.h"

#include <array>

#include "server/config/flags.h"

namespace server::bench {

namespace {

using Course = Scenario::Course;

constexpr int kSizeMax = 100'000;
constexpr int kPendingMax = 2'000;  // of one workflow, as Temporal limits it
constexpr int kOpenTimersRounds = 100;
constexpr std::array<int, 6> kPayloadBytes{256, 1'000, 4'000, 16'000, 50'000, 100'000};

void one_activity(Shape&, int) {}

void activities_in_series(Shape& shape, int size) { shape.rounds = size; }

void activities_in_parallel(Shape& shape, int size) { shape.activities = size; }

void children(Shape& shape, int size) {
    shape.activities = 0;
    shape.children = size;
}

void timers(Shape& shape, int size) {
    shape.activities = 0;
    shape.timers = size;
    shape.timer_max = 1s;
}

void open_timers(Shape& shape, int size) {
    shape.rounds = kOpenTimersRounds;
    shape.open_timers = size;
}

void signals(Shape& shape, int size) {
    shape.activities = 0;
    shape.signals = size;
}

void updates(Shape& shape, int size) {
    shape.rounds = 0;
    shape.updates = size;
}

void idle(Shape& shape, int) {
    shape.activities = 0;
    shape.signals = 1;
}

void chain(Shape& shape, int size) { shape.runs = size; }

constexpr std::array kScenarios{
    Scenario{.name = "one-activity", .help = "one activity", .form = one_activity},
    Scenario{.name = "activities-in-series",
             .help = "activities one after the other",
             .size_name = "ACTIVITIES",
             .size = 10,
             .size_max = kSizeMax,
             .form = activities_in_series},
    Scenario{.name = "activities-in-parallel",
             .help = "activities at once",
             .size_name = "ACTIVITIES",
             .size = 30,
             .size_max = kPendingMax,
             .form = activities_in_parallel},
    Scenario{.name = "children",
             .help = "child workflows at once, each with one activity",
             .size_name = "CHILDREN",
             .size = 10,
             .size_max = kPendingMax,
             .form = children},
    Scenario{.name = "timers",
             .help = "timers at once, each of up to a second",
             .size_name = "TIMERS",
             .size = 30,
             .size_max = kPendingMax,
             .form = timers},
    Scenario{.name = "open-timers",
             .help = "100 activities in series beside timers that stay open",
             .size_name = "TIMERS",
             .size = 100,
             .size_max = kPendingMax,
             .form = open_timers},
    Scenario{.name = "task-queues",
             .help = "one activity, on one of --task-queues queues (100) with a worker each",
             .form = one_activity,
             .task_queues = 100},
    Scenario{.name = "signals",
             .help = "signals, read back in their order by a query before the last one",
             .size_name = "SIGNALS",
             .size = 10,
             .size_max = kPendingMax,
             .form = signals},
    Scenario{.name = "updates",
             .help = "updates one after the other, each waited for",
             .size_name = "UPDATES",
             .size = 5,
             .size_max = kPendingMax,
             .form = updates},
    Scenario{.name = "idle",
             .help = "--count workflows stay open for --duration (1), then each gets a signal",
             .course = Course::idle,
             .form = idle},
    Scenario{.name = "backlog",
             .help = "--count workflows are started, then a worker with one activity each begins",
             .course = Course::backlog,
             .form = one_activity},
    Scenario{.name = "continue-as-new",
             .help = "a chain of runs with one activity each",
             .size_name = "RUNS",
             .size = 5,
             .size_max = kSizeMax,
             .form = chain},
    Scenario{.name = "payload",
             .help = "one activity; each input and result has 256 B to 100 kB, or --payload-bytes",
             .form = one_activity,
             .payload_varies = true},
    Scenario{.name = "echo",
             .help = "no workflow: gRPC's health call, the yardstick",
             .course = Course::echo,
             .form = one_activity},
};

Status unknown(const std::string& text) {
    std::string names;
    for (const Scenario& scenario : kScenarios) {
        names += (names.empty() ? "" : ", ") + std::string(scenario.name);
    }
    return invalid_argument("flag --scenario: \"" + text + "\" is not one of " + names);
}

}  // namespace

std::span<const Scenario> scenarios() { return kScenarios; }

Result<Scenario> find_scenario(const std::string& text) {
    const auto colon = text.find(':');
    const std::string name = text.substr(0, colon);
    for (const Scenario& known : kScenarios) {
        if (known.name != name) continue;
        Scenario scenario = known;
        if (colon == std::string::npos) return scenario;
        const auto size = config::parse_integer(text.substr(colon + 1));
        if (known.size_max == 0 || !size || *size < 1 || *size > known.size_max) {
            return invalid_argument("flag --scenario: the size in \"" + text + "\" is not within " +
                                    (known.size_max == 0
                                         ? "none: it takes none"
                                         : "1 to " + std::to_string(known.size_max)));
        }
        scenario.size = static_cast<int>(*size);
        return scenario;
    }
    return unknown(text);
}

Shape shape_of(const Scenario& scenario, int payload_bytes, int index) {
    Shape shape;
    shape.activity_timeout = 60s;
    scenario.form(shape, scenario.size);
    shape.payload_bytes = payload_bytes;
    if (scenario.payload_varies && payload_bytes == 0) {
        shape.payload_bytes = kPayloadBytes[static_cast<std::size_t>(index) % kPayloadBytes.size()];
    }
    return shape;
}

}  // namespace server::bench
