#pragma once
// Whether a server can work on what a database has: what it asks at start, and what
// `temporal-sql-tool schema-version` tells.

#include <span>
#include <string_view>

#include "server/store/postgres/connect.h"
#include "server/store/schema/readiness.h"

namespace server::store::postgres {

inline constexpr std::string_view kSchemaStore = "postgresql/v12";

// `names` are those of the schemas that this database must have (schema::kTemporal,
// schema::kVisibility). FailedPrecondition where one is older, not set up, or newer and not made
// for this release; the message has the command to run. Unavailable where there is no answer.
// Blocks.
Status check_schema(const Surroundings& surroundings, std::span<const std::string_view> names,
                    TimePoint deadline);

// The pure part: what is wrong with `stored`, and what to do about it.
Status judge_schema(const Database& database, const std::optional<schema::StoredVersions>& stored,
                    const schema::Schema& needed);

}  // namespace server::store::postgres
