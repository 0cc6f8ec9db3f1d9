// Services, checks and layers of one container.
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
    // It has ended by itself, and Pebble starts it again after a pause.
    bool pausing() const { return current == "backoff"; }
};

struct Check {
    std::string name;
    std::string status{};  // up, down, inactive
    std::string change{};  // the id of the one that it runs in
    bool up() const { return status == "up"; }
    bool inactive() const { return status == "inactive"; }
};

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

// Pebble lets a check that a layer switches off run on until it is stopped. One before 1.19 cannot
// stop it, which is no failure: nothing depends on its result. One whose result comes in the moment
// of the stop is shown as running for ever, and Pebble 1.32 ends itself when it is stopped again:
// its change is over, so it is left alone.
Status stop_checks(Client& client, const std::vector<std::string>& names);
Status start_checks(Client& client, const std::vector<std::string>& names);

}  // namespace charm::pebble
