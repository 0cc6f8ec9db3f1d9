#include "tests/support/driver/cluster_faults.h"

#include <array>
#include <cstdio>

#include "tests/support/driver/command.h"

namespace server::driver {

namespace {

constexpr Duration kRecoveryMax = LoadUnderTest::kRecoveryMax;
// A process that was stopped holds what it owns until its lease ends, which is seen soon after.
constexpr Duration kSilentRecoveryMax = 40s;
constexpr Duration kHang = 30s;
constexpr Duration kDropMax = 20s;
// One partition in this many lasts longer than a lease.
constexpr std::uint64_t kLongPartitions = 5;
constexpr Duration kLongPartition = 18s;
constexpr std::uint64_t kPartitionMaxMs = 4'000;

}  // namespace

const char* name_of(Fault fault) {
    switch (fault) {
    case Fault::stop: return "stop";
    case Fault::kill: return "kill";
    case Fault::lost_commit: return "lost commit";
    case Fault::freeze: return "freeze";
    case Fault::database: return "database";
    case Fault::partition: return "partition";
    case Fault::rolling: return "rolling restart";
    case Fault::scale: return "scale";
    case Fault::upgrade: return "upgrade";
    }
    return "";
}

bool is_on_the_network(Fault fault) {
    return fault == Fault::lost_commit || fault == Fault::partition;
}

ClusterFaults::ClusterFaults(ClusterProcesses& cluster, int of_each_role, LoadUnderTest& load,
                             OwnerProbe& owners, Clock& clock, Random& random)
    : cluster_(cluster), of_each_role_(of_each_role), load_(load), owners_(owners), clock_(clock),
      random_(random), database_(cluster.place().directory + "/database",
                                 cluster.place().directory + "/database-commands.log", clock) {}

Async<Status> ClusterFaults::inflict(Fault fault) {
    CO_TRY(cluster_.all_run(of_each_role_));
    switch (fault) {
    case Fault::stop: co_return co_await stop_one_of_each();
    case Fault::kill: co_return co_await kill();
    case Fault::lost_commit: co_return co_await lose_commit();
    case Fault::freeze: co_return co_await freeze();
    case Fault::database: co_return co_await hurt_database();
    case Fault::partition: co_return co_await cut_off();
    case Fault::rolling: co_return co_await roll();
    case Fault::scale: co_return co_await scale();
    case Fault::upgrade: co_return co_await upgrade();
    }
    co_return ok_status();
}

Async<Status> ClusterFaults::recover(Fault fault, std::string what, TimePoint begin) {
    const Duration patience = fault == Fault::kill ? kRecoveryMax : kSilentRecoveryMax;
    CO_TRY(co_await owners_.wait_until_owned(patience));
    const Duration took = clock_.now() - begin;
    CO_TRY(co_await load_.wait_for_progress());
    recoveries_[fault].add(took);
    std::printf("%-44s all owned again after %s\n", what.c_str(), in_milliseconds(took).c_str());
    std::fflush(stdout);
    co_return ok_status();
}

RoleProcess& ClusterFaults::any_process() {
    const std::vector<RoleProcess*> running = cluster_.running();
    return *running[random_.below(running.size())];
}

Async<Status> ClusterFaults::stop_one_of_each() {
    for (const Role role : cluster_.roles()) {
        RoleProcess& process = cluster_.pick(role);
        CO_TRY(co_await stop(process));
        CO_TRY(co_await start(process));
    }
    co_return ok_status();
}

Async<Status> ClusterFaults::stop(RoleProcess& process) {
    const std::size_t failed_before = failed_calls();
    const TimePoint begin = clock_.now();
    process.process().ask_to_stop();
    while (process.process().running()) {
        if (clock_.now() > begin + std::chrono::milliseconds(ClusterProcesses::kStopMs)) break;
        co_await clock_.sleep_for(5ms);
    }
    const Status stopped = process.process().ended_cleanly();
    if (!stopped.ok()) clean_stops_.violated(process.name() + ": " + stopped.message());
    CO_TRY(co_await owners_.wait_until_owned(kRecoveryMax));
    CO_TRY(co_await load_.wait_for_progress());
    const std::size_t failed = failed_calls() - failed_before;
    // The connection of a client ends with the frontend it was made to.
    if (failed > 0 && process.role() != Role::frontend) {
        quiet_stops_.violated(process.name() + ": " + std::to_string(failed) + " calls failed");
    }
    const long handed_over = process.handed_over_ms();
    if (handed_over >= 0) hand_overs_.add(std::chrono::milliseconds(handed_over));
    std::printf("%-11s stopped in %s: handed over in %ld ms, %zu calls repeated\n",
                process.name().c_str(), in_milliseconds(clock_.now() - begin).c_str(), handed_over,
                failed);
    std::fflush(stdout);
    co_return ok_status();
}

Async<Status> ClusterFaults::start(RoleProcess& process) {
    CO_TRY(process.start());
    CO_TRY(co_await cluster_.wait_until_serving(process));
    co_return co_await owners_.wait_until_owned(kRecoveryMax);
}

Async<Status> ClusterFaults::kill() {
    // The roles in turn, so that four kills hit them all.
    RoleProcess& process = cluster_.pick(kRoles[kills_++ % kRoles.size()]);
    const TimePoint begin = clock_.now();
    process.process().kill();
    CO_TRY(co_await recover(Fault::kill, process.name() + " killed:", begin));
    co_return co_await start(process);
}

Async<Status> ClusterFaults::lose_commit() {
    RoleProcess& process = cluster_.pick(Role::history);
    const std::string name = process.name();
    tests::FaultProxy& history = process.to_database();
    tests::FaultProxy& other = any_process().to_database();
    const std::size_t dropped = history.dropped_answers();
    const TimePoint armed = clock_.now();
    if (&other != &history) other.drop_commit_answers(1, "");
    history.drop_commit_answers(1, "transitions");  // the name of the statement that commits
    while (history.dropped_answers() == dropped) {
        if (clock_.now() > armed + kDropMax) {
            co_return unavailable(name + " did not commit for " + in_milliseconds(kDropMax));
        }
        co_await clock_.sleep_for(1ms);
    }
    co_return co_await recover(Fault::lost_commit, "answer of a COMMIT lost:", clock_.now());
}

Async<Status> ClusterFaults::freeze() {
    RoleProcess& history = cluster_.pick(Role::history);
    RoleProcess& matching = cluster_.pick(Role::matching);
    const std::string names = history.name() + " and " + matching.name();
    const TimePoint begin = clock_.now();
    history.process().pause();
    matching.process().pause();
    const Status taken_over = co_await recover(Fault::freeze, names + " frozen:", begin);
    history.process().resume();
    matching.process().resume();
    CO_TRY(taken_over);
    // What they still had on the way is refused now.
    CO_TRY(co_await owners_.wait_until_owned(kRecoveryMax));
    co_return co_await load_.wait_for_progress();
}

Async<Status> ClusterFaults::hurt_database() {
    const int kind = database_faults_++ % 3;
    if (kind == 2) co_return co_await hang_database();
    CO_TRY(co_await database_.command(kind == 0 ? "kill" : "stop"));
    CO_TRY(co_await database_.command("start"));
    co_return co_await recover(
        Fault::database,
        kind == 0 ? "database killed, started again:" : "database restarted:", clock_.now());
}

Async<Status> ClusterFaults::hang_database() {
    CO_TRY(co_await database_.command("pause"));
    co_await clock_.sleep_for(kHang);
    CO_TRY(co_await database_.command("resume"));
    co_return co_await recover(Fault::database, "database hung for 30 s:", clock_.now());
}

Async<Status> ClusterFaults::cut_off() {
    RoleProcess& process = any_process();
    std::vector<tests::FaultProxy*> ways;
    const std::uint64_t kind = random_.below(3);  // from the roles, from the database, from both
    if (kind != 1) ways.push_back(&process.from_roles());
    if (kind != 0) ways.push_back(&process.to_database());
    const bool silent = random_.below(2) == 0;
    Duration duration = std::chrono::milliseconds(random_.below(kPartitionMaxMs));
    if (random_.below(kLongPartitions) == 0) duration = kLongPartition;
    for (tests::FaultProxy* way : ways) {
        if (silent) {
            way->pause();
        } else {
            way->refuse(true);
            way->cut();
        }
    }
    co_await clock_.sleep_for(duration);
    for (tests::FaultProxy* way : ways) {
        way->refuse(false);
        way->resume();
    }
    const char* from = kind == 0 ? "roles" : kind == 1 ? "database" : "roles, database";
    co_return co_await recover(Fault::partition,
                               process.name() + (silent ? " silent to " : " cut from ") + from +
                                   " for " + in_milliseconds(duration) + ":",
                               clock_.now());
}

Async<Status> ClusterFaults::roll() {
    for (RoleProcess* process : cluster_.running()) {
        CO_TRY(co_await stop(*process));
        CO_TRY(co_await start(*process));
    }
    co_return ok_status();
}

// What waits in the store meanwhile was put there by old servers, before the new schema came and
// after, and is dispatched by new ones. Between two processes workflows go on, on servers of both
// versions.
Async<Status> ClusterFaults::upgrade() {
    CO_TRY(co_await load_.start_waiting("before"));
    CO_TRY(co_await update_schema());
    CO_TRY(co_await load_.start_waiting("between"));
    const std::string& old_server = cluster_.place().server;
    const std::string new_server = cluster_.place().upgrade_to + "/temporal-server";
    CO_TRY(co_await replace(any_process(), old_server));  // as when its host is drained
    std::vector<RoleProcess*> left = cluster_.running();
    while (!left.empty()) {
        const std::size_t next = random_.below(left.size());
        CO_TRY(co_await replace(*left[next], new_server));
        left.erase(left.begin() + static_cast<std::ptrdiff_t>(next));
    }
    RoleProcess& hesitating = any_process();
    CO_TRY(co_await replace(hesitating, old_server));
    CO_TRY(co_await replace(hesitating, new_server));
    load_.serve_waiting();
    co_return ok_status();
}

Async<Status> ClusterFaults::replace(RoleProcess& process, std::string server) {
    CO_TRY(co_await stop(process));
    process.run_program(server);
    CO_TRY(co_await start(process));
    co_return co_await load_.wait_for_progress();
}

Async<Status> ClusterFaults::update_schema() {
    const std::size_t failed_before = failed_calls();
    const TimePoint begin = clock_.now();
    const ClusterPlace& place = cluster_.place();
    std::vector<std::string> script{"tests/support/postgres/cluster_schema", place.upgrade_to,
                                    std::to_string(place.database_port)};
    auto update = run_command("update of the schema", std::move(script),
                              place.directory + "/upgrade.log", clock_);
    CO_TRY(co_await std::move(update));
    CO_TRY(co_await load_.wait_for_progress());
    const std::size_t failed = failed_calls() - failed_before;
    if (failed > 0) quiet_stops_.violated("schema: " + std::to_string(failed) + " calls failed");
    std::printf("schema updated in %s, %zu calls repeated\n",
                in_milliseconds(clock_.now() - begin).c_str(), failed);
    std::fflush(stdout);
    co_return ok_status();
}

Async<Status> ClusterFaults::scale() {
    const int before = of_each_role_;
    const std::array<int, 5> sizes{1, 2, kScaleMax, 1, before};
    for (const int of_each_role : sizes) {
        CO_TRY(co_await scale_to(of_each_role));
    }
    co_return ok_status();
}

Async<Status> ClusterFaults::scale_to(int of_each_role) {
    const std::size_t failed_before = failed_calls();
    const TimePoint begin = clock_.now();
    for (const Role role : cluster_.roles()) {
        for (int number = of_each_role_; number > of_each_role; --number) {
            CO_TRY(co_await stop(cluster_.at(role, number)));
        }
    }
    CO_TRY(co_await cluster_.start(of_each_role));
    of_each_role_ = of_each_role;
    CO_TRY(co_await owners_.wait_until_owned(kRecoveryMax));
    CO_TRY(co_await load_.wait_for_progress());
    std::printf("%d of each role after %s, %zu calls repeated\n", of_each_role,
                in_milliseconds(clock_.now() - begin).c_str(), failed_calls() - failed_before);
    std::fflush(stdout);
    co_return ok_status();
}

void ClusterFaults::print_summary() const {
    std::printf("%-26s%s\n", "hand-over at a stop", hand_overs_.summary().c_str());
    for (const auto& [fault, latencies] : recoveries_) {
        const std::string name = std::string("recovery, ") + name_of(fault);
        std::printf("%-26s%s\n", name.c_str(), latencies.summary().c_str());
    }
}

}  // namespace server::driver
