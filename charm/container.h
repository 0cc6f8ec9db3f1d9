// The container of a workload as Pebble shows it, and why it cannot be used.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "charm/json.h"
#include "charm/need.h"
#include "charm/pebble/services.h"
#include "charm/result.h"

namespace charm {

struct Container {
    bool reachable = false;
    Status failure = ok_status();  // that made it unreachable; ok before anything was tried
    json::object plan{};           // Pebble's, every scalar as a text
    std::map<std::string, pebble::Service> services{};
    std::map<std::string, pebble::Check> checks{};
    std::map<std::string, std::string> files{};  // of those that we write, by path
};

// One with which we cannot work: nobody listens, or Pebble refuses what we ask.
Container lost_container(const Status& failure);

// Nothing while it is reachable. `again` is the command that tries anew.
std::optional<Need> container_need(const std::string& name, const Container& container,
                                   const std::string& again);

}  // namespace charm
