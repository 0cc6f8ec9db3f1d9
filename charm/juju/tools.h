// Juju's hook tools, typed: JSON in and out, failures with the tool's own words. One tool is one
// process that talks to the agent.
//
// What a hook writes is a transaction: Juju keeps relation data, ports, secrets and state only when
// the hook ends with 0. Status, version and log take effect at once.
//
// Every call may fail with Internal (the agent refused or is gone): then the hook has to fail, so
// that Juju drops its writes and runs it again.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "charm/json.h"
#include "charm/juju/process.h"

namespace charm::juju {

using Bag = std::map<std::string, std::string>;  // relation data; an empty value deletes its key
using Content = std::map<std::string, std::string>;  // of a secret

struct UnitStatus {
    std::string state;  // active, waiting, blocked, maintenance; others are Juju's own
    std::string message{};
    bool operator==(const UnitStatus&) const = default;
};

struct Addresses {
    std::string bind;  // empty until Juju knows one, as is the next
    std::string ingress;
    std::string host_name{};
};

// A secret that this application owns.
struct OwnedSecret {
    std::string id;
    Content content{};
    std::set<std::string> granted_to{};  // applications
};

class Tools {
public:
    using Run = std::function<Result<Finished>(const std::vector<std::string>& argv,
                                               const std::string& input)>;
    explicit Tools(Run run = [](const auto& argv,
                                const auto& input) { return run_process(argv, input); })
        : run_(std::move(run)) {}

    Result<json::object> config() const;
    Result<bool> is_leader() const;
    Result<std::vector<std::string>> relation_ids(const std::string& endpoint) const;
    Result<std::vector<std::string>> relation_units(const std::string& relation) const;
    Result<std::string> relation_app(const std::string& relation) const;
    Result<Bag> app_bag(const std::string& relation, const std::string& app) const;
    Result<Bag> unit_bag(const std::string& relation, const std::string& unit) const;
    // Nothing when the secret is gone, was not granted to us, or cannot be one by its name. Follows
    // to the newest revision.
    Result<std::optional<Content>> secret(const std::string& id) const;
    // Nothing when we own none under this label.
    Result<std::optional<OwnedSecret>> owned_secret(const std::string& label) const;
    Result<Addresses> addresses(const std::string& binding) const;
    Result<std::set<std::string>> opened_ports() const;  // "7233/tcp"
    Result<UnitStatus> status() const;
    Result<Bag> state() const;  // what set_state has kept for this unit
    Result<json::object> action_parameters() const;

    Status set_app_bag(const std::string& relation, const Bag& changes) const;
    Status set_unit_bag(const std::string& relation, const Bag& changes) const;
    // The values go through files that only we can read, never through an argument list.
    Result<std::string> add_secret(const std::string& label, const Content& content) const;
    Status set_secret(const std::string& id, const Content& content) const;
    Status grant_secret(const std::string& id, const std::string& relation) const;
    Status remove_secret(const std::string& id) const;
    Status remove_revision(const std::string& id, const std::string& revision) const;
    Status open_port(const std::string& port) const;
    Status close_port(const std::string& port) const;
    Status set_status(const UnitStatus& status) const;
    Status set_version(const std::string& version) const;
    Status set_state(const std::string& key, const std::string& value) const;
    // What is too long for an argument is cut, and says so (charm/juju/argument.h).
    Status set_action_results(const Bag& results) const;
    Status fail_action(const std::string& message) const;
    Status log_action(const std::string& message) const;
    // Level is DEBUG, INFO, WARNING or ERROR.
    Status log(const std::string& level, const std::string& message) const;

private:
    Result<std::string> output_of(const std::vector<std::string>& argv,
                                  const std::string& input = {}) const;
    Result<json::value> json_of(std::vector<std::string> argv) const;
    Result<Bag> bag_of(std::vector<std::string> argv) const;
    Status call(const std::vector<std::string>& argv, const std::string& input = {}) const;
    Status set_bag(const std::string& relation, const Bag& changes, bool app) const;

    Run run_;
};

}  // namespace charm::juju
