// What the other charms are told: the content of our relation data, by relation, and where the log
// goes.
#pragma once

#include "charm/plan.h"
#include "charm/server_settings.h"

namespace charm {

// Adds app_bags, unit_bags, admin_secret and the log targets of the layer. `databases` is empty
// until both are there.
void plan_neighbours(const Model& model, const std::optional<Databases>& databases, Plan& plan);

// The content of the secret for the admin charm, and how that charm reads it back.
juju::Content admin_secret_content(const Databases& databases);
// Nothing when a key is missing.
std::optional<Databases> read_admin_secret(const juju::Content& content);

// The same in today's charms' form: JSON with the passwords in it.
std::string legacy_connections(const Databases& databases);
std::optional<Databases> read_legacy_connections(const std::string& text);

}  // namespace charm
