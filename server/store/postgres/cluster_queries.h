#pragma once
// Namespaces, and the identity of the cluster. The writes are single statements whose
// conditions are in them, so they need no fence and no group commit.

#include <optional>
#include <vector>

#include "server/store/cluster_metadata.h"
#include "server/store/namespaces.h"
#include "server/store/postgres/connection.h"

namespace server::store::postgres {

// True, or the failure of the port.
Transaction create_namespace_query(const NamespaceRecord& record);
Result<bool> namespace_created(const NamespaceRecord& record, const std::vector<Rows>& rows);
Transaction update_namespace_query(const NamespaceRecord& record);
Result<bool> namespace_updated(const NamespaceRecord& record, const std::vector<Rows>& rows);

Transaction namespace_by_name_query(const std::string& name);
Transaction namespace_by_id_query(const std::string& id);
Transaction list_namespaces_query(const std::string& after, std::int32_t count_max);
Result<std::vector<NamespaceRecord>> namespaces_read(const std::vector<Rows>& rows);

Transaction establish_query(const ClusterIdentity& identity);
Result<ClusterIdentity> identity_read(const std::vector<Rows>& rows);

}  // namespace server::store::postgres
