// One danger at a time, and much of it. tests/mutants/run names the cases that are known to fail
// without a mechanism of the server.

#include "tests/sim_hosts/check.h"

using namespace server;
using namespace server::sim;

namespace {

constexpr std::uint64_t kSeeds = 15;

// A network and a database that take their time, as all do.
Dangers slow() {
    Dangers dangers;
    dangers.network.delay_max = 20ms;
    dangers.store.delay_max = 50ms;
    return dangers;
}

void check_seeds(const Dangers& dangers) {
    const Quiet quiet;
    std::size_t runs = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        runs += check_seed(seed, dangers).observed.runs.size();
    }
    CHECK(runs >= 2 * kSeeds);
}

}  // namespace

TEST_CASE("two processes that believe to own the same shards lose and double nothing",
          "[sim_hosts][fence]") {
    Dangers dangers = slow();
    dangers.membership_cut = true;
    dangers.false_deaths = true;
    check_seeds(dangers);
}

TEST_CASE("a commit whose answer is lost is neither lost nor done twice", "[sim_hosts][commit]") {
    Dangers dangers;
    dangers.store.delay_max = 50ms;
    dangers.store.commits_failed_in_thousand = 150;
    check_seeds(dangers);
}

TEST_CASE("a database that fails one call in ten loses nothing that was acknowledged",
          "[sim_hosts][calls]") {
    Dangers dangers;
    dangers.store.delay_max = 50ms;
    dangers.store.calls_failed_in_thousand = 100;
    check_seeds(dangers);
}

TEST_CASE("processes that are killed lose nothing they have acknowledged", "[sim_hosts][crash]") {
    Dangers dangers = slow();
    dangers.crashes = true;
    check_seeds(dangers);
}

TEST_CASE("a rolling restart loses nothing", "[sim_hosts][stop]") {
    Dangers dangers = slow();
    dangers.stops = true;
    check_seeds(dangers);
}

TEST_CASE("messages that are lost or very late lose and double nothing", "[sim_hosts][network]") {
    Dangers dangers;
    dangers.network.delay_max = 2s;
    dangers.network.lost_in_thousand = 100;
    check_seeds(dangers);
}

TEST_CASE("hosts that are cut apart, or off the database, lose and double nothing",
          "[sim_hosts][cut]") {
    Dangers dangers;
    dangers.network.delay_max = 20ms;
    dangers.hosts_cut = true;
    dangers.store_cut = true;
    check_seeds(dangers);
}
