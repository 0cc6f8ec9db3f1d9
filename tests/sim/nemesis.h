#pragma once
// What goes wrong in a simulated cluster. Each seed draws which kinds of faults there are and how
// bad they are (a swarm: what is always on hides what it prevents), then when and where they
// happen.
//
//   always there   messages late or lost; the database slow, refusing, or answering into the void
//   now and then   a process is killed, or asked to stop; two hosts are cut apart; a host is cut
//   off
//                  from the database, or from the membership alone, so that it believes in rings of
//                  yesterday; a process that lives is taken for dead

#include <cstdint>

#include "tests/sim/cluster.h"

namespace server::sim {

struct Dangers {
    Weather network;
    StoreFaults store;
    bool crashes = false;
    bool stops = false;
    bool hosts_cut = false;
    bool store_cut = false;
    bool membership_cut = false;
    bool false_deaths = false;
};
Dangers draw_dangers(std::uint64_t seed);

class Nemesis {
public:
    // `cluster` outlives it.
    Nemesis(Cluster& cluster, Dangers dangers) : cluster_(cluster), dangers_(dangers) {}

    // Does harm until stop(); when it returns all is well, and a process serves at every host.
    Async<void> run();
    void stop() { stopping_ = true; }
    Async<void> ended();

private:
    Async<void> harm();
    Async<void> kill(std::size_t host);
    Async<void> restart(std::size_t host);
    Async<void> cut_from_another(std::size_t host);
    Async<void> cut_from_store(std::size_t host);
    Async<void> cut_from_membership(std::size_t host);
    std::uint64_t below(std::uint64_t bound) { return cluster_.random().below(bound); }

    Cluster& cluster_;
    const Dangers dangers_;
    bool stopping_ = false;
    bool running_ = false;
    int harms_ = 0;  // under way
};

}  // namespace server::sim
