#include "server/store/postgres/administration.h"

namespace server::store::postgres {

namespace {

Result<bool> has_database(BlockingConnection& connection, const std::string& name) {
    TRY_ASSIGN(const TextRows rows,
               connection.query("look for the database",
                                "SELECT FROM pg_database WHERE datname = $1", {name}));
    return !rows.empty();
}

}  // namespace

Result<bool> create_database(BlockingConnection& connection, const std::string& name) {
    TRY_ASSIGN(const bool had, has_database(connection, name));
    if (had) return false;
    const Status created =
        connection.run("create database " + name, "CREATE DATABASE " + connection.quoted(name));
    if (created.ok()) return true;
    // Somebody else may have made it since.
    TRY_ASSIGN(const bool has, has_database(connection, name));
    if (has) return false;
    return created;
}

Result<bool> drop_database(BlockingConnection& connection, const std::string& name) {
    TRY_ASSIGN(const bool had, has_database(connection, name));
    if (!had) return false;
    TRY(connection.run("drop database " + name,
                       "DROP DATABASE IF EXISTS " + connection.quoted(name)));
    return true;
}

}  // namespace server::store::postgres
