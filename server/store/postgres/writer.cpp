#include "server/store/postgres/writer.h"

#include <unordered_set>

#include "server/base/mutant.h"
#include "server/store/postgres/batch.h"
#include "server/store/postgres/take_over_sql.h"

namespace server::store::postgres {

namespace {

constexpr int kCommitTriesMax = 5;

// Which waiting jobs go along in one transaction.
class BatchSelection {
public:
    bool operator()(const WriteJob& job) {
        if (full_) return false;
        std::string domain = domain_of(job);
        if (!fits(job, domain)) {
            // What comes behind it in its domain stays behind it.
            left_behind_.insert(std::move(domain));
            return false;
        }
        kind_ = batch_kind_of(job);
        bytes_ += job.size_bytes;
        full_ = ++count_ >= kBatchWritesMax;
        return true;
    }

private:
    bool fits(const WriteJob& job, const std::string& domain) {
        if (kind_ && *kind_ != batch_kind_of(job)) return false;
        if (count_ > 0 && bytes_ + job.size_bytes > kBatchBytesMax) return false;
        if (left_behind_.contains(domain)) return false;
        std::vector<std::string> rows = rows_of(job);
        for (const std::string& row : rows) {
            if (rows_.contains(row)) return false;
        }
        for (std::string& row : rows) rows_.insert(std::move(row));
        return true;
    }

