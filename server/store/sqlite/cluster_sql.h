#pragma once
// Namespaces and what is fixed for the life of a cluster.

#include <optional>
#include <string>
#include <vector>

#include "server/store/cluster_metadata.h"
#include "server/store/namespaces.h"
#include "server/store/sqlite/batch.h"

namespace server::store::sqlite {

Status create_namespace(Batch& batch, const NamespaceRecord& record, std::optional<Status>& answer);
Status update_namespace(Batch& batch, const NamespaceRecord& record, std::optional<Status>& answer);
Status establish_identity(Batch& batch, const ClusterIdentity& identity,
                          std::optional<Result<ClusterIdentity>>& answer);

Result<std::optional<NamespaceRecord>> find_namespace_by_name(Connection& connection,
                                                              const std::string& name);
Result<std::optional<NamespaceRecord>> find_namespace_by_id(Connection& connection,
                                                            const std::string& id);
Result<std::vector<NamespaceRecord>> list_namespaces(Connection& connection,
                                                     const std::string& after,
                                                     std::int32_t count_max);

}  // namespace server::store::sqlite
