// How many connections a unit may open to the databases: the options of the pools, and the budget
// of the application, of which each unit takes its part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "charm/model.h"

namespace charm {

// What a pool may hold on each unit: the option's number, or this unit's part of the budget.
std::int64_t pool_size(const Model& model, const PoolOptions& pool);

// A budget that is too small for what the units cannot work without.
std::optional<Need> budget_need(const Model& model);

// What the operator may not expect: an option that holds only in part, more connections than a
// database admits by itself.
std::vector<std::string> connection_notes(const Model& model);

}  // namespace charm
