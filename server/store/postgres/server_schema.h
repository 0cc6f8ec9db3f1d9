#pragma once
// A PostgreSQL database as migrations see it (server/store/schema/database.h).
//
// Every transaction holds one advisory lock of the database until it ends, so that of two programs
// at once one waits; a pooler in transaction mode may be between. Tables belong to the user who
// made schema_version, or to the role `owner`: a member of that role works under it. At each commit
// the roles of `grant_to` get the rights that a server needs on these tables.

#include <memory>
#include <vector>

#include "server/store/postgres/blocking_connection.h"
#include "server/store/schema/database.h"

namespace server::store::postgres {

struct TableRights {
    // Roles, or PUBLIC. Without any: PUBLIC where the database admits only roles that are named
    // (CONNECT was revoked from PUBLIC), else nobody.
    std::vector<std::string> grant_to{};
    // Where the user is a member of this role, and it may make tables, tables and functions are
    // its, those of the user as well: they outlive the user. Elsewhere it is as if it were empty.
    std::string owner{};
};

class ServerSchema final : public schema::Database {
public:
    using Waiting = std::function<void(const std::string& line)>;

    // `waiting` is told when another program has the lock.
    ServerSchema(std::unique_ptr<BlockingConnection> connection, TableRights rights,
                 Waiting waiting)
        : connection_(std::move(connection)), rights_(std::move(rights)),
          waiting_(std::move(waiting)) {}

    std::string place() const override;
    std::string_view store() const override { return "postgresql/v12"; }
    Result<std::optional<schema::StoredVersions>> read() override;
    Status begin() override;
    Status run(const schema::Script& script) override;
    Status create_version_tables() override;
    Status drop_tables() override;
    Status record(const schema::Recorded& step) override;
    Status commit() override;
    void roll_back() override;

private:
    Status lock();
    Status become_owner();
    Status grant();
    // Runs the statements that a query has made.
    Status run_made(const std::string& what, const std::string& query,
                    const std::vector<std::string>& values = {});

    std::unique_ptr<BlockingConnection> connection_;
    TableRights rights_;
    Waiting waiting_;
};

}  // namespace server::store::postgres
