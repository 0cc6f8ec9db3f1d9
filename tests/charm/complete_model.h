// A unit of temporal-k8s that has everything, from which cases take something away.
#pragma once

#include "charm/plan.h"

namespace charm {

inline Relation database(const std::string& id) {
    return {.id = id,
            .app = "postgresql-k8s",
            .remote_app = {{"endpoints", "10.0.0.5:5432"}, {"secret-user", "secret:user"}}};
}

inline Model complete() {
    Model model{.app = "temporal-k8s",
                .unit = "temporal-k8s/0",
                .model = "m",
                .leader = true,
                .addresses = {.bind = "10.1.0.1", .ingress = "10.1.0.1"}};
    model.options = read_options({});
    model.relations["peer"] = {{.id = "peer:0", .app = "temporal-k8s"}};
    model.relations["db"] = {database("db:1")};
    model.relations["visibility"] = {database("visibility:2")};
    model.relations["admin"] = {{.id = "admin:3", .app = "temporal-admin-k8s"}};
    model.secrets["secret:user"] = {{"username", "u"}, {"password", "pw-Zq7"}};
    model.container.reachable = true;
    model.schema["db"] = {.state = SchemaState::ready};
    model.schema["visibility"] = {.state = SchemaState::ready};
    model.health = Health{.state = Health::State::answers};
    return model;
}

inline std::string content_of(const Plan& goal, const std::string& path) {
    for (const pebble::File& file : goal.files) {
        if (file.path == path) return file.content;
    }
    return "no such file";
}

inline std::string text_of(const juju::UnitStatus& status) {
    return status.state + " " + status.message;
}

}  // namespace charm
