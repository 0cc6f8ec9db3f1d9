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

bool Connection::wait(Wants wants, TimePoint deadline) {
    const bool stopping = surroundings_.interrupt.raised();
    if (stopping) {
        deadline = std::min(deadline, saturating_add(surroundings_.clock.now(), kStopGrace));
    }
    const Interrupt* interrupt = stopping ? nullptr : &surroundings_.interrupt;
    const short events = wants == Wants::read ? POLLIN : static_cast<short>(POLLIN | POLLOUT);
    if (wait_for_socket(socket(), events, deadline, surroundings_.clock, interrupt)) return true;
    const bool stops_now = !stopping && surroundings_.interrupt.raised();
    return stops_now && wait(wants, deadline);
}

std::vector<Reply> Connection::run(std::vector<Transaction> transactions, TimePoint deadline) {
    Wants wants = start(std::move(transactions));
    while (wants != Wants::nothing && wait(wants, deadline)) wants = advance();
    return replies();
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

Connection::Wants Connection::start(std::vector<Transaction> transactions) {
    ASSERT(owed_.empty(), "the answers to what was sent before are not read yet");
    for (const Transaction& transaction : transactions) {
        for (const Call& call : transaction) queue(call);
        PQpipelineSync(connection_);
        owed_.push_back({Owed::Kind::sync, {}});
    }
    sent_whole_ = false;
    return send();
}

Connection::Wants Connection::advance() {
    if (broken_) return Wants::nothing;
    // The server may have to be read from before it reads on. What is left is sent with it.
    if (PQconsumeInput(connection_) == 0) {
        broken_ = true;
        sent_whole_ = true;  // perhaps
        return Wants::nothing;
    }
    return sent_whole_ ? receive() : send();
}

Connection::Wants Connection::send() {
    const int left = PQflush(connection_);
    if (left > 0) return Wants::read_or_write;
    if (left == 0) {
        sent_whole_ = true;
        return receive();
    }
    broken_ = true;
    return Wants::nothing;
}

Connection::Wants Connection::receive() {
    while (!owed_.empty() && !broken_) {
        if (PQisBusy(connection_) != 0) return Wants::read;
        PGresult* result = PQgetResult(connection_);
        if (PQstatus(connection_) == CONNECTION_BAD) broken_ = true;
        take(result);
    }
    return Wants::nothing;
}

std::vector<Reply> Connection::replies() {
    if (!owed_.empty()) broken_ = true;
    while (!owed_.empty()) {
        const Owed& owed = owed_.front();
        if (owed.kind != Owed::Kind::sync) statement_ = owed.name;
        note_lost();
        if (owed.kind == Owed::Kind::sync) end_transaction();
        owed_.pop_front();
    }
    answer_ends_ = false;
    return std::exchange(replies_, {});
}

void Connection::end_transaction() {
    if (reply_.failure) reply_.rows.clear();
    replies_.push_back(std::exchange(reply_, Reply{}));
}

void Connection::note_lost() {
    if (reply_.failure) return;
    const std::string reason = text_of(PQerrorMessage(connection_));
    reply_.failure = Failure{sent_whole_ ? Fault::lost : Fault::not_sent, "",
                             "no answer from PostgreSQL at " + host() +
                                 (statement_.empty() ? "" : " to \"" + statement_ + "\"") +
                                 (reason.empty() ? "" : ": " + reason)};
    while (reply_.failure->message.ends_with('\n')) reply_.failure->message.pop_back();
}

void Connection::note_failure(const PGresult* result, const Owed& owed) {
    if (reply_.failure) return;
    const std::string state = text_of(PQresultErrorField(result, PG_DIAG_SQLSTATE));
    std::string message = text_of(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    if (message.empty()) message = text_of(PQresultErrorMessage(result));
    const Fault fault = fault_of(state);
    // What the session has of prepared statements is no longer known: a new one knows.
    if (fault == Fault::lost || fault == Fault::forgotten) broken_ = true;
    if (owed.kind == Owed::Kind::prepared) prepared_.erase(owed.name);
    reply_.failure = Failure{
        fault, state,
        "PostgreSQL: " + owed.name + ": " + message + (state.empty() ? "" : " (" + state + ")")};
}

// A result of the first that is owed, or the null that ends its answer.
void Connection::take(PGresult* result) {
    Rows rows(result);
    const Owed& owed = owed_.front();
    if (owed.kind != Owed::Kind::sync) statement_ = owed.name;
    if (answer_ends_ != (result == nullptr)) {
        broken_ = true;  // nobody knows any more which answer is whose
        return;
    }
    if (result == nullptr) {
        answer_ends_ = false;
        owed_.pop_front();
        return;
    }
    switch (PQresultStatus(result)) {
    case PGRES_PIPELINE_SYNC:
        if (owed.kind != Owed::Kind::sync) {
            broken_ = true;
            return;
        }
        end_transaction();
        owed_.pop_front();
        return;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        if (owed.kind == Owed::Kind::rows) reply_.rows.push_back(std::move(rows));
        break;
    case PGRES_PIPELINE_ABORTED:
        // Was not prepared, because something before it failed.
        if (owed.kind == Owed::Kind::prepared) prepared_.erase(owed.name);
        break;
    default: note_failure(result, owed); break;
    }
    answer_ends_ = true;
}

bool Connection::alive() {
    if (broken_) return false;
    pollfd waiting{PQsocket(connection_), POLLIN, 0};
    // A server says nothing to an idle client unless it ends the connection.
    if (::poll(&waiting, 1, 0) > 0) broken_ = true;
    return !broken_;
}

}  // namespace server::store::postgres
