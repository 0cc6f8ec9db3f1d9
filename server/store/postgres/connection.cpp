#include "server/store/postgres/connection.h"

#include <poll.h>

#include "server/store/postgres/connect.h"

namespace server::store::postgres {

namespace {

constexpr std::string_view kProbe =
    "SELECT pg_backend_pid(), pg_is_in_recovery(), current_setting('server_version_num')::int4";
constexpr std::int64_t kServerVersionMin = 120000;

// Statements that know their keys are planned once, and a table that is small today gets no plan
// that is slow tomorrow. The time limit ends what a client left open.
constexpr std::string_view kKeyedSettings =
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', false),"
    " set_config('enable_seqscan', 'off', false), set_config('enable_mergejoin', 'off', false),"
    " set_config('jit', 'off', false),"
    " set_config('idle_in_transaction_session_timeout', '10000', false)";
constexpr std::string_view kQuerySettings =
    "SELECT set_config('jit', 'off', false), set_config('statement_timeout', '20000', false)";

// How long what is under way may take when the store stops.
constexpr Duration kStopGrace = 3s;

std::string text_of(const char* text) { return text == nullptr ? std::string() : text; }

}  // namespace

Connection::~Connection() { PQfinish(connection_); }

// Of several, or of those that a file has named since the start, the one that answered.
std::string Connection::host() const { return text_of(PQhost(connection_)); }

Connection::Opened Connection::open(Surroundings surroundings, Purpose purpose,
                                    TimePoint deadline) {
    ConnectFailure failure;
    PGconn* raw = connect(surroundings, deadline, failure);
    if (raw == nullptr) return failure;
    std::unique_ptr<Connection> connection(new Connection(raw, surroundings));
    PQsetErrorVerbosity(raw, PQERRORS_DEFAULT);
    PQsetnonblocking(raw, 1);
    PQenterPipelineMode(raw);
    if (auto refused = connection->probe(purpose, deadline)) return std::move(*refused);
    return connection;
}

std::optional<ConnectFailure> Connection::probe(Purpose purpose, TimePoint deadline) {
    Database database = surroundings_.database;
    database.host = host();
    database.port = text_of(PQport(connection_));
    pooled_ = true;  // until the opposite is known
    Call probe{"probe the server", std::string(kProbe)};
    Reply reply = run({std::move(probe)}, deadline);
    if (reply.failure) return explain_connect_failure(database, reply.failure->message);
    const Rows& row = reply.rows[0];
    if (row.integer(0, 2) < kServerVersionMin) {
        return ConnectFailure{
            failed_precondition("PostgreSQL at " + database.host + " has version " +
                                std::to_string(row.integer(0, 2)) + ", at least 12 is needed"),
            false};
    }
    if (row.boolean(0, 1)) {
        return ConnectFailure{
            unavailable("PostgreSQL at " + database.host +
                        " is a replica that takes no writes: connect to its primary (" +
                        key_of(database, "connectAddr") + ")"),
            true};
    }
    const bool same_server = row.integer(0, 0) == PQbackendPID(connection_);
    pooled_ = database.prepared_statements == PreparedStatements::off ||
              (database.prepared_statements == PreparedStatements::automatic && !same_server);
    if (!same_server) return std::nullopt;
    const bool keyed = purpose == Purpose::keyed;
    Call settings{"settings of the session", std::string(keyed ? kKeyedSettings : kQuerySettings)};
    settings.prepare = false;
    reply = run({std::move(settings)}, deadline);
    if (reply.failure) return explain_connect_failure(database, reply.failure->message);
    return std::nullopt;
}

bool Connection::wait(short events, TimePoint deadline) {
    const bool stopping = surroundings_.interrupt.raised();
    if (stopping) {
        deadline = std::min(deadline, saturating_add(surroundings_.clock.now(), kStopGrace));
    }
    const Interrupt* interrupt = stopping ? nullptr : &surroundings_.interrupt;
    if (wait_for_socket(PQsocket(connection_), events, deadline, surroundings_.clock, interrupt)) {
        return true;
    }
    const bool stops_now = !stopping && surroundings_.interrupt.raised();
    return stops_now && wait(events, deadline);
}

std::vector<Reply> Connection::run(std::vector<Transaction> transactions, TimePoint deadline) {
    send(std::move(transactions), deadline);
    return receive(deadline);
}

Reply Connection::run(Transaction transaction, TimePoint deadline) {
    std::vector<Transaction> one;
    one.push_back(std::move(transaction));
    return std::move(run(std::move(one), deadline).front());
}

void Connection::queue(const Call& call) {
    const std::vector<const char*> values = call.arguments.values();
    const std::vector<int> lengths = call.arguments.lengths();
    const std::vector<int> formats = call.arguments.formats();
    const int count = call.arguments.count();
    ++statements_;
    if (pooled_ || !call.prepare) {
        PQsendQueryParams(connection_, call.text.c_str(), count, nullptr, values.data(),
                          lengths.data(), formats.data(), 1);
    } else {
        if (prepared_.insert(call.name).second) {
            PQsendPrepare(connection_, call.name.c_str(), call.text.c_str(), 0, nullptr);
            owed_.push_back({Owed::Kind::prepared, call.name});
        }
        PQsendQueryPrepared(connection_, call.name.c_str(), count, values.data(), lengths.data(),
                            formats.data(), 1);
    }
    owed_.push_back({Owed::Kind::rows, call.name});
}

void Connection::send(std::vector<Transaction> transactions, TimePoint deadline) {
    ASSERT(owed_.empty(), "the answers to what was sent before are not read yet");
    for (const Transaction& transaction : transactions) {
        for (const Call& call : transaction) queue(call);
        PQpipelineSync(connection_);
        owed_.push_back({Owed::Kind::sync, {}});
    }
    sent_whole_ = false;
    sent_whole_ = flush(deadline);
    if (!sent_whole_) broken_ = true;
}

bool Connection::flush(TimePoint deadline) {
    for (;;) {
        const int left = PQflush(connection_);
        if (left == 0) return true;
        if (left < 0 || !wait(POLLIN | POLLOUT, deadline)) return false;
        // The server may have to be read from before it reads on.
        if (PQconsumeInput(connection_) == 0) return false;
    }
}

bool Connection::answered(TimePoint until) {
    return broken_ || wait_for_socket(PQsocket(connection_), POLLIN, until, surroundings_.clock,
                                      &surroundings_.interrupt);
}

// Null at the end of a statement's answer, and with broken() when there is none.
PGresult* Connection::next_result(TimePoint deadline) {
    while (PQisBusy(connection_) != 0) {
        if (!wait(POLLIN, deadline) || PQconsumeInput(connection_) == 0) {
            broken_ = true;
            return nullptr;
        }
    }
    PGresult* result = PQgetResult(connection_);
    if (PQstatus(connection_) == CONNECTION_BAD) broken_ = true;
    return result;
}

void Connection::note_lost(const std::string& statement, Reply& reply) {
    if (reply.failure) return;
    const std::string reason = text_of(PQerrorMessage(connection_));
    reply.failure = Failure{sent_whole_ ? Fault::lost : Fault::not_sent, "",
                            "no answer from PostgreSQL at " + host() +
                                (statement.empty() ? "" : " to \"" + statement + "\"") +
                                (reason.empty() ? "" : ": " + reason)};
    while (reply.failure->message.ends_with('\n')) reply.failure->message.pop_back();
}

void Connection::note_failure(const PGresult* result, const Owed& owed, Reply& reply) {
    if (reply.failure) return;
    const std::string state = text_of(PQresultErrorField(result, PG_DIAG_SQLSTATE));
    std::string message = text_of(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    if (message.empty()) message = text_of(PQresultErrorMessage(result));
    const Fault fault = fault_of(state);
    // What the session has of prepared statements is no longer known: a new one knows.
    if (fault == Fault::lost || fault == Fault::forgotten) broken_ = true;
    if (owed.kind == Owed::Kind::prepared) prepared_.erase(owed.name);
    reply.failure = Failure{
        fault, state,
        "PostgreSQL: " + owed.name + ": " + message + (state.empty() ? "" : " (" + state + ")")};
}

bool Connection::take(const Owed& owed, TimePoint deadline, Reply& reply) {
    PGresult* result = next_result(deadline);
    if (result == nullptr) {
        broken_ = true;
        return false;
    }
    Rows rows(result);
    const ExecStatusType status = PQresultStatus(result);
    switch (status) {
    case PGRES_PIPELINE_SYNC: return owed.kind == Owed::Kind::sync;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        if (owed.kind == Owed::Kind::rows) reply.rows.push_back(std::move(rows));
        break;
    case PGRES_PIPELINE_ABORTED:
        // Was not prepared, because something before it failed.
        if (owed.kind == Owed::Kind::prepared) prepared_.erase(owed.name);
        break;
    default: note_failure(result, owed, reply); break;
    }
    if (broken_) return reply.failure.has_value();
    PGresult* end = next_result(deadline);
    if (end == nullptr) return !broken_;
    PQclear(end);
    broken_ = true;
    return false;
}

std::vector<Reply> Connection::receive(TimePoint deadline) {
    std::vector<Reply> replies;
    Reply reply;
    std::string statement;
    for (; !owed_.empty(); owed_.pop_front()) {
        const Owed& owed = owed_.front();
        if (owed.kind != Owed::Kind::sync) statement = owed.name;
        if (broken_ || !take(owed, deadline, reply)) {
            broken_ = true;
            note_lost(statement, reply);
        }
        if (owed.kind != Owed::Kind::sync) continue;
        if (reply.failure) reply.rows.clear();
        replies.push_back(std::move(reply));
        reply = Reply{};
    }
    return replies;
}

bool Connection::alive() {
    if (broken_) return false;
    pollfd waiting{PQsocket(connection_), POLLIN, 0};
    // A server says nothing to an idle client unless it ends the connection.
    if (::poll(&waiting, 1, 0) > 0) broken_ = true;
    return !broken_;
}

}  // namespace server::store::postgres
