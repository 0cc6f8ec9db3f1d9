// Reads, plans, migrates and writes: what every hook of temporal-admin-k8s ends in.
#pragma once

#include "charm/admin/admin_plan.h"
#include "charm/run.h"

namespace charm::admin {

Status settle(const Context& context);

// The model after migrations, for actions that report on it. The tools are run on schemas that are
// ready as well, when that is asked for.
Result<AdminModel> settle_and_tell(const Context& context, bool migrate_ready_ones = false);

// Asks each database for its schema, with the first login that gets an answer.
void ask_schemas(pebble::Client& client, const std::vector<Target>& targets, AdminModel& model);

}  // namespace charm::admin
