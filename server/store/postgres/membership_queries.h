#pragma once
// The members of the cluster. Each call is one statement; times are the database's own
// (clock_timestamp), in microseconds as it has them.

#include <vector>

#include "server/store/membership.h"
#include "server/store/postgres/connection.h"

namespace server::store::postgres {

Transaction heartbeat_query(const std::vector<MemberRecord>& own, Duration lease);
Transaction list_members_query();
Result<std::vector<MemberRecord>> members_read(const std::vector<Rows>& rows);
Transaction leave_query(const std::string& host_id);
Transaction expire_query(const MemberRecord& seen);
Result<bool> expired(const std::vector<Rows>& rows);

}  // namespace server::store::postgres
