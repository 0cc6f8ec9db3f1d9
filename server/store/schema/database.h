#pragma once
// What a database offers to be brought from version to version. It remembers in two tables which
// schema it has: schema_version, one row for each schema, and schema_update_history, one for each
// step that was made (docs/storage.md). Blocking; used by one thread.
//
//   begin ─▶ read ─▶ run … ─▶ record ─▶ commit       what fails in between is rolled back

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "server/store/schema/schema.h"

namespace server::store::schema {

struct StoredVersion {
    Version current;
    Version min_compatible;

    bool operator==(const StoredVersion&) const = default;
};

// By the name of the schema. What setup-schema wrote has no name yet: it is where every schema of
// the database begins.
using StoredVersions = std::map<std::string, StoredVersion, std::less<>>;

struct Recorded {
    std::string schema_name;
    StoredVersion now;
    Version before;
    std::string description;
    std::string manifest_md5;
};

class Database {
public:
    virtual ~Database() = default;

    // "database temporal of PostgreSQL at 127.0.0.1:5432"
    virtual std::string place() const = 0;
    // "postgresql/v12": whose scripts fit.
    virtual std::string_view store() const = 0;

    // Absent without the tables of versions. FailedPrecondition when another program made them.
    virtual Result<std::optional<StoredVersions>> read() = 0;

    // Begins a transaction that excludes every other one of these on the same database.
    virtual Status begin() = 0;
    virtual Status run(const Script& script) = 0;
    // Makes the two tables where they are missing.
    virtual Status create_version_tables() = 0;
    // Drops every table of the schema in use.
    virtual Status drop_tables() = 0;
    virtual Status record(const Recorded& step) = 0;
    virtual Status commit() = 0;
    virtual void roll_back() = 0;
};

}  // namespace server::store::schema
