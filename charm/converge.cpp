#include "charm/converge.h"

#include <poll.h>

#include <chrono>

#include "charm/juju_difference.h"
#include "charm/layer.h"
#include "charm/pebble/exec.h"
#include "server/base/mutant.h"

namespace charm {

namespace {

// A check that failed counts after its first period, 5 s and 3 s to fail (charm/layer.cpp). A
// server that answers later than that is reported by Pebble; one that answers sooner is seen here.
constexpr std::chrono::seconds kStartLimit{9};
constexpr std::chrono::seconds kHealthLimit{3};
constexpr std::chrono::milliseconds kHealthPause{50};
constexpr std::chrono::seconds kSchemaLimit{30};

void pause_for(std::chrono::milliseconds time) { poll(nullptr, 0, static_cast<int>(time.count())); }

bool answers(const std::string& address) {
    const auto reply = pebble::get_over_tcp(address, kMetricsPort, "/readyz", kHealthLimit);
    return reply.ok() && reply->status == 200;
}

// The entries of one section of the layer that Pebble's plan does not have like this.
json::object missing_entries(const json::object& wanted, const json::object& present,
                             const std::string& section) {
    json::object missing;
    const auto* entries = find_object(wanted, section);
    const auto* there = find_object(present, section);
    if (entries == nullptr) return missing;
    for (const auto& [name, entry] : *entries) {
        const json::value* found = there == nullptr ? nullptr : find(*there, name);
        if (found == nullptr || !is_like(entry, *found)) missing[name] = entry;
    }
    return missing;
}

}  // namespace

void Converge::lose_container(Model& model, const Status& status) {
    model.container = lost_container(status);
    model.health.reset();
    // The log is best effort: the status says the same.
    (void)tools_.log("WARNING", "container temporal: " + status.message()).ok();
}

Status Converge::run(Model& model, bool restart) {
    restart_ = restart;
    Plan goal = plan(model);
    Status status = write_files(model, goal);
    if (status.ok() && !goal.questions.empty()) {
        ask_schema(model, goal);
        goal = plan(model);
    }
    if (status.ok()) status = write_workload(model, goal);
    if (status.ok() && goal.ask_health && !model.health) ask_health(model);
    if (!status.ok()) lose_container(model, status);
    return write_juju(model, plan(model));
}

Plan Converge::look(Model& model) {
    Plan goal = plan(model);
    if (!goal.questions.empty()) {
        ask_schema(model, goal);
        goal = plan(model);
    }
    if (!goal.ask_health) return goal;
    ask_health(model);
    return plan(model);
}

Status Converge::write_files(Model& model, const Plan& plan) {
    if (!model.container.reachable) return ok_status();
    auto& present = model.container.files;
    for (const pebble::File& file : plan.files) {
        const auto found = present.find(file.path);
        const bool same = found != present.end() && found->second == file.content;
        if (same && !server::mutant("write_without_difference")) continue;
        TRY(pebble::write_file(client_, file));
        present[file.path] = file.content;
    }
    for (const std::string& path : plan.files_gone) {
        if (present.erase(path) > 0) TRY(pebble::remove_file(client_, path));
    }
    return ok_status();
}

void Converge::ask_schema(Model& model, const Plan& plan) {
    for (const SchemaQuestion& question : plan.questions) {
        const auto ended = pebble::exec(client_, {.argv = question.argv, .limit = kSchemaLimit});
        model.schema[question.endpoint] =
            ended.ok() ? schema_answer(ended->exit_code, ended->output, ended->errors)
                       : schema_answer(ended.status());
    }
}

Status Converge::add_layer(Model& model, const Plan& plan) {
    json::object layer;
    for (const char* section : {"services", "checks", "log-targets"}) {
        json::object missing = missing_entries(plan.layer, model.container.plan, section);
        if (!missing.empty()) layer[section] = std::move(missing);
    }
    if (layer.empty()) return ok_status();
    started_ = layer.contains("services");
    return pebble::add_layer(client_, "temporal", layer);
}

Status Converge::write_workload(Model& model, const Plan& plan) {
    if (!model.container.reachable) return ok_status();
    TRY(add_layer(model, plan));
    TRY(pebble::stop_checks(client_, checks_to_stop(plan.layer, model.container)));
    TRY(pebble::start_checks(client_, checks_to_start(plan.layer, model.container)));
    const auto service = model.container.services.find(kServiceName);
    const bool running = service != model.container.services.end() && service->second.running();
    if (plan.workload == Plan::Workload::stop) {
        const bool pausing = service != model.container.services.end() && service->second.pausing();
        return running || pausing ? pebble::stop_service(client_, kServiceName) : ok_status();
    }
    if (plan.workload != Plan::Workload::run) return ok_status();
    if (running && !started_ && !restart_) return ok_status();
    return start(model, running);
}

Status Converge::start(Model& model, bool running) {
    const bool anew = running && !started_;
    started_ = true;
    const Status start =
        anew ? pebble::restart_service(client_, kServiceName) : pebble::replan(client_);
    if (start.code() == Code::Unavailable || start.code() == Code::DeadlineExceeded) return start;
    if (!start.ok()) {
        model.health = Health{.state = Health::State::failed, .text = start.message()};
    }
    return ok_status();
}

void Converge::ask_health(Model& model) {
    const auto deadline = std::chrono::steady_clock::now() + kStartLimit;
    bool ready = answers(model.addresses.bind);
    while (!ready && started_ && std::chrono::steady_clock::now() < deadline) {
        pause_for(kHealthPause);
        ready = answers(model.addresses.bind);
    }
    model.health = Health{.state = ready ? Health::State::answers : Health::State::silent};
    if (!ready || (!started_ && !model.version.empty())) return;
    const auto version = pebble::exec(client_, {.argv = {"temporal-server", "--version"}});
    if (!version.ok() || version->exit_code != 0) return;
    // "temporal-server 0.1.0", or "temporal version 1.23.1" with the Go server's image.
    const std::string line = version->output.substr(0, version->output.find('\n'));
    version_ = line.substr(line.rfind(' ') + 1);
}

Status Converge::write_admin_secret(const Model& model, Plan& plan) {
    const auto& present = model.admin_secret;
    if (plan.withdraw_admin_secret && present) return tools_.remove_secret(present->id);
    if (!plan.admin_secret) return ok_status();
    const AdminSecretGoal& goal = *plan.admin_secret;
    std::string id = present ? present->id : std::string();
    if (!present) {
        TRY_ASSIGN(id, tools_.add_secret(kAdminSecretLabel, goal.content));
    } else if (present->content != goal.content) {
        TRY(tools_.set_secret(id, goal.content));
    }
    if (!present || !present->granted_to.contains(goal.app)) {
        TRY(tools_.grant_secret(id, goal.relation));
    }
    plan.app_bags[goal.relation][kAdminSecretKey] = id;
    if (server::mutant("secret_into_bag")) {
        plan.app_bags[goal.relation]["password"] = goal.content.at("db-password");
    }
    return ok_status();
}

// Into the log, once for each change.
Status Converge::tell_notes(const Model& model, const Plan& plan) {
    const std::string text = plan.notes_text();
    if (text == model.notes_told || !model.options.problems.empty()) return ok_status();
    for (const std::string& note : plan.notes) TRY(tools_.log("WARNING", note));
    return tools_.set_state("notes", text);
}

Status Converge::write_juju(const Model& model, Plan plan) {
    // A pod or a unit that goes takes nothing back: its successor or the other units carry on.
    if (model.stopping || model.leaving) return ok_status();
    const JujuWriter writer{tools_};
    TRY(write_admin_secret(model, plan));
    for (const auto& [endpoint, relations] : model.relations) {
        for (const Relation& relation : relations) {
            const auto app = plan.app_bags.find(relation.id);
            if (model.leader && app != plan.app_bags.end()) {
                TRY(writer.write_app_bag(relation, app->second));
            }
            const auto unit = plan.unit_bags.find(relation.id);
            if (unit != plan.unit_bags.end()) TRY(writer.write_unit_bag(relation, unit->second));
        }
    }
    TRY(tell_notes(model, plan));
    TRY(writer.write_ports(model.opened_ports, plan.ports));
    TRY(writer.write_version(model.version, version_));
    return writer.write_status(model.status, plan.status());
}

}  // namespace charm
