#pragma once
// The database that a command works on.

#include <memory>

#include "cli/temporal-sql-tool/settings.h"
#include "server/runtime/clock.h"
#include "server/store/postgres/blocking_connection.h"
#include "server/store/postgres/interrupt.h"
#include "server/store/postgres/server_schema.h"
#include "server/store/schema/database.h"

namespace cli {

class SqlTarget {
public:
    SqlTarget(SqlSettings settings, Terminal& terminal)
        : settings_(std::move(settings)), terminal_(terminal) {}

    bool is_file() const { return settings_.plugin == SqlSettings::Plugin::sqlite; }
    const std::string& name() const { return is_file() ? settings_.file : settings_.server.name; }
    // "postgresql/v12"
    std::string_view store() const;

    // To change its schema; made when it is a file that is missing.
    server::Result<std::unique_ptr<server::store::schema::Database>> open(
        server::store::postgres::TableRights rights);
    server::Result<std::optional<server::store::schema::StoredVersions>> read_versions();

    // The way to another database of the same server.
    server::Result<std::unique_ptr<server::store::postgres::BlockingConnection>> connect_to(
        const std::string& database);

private:
    server::Result<std::unique_ptr<server::store::schema::Database>> open_server(
        server::store::postgres::TableRights rights);

    SqlSettings settings_;
    server::store::postgres::Database other_;  // of connect_to
    Terminal& terminal_;
    server::SystemClock clock_;
    server::store::postgres::Interrupt interrupt_;
};

}  // namespace cli
