#include "tests/sim/process.h"

namespace server::sim {

using store::memory::CommitFault;

Process::Process(const World& world, std::string host, std::vector<Role> roles)
    : world_(world), host_name_(std::move(host)), roles_(std::move(roles)),
      host_id_(world.random.uuid()), store_(world.database),
      namespaces_(store_.namespaces(), world.clock, world.random), end_(world.network, host_name_),
      process_({world.clock, world.random, world.lanes, store_, namespaces_, end_, metrics_},
               world.identity, host_id_, addresses(), {}) {
    set_faults();
}

std::string address_of(const std::string& host, Role role) {
    return host + ":" + std::to_string(7232 + static_cast<int>(role));
}

std::map<Role, std::string> Process::addresses() const {
    std::map<Role, std::string> found;
    for (const Role role : roles_) found[role] = address_of(host_name_, role);
    return found;
}

std::vector<store::MemberRecord> Process::records() const {
    std::vector<store::MemberRecord> found;
    for (const Role role : roles_) {
        store::MemberRecord record;
        record.host_id = host_id_;
        record.role = role;
        record.address = address_of(host_name_, role);
        record.membership_address = record.address;
        found.push_back(std::move(record));
    }
    return found;
}

Async<Status> Process::start() {
    for (const Role role : roles_) {
        auto tables = process_.roles().tables_for_peers(role);
        if (role == Role::frontend) {
            for (const auto* table : process_.roles().tables_for_clients()) tables.push_back(table);
        }
        end_.listen(address_of(host_name_, role), std::move(tables));
    }
    CO_TRY(co_await process_.join(records()));
    if (state_ == State::starting) state_ = State::serving;
    co_return ok_status();
}

Async<void> Process::stop() {
    if (std::exchange(state_, State::ended) != State::serving) co_return;
    co_await process_.hand_over();
    end_.close();
    co_await bury();
}

void Process::crash() {
    state_ = State::ended;
    crashed_ = true;
    store_.faults().down = true;
    end_.die();
}

Async<void> Process::bury() {
    co_await process_.leave();
    while (end_.serving() > 0) co_await world_.clock.sleep_for(1s);
}

// The database.

bool Process::happens(int in_thousand) {
    return in_thousand > 0 && world_.random.below(1000) < static_cast<std::uint64_t>(in_thousand);
}

Async<void> Process::travel() {
    const auto bound = static_cast<std::uint64_t>(world_.store_faults.delay_max.count());
    if (bound > 0) {
        co_await world_.clock.sleep_for(
            Duration{static_cast<std::int64_t>(world_.random.below(bound))});
    }
}

Status Process::fail_before(std::string_view call) {
    const bool lonely = cut_from_membership_ && call.starts_with("membership.");
    const bool lost = crashed_ && happens(500);  // on its way when the process died
    if (lost || cut_from_store_ || lonely ||
        happens(world_.store_faults.calls_failed_in_thousand)) {
        return unavailable("injected: the database cannot be reached");
    }
    world_.trace.note(host_name_ + " " + std::string(call));
    return ok_status();
}

Status Process::fail_after() {
    if (crashed_ || !happens(world_.store_faults.calls_failed_in_thousand)) return ok_status();
    return unavailable("injected: the answer of the database is lost");
}

// What a process has sent before it died may still come.
CommitFault Process::pick_commit_fault(const store::TransitionWrite& write) {
    const bool unheard = crashed_ || cut_from_store_;
    if (!unheard && world_.store_faults.commit) return world_.store_faults.commit(write);
    if (!unheard && !happens(world_.store_faults.commits_failed_in_thousand))
        return CommitFault::none;
    switch (world_.random.below(unheard ? 2 : 3)) {
    case 0: return CommitFault::unknown_written;
    case 1: return CommitFault::unknown_not_written;
    default: return CommitFault::refused;
    }
}

void Process::set_faults() {
    store::memory::Faults& faults = store_.faults();
    faults.travel = [this] { return travel(); };
    faults.read = [this](std::string_view call) { return fail_before(call); };
    faults.write = [this](std::string_view call) { return fail_before(call); };
    faults.answer = [this](std::string_view) { return fail_after(); };
    faults.commit = [this](const store::TransitionWrite& write) {
        const CommitFault fault = pick_commit_fault(write);
        world_.trace.note(host_name_ + " commit " + std::to_string(write.shard_id.value) + " " +
                          std::to_string(write.range_id.value) + " " +
                          std::to_string(static_cast<int>(fault)));
        return fault;
    };
}

}  // namespace server::sim
