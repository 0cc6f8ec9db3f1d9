#include "charm/connections.h"

#include <algorithm>

namespace charm {

namespace {

constexpr std::int64_t kPoolMin = 2;  // one connection writes and another reads
constexpr std::int64_t kUnitMin = 2 * kPoolMin;
constexpr std::int64_t kBudgetMin = 20;
// PostgreSQL admits 100, a few of which are its administrators'.
constexpr std::int64_t kDatabaseLimit = 90;

std::int64_t units_of(const Model& model) {
    const Relation* peer = model.relation("peer");
    return static_cast<std::int64_t>(peer == nullptr ? 1 : peer->units.size() + 1);
}

// Without the option it grows with the units, so that each has what it cannot work without.
std::int64_t budget_of(const Model& model) {
    return model.options.connection_budget.value_or(
        std::max(kBudgetMin, kUnitMin * units_of(model)));
}

void note_pool(const Model& model, const std::string& option, const PoolOptions& pool,
               std::int64_t pool_default, std::vector<std::string>& notes) {
    const std::int64_t size = pool_size(model, pool);
    const std::string start = option + " of " + std::to_string(pool.connections_max) + " is ";
    if (pool.connections_max < kPoolMin) {
        notes.push_back(start + "raised to " + std::to_string(size) +
                        ": one connection writes and another reads");
    } else if (size < pool.connections_max && pool.connections_max != pool_default) {
        notes.push_back(start + "cut to " + std::to_string(size) + ", the part of a unit in " +
                        std::to_string(budget_of(model)) +
                        " connections; set database-connection-budget to more, or to 0 for none");
    }
}

}  // namespace

std::int64_t pool_size(const Model& model, const PoolOptions& pool) {
    const Options& options = model.options;
    const std::int64_t most = std::max(kPoolMin, pool.connections_max);
    const std::int64_t budget = budget_of(model);
    if (budget == 0) return most;
    const std::int64_t wanted =
        options.persistence.connections_max + options.visibility.connections_max;
    const std::int64_t part = budget * pool.connections_max / wanted / units_of(model);
    return std::min(most, std::max(kPoolMin, part));
}

std::optional<Need> budget_need(const Model& model) {
    const std::int64_t budget = budget_of(model);
    const std::int64_t least = kUnitMin * units_of(model);
    if (budget == 0 || budget >= least) return std::nullopt;
    return blocked("config: database-connection-budget of " + std::to_string(budget) +
                   " is too small for the units of " + model.app + "; set it to at least " +
                   std::to_string(least) + ", or to 0 for none");
}

std::vector<std::string> connection_notes(const Model& model) {
    std::vector<std::string> notes;
    const Options& options = model.options;
    note_pool(model, "persistence-max-conns", options.persistence, kPersistenceConnections, notes);
    note_pool(model, "visibility-max-conns", options.visibility, kVisibilityConnections, notes);
    const std::int64_t budget = budget_of(model);
    if (!options.connection_budget && budget > kDatabaseLimit) {
        notes.push_back("the units of " + model.app + " open up to " + std::to_string(budget) +
                        " connections, and PostgreSQL admits 100 unless told otherwise; raise its "
                        "limit, then set database-connection-budget=" +
                        std::to_string(budget));
    }
    return notes;
}

}  // namespace charm
