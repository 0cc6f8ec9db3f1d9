#include "charm/admin/admin_model.h"

#include <algorithm>
#include <array>

#include "charm/admin/admin_plan.h"
#include "charm/read_model.h"

namespace charm::admin {

namespace {

constexpr std::array<std::string_view, 7> kLogLevels{"debug", "info",     "warning", "warn",
                                                     "error", "critical", "fatal"};

Status read_config(const juju::Tools& tools, AdminModel& model) {
    TRY_ASSIGN(const json::object config, tools.config());
    model.log_level = text_at(config, "log-level");
    if (model.log_level.empty()) model.log_level = "info";
    model.log_level_is_known =
        std::find(kLogLevels.begin(), kLogLevels.end(), model.log_level) != kLogLevels.end();
    model.server_name = text_at(config, "server-name");
    if (model.server_name.empty()) model.server_name = "temporal-k8s";
    model.legacy_workload_version = text_at(config, "legacy-workload-version");
    return ok_status();
}

Status read_shown_secrets(const juju::Tools& tools, AdminModel& model) {
    for (const Relation& server : model.servers) {
        const auto id = server.remote_app.find(kAdminSecretKey);
        if (id == server.remote_app.end()) continue;
        TRY_ASSIGN(std::optional<juju::Content> content, tools.secret(id->second));
        if (content) model.secrets[id->second] = std::move(*content);
    }
    return ok_status();
}

// Also the secrets of servers that have left.
Status read_admin_container(pebble::Client& client, AdminModel& model) {
    std::vector<std::string> paths = files_of_targets(targets_of(model));
    TRY_ASSIGN(const std::vector<std::string> present, pebble::list_files(client, kSecretsFolder));
    for (const std::string& path : present) {
        if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
    }
    return read_container(client, paths, model.container);
}

}  // namespace

Result<AdminModel> read_admin_model(const juju::Environment& environment, const juju::Tools& tools,
                                    pebble::Client& client) {
    AdminModel model{.app = environment.app, .unit = environment.unit};
    TRY(read_config(tools, model));
    TRY_ASSIGN(model.leader, tools.is_leader());
    const RelationReader reader{environment, tools, model.leader};
    TRY_ASSIGN(model.servers, reader.read("admin", {.remote_app = true}));
    TRY_ASSIGN(const std::vector<Relation> host_info,
               reader.read("temporal-host-info", {.remote_app = true}));
    if (!host_info.empty()) model.host_info = host_info.front();
    if (model.leader) {
        TRY_ASSIGN(const std::vector<Relation> peers, reader.read("peer", {}));
        if (!peers.empty()) model.peer = peers.front();
    }
    TRY(read_shown_secrets(tools, model));
    TRY_ASSIGN(model.status, tools.status());
    const Status container = read_admin_container(client, model);
    if (!container.ok()) {
        model.container = lost_container(container);
        TRY(tools.log("INFO",
                      std::string("container ") + kAdminContainer + ": " + container.message()));
    }
    return model;
}

std::string frontend_address(const AdminModel& model) {
    if (model.host_info) {
        const Bag& bag = model.host_info->remote_app;
        const auto host = bag.find("host");
        const auto port = bag.find("port");
        if (host != bag.end() && port != bag.end()) return host->second + ":" + port->second;
    }
    return model.server_name + ":" + std::to_string(kInternalFrontend.grpc_port);
}

}  // namespace charm::admin
