// Everything that Juju and the container know and a plan may depend on. Read anew by every hook
// (charm/read_model.h), never stored: there is no state of ours that could be out of date.
//
// Folder map: model.h what is, plan.h what should be, converge.h the difference; options.h,
// container.h, database.h and schema.h one kind of fact each; juju/ and pebble/ the two ways to the
// outside.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "charm/container.h"
#include "charm/juju/tools.h"
#include "charm/options.h"
#include "charm/schema.h"

namespace charm {

using juju::Bag;

struct Relation {
    std::string id;     // db:7
    std::string app{};  // at the other end
    std::vector<std::string> units{};
    Bag remote_app{};
    std::map<std::string, Bag> remote_units{};  // only of relations whose units speak
    Bag own_app{};                              // only the leader may look
    Bag own_unit{};
};

// What the workload said when it was started or asked.
struct Health {
    enum class State { answers, silent, failed };
    State state = State::silent;
    std::string text{};
};

struct Model {
    std::string app;   // temporal-k8s-history
    std::string unit;  // temporal-k8s-history/0
    std::string model{};
    std::string model_uuid{};
    bool leader = false;
    bool stopping = false;  // this pod is going
    bool leaving = false;   // this unit is removed: its relations break, the application's stay
    bool drained = false;   // by the action, until the action restart
    juju::Addresses addresses{};
    json::object proxies{};    // HTTP_PROXY and so on, for the workload
    std::string dashboards{};  // the value of grafana_dashboard's key, as packed with the charm
    std::string
        alert_rules{};  // of prometheus_scrape, the same; the topology is still to be put in

    Options options{};
    std::map<std::string, std::vector<Relation>> relations{};  // by endpoint
    std::map<std::string, juju::Content> secrets{};            // by the id that a relation names
    std::optional<juju::OwnedSecret> admin_secret{};

    Container container{};
    std::map<std::string, SchemaAnswer> schema{};  // by endpoint: db, visibility

    std::optional<Health> health{};  // asked last, once the workload is as planned

    // What stands in Juju now.
    juju::UnitStatus status{};
    std::set<std::string> opened_ports{};
    std::string version{};
    std::string notes_told{};  // the plan's, when they were last logged

    const Relation* relation(const std::string& endpoint) const {
        const auto found = relations.find(endpoint);
        return found == relations.end() || found->second.empty() ? nullptr : &found->second.front();
    }
};

}  // namespace charm
