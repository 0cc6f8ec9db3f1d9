#include "charm/juju/environment.h"

#include <cstdlib>

namespace charm::juju {

namespace {

std::string text(const Variables& variables, const std::string& name) {
    return variables(name).value_or("");
}

Result<std::string> required(const Variables& variables, const std::string& name) {
    std::string value = text(variables, name);
    if (!value.empty()) return value;
    return server::invalid_argument(name + " is not set: Juju runs this program, not a shell");
}

// hooks/NAME or actions/NAME.
Status read_dispatch_path(const std::string& path, Environment& environment) {
    const std::size_t slash = path.find('/');
    const std::string folder = path.substr(0, slash);
    if (slash == std::string::npos || slash + 1 == path.size() ||
        (folder != "hooks" && folder != "actions")) {
        return server::invalid_argument("JUJU_DISPATCH_PATH is \"" + path +
                                        "\", which is neither hooks/NAME nor actions/NAME");
    }
    environment.kind = folder == "hooks" ? Environment::Kind::hook : Environment::Kind::action;
    environment.name = path.substr(slash + 1);
    return ok_status();
}

}  // namespace

Variables process_variables() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) return std::nullopt;
        return std::string(value);
    };
}

Result<Environment> read_environment(const Variables& variables) {
    Environment environment;
    TRY_ASSIGN(const std::string path, required(variables, "JUJU_DISPATCH_PATH"));
    TRY(read_dispatch_path(path, environment));
    TRY_ASSIGN(environment.unit, required(variables, "JUJU_UNIT_NAME"));
    environment.app = environment.unit.substr(0, environment.unit.find('/'));
    if (environment.app.size() + 1 >= environment.unit.size()) {
        return server::invalid_argument("JUJU_UNIT_NAME is \"" + environment.unit +
                                        "\", which is not APP/NUMBER");
    }
    environment.model = text(variables, "JUJU_MODEL_NAME");
    environment.model_uuid = text(variables, "JUJU_MODEL_UUID");
    environment.charm_dir = text(variables, "JUJU_CHARM_DIR");
    environment.juju_version = text(variables, "JUJU_VERSION");
    environment.relation_id = text(variables, "JUJU_RELATION_ID");
    environment.departing_unit = text(variables, "JUJU_DEPARTING_UNIT");
    environment.secret_id = text(variables, "JUJU_SECRET_ID");
    environment.secret_revision = text(variables, "JUJU_SECRET_REVISION");
    environment.http_proxy = text(variables, "JUJU_CHARM_HTTP_PROXY");
    environment.https_proxy = text(variables, "JUJU_CHARM_HTTPS_PROXY");
    environment.no_proxy = text(variables, "JUJU_CHARM_NO_PROXY");
    return environment;
}

}  // namespace charm::juju
