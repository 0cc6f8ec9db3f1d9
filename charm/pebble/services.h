// Services, checks, layers and notices of one container.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "charm/pebble/client.h"

namespace charm::pebble {

struct Service {
    std::string name;
    std::string startup{};
    std::string current{};  // active, inactive, backoff, error
    bool running() const { return current == "active"; }
};

struct Check {
    std::string name;
    std::string status{};  // up, down, inactive
    bool up() const { return status == "up"; }
};

Result<std::string> boot_id(Client& client);
Result<std::vector<Service>> services(Client& client);
Result<std::vector<Check>> checks(Client& client);

// The merged plan, as JSON whatever scalar types its YAML had: texts throughout.
Result<json::object> current_plan(Client& client);
Status add_layer(Client& client, const std::string& label, const json::object& layer);

// Starts, stops and restarts what the plan asks for. A service that ends at once is
// FailedPrecondition with the end of its output.
Status replan(Client& client);
Status stop_service(Client& client, const std::string& name);
Status restart_service(Client& client, const std::string& name);

// A custom notice, for example to tell ourselves something from inside the container.
Result<std::string> notify(Client& client, const std::string& key);

}  // namespace charm::pebble
