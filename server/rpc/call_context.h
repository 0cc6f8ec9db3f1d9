#pragma once
// What is known about a call beside its message. Copied along as the call crosses roles.

#include <memory>
#include <string>

#include "server/base/time.h"
#include "server/runtime/cancellation.h"

namespace server::rpc {

struct CallContext {
    // The caller's deadline; kNever when it gave none. Long polls end by themselves before it.
    TimePoint deadline = kNever;
    // Never null: cancelled when the caller goes away.
    std::shared_ptr<Cancellation> cancellation = Cancellation::create();

    // Request metadata of the same names (reference: SDK headers); empty when absent.
    std::string client_name;
    std::string client_version;
    std::string supported_server_versions;
    std::string supported_features;
    std::string caller_type;

    bool follows_next_run_id() const {
        return supported_features.find("follows-next-run-id") != std::string::npos;
    }
};

}  // namespace server::rpc
