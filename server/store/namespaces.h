#pragma once
// The port of namespaces: few rows, read as a whole and cached above
// (cluster/namespace_registry.h).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/runtime/async.h"

namespace server::store {

struct NamespaceRecord {
    std::string id;    // uuid
    std::string name;  // unique
    std::int64_t version = 0;
    std::string details;  // serialized server.state.v1.Namespace
};

class Namespaces {
public:
    virtual ~Namespaces() = default;

    // AlreadyExists (with NamespaceAlreadyExists) when the name is taken. The stored version is 1.
    virtual Async<Status> create(NamespaceRecord record) = 0;
    // Replaces details (and name) if the stored version is `record.version`, which then grows by
    // one; Aborted otherwise.
    virtual Async<Status> update(NamespaceRecord record) = 0;
    virtual Async<Result<std::optional<NamespaceRecord>>> find_by_name(std::string name) = 0;
    virtual Async<Result<std::optional<NamespaceRecord>>> find_by_id(std::string id) = 0;
    // In order of name, names after `after`.
    virtual Async<Result<std::vector<NamespaceRecord>>> list(std::string after,
                                                             std::int32_t count_max) = 0;
};

}  // namespace server::store
