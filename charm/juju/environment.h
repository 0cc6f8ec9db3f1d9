// What Juju says about the run of a hook or an action in its environment variables, parsed once.
// Folder map: environment.h why we were started, tools.h the hook tools, process.h how one is run.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "charm/result.h"

namespace charm::juju {

struct Environment {
    enum class Kind { hook, action };
    Kind kind = Kind::hook;
    std::string name;  // of the hook (db-relation-changed) or of the action (tctl)

    std::string unit;  // temporal-k8s/0
    std::string app;   // temporal-k8s
    std::string model;
    std::string model_uuid;
    std::string charm_dir;
    std::string juju_version;

    std::string relation_id{};     // db:7, in relation hooks only
    std::string departing_unit{};  // in relation-departed only
    std::string secret_id{};       // secret:..., in secret hooks only
    std::string secret_revision{};
    std::string http_proxy{};  // what the workload is to use, may be empty
    std::string https_proxy{};
    std::string no_proxy{};

    // The relation that this hook says is going: what it still holds must not be used any more.
    bool is_broken(const std::string& relation) const {
        return kind == Kind::hook && relation == relation_id && name.ends_with("-relation-broken");
    }

    // This unit is being removed: each of its relations says so before it breaks.
    bool says_leaving() const { return departing_unit == unit; }
};

using Variables = std::function<std::optional<std::string>(const std::string& name)>;
Variables process_variables();

// InvalidArgument names the variable that is missing or cannot be meant: then nobody but Juju's
// agent can run this program.
Result<Environment> read_environment(const Variables& variables);

}  // namespace charm::juju
