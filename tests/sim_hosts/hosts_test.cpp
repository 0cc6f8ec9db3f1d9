// Three hosts that play every role, random workflows, and whatever a seed draws: late and lost
// messages, hosts that die, stop, are cut apart, cut off, or believe in other members, a database
// that fails before and after it has done its work. When all is quiet, every invariant holds. A
// seed that fails is printed and repeats exactly (make sim FIRST_SEED=… SEEDS=1).

#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "tests/sim_hosts/check.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::sim;

namespace {

bool dose_is_full() {
    const char* dose = std::getenv("TEST_DOSE");
    return dose != nullptr && std::string_view(dose) == "full";
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

class Totals {
public:
    void add(const Outcome& outcome) {
        ++seeds_;
        runs_ += outcome.observed.runs.size();
        virtual_time_ += outcome.virtual_time;
    }
    std::size_t seeds() const { return seeds_; }
    std::size_t runs() const { return runs_; }
    void print() const {
        if (seeds_ == 0) return;
        const double simulated = std::chrono::duration<double>(virtual_time_).count();
        const double cpu = cpu_seconds() - began_;
        std::printf(
            "%zu seeds, %zu runs, %.0f simulated hours in %.1f CPU seconds: "
            "%.0f simulated seconds per CPU second\n",
            seeds_, runs_, simulated / 3600, cpu, simulated / cpu);
    }

private:
    const double began_ = cpu_seconds();
    std::size_t seeds_ = 0;
    std::size_t runs_ = 0;
    Duration virtual_time_{};
};

// Every second seed from the `nth` on.
void check_half(std::uint64_t nth) {
    const Quiet quiet;
    const std::uint64_t first = number_from("SIM_FIRST_SEED", 1);
    const std::uint64_t seeds = number_from("SIM_SEEDS", dose_is_full() ? 20'000 : 1'000);
    Totals totals;
    for (std::uint64_t seed = first + nth; seed < first + seeds; seed += 2) {
        totals.add(check_seed(seed));
    }
    totals.print();
    CHECK(totals.runs() >= 2 * totals.seeds());
}

}  // namespace

// Two cases, which ctest runs beside one another (tests/CMakeLists.txt).
TEST_CASE("whatever happens to hosts, network and database, the invariants hold",
          "[sim_hosts][random][one_half]") {
    check_half(0);
}

TEST_CASE("whatever happens to hosts, network and database, the invariants hold, other seeds",
          "[sim_hosts][random][other_half]") {
    check_half(1);
}

TEST_CASE("a seed takes the same course each time, message by message", "[sim_hosts]") {
    const Quiet quiet;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        INFO("seed " << seed);
        const Outcome first = play(seed);
        const Outcome again = play(seed);
        CHECK(first.trace_size == again.trace_size);
        CHECK(first.trace_hash == again.trace_hash);
    }
    CHECK(play(1).trace_hash != play(2).trace_hash);
}
