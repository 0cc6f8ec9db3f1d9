#pragma once
// A schema as its files say it: the steps that make a database, one directory for each.
//
//   schema/postgresql/v12/temporal/versioned/v1.0/manifest.json      {"CurrVersion": "1.0", ...}
//                                                 runs.sql ...       what the manifest lists
//
//   schema.h      the steps, from a directory or from what is part of the program
//   version.h     1.10, and its order
//   database.h    what a database has to offer to be brought from version to version
//   migrate.h     setting up and updating it
//   readiness.h   whether a server can work on what a database has
//
// Everything but database.h's implementations (store/postgres, store/sqlite) is free of a database.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/status.h"
#include "server/store/schema/version.h"

namespace server::store::schema {

// The two schemas that a server needs, in one database or in two.
inline constexpr std::string_view kTemporal = "temporal";
inline constexpr std::string_view kVisibility = "visibility";

struct Script {
    std::string name;  // for messages: "v1.0/runs.sql"
    std::string text;
};

// What makes version `to` of the version before it.
struct Step {
    Version to;
    // The oldest version that a server may need and still work on this one.
    Version min_compatible;
    std::string description;
    std::string manifest_md5;  // in hexadecimal
    std::vector<Script> scripts;
};

struct Schema {
    std::string name;   // kTemporal or kVisibility; of a directory of someone else perhaps empty
    std::string place;  // where its files are, for messages
    std::vector<Step> steps;  // ascending, not empty

    const Step& newest() const { return steps.back(); }
};

// One file of a schema: "v1.0/manifest.json" and its text.
using VersionFiles = std::vector<Script>;

// The pure part of what follows. InvalidArgument naming the file and what is wrong with it.
Result<Schema> read_schema(const std::string& place, const VersionFiles& files);

// From a directory "versioned", as --schema-dir names it.
Result<Schema> load_directory(const std::string& path);
// From the program itself: "postgresql/v12/temporal" (v96 is the same), "sqlite/v3/visibility".
Result<Schema> load_embedded(std::string_view name);
// For names that are in the code.
const Schema& embedded(std::string_view store, std::string_view name);  // "sqlite/v3", kTemporal
std::vector<std::string> embedded_names();

// The steps to go, in order, from what a database has. Without a target all that are newer.
// InvalidArgument when the target is older than `from`, or no step ends there.
Result<std::vector<const Step*>> steps_between(const Schema& schema, const Version& from,
                                               const std::optional<Version>& target);

}  // namespace server::store::schema
