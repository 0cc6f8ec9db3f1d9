#include "server/store/postgres/blocking_connection.h"

#include "server/store/postgres/statement_failure.h"

namespace server::store::postgres {

namespace {

constexpr int kOldestServer = 120000;

std::string field_of(const PGresult* result, int field) {
    const char* text = PQresultErrorField(result, field);
    return text == nullptr ? std::string() : std::string(text);
}

StatementFailure failure_of(const PGresult* result, PGconn* connection) {
    StatementFailure failure{.sqlstate = field_of(result, PG_DIAG_SQLSTATE),
                             .message = field_of(result, PG_DIAG_MESSAGE_PRIMARY),
                             .detail = field_of(result, PG_DIAG_MESSAGE_DETAIL)};
    // The connection broke: the server says nothing any more, libpq does.
    if (failure.message.empty()) failure.message = PQerrorMessage(connection);
    while (failure.message.ends_with('\n')) failure.message.pop_back();
    const std::string position = field_of(result, PG_DIAG_STATEMENT_POSITION);
    if (!position.empty()) failure.position = std::stoul(position);
    return failure;
}

}  // namespace

BlockingConnection::~BlockingConnection() { PQfinish(connection_); }

Result<std::unique_ptr<BlockingConnection>> BlockingConnection::open(
    const Surroundings& surroundings, TimePoint deadline) {
    ConnectFailure failure;
    PGconn* raw = connect(surroundings, deadline, failure);
    if (raw == nullptr) return failure.status;
    std::unique_ptr<BlockingConnection> connection(
        new BlockingConnection(raw, surroundings.database));
    const int version = PQserverVersion(raw);
    if (version >= kOldestServer) return connection;
    return failed_precondition(place_of_database(surroundings.database) + " has version " +
                               std::to_string(version / 10000) + ": at least 12 is needed");
}

Result<TextRows> BlockingConnection::query(const std::string& what, const std::string& sql,
                                           const std::vector<std::string>& values) {
    std::vector<const char*> pointers;
    for (const std::string& value : values) pointers.push_back(value.c_str());
    return rows_of(PQexecParams(connection_, sql.c_str(), static_cast<int>(values.size()), nullptr,
                                pointers.data(), nullptr, nullptr, 0),
                   what, sql);
}

Status BlockingConnection::run(const std::string& what, const std::string& script) {
    return rows_of(PQexec(connection_, script.c_str()), what, script).status();
}

Result<TextRows> BlockingConnection::rows_of(PGresult* result, const std::string& what,
                                             const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> owner(result, PQclear);
    const ExecStatusType status = PQresultStatus(result);
    const bool good =
        status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
    if (!good) return explain_failure(database_, what, sql, failure_of(result, connection_));
    TextRows rows;
    for (int row = 0; row < PQntuples(result); ++row) {
        rows.emplace_back();
        for (int column = 0; column < PQnfields(result); ++column) {
            rows.back().emplace_back(PQgetvalue(result, row, column));
        }
    }
    return rows;
}

bool BlockingConnection::in_transaction() const {
    return PQtransactionStatus(connection_) == PQTRANS_INTRANS;
}

std::string BlockingConnection::quoted(const std::string& name) const {
    const std::unique_ptr<char, decltype(&PQfreemem)> text(
        PQescapeIdentifier(connection_, name.c_str(), name.size()), PQfreemem);
    ASSERT(text != nullptr, "a name that is no UTF-8");
    return text.get();
}

}  // namespace server::store::postgres
