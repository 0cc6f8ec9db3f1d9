// Our entries of Pebble's plan: the server, its health check, the check that watches a schema which
// is not ready yet, and where logs go.
#pragma once

#include "charm/plan.h"

namespace charm {

json::object run_entry(const Model& model, const server::config::Config& config);
json::object health_check_entry(const Model& model);

// Fails at the moment the schema becomes ready: Pebble reports failures of checks, and Juju turns
// the report into a hook. So nobody has to poll, and no moment can be missed.
json::object schema_check_entry(bool enabled);
// The script it runs.
std::string schema_gate_script(const std::vector<SchemaQuestion>& questions);

// One target per unit of the logging relations, and the end of those that are gone.
json::object log_targets(const Model& model);

// Those that the layer switches off and that still run.
std::vector<std::string> checks_to_stop(const json::object& layer, const Container& container);
// Those that are on in Pebble's plan, as the layer wants them, and do not run: a check that is
// switched on while it is still being stopped stays stopped.
std::vector<std::string> checks_to_start(const json::object& layer, const Container& container);

// Whether the entry, as Pebble shows it, has all that `wanted` says; Pebble adds defaults.
bool is_like(const json::value& wanted, const json::value& present);

}  // namespace charm
