#pragma once
// The tables of a database file. A file says by its application id that it is ours, and by its user
// version where it says which schema it has:
//
//   0   it is new
//   1   nowhere: version 1.0 of both schemas
//   2   in the table schema_version (server/store/schema/database.h)

#include "server/store/schema/database.h"
#include "server/store/sqlite/connection.h"

namespace server::store::sqlite {

inline constexpr std::int32_t kApplicationId = 0x546d706c;  // "Tmpl"
inline constexpr std::int32_t kFileVersion = 2;

// Read only. FailedPrecondition when another program made the file, or a release of this one that
// keeps its versions elsewhere; DataLoss when it is no database or damaged.
Status check_file_id(Connection& connection);
// The same, and FailedPrecondition when its schemas are too new for this release.
Status check_identity(Connection& connection);

// Creates the tables, or brings them to the program's versions, each step in one transaction. Does
// nothing to a file that has them.
Status migrate(Connection& connection);

// A file as temporal-sql-tool sees it. The connection must outlive it.
class FileSchema : public schema::Database {
public:
    explicit FileSchema(Connection& connection) : connection_(connection) {}

    std::string place() const override { return "database file " + connection_.file(); }
    std::string_view store() const override { return "sqlite/v3"; }
    Result<std::optional<schema::StoredVersions>> read() override;
    Status begin() override;
    Status run(const schema::Script& script) override;
    Status create_version_tables() override;
    Status drop_tables() override;
    Status record(const schema::Recorded& step) override;
    Status commit() override;
    void roll_back() override;

private:
    Connection& connection_;
};

}  // namespace server::store::sqlite
