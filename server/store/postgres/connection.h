#pragma once
// One connection to PostgreSQL, used by one thread at a time; libpq's socket is non-blocking and in
// pipeline mode.
//
//   open ─▶ probe ─▶ start: statement, statement, sync │ statement, sync │ …  ─▶ a reply each
//
// run() blocks its thread until the replies are there, never longer than a deadline. A lane may not
// be blocked: it calls start(), and advance() as often as the socket is ready for what was asked.
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

// How long what is under way may take when the store stops.
inline constexpr Duration kStopGrace = 3s;

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

    // The same in steps that never block. Each says what the socket has to be ready for before the
    // next; at nothing, or when the caller waits no longer, replies() has them. What was not
    // answered by then is lost, and the connection broken.
    enum class Wants { nothing, read, read_or_write };
    Wants start(std::vector<Transaction> transactions);
    Wants advance();
    std::vector<Reply> replies();

    int socket() const { return PQsocket(connection_); }

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
    Wants send();
    Wants receive();
    bool wait(Wants wants, TimePoint deadline);
    void take(PGresult* result);
    void end_transaction();
    void note_failure(const PGresult* result, const Owed& owed);
    void note_lost();

    PGconn* connection_;
    Surroundings surroundings_;
    bool pooled_ = false;
    bool broken_ = false;
    bool sent_whole_ = false;
    std::uint64_t statements_ = 0;
    std::unordered_set<std::string> prepared_;
    std::deque<Owed> owed_;
    bool answer_ends_ = false;  // of the first that is owed nothing comes but its end
    std::string statement_;     // the last whose answer was looked at
    Reply reply_{};             // of the transaction whose answers come now
    std::vector<Reply> replies_;
};

}  // namespace server::store::postgres
