#include "tests/support/driver/roles.h"

#include <algorithm>
#include <cstdio>

#include "server/base/assert.h"
#include "server/base/fingerprint32.h"
#include "tests/support/driver/history_reader.h"

namespace server::driver {

namespace {

constexpr Duration kRecoveryMax = 30s;
// Between two disturbances.
constexpr Duration kPause = 400ms;
constexpr char kTaskQueue[] = "driver";

Shape shape_of_roles() {
    Shape shape;
    shape.rounds = 2;
    shape.activities = 1;
    shape.timers = 1;
    shape.signals = 1;
    shape.timer_max = 1s;
    shape.activity_timeout = 5s;
    return shape;
}

Worker::Options worker_options() {
    Worker::Options options;
    options.patience = 120s;
    return options;
}

Workload::Options workload_options(int at_once) {
    Workload::Options options;
    options.shape = shape_of_roles();
    options.id_prefix = "roles";
    options.task_queue = kTaskQueue;
    options.workflows_max = 1'000'000;
    options.at_once = at_once;
    options.signal_pause_max = 500ms;
    options.workflow_task_timeout = 5s;
    options.patience = 120s;
    return options;
}

// A workflow id of this shard that nobody uses.
std::string unused_workflow_id(const std::string& namespace_id, int shard, int shard_count) {
    for (int number = 0;; ++number) {
        std::string id = "nobody-" + std::to_string(number);
        if (shard_of(namespace_id, id, shard_count).value == shard) return id;
    }
}

}  // namespace

RolesTest::RolesTest(Options options, Lane& lane, Clock& clock, Random& random)
    : options_(std::move(options)), clock_(clock), lane_(lane), random_(random),
      cluster_(options_.place, options_.processes_per_role, clock, random),
      client_(client_options(), lane, clock, random),
      worker_(worker_options(), client_, log_, lane, clock),
      workload_(workload_options(options_.workflows_at_once), client_, log_, lane, clock, random) {}

Client::Options RolesTest::client_options() const {
    Client::Options options;
    options.address = cluster_.all_frontends();
    return options;
}

Async<Status> RolesTest::run() {
    CO_TRY(log_.write_to(options_.place.directory + "/acknowledgements.log"));
    Status status = co_await start_cluster();
    if (status.ok()) {
        worker_.start();
        workload_.start();
        status = co_await disturb();
    }
    if (status.ok()) status = co_await finish();
    co_await stop_clients();
    co_return status;
}

Async<Status> RolesTest::start_cluster() {
    CO_TRY(co_await cluster_.start());
    CO_TRY_ASSIGN(namespace_id_, co_await cluster_.make_namespace(client_));
    co_return ok_status();
}

Async<Status> RolesTest::disturb() {
    for (int round = 1; round <= options_.rounds; ++round) {
        for (const Role role : kRoles) {
            co_await clock_.sleep_for(kPause);
            CO_TRY(co_await stop_one(cluster_.pick(role)));
            co_await clock_.sleep_for(kPause);
            CO_TRY(co_await kill_one(cluster_.pick(role)));
        }
    }
    co_return ok_status();
}

Async<Status> RolesTest::stop_one(RoleProcess& process) {
    const std::size_t repeated = client_.retries();
    const TimePoint begin = clock_.now();
    process.process().ask_to_stop();
    while (process.process().running()) {
        if (clock_.now() > begin + std::chrono::milliseconds(ClusterProcesses::kStopMs)) break;
        co_await clock_.sleep_for(5ms);
    }
    const Status stopped = process.process().ended_cleanly();
    if (!stopped.ok()) clean_stops_.violated(process.name() + ": " + stopped.message());
    const Duration took = clock_.now() - begin;
    CO_TRY(co_await wait_until_owned());
    CO_TRY(co_await wait_for_progress());
    const std::size_t failed = client_.retries() - repeated;
    // The connection of a client ends with the frontend it was made to.
    if (failed > 0 && process.role() != Role::frontend) {
        quiet_stops_.violated(process.name() + ": " + std::to_string(failed) + " calls failed");
    }
    const long handed_over = process.handed_over_ms();
    if (handed_over >= 0) hand_overs_.add(std::chrono::milliseconds(handed_over));
    std::printf("%-11s stopped in %s: handed over in %ld ms, %zu calls repeated\n",
                process.name().c_str(), in_milliseconds(took).c_str(), handed_over, failed);
    std::fflush(stdout);
    co_return co_await start_again(process);
}

Async<Status> RolesTest::kill_one(RoleProcess& process) {
    const std::size_t repeated = client_.retries();
    const TimePoint begin = clock_.now();
    process.process().kill();
    CO_TRY(co_await wait_until_owned());
    const Duration took = clock_.now() - begin;
    CO_TRY(co_await wait_for_progress());
    take_overs_.add(took);
    std::printf("%-11s killed: all owned again after %s, %zu calls repeated\n",
                process.name().c_str(), in_milliseconds(took).c_str(),
                client_.retries() - repeated);
    std::fflush(stdout);
    co_return co_await start_again(process);
}

Async<Status> RolesTest::start_again(RoleProcess& process) {
    CO_TRY(process.start());
    CO_TRY(co_await cluster_.wait_until_serving(process));
    co_return co_await wait_until_owned();
}

Async<void> RolesTest::probe_shard(int number) {
    api::DescribeWorkflowExecutionRequest request;
    request.set_namespace_(client_.options().namespace_name);
    request.mutable_execution()->set_workflow_id(
        unused_workflow_id(namespace_id_, number, options_.place.history_shards));
    auto answer =
        co_await client_.persist<api::DescribeWorkflowExecutionResponse>(request, kRecoveryMax);
    // The answer of the owner.
    if (answer.result.status().code() != Code::NotFound) ++silent_shards_;
}

Async<Status> RolesTest::wait_until_owned() {
    const TimePoint begin = clock_.now();
    silent_shards_ = 0;
    Tasks probes(lane_, clock_);
    for (int shard = 1; shard <= options_.place.history_shards; ++shard) {
        probes.spawn(probe_shard(shard));
    }
    const bool ended = co_await probes.wait_until(begin + 2 * kRecoveryMax);
    ASSERT(ended, "a probe outlives its patience");
    if (silent_shards_ > 0) {
        co_return unavailable(std::to_string(silent_shards_) + " shards had no owner for " +
                              in_milliseconds(kRecoveryMax));
    }
    api::DescribeTaskQueueRequest request;
    request.set_namespace_(client_.options().namespace_name);
    request.mutable_task_queue()->set_name(kTaskQueue);
    request.set_task_queue_type(::temporal::api::enums::v1::TASK_QUEUE_TYPE_WORKFLOW);
    auto queue = co_await client_.persist<api::DescribeTaskQueueResponse>(request, kRecoveryMax);
    co_return queue.result.status();
}

Async<Status> RolesTest::wait_for_progress() {
    const std::size_t acknowledged = log_.entries().size();
    const TimePoint begin = clock_.now();
    while (clock_.now() < begin + kRecoveryMax) {
        if (log_.entries().size() > acknowledged) co_return ok_status();
        co_await clock_.sleep_for(1ms);
    }
    co_return unavailable("all roles run and nothing was acknowledged for " +
                          in_milliseconds(kRecoveryMax));
}

Async<Status> RolesTest::finish() {
    workload_.stop_starting();
    const TimePoint begin = clock_.now();
    const bool completed = co_await workload_.completed(begin + options_.patience);
    std::printf("%d workflows started; the last %s %s after the last disturbance\n",
                workload_.started(), completed ? "completed" : "had not completed",
                in_milliseconds(clock_.now() - begin).c_str());
    checks_ = co_await check_all_histories(client_, log_, kRecoveryMax);
    Check answers{.sentence = "every answer of the server was one that fits"};
    for (const std::string& text : worker_.surprises()) answers.violated(text);
    for (const std::string& text : workload_.surprises()) answers.violated(text);
    cluster_.stop(clean_stops_);
    checks_.push_back(std::move(answers));
    checks_.push_back(quiet_stops_);
    checks_.push_back(clean_stops_);
    if (!completed) co_return unavailable("workflows are stuck");
    co_return ok_status();
}

Async<void> RolesTest::stop_clients() {
    worker_.stop();
    workload_.stop_starting();
    client_.close();
    const TimePoint end = clock_.now() + kRecoveryMax;
    const bool worker_ended = co_await worker_.stopped(end);
    const bool workload_ended = co_await workload_.completed(end);
    ASSERT(worker_ended && workload_ended, "the driver's own coroutines have not ended");
}

void RolesTest::print_summary() const {
    using Kind = Acknowledgement::Kind;
    std::printf("acknowledged: %zu starts, %zu signals, %zu workflow tasks, %zu activities\n",
                log_.count(Kind::started), log_.count(Kind::signaled),
                log_.count(Kind::workflow_task_completed), log_.count(Kind::activity_completed));
    std::printf("calls: %zu, repeated %zu\n", client_.calls(), client_.retries());
    std::printf("%-26s%s\n", "hand-over at a stop", hand_overs_.summary().c_str());
    std::printf("%-26s%s\n", "take-over after a kill", take_overs_.summary().c_str());
    std::printf("%-26s%s\n", "workflow, start to result",
                workload_.workflow_latencies().summary().c_str());
}

}  // namespace server::driver
