#include "server/app/readiness.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace server::app {

namespace {

std::string_view word(Readiness::State state) {
    switch (state) {
    case Readiness::State::starting: return "starting";
    case Readiness::State::serving: return "serving";
    case Readiness::State::draining: return "draining";
    case Readiness::State::failed: return "failed";
    }
    return "";
}

}  // namespace

void Readiness::set(const std::string& role, State state, std::string reason) {
    const std::lock_guard lock(mutex_);
    roles_[role] = {state, std::move(reason)};
}

bool Readiness::ready() const {
    const std::lock_guard lock(mutex_);
    return !roles_.empty() && std::all_of(roles_.begin(), roles_.end(), [](const auto& role) {
        return role.second.state == State::serving;
    });
}

std::string Readiness::to_json() const {
    const std::lock_guard lock(mutex_);
    boost::json::object roles;
    for (const auto& [name, role] : roles_) {
        roles[name] = boost::json::object{{"state", word(role.state)}, {"reason", role.reason}};
    }
    return boost::json::serialize(roles);
}

}  // namespace server::app
