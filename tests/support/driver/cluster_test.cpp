#include "tests/support/driver/cluster_test.h"

#include <algorithm>
#include <cstdio>

#include "tests/support/driver/stored_keys.h"

namespace server::driver {

namespace {

// Before each fault.
constexpr std::uint64_t kPauseMaxMs = 600;
// For counts, and for rows of deleted runs.
constexpr Duration kQuietMax = 30s;
constexpr Duration kPollPause = 100ms;
constexpr std::size_t kDeletions = 20;

bool is_planned(const std::map<Fault, int>& doses, bool (*wanted)(Fault)) {
    return std::any_of(doses.begin(), doses.end(),
                       [&](const auto& dose) { return dose.second > 0 && wanted(dose.first); });
}

ClusterProcesses::Options cluster_options(const ClusterTest::Options& options) {
    ClusterProcesses::Options cluster{options.place, options.processes_per_role};
    if (is_planned(options.doses, [](Fault fault) { return fault == Fault::scale; })) {
        cluster.per_role = std::max(cluster.per_role, ClusterFaults::kScaleMax);
    }
    cluster.proxied = is_planned(options.doses, is_on_the_network);
    return cluster;
}

store::postgres::Database database(const ClusterPlace& place, std::string name) {
    store::postgres::Database database;
    database.port = std::to_string(place.database_port);
    database.name = std::move(name);
    database.user = database.password = "temporal";
    return database;
}

}  // namespace

ClusterTest::ClusterTest(Options options, Lane& lane, Clock& clock, Random& random)
    : options_(std::move(options)), clock_(clock), random_(random),
      cluster_(cluster_options(options_), clock, random),
      load_(load_options(), lane, clock, random),
      owners_(load_.client(), lane, clock, options_.place.history_shards,
              LoadUnderTest::task_queue()),
      faults_(cluster_, options_.processes_per_role, load_, owners_, clock, random) {}

LoadUnderTest::Options ClusterTest::load_options() const {
    LoadUnderTest::Options options;
    options.address = cluster_.all_frontends();
    options.id_prefix = "cluster";
    options.shape.rounds = 2;
    options.shape.activities = 1;
    options.shape.timers = 1;
    options.shape.signals = 1;
    options.shape.timer_max = options_.timer_max;
    options.shape.activity_timeout = 5s;
    options.shape.failing_activities_percent = 10;
    options.workflows_at_once = options_.workflows_at_once;
    return options;
}

store::postgres::Options ClusterTest::databases() const {
    store::postgres::Options databases;
    databases.database = database(options_.place, "temporal");
    databases.visibility = database(options_.place, "temporal_visibility");
    return databases;
}

Async<Status> ClusterTest::run() {
    CO_TRY(load_.write_to(options_.place.directory + "/acknowledgements.log"));
    Status status = co_await start_cluster();
    if (status.ok()) {
        load_.start();
        status = co_await disturb();
    }
    if (status.ok()) status = co_await finish();
    co_await load_.stop();
    co_return status;
}

Async<Status> ClusterTest::start_cluster() {
    CO_TRY(co_await cluster_.start(options_.processes_per_role));
    CO_TRY_ASSIGN(std::string namespace_id, co_await cluster_.make_namespace(load_.client()));
    owners_.set_namespace_id(std::move(namespace_id));
    co_return co_await owners_.wait_until_owned(LoadUnderTest::kRecoveryMax);
}

// In an order by chance.
std::vector<Fault> ClusterTest::planned() const {
    std::vector<Fault> faults;
    for (const auto& [fault, count] : options_.doses) {
        faults.insert(faults.end(), static_cast<std::size_t>(count), fault);
    }
    for (std::size_t left = faults.size(); left > 1; --left) {
        std::swap(faults[left - 1], faults[random_.below(left)]);
    }
    return faults;
}

Async<Status> ClusterTest::disturb() {
    const std::vector<Fault> faults = planned();
    for (const Fault fault : faults) {
        const std::chrono::milliseconds pause(random_.below(kPauseMaxMs));
        co_await clock_.sleep_for(pause);
        CO_TRY(co_await faults_.inflict(fault));
    }
    co_return cluster_.all_run(options_.processes_per_role);
}

Async<Status> ClusterTest::finish() {
    const bool completed = co_await load_.complete(options_.patience);
    Status checked = ok_status();
    if (completed) checked = co_await check_quiet_cluster();
    cluster_.stop(faults_.clean_stops());
    merge(checks_, {load_.answers()});
    merge(checks_, faults_.checks());
    if (!completed) co_return unavailable("workflows are stuck");
    co_return checked;
}

Async<Status> ClusterTest::check_quiet_cluster() {
    Check counts = co_await count_visibility();
    merge(checks_, {std::move(counts)});
    CO_TRY_ASSIGN(const StoredRuns stored, load_stored_runs(databases()));
    merge(checks_, stored.checks());
    merge(checks_, check_histories(stored.histories, true));
    merge(checks_,
          check_acknowledgements(load_.log(), load_.log().entries().size(), stored.histories));
    std::printf("%zu runs and %zu events in the database\n", stored.histories.size(),
                stored.event_count());
    histories_ = stored.histories;
    Check gone = co_await delete_some();
    merge(checks_, {std::move(gone)});
    co_return ok_status();
}

Async<std::int64_t> ClusterTest::count(std::string query) {
    api::CountWorkflowExecutionsRequest request;
    request.set_namespace_(load_.client().options().namespace_name);
    request.set_query(query);
    auto counted = co_await load_.client().persist<api::CountWorkflowExecutionsResponse>(
        request, LoadUnderTest::kRecoveryMax);
    co_return counted.result.ok() ? counted.result->count() : -1;
}

Async<Check> ClusterTest::count_visibility() {
    Check counts{.sentence = "lists count as many completed runs as were started, and no open one"};
    const TimePoint begin = clock_.now();
    std::int64_t completed = 0;
    std::int64_t all = 0;
    while (clock_.now() < begin + kQuietMax) {
        completed = co_await count("ExecutionStatus = 'Completed'");
        all = co_await count("");
        if (completed == load_.started() && all == completed) break;
        co_await clock_.sleep_for(kPollPause);
    }
    std::printf("visibility right %s after the last completion\n",
                in_milliseconds(clock_.now() - begin).c_str());
    if (completed != load_.started() || all != completed) {
        counts.violated(std::to_string(load_.started()) + " started, " + std::to_string(completed) +
                        " listed as completed, " + std::to_string(all) + " in all");
    }
    co_return counts;
}

Async<Check> ClusterTest::delete_some() {
    Check gone{.sentence = "a deleted run leaves no row"};
    std::set<std::string> deleted;
    while (deleted.size() < std::min(kDeletions, histories_.size())) {
        const RunKey& run = histories_[random_.below(histories_.size())].run;
        if (!deleted.insert(run.run_id).second) continue;
        const Status status = co_await delete_one(run);
        if (!status.ok()) gone.violated(status.message());
    }
    const TimePoint begin = clock_.now();
    std::vector<std::string> left = rows_left_of(deleted);
    while (!left.empty() && clock_.now() < begin + kQuietMax) {
        co_await clock_.sleep_for(kPollPause);
        left = rows_left_of(deleted);
    }
    for (std::string& text : left) gone.violated(std::move(text));
    std::printf("%zu deleted runs gone after %s\n", deleted.size(),
                in_milliseconds(clock_.now() - begin).c_str());
    co_return gone;
}

Async<Status> ClusterTest::delete_one(RunKey run) {
    api::DeleteWorkflowExecutionRequest request;
    request.set_namespace_(load_.client().options().namespace_name);
    request.mutable_workflow_execution()->set_workflow_id(run.workflow_id);
    request.mutable_workflow_execution()->set_run_id(run.run_id);
    const auto answer = co_await load_.client().persist<api::DeleteWorkflowExecutionResponse>(
        request, LoadUnderTest::kRecoveryMax);
    co_return answer.result.status();
}

std::vector<std::string> ClusterTest::rows_left_of(const std::set<std::string>& run_ids) const {
    const Result<StoredKeys> keys = list_keys(databases());
    if (!keys.ok()) return {keys.status().message()};
    std::vector<std::string> left;
    for (const std::string& run_id : run_ids) {
        if (keys->has(run_id)) left.push_back("run " + run_id);
    }
    if (keys->branches.size() != keys->runs.size()) left.push_back("history of no run");
    return left;
}

void ClusterTest::print_summary() const {
    load_.print_summary();
    faults_.print_summary();
    std::printf("%-26s%s\n", "timers fired late by", timer_lateness(histories_).summary().c_str());
}

}  // namespace server::driver
