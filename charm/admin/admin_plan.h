// What temporal-admin-k8s should do, as a pure function: which databases to look at and to migrate,
// what to tell the servers, and the status.
#pragma once

#include <string>
#include <vector>

#include "charm/admin/admin_model.h"
#include "charm/pebble/files.h"
#include "charm/plan.h"

namespace charm::admin {

// One database. Several applications may show it, each with a user of its own; the first that works
// does for all.
struct Target {
    std::string kind;  // db or visibility: which schema belongs into it
    struct Login {
        std::string app;
        Database database;
        DatabaseFiles files;
    };
    std::vector<Login> logins;

    std::string place() const { return logins.front().database.place(); }
};

std::vector<Target> targets_of(const AdminModel& model);
std::vector<std::string> files_of_targets(const std::vector<Target>& targets);

struct AdminPlan {
    std::vector<Need> needs;
    std::vector<pebble::File> files;
    std::vector<std::string> files_gone;
    std::vector<Target> targets;          // to be asked for their schema
    std::vector<Target> migrations;       // known to be old; for the leader alone
    std::map<std::string, Bag> app_bags;  // by relation
    json::object layer;

    juju::UnitStatus status() const;
};

AdminPlan plan(const AdminModel& model);

inline constexpr const char* kAdminGatePath = "/etc/temporal/schema-gate.sh";

}  // namespace charm::admin
