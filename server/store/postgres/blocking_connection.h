#pragma once
// A connection for what is done rarely and in order: migrations, and the work of temporal-sql-tool.
// Every call blocks until the server has answered; a server that is gone is noticed by TCP.

#include <memory>
#include <string>
#include <vector>

#include "server/store/postgres/connect.h"

namespace server::store::postgres {

// Rows of texts; NULL is an empty text.
using TextRows = std::vector<std::vector<std::string>>;

class BlockingConnection {
public:
    // FailedPrecondition, or Unavailable where it may heal, naming the setting and the fix.
    static Result<std::unique_ptr<BlockingConnection>> open(const Surroundings& surroundings,
                                                            TimePoint deadline);
    ~BlockingConnection();
    BlockingConnection(const BlockingConnection&) = delete;
    BlockingConnection& operator=(const BlockingConnection&) = delete;

    // One statement; `what` names it in messages.
    Result<TextRows> query(const std::string& what, const std::string& sql,
                           const std::vector<std::string>& values = {});
    // Any number of statements; a failure tells the line.
    Status run(const std::string& what, const std::string& script);
    bool in_transaction() const;
    // As an SQL identifier.
    std::string quoted(const std::string& name) const;

    const Database& database() const { return database_; }

private:
    BlockingConnection(PGconn* connection, const Database& database)
        : connection_(connection), database_(database) {}
    Result<TextRows> rows_of(PGresult* result, const std::string& what, const std::string& sql);

    PGconn* connection_;
    const Database& database_;
};

}  // namespace server::store::postgres
