// What temporal-admin-k8s knows: the applications that are integrated with it, and their databases.
//
// Folder map: admin_model.h what is, admin_plan.h what should be, settle.h reads, plans and writes;
// command_line.h runs the tools for the actions; actions/ one file each.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "charm/juju/environment.h"
#include "charm/model.h"

namespace charm::admin {

inline constexpr const char* kAdminContainer = "temporal-admin";

struct AdminModel {
    std::string app;
    std::string unit;
    bool leader = false;
    bool log_level_is_known = true;
    std::string log_level{};
    std::string server_name{};
    std::string legacy_workload_version{};           // see charm/admin/config.yaml
    std::vector<Relation> servers{};                 // the relations of endpoint admin
    std::optional<Relation> peer{};                  // for the leader alone
    std::optional<Relation> host_info{};             // says where the frontend is
    std::map<std::string, juju::Content> secrets{};  // by id
    Container container{};
    std::map<std::string, SchemaAnswer> schema{};   // by Database::place()
    std::map<std::string, std::string> failures{};  // of a migration, by Database::place()
    juju::UnitStatus status{};
};

Result<AdminModel> read_admin_model(const juju::Environment& environment, const juju::Tools& tools,
                                    pebble::Client& client);

// host:port of the frontend, for the tools.
std::string frontend_address(const AdminModel& model);

}  // namespace charm::admin
