// What should be, computed from what is: pure, so that the order of events cannot matter and a
// second run finds nothing to do. It is asked more than once in a hook: first what to write into
// the container and which questions to ask there, then, with the answers in the model, what follows
// from them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "charm/model.h"
#include "charm/need.h"
#include "charm/pebble/files.h"
#include "server/config/config.h"

namespace charm {

// To be asked by exec before the workload may start.
struct SchemaQuestion {
    std::string endpoint;  // db or visibility
    std::vector<std::string> argv;
};

struct AdminSecretGoal {
    juju::Content content;
    std::string relation;  // to which it is granted
    std::string app;
};

struct Plan {
    enum class Workload {
        keep,  // something is missing: a healthy service is left alone
        run,
        stop,
    };

    std::vector<Need> needs;         // in the order in which they are to be met
    std::vector<std::string> notes;  // nothing is missing, and an operator should know all the same
    Workload workload = Workload::keep;
    std::optional<server::config::Config> server;  // what temporal-server runs with
    std::vector<pebble::File> files;
    std::vector<std::string> files_gone;
    std::vector<SchemaQuestion> questions;
    json::object layer;       // entries of Pebble's plan that have to be so
    bool ask_health = false;  // of the running workload

    std::set<std::string> ports;
    std::map<std::string, Bag> app_bags;   // by relation; an empty value: the key must not be there
    std::map<std::string, Bag> unit_bags;  // the same
    std::optional<AdminSecretGoal> admin_secret;
    bool withdraw_admin_secret = false;  // with neither, the present one stays

    juju::UnitStatus status() const;
    std::string notes_text() const;  // one a line
};

Plan plan(const Model& model);

// The label of the secret by which the databases are shown to the admin charm, and the key under
// which its id is published.
inline constexpr const char* kAdminSecretLabel = "admin-databases";
inline constexpr const char* kAdminSecretKey = "databases-secret";

// How the workload is called in Pebble's plan.
inline constexpr const char* kContainerName = "temporal";
inline constexpr const char* kServiceName = "temporal";
inline constexpr const char* kHealthCheck = "up";
inline constexpr const char* kSchemaCheck = "schema-gate";

}  // namespace charm
