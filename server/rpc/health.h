#pragma once
// grpc.health.v1: which services answer. "" (the process) is known from the start; a name nobody
// set is NOT_FOUND. Watch is not built.

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "server/rpc/method_table.h"

namespace server::rpc {

// Any thread.
class Health {
public:
    void set(std::string service, bool serving);
    // From now on every known name answers NOT_SERVING: the listener is about to close.
    void set_draining();
    std::optional<bool> find(const std::string& service) const;

    // Adds Check to a table of grpc.health.v1.Health.
    void register_methods(MethodTable& table);

private:
    mutable std::mutex mutex_;
    bool draining_ = false;
    std::map<std::string, bool> serving_{{"", true}};
};

}  // namespace server::rpc
