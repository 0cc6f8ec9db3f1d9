// The load driver:
//
//   driver run    workflows against a server, and how fast they go
//   driver crash  the crash test: kills a server of its own again and again, or fills its disk
//   driver faults workflows on a cluster whose processes, connections and database are hurt
//   driver with   runs a command against a cluster: driver with --processes 2 -- tests/compat/run
//   driver check  what a database file holds
//
// `driver COMMAND --help` lists the flags. The last line is the tally of checks; exit code 1 when
// one fails.
#include <cstdio>
#include <filesystem>
#include <future>
#include <iostream>
#include <string>
#include <vector>

#include "server/config/flags.h"
#include "tests/support/driver/cluster_test.h"
#include "tests/support/driver/crash.h"
#include "tests/support/driver/load.h"
#include "tests/support/driver/stored_runs.h"
#include "tests/support/driver/with_cluster.h"

namespace server::driver {
namespace {

using config::Flag;
using config::FlagValues;
using Kind = Flag::Kind;

constexpr std::int64_t kMany = 1'000'000'000;

Flag number(std::string_view name, std::string_view default_value, std::string_view help) {
    return {.name = name,
            .kind = Kind::integer,
            .value_name = "N",
            .help = help,
            .default_value = default_value,
            .minimum = 0,
            .maximum = kMany};
}

std::vector<Flag> run_flags() {
    return {
        {.name = "address", .help = "where the server is", .default_value = "127.0.0.1:7233"},
        {.name = "namespace", .help = "of the workflows", .default_value = "default"},
        {.name = "prefix", .help = "of the workflow ids", .default_value = "driver"},
        {.name = "acknowledgements", .help = "file for every acknowledgement"},
        {.name = "check", .kind = Kind::toggle, .help = "check every history at the end"},
        {.name = "no-sticky", .kind = Kind::toggle, .help = "a worker without a sticky queue"},
        number("workflows", "1000", "workflows in all"),
        number("concurrency", "100", "workflows at once"),
        number("seconds", "0", "stop starting workflows after this long (0: never)"),
        number("rounds", "1", "rounds of a workflow"),
        number("activities", "1", "activities of a round"),
        number("timers", "0", "timers of a round"),
        number("timer-ms", "100", "longest timer"),
        number("signals", "0", "signals of a round"),
        number("failing-percent", "0", "activities whose first attempt fails"),
        number("workflow-pollers", "32", "polls for workflow tasks"),
        number("activity-pollers", "32", "polls for activities"),
        number("connections", "1", "connections to the server"),
        number("seed", "1", "of pauses"),
    };
}

std::vector<Flag> crash_flags() {
    return {
        {.name = "server", .help = "the program `temporal`"},
        {.name = "keep", .kind = Kind::toggle, .help = "keep the files of a passed test"},
        {.name = "disk", .help = "a small file system for the database, to be filled"},
        number("kills", "50", "kills in all"),
        number("full-disks", "0", "how often the disk is full"),
        number("workflows", "200", "workflows at once"),
        number("seed", "0", "of the moments to kill (0: a new one)"),
        number("patience", "120", "seconds for all workflows to complete after the last kill"),
    };
}

std::vector<Flag> with_flags() {
    return {
        {.name = "server", .help = "the program `temporal-server`"},
        {.name = "directory", .help = "for configurations and logs"},
        number("database-port", "5432", "of PostgreSQL on 127.0.0.1, with its schema set up"),
        number("shards", "16", "history shards"),
        number("task-queue-partitions", "0", "of every task queue (0: by its load)"),
        number("matching-with-history", "0", "1: each history process is one of matching as well"),
        number("processes", "2", "processes of each role"),
    };
}

std::vector<Flag> faults_flags() {
    std::vector<Flag> flags = with_flags();
    flags.push_back(number("stops", "0", "times that one process of each role stops in order"));
    flags.push_back(number("kills", "0", "SIGKILLs, of a process of each role in turn"));
    flags.push_back(number("lost-commits", "0", "answers of commits that are dropped"));
    flags.push_back(number("freezes", "0", "SIGSTOPs of a history and a matching process"));
    flags.push_back(number("databases", "0", "database killed, restarted, hung, in turn"));
    flags.push_back(number("partitions", "0", "processes cut off for a while"));
    flags.push_back(number("rolling", "0", "restarts of every process, one after the other"));
    flags.push_back(number("scales", "0", "times that each role goes to 1, 2, 4, 1 processes"));
    flags.push_back({.name = "upgrade-to", .help = "the next version's programs, if there are"});
    flags.push_back(number("workflows", "200", "workflows at once"));
    flags.push_back(number("timer-ms", "1000", "longest timer of a workflow"));
    flags.push_back(number("seed", "0", "of faults and their order (0: a new one)"));
    flags.push_back(
        number("patience", "120", "seconds for all workflows to complete after the last fault"));
    return flags;
}

std::vector<Flag> check_flags() { return {{.name = "db-filename", .help = "a database file"}}; }

void print_flags(const std::vector<Flag>& flags) {
    for (const Flag& flag : flags) {
        const std::string name(flag.name);
        const std::string help(flag.help);
        const std::string value(flag.default_value);
        std::printf("  --%-20s %s%s\n", name.c_str(), help.c_str(),
                    value.empty() ? "" : (" (" + value + ")").c_str());
    }
}

int fail(const std::string& message) {
    std::fprintf(stderr, "driver: %s\n", message.c_str());
    return 1;
}

// Prints each check and, last, the tally.
int report(const std::vector<Check>& checks, const Status& status) {
    std::size_t failed = status.ok() ? 0 : 1;
    for (const Check& check : checks) {
        std::printf("%-4s %s\n", check.holds() ? "ok" : "FAIL", check.sentence.c_str());
        if (check.holds()) continue;
        ++failed;
        std::printf("     %zu times, for example:\n", check.violation_count);
        for (const std::string& text : check.violations) std::printf("     %s\n", text.c_str());
    }
    if (!status.ok()) std::printf("FAIL %s\n", status.message().c_str());
    const std::size_t total = checks.size() + (status.ok() ? 0 : 1);
    std::printf("%zu passed, %zu failed, 0 skipped\n", total - failed, failed);
    return failed == 0 ? 0 : 1;
}

Async<void> run_test(Async<Status> test, std::promise<Status>& ended) {
    const Status status = co_await std::move(test);
    ended.set_value(status);
}

// Runs a test on a lane and clock of its own, and waits for it.
template <class Test, class Report>
int run_to_the_end(typename Test::Options options, std::uint64_t seed, Report print) {
    Lane lane("driver");
    SystemClock clock;
    Random random(seed);
    Test test(std::move(options), lane, clock, random);
    std::promise<Status> ended;
    lane.spawn(run_test(test.run(), ended));
    const Status status = ended.get_future().get();
    lane.stop();
    test.print_summary();
    return print(test.checks(), status);
}

int integer(const FlagValues& flags, std::string_view name) {
    return static_cast<int>(flags.integer(name).value_or(0));
}

int run(const FlagValues& flags, const std::vector<std::string>&) {
    LoadTest::Options options;
    options.client.address = flags.text("address");
    options.client.namespace_name = flags.text("namespace");
    options.client.connections = integer(flags, "connections");
    options.worker.sticky = !flags.toggle("no-sticky");
    options.worker.workflow_pollers = integer(flags, "workflow-pollers");
    options.worker.activity_pollers = integer(flags, "activity-pollers");
    options.workload.id_prefix = flags.text("prefix");
    options.workload.workflows_max = integer(flags, "workflows");
    options.workload.at_once = integer(flags, "concurrency");
    Shape& shape = options.workload.shape;
    shape.rounds = integer(flags, "rounds");
    shape.activities = integer(flags, "activities");
    shape.timers = integer(flags, "timers");
    shape.signals = integer(flags, "signals");
    shape.timer_max = std::chrono::milliseconds(integer(flags, "timer-ms"));
    shape.failing_activities_percent = integer(flags, "failing-percent");
    options.seconds = std::chrono::seconds(integer(flags, "seconds"));
    options.acknowledgements = flags.text("acknowledgements");
    options.check = flags.toggle("check");
    const auto seed = static_cast<std::uint64_t>(integer(flags, "seed"));
    return run_to_the_end<LoadTest>(std::move(options), seed, report);
}

int crash(const FlagValues& flags, const std::vector<std::string>&) {
    CrashTest::Options options;
    options.server = flags.text("server");
    if (!std::filesystem::exists(options.server)) {
        return fail("no server at '" + options.server + "': name the program with --server");
    }
    std::string directory = (std::filesystem::temp_directory_path() / "crash-XXXXXX").string();
    if (!::mkdtemp(directory.data())) return fail("cannot make a directory like " + directory);
    options.directory = directory;
    options.disk = flags.text("disk").empty() ? directory : flags.text("disk");
    options.kills = integer(flags, "kills");
    options.full_disks = integer(flags, "full-disks");
    options.workflows_at_once = integer(flags, "workflows");
    options.patience = std::chrono::seconds(integer(flags, "patience"));
    auto seed = static_cast<std::uint64_t>(integer(flags, "seed"));
    if (seed == 0) seed = Random::seed_from_system() % kMany;
    std::printf("seed %llu: %d kills, disk full %d times, %d workflows at once, in %s\n",
                static_cast<unsigned long long>(seed), options.kills, options.full_disks,
                options.workflows_at_once, directory.c_str());
    const auto print = [&](const std::vector<Check>& checks, const Status& status) {
        const bool passed = status.ok() && std::all_of(checks.begin(), checks.end(),
                                                       [](const Check& c) { return c.holds(); });
        if (passed && !flags.toggle("keep")) {
            std::filesystem::remove_all(directory);
        } else {
            std::printf("database, server's log and acknowledgements are in %s\n",
                        directory.c_str());
        }
        return report(checks, status);
    };
    return run_to_the_end<CrashTest>(std::move(options), seed, print);
}

Result<ClusterPlace> read_place(const FlagValues& flags) {
    ClusterPlace place;
    place.server = flags.text("server");
    place.directory = flags.text("directory");
    if (!std::filesystem::exists(place.server)) {
        return invalid_argument("no server at '" + place.server + "': name it with --server");
    }
    if (!std::filesystem::is_directory(place.directory)) {
        return invalid_argument("no directory '" + place.directory + "': name it with --directory");
    }
    place.database_port = integer(flags, "database-port");
    place.history_shards = integer(flags, "shards");
    place.task_queue_partitions = integer(flags, "task-queue-partitions");
    place.matching_with_history = integer(flags, "matching-with-history") != 0;
    return place;
}

int with_cluster(const FlagValues& flags, const std::vector<std::string>& command) {
    auto place = read_place(flags);
    if (!place.ok()) return fail(place.status().message());
    if (command.empty()) return fail("name the command to run, after --");
    WithCluster::Options options;
    options.place = std::move(place).value();
    options.processes_per_role = integer(flags, "processes");
    options.command = command;
    return run_to_the_end<WithCluster>(std::move(options), Random::seed_from_system(), report);
}

int faults(const FlagValues& flags, const std::vector<std::string>&) {
    auto place = read_place(flags);
    if (!place.ok()) return fail(place.status().message());
    ClusterTest::Options options;
    options.place = std::move(place).value();
    options.place.upgrade_to = flags.text("upgrade-to");
    options.processes_per_role = integer(flags, "processes");
    options.doses = {{Fault::stop, integer(flags, "stops")},
                     {Fault::kill, integer(flags, "kills")},
                     {Fault::lost_commit, integer(flags, "lost-commits")},
                     {Fault::freeze, integer(flags, "freezes")},
                     {Fault::database, integer(flags, "databases")},
                     {Fault::partition, integer(flags, "partitions")},
                     {Fault::rolling, integer(flags, "rolling")},
                     {Fault::scale, integer(flags, "scales")},
                     {Fault::upgrade, options.place.upgrade_to.empty() ? 0 : 1}};
    options.workflows_at_once = integer(flags, "workflows");
    options.timer_max = std::chrono::milliseconds(integer(flags, "timer-ms"));
    options.patience = std::chrono::seconds(integer(flags, "patience"));
    auto seed = static_cast<std::uint64_t>(integer(flags, "seed"));
    if (seed == 0) seed = Random::seed_from_system() % kMany;
    std::printf("seed %llu: %d processes of each role, %d workflows at once\n",
                static_cast<unsigned long long>(seed), options.processes_per_role,
                options.workflows_at_once);
    return run_to_the_end<ClusterTest>(std::move(options), seed, report);
}

int check(const FlagValues& flags, const std::vector<std::string>&) {
    const Result<StoredRuns> stored = load_stored_runs(flags.text("db-filename"));
    if (!stored.ok()) return fail(stored.status().message());
    std::vector<Check> checks = stored->checks();
    for (Check& found : check_histories(stored->histories, false)) {
        checks.push_back(std::move(found));
    }
    std::printf("%zu runs, %zu events\n", stored->histories.size(), stored->event_count());
    return report(checks, ok_status());
}

struct Command {
    std::string_view name;
    std::vector<Flag> flags;
    int (*run)(const FlagValues& flags, const std::vector<std::string>& words);
};

int dispatch(const std::vector<std::string>& arguments) {
    const std::vector<Command> commands{{"run", run_flags(), run},
                                        {"crash", crash_flags(), crash},
                                        {"faults", faults_flags(), faults},
                                        {"with", with_flags(), with_cluster},
                                        {"check", check_flags(), check}};
    for (const Command& command : commands) {
        if (arguments.empty() || arguments[0] != command.name) continue;
        const std::span<const std::string> rest(arguments.begin() + 1, arguments.end());
        if (!rest.empty() && rest[0] == "--help") {
            print_flags(command.flags);
            return 0;
        }
        const auto parsed = config::parse_flags(command.flags, rest, config::process_environment());
        if (!parsed.ok()) return fail(parsed.status().message());
        return command.run(parsed->flags, parsed->words);
    }
    return fail("name a command: run, crash, faults, with or check");
}

}  // namespace
}  // namespace server::driver

int main(int argc, char* argv[]) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    try {
        return server::driver::dispatch(arguments);
    } catch (const std::exception& defect) {
        return server::driver::fail(std::string("a defect: ") + defect.what());
    }
}
