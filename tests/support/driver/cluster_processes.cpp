#include "tests/support/driver/cluster_processes.h"

#include <algorithm>
#include <cstdio>

#include "tests/support/driver/latencies.h"

namespace server::driver {

namespace {

constexpr Duration kServeMax = 60s;

}  // namespace

ClusterProcesses::ClusterProcesses(Options options, Clock& clock, Random& random)
    : options_(std::move(options)), clock_(clock), random_(random) {
    auto next = static_cast<unsigned>(random.next());
    int host = 0;
    const auto next_port = [&next] {
        const int port = free_port(next);
        next = static_cast<unsigned>(port) + 1;
        return port;
    };
    for (const Role role : roles()) {
        const bool both = role == Role::history && place().matching_with_history;
        for (int number = 1; number <= options_.per_role; ++number) {
            RoleProcess::Options one{role, number, next_port(), options_.proxied ? ++host : 0};
            if (both) one.matching_port = next_port();
            processes_.push_back(std::make_unique<RoleProcess>(options_.place, one));
            if (role == Role::frontend) frontends_.push_back(processes_.back()->address());
        }
    }
}

std::vector<Role> ClusterProcesses::roles() const {
    std::vector<Role> roles(kRoles.begin(), kRoles.end());
    if (place().matching_with_history) std::erase(roles, Role::matching);
    return roles;
}

bool ClusterProcesses::is_of(const RoleProcess& process, Role role) const {
    const bool both = role == Role::matching && place().matching_with_history;
    return process.role() == (both ? Role::history : role);
}

std::string ClusterProcesses::all_frontends() const {
    std::string list = "ipv4:";
    for (const std::string& address : frontends_) {
        list += (list.back() == ':' ? "" : ",") + address;
    }
    return list;
}

RoleProcess& ClusterProcesses::at(Role role, int number) {
    const auto first = std::find_if(processes_.begin(), processes_.end(),
                                    [&](const auto& one) { return is_of(*one, role); });
    return **(first + number - 1);
}

RoleProcess& ClusterProcesses::pick(Role role) {
    std::vector<RoleProcess*> of_role = running();
    std::erase_if(of_role, [&](const RoleProcess* process) { return !is_of(*process, role); });
    return *of_role[random_.below(of_role.size())];
}

std::vector<RoleProcess*> ClusterProcesses::running() {
    std::vector<RoleProcess*> found;
    for (const auto& process : processes_) {
        if (process->process().running()) found.push_back(process.get());
    }
    return found;
}

Status ClusterProcesses::all_run(int of_each_role) {
    for (const Role role : roles()) {
        for (int number = 1; number <= of_each_role; ++number) {
            RoleProcess& process = at(role, number);
            if (process.process().running()) continue;
            return unavailable(process.name() + " has ended by itself; see its log");
        }
    }
    return ok_status();
}

Async<Status> ClusterProcesses::start(int of_each_role) {
    const TimePoint begin = clock_.now();
    std::vector<RoleProcess*> starting;
    for (const Role role : roles()) {
        for (int number = 1; number <= of_each_role; ++number) {
            if (!at(role, number).process().running()) starting.push_back(&at(role, number));
        }
    }
    for (RoleProcess* process : starting) CO_TRY(process->start());
    for (RoleProcess* process : starting) CO_TRY(co_await wait_until_serving(*process));
    std::printf("%zu processes serve after %s\n", starting.size(),
                in_milliseconds(clock_.now() - begin).c_str());
    std::fflush(stdout);
    co_return ok_status();
}

Async<Status> ClusterProcesses::wait_until_serving(RoleProcess& process) {
    const TimePoint end = clock_.now() + kServeMax;
    while (clock_.now() < end) {
        if (process.serves()) co_return ok_status();
        if (!process.process().running()) {
            co_return unavailable(process.name() + " has ended at its start; see its log");
        }
        co_await clock_.sleep_for(10ms);
    }
    co_return unavailable(process.name() + " does not serve " + in_milliseconds(kServeMax) +
                          " after its start");
}

Async<Result<std::string>> ClusterProcesses::make_namespace(Client& client) {
    api::RegisterNamespaceRequest registration;
    registration.set_namespace_(client.options().namespace_name);
    registration.mutable_workflow_execution_retention_period()->set_seconds(24 * 60 * 60);
    auto made = co_await client.persist<api::RegisterNamespaceResponse>(registration, kServeMax);
    if (!made.result.ok() && made.result.status().code() != Code::AlreadyExists) {
        co_return made.result.status();
    }
    api::DescribeNamespaceRequest question;
    question.set_namespace_(client.options().namespace_name);
    auto known = co_await client.persist<api::DescribeNamespaceResponse>(question, kServeMax);
    CO_TRY(known.result.status());
    co_return known.result->namespace_info().id();
}

void ClusterProcesses::stop(Check& clean) {
    for (RoleProcess* process : running()) {
        const Status stopped = process->process().stop(kStopMs);
        if (!stopped.ok()) clean.violated(process->name() + ": " + stopped.message());
    }
}

}  // namespace server::driver
