#pragma once
// One connection to PostgreSQL. Used by the one thread that owns it, which it blocks, never longer
// than a deadline; libpq's socket is non-blocking and in pipeline mode.
//
//   open ─▶ probe ─▶ send: statement, statement, sync │ statement, sync │ …  ─▶ receive: a reply
//   each
//
// What stands between two syncs is one transaction. All of it is sent before an answer is awaited,
// so no transaction stays open for a round trip. A named statement is prepared when it is first
// used, unless a pooler is between: then the server's pid differs from the one the connection was
// given, and nothing of a session may be relied on (prepared statements, settings).

#include <libpq-fe.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <variant>
#include <vector>

#include "server/runtime/clock.h"
#include "server/store/postgres/failure.h"
#include "server/store/postgres/interrupt.h"
#include "server/store/postgres/wire.h"

namespace server::store::postgres {

// What the connection is for decides the settings of its session, where it has one.
enum class Purpose {
    keyed,    // statements that know their keys: planned once, always through an index
    queries,  // lists and counts: planned for their values
};

struct Call {
    std::string name;  // for messages; names the prepared statement too
    std::string text;
    Arguments arguments{};
    bool prepare = true;
};

using Transaction = std::vector<Call>;

struct Reply {
    std::optional<Failure> failure;
    std::vector<Rows> rows;  // one per call where nothing failed
};

// What a connection has from outside; all of it outlives the connection.
struct Surroundings {
    const Database& database;
    const Clock& clock;
    const Interrupt& interrupt;
};

class Connection {
public:
    using Opened = std::variant<std::unique_ptr<Connection>, ConnectFailure>;
    static Opened open(Surroundings surroundings, Purpose purpose, TimePoint deadline);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Replies in the order of the transactions. Once broken() the connection is of no more use.
    std::vector<Reply> run(std::vector<Transaction> transactions, TimePoint deadline);
    Reply run(Transaction transaction, TimePoint deadline);

    // The same in steps, for callers that have to do something while a statement waits.
    void send(std::vector<Transaction> transactions, TimePoint deadline);
    // False when `until` comes first.
    bool answered(TimePoint until);
    std::vector<Reply> receive(TimePoint deadline);

    // Whether the server has closed an idle connection: found out before anything is sent on it.
    bool alive();
    bool broken() const { return broken_; }
    bool pooled() const { return pooled_; }
    std::uint64_t statements() const { return statements_; }

private:
    // What the server owes, in order.
    struct Owed {
        enum class Kind { prepared, rows, sync } kind;
        std::string name;  // of the statement
    };

    Connection(PGconn* connection, Surroundings surroundings)
        : connection_(connection), surroundings_(surroundings) {}

    std::string host() const;
    std::optional<ConnectFailure> probe(Purpose purpose, TimePoint deadline);
    void queue(const Call& call);
    bool flush(TimePoint deadline);
    bool wait(short events, TimePoint deadline);
    PGresult* next_result(TimePoint deadline);
    // False when the connection broke.
    bool take(const Owed& owed, TimePoint deadline, Reply& reply);
    void note_failure(const PGresult* result, const Owed& owed, Reply& reply);
    void note_lost(const std::string& statement, Reply& reply);

    PGconn* connection_;
    Surroundings surroundings_;
    bool pooled_ = false;
    bool broken_ = false;
    bool sent_whole_ = false;
    std::uint64_t statements_ = 0;
    std::unordered_set<std::string> prepared_;
    std::deque<Owed> owed_;
};

}  // namespace server::store::postgres
