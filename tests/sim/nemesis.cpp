#include "tests/sim/nemesis.h"

namespace server::sim {

namespace {

Duration pick(Random& random, std::initializer_list<Duration> choices) {
    return choices.begin()[random.below(choices.size())];
}

int pick(Random& random, std::initializer_list<int> choices) {
    return choices.begin()[random.below(choices.size())];
}

}  // namespace

Dangers draw_dangers(std::uint64_t seed) {
    Random random(seed ^ 0x6e656d65736973ULL);
    const auto flip = [&random] { return random.below(2) == 0; };
    Dangers dangers;
    dangers.network.delay_max = pick(random, {0ms, 1ms, 20ms, 500ms});
    dangers.network.lost_in_thousand = pick(random, {0, 0, 2, 20});
    dangers.store.delay_max = pick(random, {0ms, 2ms, 50ms});
    dangers.store.commits_failed_in_thousand = pick(random, {0, 5, 50});
    dangers.store.calls_failed_in_thousand = pick(random, {0, 0, 5, 30});
    dangers.crashes = flip();
    dangers.stops = flip();
    dangers.hosts_cut = flip();
    dangers.store_cut = flip();
    dangers.membership_cut = flip();
    dangers.false_deaths = flip();
    return dangers;
}

Async<void> Nemesis::run() {
    running_ = true;
    cluster_.network().weather() = dangers_.network;
    cluster_.faults() = dangers_.store;
    while (!stopping_) {
        co_await cluster_.pause(20s);
        if (!stopping_) cluster_.spawn(harm());
    }
    while (harms_ > 0) co_await cluster_.clock().sleep_for(1s);
    cluster_.calm();
    for (std::size_t host = 0; host < cluster_.host_count(); ++host) {
        co_await cluster_.start_process(host);
    }
    running_ = false;
}

Async<void> Nemesis::ended() {
    while (running_) co_await cluster_.clock().sleep_for(1s);
}

// One harm, from its beginning to its end.
Async<void> Nemesis::harm() {
    ++harms_;
    const std::size_t host = below(cluster_.host_count());
    switch (below(6)) {
    case 0:
        if (dangers_.crashes) co_await kill(host);
        break;
    case 1:
        if (dangers_.stops) co_await restart(host);
        break;
    case 2:
        if (dangers_.hosts_cut) co_await cut_from_another(host);
        break;
    case 3:
        if (dangers_.store_cut) co_await cut_from_store(host);
        break;
    case 4:
        if (dangers_.membership_cut) co_await cut_from_membership(host);
        break;
    default:
        if (dangers_.false_deaths) co_await cluster_.take_for_dead(host);
        break;
    }
    --harms_;
}

Async<void> Nemesis::kill(std::size_t host) {
    if (cluster_.find_process(host) == nullptr) co_return;
    cluster_.crash(host);
    co_await cluster_.pause(20s);
    co_await cluster_.start_process(host);
}

Async<void> Nemesis::restart(std::size_t host) {
    if (cluster_.find_process(host) == nullptr) co_return;
    co_await cluster_.stop_process(host);
    co_await cluster_.pause(5s);
    co_await cluster_.start_process(host);
}

Async<void> Nemesis::cut_from_another(std::size_t host) {
    const std::size_t other = below(cluster_.host_count() + 1);
    if (host == other) co_return;
    const bool is_client = other == cluster_.host_count();
    const std::string one = cluster_.name_of(host);
    const std::string another = is_client ? "client" : cluster_.name_of(other);
    cluster_.network().cut(one, another);
    co_await cluster_.pause(40s);
    cluster_.network().heal(one, another);
}

// By host: the process may have been replaced meanwhile, and the new one starts connected.
Async<void> Nemesis::cut_from_store(std::size_t host) {
    cluster_.cut_from_store(host, true);
    co_await cluster_.pause(30s);
    cluster_.cut_from_store(host, false);
}

Async<void> Nemesis::cut_from_membership(std::size_t host) {
    cluster_.cut_from_membership(host, true);
    co_await cluster_.pause(40s);
    cluster_.cut_from_membership(host, false);
}

}  // namespace server::sim
