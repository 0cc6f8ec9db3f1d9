#include "cli/temporal-sql-tool/database_commands.h"

#include <filesystem>
#include <ostream>

#include "cli/temporal-sql-tool/target.h"
#include "server/store/postgres/administration.h"
#include "server/store/sqlite/schema_file.h"

namespace cli {

namespace {

namespace postgres = server::store::postgres;
namespace sqlite = server::store::sqlite;
using server::Result;
using server::Status;

Result<bool> create_in(SqlTarget& target, const std::string& default_database) {
    if (target.is_file()) {
        const bool had = std::filesystem::exists(target.name());
        TRY(target.open({}).status());
        return !had;
    }
    TRY_ASSIGN(const auto connection, target.connect_to(default_database));
    return postgres::create_database(*connection, target.name());
}

Result<bool> drop_in(SqlTarget& target, const std::string& default_database) {
    if (target.is_file()) return sqlite::remove_file(target.name());
    TRY_ASSIGN(const auto connection, target.connect_to(default_database));
    return postgres::drop_database(*connection, target.name());
}

}  // namespace

Status create_database(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(SqlSettings settings, read_settings(invocation.flags));
    SqlTarget target(std::move(settings), terminal);
    TRY_ASSIGN(const bool made, create_in(target, invocation.flags.text("defaultdb")));
    terminal.out << "database " << target.name() << (made ? ": created" : ": is there already")
                 << std::endl;
    return server::ok_status();
}

Status drop_database(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(SqlSettings settings, read_settings(invocation.flags));
    SqlTarget target(std::move(settings), terminal);
    if (!invocation.flags.toggle("force") &&
        !confirmed(terminal, "Drop the database " + target.name() + ", and all that is in it?")) {
        return server::failed_precondition("nothing was changed; --force drops without asking");
    }
    TRY_ASSIGN(const bool dropped, drop_in(target, invocation.flags.text("defaultdb")));
    terminal.out << "database " << target.name() << (dropped ? ": dropped" : ": there is none")
                 << std::endl;
    return server::ok_status();
}

}  // namespace cli