    std::optional<BatchKind> kind_;
    std::size_t count_ = 0;
    std::size_t bytes_ = 0;
    bool full_ = false;
    std::unordered_set<std::string> left_behind_;
    std::unordered_set<std::string> rows_;
};

CommitKind kind_of(Fault fault, bool conflict) {
    switch (fault) {
    case Fault::lost:
        return mutant("lost_answer_is_refusal") ? CommitKind::refused : CommitKind::unknown;
    case Fault::member: return conflict ? CommitKind::conflict : CommitKind::refused;
    case Fault::not_sent:
    case Fault::passing:
    case Fault::forgotten:
    case Fault::lock_wait:
    case Fault::database: return CommitKind::refused;
    }
    return CommitKind::unknown;
}

// A key that exists already, or a row that is not as the statement found it.
bool is_conflict(const Failure& failure) {
    constexpr std::string_view kUniqueViolation = "23505";
    constexpr std::string_view kDivisionByZero = "22012";
    return failure.sqlstate == kUniqueViolation || failure.sqlstate == kDivisionByZero;
}

bool may_try_again(const Failure& failure) {
    return failure.fault == Fault::passing || failure.fault == Fault::forgotten ||
           failure.fault == Fault::not_sent;
}

}  // namespace

Writer::Writer(Lane& lane, WriterSurroundings shared, const Surroundings& database,
               bool with_visibility, Duration linger)
    : lane_(lane), shared_(shared), with_visibility_(with_visibility), linger_(linger),
      session_(database, Purpose::keyed, shared.random), socket_(shared.clock, lane.executor()) {}

Writer::~Writer() { stop(); }

// Not at once: what else is ready on the lane may write as well.
void Writer::submit(WriteJob job) {
    job.give_up_at = saturating_add(shared_.clock.now(), kWaitMax);
    if (const auto refused = waiting_.add(job)) {
        return refuse(job, CommitKind::refused, *refused);
    }
    if (!works_.exchange(true)) lane_.post([this] { lane_.spawn(work()); });
}

void Writer::interrupt() {
    if (interrupted_.exchange(true)) return;
    waiting_.stop();
    lane_.post([this] {
        stops_by_ = saturating_add(shared_.clock.now(), kStopGrace);
        socket_.end();
        if (pausing_ != nullptr) pausing_->wake();
        if (!works_.exchange(true)) lane_.spawn(work());
    });
}

void Writer::stop() {
    interrupt();
    stop_.wait();
}

Async<void> Writer::work() {
    for (;;) {
        co_await write_all();
        if (stops_by_ != kNever) break;
        works_ = false;
        // Somebody may have added a job and seen us work.
        if (waiting_.empty() || works_.exchange(true)) co_return;
    }
    stopped_.set_value();
}

Async<void> Writer::write_all() {
    while (!waiting_.empty()) {
        const Connection* connection = co_await connected();
        if (connection == nullptr) {
            give_up(session_.failure(), false);
            co_await pause_until(session_.retry_at());
            if (stops_by_ != kNever) give_up(session_.failure(), true);
            continue;
        }
        if (linger_ > Duration{}) {
            co_await pause_until(saturating_add(shared_.clock.now(), linger_));
        }
        Jobs jobs = take_batch();
        co_await commit(std::move(jobs));
        statements_ = session_.statements();
    }
}

// Ends early when the store stops.
Async<void> Writer::pause_until(TimePoint time) {
    if (stops_by_ != kNever) co_return;
    Alarm alarm(shared_.clock, lane_.executor());
    pausing_ = &alarm;
    co_await alarm.wait_until(time);
    pausing_ = nullptr;
}

void Writer::give_up(const Status& cause, bool all) {
    const TimePoint now = shared_.clock.now();
    for (WriteJob& job :
         waiting_.take([&](const WriteJob& job) { return all || job.give_up_at <= now; })) {
        refuse(job, CommitKind::refused, waited_in_vain(cause));
    }
}

Writer::Jobs Writer::take_batch() {
    BatchSelection selection;
    return waiting_.take([&selection](const WriteJob& job) { return selection(job); });
}

Async<Connection*> Writer::connected() {
    Connection* connection = session_.good();
    if (connection != nullptr) co_return connection;
    std::function<Connection*()> connect = [this] { return session_.connected(); };
    co_return co_await shared_.connecting.run(std::move(connect));
}

Async<void> Writer::commit(Jobs jobs) {
    const BatchKind kind = batch_kind_of(jobs.front());
    Reply reply;
    for (int tries = 0; tries < kCommitTriesMax; ++tries) {
        Connection* connection = co_await connected();
        if (connection == nullptr) {
            reply = Reply{Failure{Fault::not_sent, "", session_.failure().message()}, {}};
            break;
        }
        Transaction statements = statements_of(jobs, with_visibility_);
        reply = co_await run_batch(*connection, kind, std::move(statements));
        if (!reply.failure || !may_try_again(*reply.failure)) break;
    }
    if (!reply.failure) {
        ++commits_;
        writes_ += jobs.size();
        log_.succeeded();
        answer_jobs(jobs, reply.rows);
    } else if (reply.failure->fault == Fault::member && jobs.size() > 1) {
        co_await commit_halves(std::move(jobs));
    } else {
        fail(jobs, *reply.failure);
    }
}

Async<void> Writer::commit_halves(Jobs jobs) {
    const auto middle = jobs.begin() + static_cast<std::ptrdiff_t>(jobs.size() / 2);
    Jobs second(std::make_move_iterator(middle), std::make_move_iterator(jobs.end()));
    jobs.erase(middle, jobs.end());
    co_await commit(std::move(jobs));
    co_await commit(std::move(second));
}

Async<Reply> Writer::run_batch(Connection& connection, BatchKind kind, Transaction statements) {
    if (kind == BatchKind::take_over) {
        co_return co_await take_over(connection, std::move(statements));
    }
    co_return co_await run(connection, std::move(statements),
                           saturating_add(shared_.clock.now(), kCommitMax));
}

Async<Reply> Writer::run(Connection& connection, Transaction statements, TimePoint deadline) {
    std::vector<Transaction> one;
    one.push_back(std::move(statements));
    Connection::Wants wants = connection.start(std::move(one));
    while (wants != Connection::Wants::nothing) {
        const bool is_ready = co_await ready(connection, wants, deadline);
        if (!is_ready) break;
        wants = connection.advance();
    }
    co_return std::move(connection.replies().front());
}

// False at the deadline, and some time after the store's stop.
Async<bool> Writer::ready(const Connection& connection, Connection::Wants wants,
                          TimePoint deadline) {
    const SocketUse use =
        wants == Connection::Wants::read ? SocketUse::read : SocketUse::read_or_write;
    while (shared_.clock.now() < std::min(deadline, stops_by_)) {
        const TimePoint until = std::min(deadline, stops_by_);
        const bool is_ready = co_await socket_.until_ready(connection.socket(), use, until);
        if (is_ready) co_return true;
    }
    co_return false;
}

// Two round trips, because the pid has to be known before the wait. Nothing is locked between them.
Async<Reply> Writer::take_over(Connection& connection, Transaction statements) {
    const TimePoint deadline = saturating_add(shared_.clock.now(), kTakeOverMax);
    Transaction opening;
    opening.push_back(Call{"begin", "BEGIN", {}, false});
    opening.push_back(limit_lock_wait_call(kTakeOverMax / 2));
    Reply opened = co_await run(connection, std::move(opening), deadline);
    if (opened.failure) {
        co_await roll_back(connection, deadline);
        co_return opened;
    }
    const auto pid = static_cast<int>(opened.rows[1].integer(0, 0));
    statements.push_back(Call{"commit", "COMMIT", {}, false});
    std::vector<Transaction> transactions;
    transactions.push_back(std::move(statements));
    Connection::Wants wants = connection.start(std::move(transactions));
    while (wants != Connection::Wants::nothing &&
           shared_.clock.now() < std::min(deadline, stops_by_)) {
        const TimePoint patience = saturating_add(shared_.clock.now(), kTakeOverPatience);
        const bool is_ready = co_await ready(connection, wants, std::min(deadline, patience));
        if (is_ready) {
            wants = connection.advance();
        } else {
            co_await end_blockers(pid);
        }
    }
    Reply reply = std::move(connection.replies().front());
    if (reply.failure) {
        co_await roll_back(connection, deadline);
    } else {
        reply.rows.pop_back();  // of COMMIT
    }
    co_return reply;
}

// A transaction that has failed would fail all that follows on its connection.
Async<void> Writer::roll_back(Connection& connection, TimePoint deadline) {
    if (connection.broken()) co_return;
    Transaction closing;
    closing.push_back(Call{"roll back", "ROLLBACK", {}, false});
    co_await run(connection, std::move(closing), deadline);
}

Async<void> Writer::end_blockers(int pid) {
    Transaction transaction;
    transaction.push_back(end_blockers_call(pid));
    const std::function<Result<int>(const std::vector<Rows>&)> tell = [](const auto& rows) {
        const Rows& blockers = rows[0];
        for (int row = 0; row < blockers.count(); ++row) {
            const bool ended = blockers.boolean(row, 2);
            log::warn(ended ? "ended a stopped owner's connection, which blocked a take-over"
                            : "a connection blocks a take-over and belongs to another user: end it",
                      {{"pid", blockers.integer(row, 0)}, {"user", blockers.view(row, 1)}});
        }
        return blockers.count();
    };
    // One that fails is tried again at the end of the next patience.
    co_await shared_.control.call(std::move(transaction), tell);
}

void Writer::fail(Jobs& jobs, const Failure& failure) {
    const CommitKind kind = kind_of(failure.fault, is_conflict(failure));
    if (failure.fault != Fault::member) log_.failed(status_of(failure));
    for (WriteJob& job : jobs) refuse(job, kind, status_of(failure));
}

}  // namespace server::store::postgres
