#include "server/store/postgres/writer.h"

#include <pthread.h>

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

Writer::Writer(std::string name, Surroundings surroundings, Random& random, Callers& control,
               bool with_visibility, Duration linger)
    : name_(std::move(name)), surroundings_(surroundings), random_(random), control_(control),
      with_visibility_(with_visibility), linger_(linger), thread_([this] { work(); }) {}

Writer::~Writer() { stop(); }

void Writer::submit(WriteJob job) {
    job.give_up_at = saturating_add(surroundings_.clock.now(), kWaitMax);
    if (const auto refused = waiting_.add(job)) refuse(job, CommitKind::refused, *refused);
}

void Writer::stop() {
    waiting_.stop();
    if (thread_.joinable()) thread_.join();
}

void Writer::work() {
    pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
    Session session(surroundings_, Purpose::keyed, random_);
    while (waiting_.wait()) {
        if (session.connected() == nullptr) {
            give_up(session.failure(), false);
            const Duration pause = session.retry_at() - surroundings_.clock.now();
            if (waiting_.pause(pause)) give_up(session.failure(), true);
            continue;
        }
        if (linger_ > Duration{}) waiting_.pause(linger_);
        commit(session, take_batch());
        statements_ = session.statements();
    }
}

void Writer::give_up(const Status& cause, bool all) {
    const TimePoint now = surroundings_.clock.now();
    for (WriteJob& job :
         waiting_.take([&](const WriteJob& job) { return all || job.give_up_at <= now; })) {
        refuse(job, CommitKind::refused, waited_in_vain(cause));
    }
}

Writer::Jobs Writer::take_batch() {
    BatchSelection selection;
    return waiting_.take([&selection](const WriteJob& job) { return selection(job); });
}

void Writer::commit(Session& session, Jobs jobs) {
    const Reply reply = try_commit(session, jobs);
    if (!reply.failure) {
        ++commits_;
        writes_ += jobs.size();
        log_.succeeded();
        return answer_jobs(jobs, reply.rows);
    }
    if (reply.failure->fault == Fault::member && jobs.size() > 1) {
        return commit_halves(session, std::move(jobs));
    }
    fail(jobs, *reply.failure);
}

Reply Writer::try_commit(Session& session, const Jobs& jobs) {
    Reply reply;
    for (int tries = 0; tries < kCommitTriesMax; ++tries) {
        Connection* connection = session.connected();
        if (connection == nullptr) {
            reply = Reply{Failure{Fault::not_sent, "", session.failure().message()}, {}};
            break;
        }
        reply = run_batch(*connection, jobs);
        if (!reply.failure || !may_try_again(*reply.failure)) break;
    }
    return reply;
}

void Writer::commit_halves(Session& session, Jobs jobs) {
    const auto middle = jobs.begin() + static_cast<std::ptrdiff_t>(jobs.size() / 2);
    Jobs second(std::make_move_iterator(middle), std::make_move_iterator(jobs.end()));
    jobs.erase(middle, jobs.end());
    commit(session, std::move(jobs));
    commit(session, std::move(second));
}

Reply Writer::run_batch(Connection& connection, const Jobs& jobs) {
    Transaction statements = statements_of(jobs, with_visibility_);
    if (batch_kind_of(jobs.front()) == BatchKind::take_over) {
        return take_over(connection, std::move(statements));
    }
    return connection.run(std::move(statements),
                          saturating_add(surroundings_.clock.now(), kCommitMax));
}

// Two round trips, because the pid has to be known before the wait. Nothing is locked between them.
Reply Writer::take_over(Connection& connection, Transaction statements) {
    const TimePoint deadline = saturating_add(surroundings_.clock.now(), kTakeOverMax);
    Transaction opening;
    opening.push_back(Call{"begin", "BEGIN", {}, false});
    opening.push_back(limit_lock_wait_call(kTakeOverMax / 2));
    Reply opened = connection.run(std::move(opening), deadline);
    if (opened.failure) return opened;
    const auto pid = static_cast<int>(opened.rows[1].integer(0, 0));
    statements.push_back(Call{"commit", "COMMIT", {}, false});
    std::vector<Transaction> transactions;
    transactions.push_back(std::move(statements));
    connection.send(std::move(transactions), deadline);
    while (!connection.answered(saturating_add(surroundings_.clock.now(), kTakeOverPatience)) &&
           surroundings_.clock.now() < deadline && !surroundings_.interrupt.raised()) {
        end_blockers(pid);
    }
    Reply reply = std::move(connection.receive(deadline).front());
    if (!reply.failure) {
        reply.rows.pop_back();  // of COMMIT
    } else if (!connection.broken()) {
        Transaction closing;
        closing.push_back(Call{"roll back", "ROLLBACK", {}, false});
        static_cast<void>(connection.run(std::move(closing), deadline));
    }
    return reply;
}

void Writer::end_blockers(int pid) {
    Transaction transaction;
    transaction.push_back(end_blockers_call(pid));
    const Result<Reply> reply = control_.call_blocking(std::move(transaction));
    if (!reply.ok() || reply->failure) return;
    const Rows& blockers = reply->rows[0];
    for (int row = 0; row < blockers.count(); ++row) {
        const bool ended = blockers.boolean(row, 2);
        log::warn(ended ? "ended a stopped owner's connection, which blocked a take-over"
                        : "a connection blocks a take-over and belongs to another user: end it",
                  {{"pid", blockers.integer(row, 0)}, {"user", blockers.view(row, 1)}});
    }
}

void Writer::fail(Jobs& jobs, const Failure& failure) {
    const CommitKind kind = kind_of(failure.fault, is_conflict(failure));
    if (failure.fault != Fault::member) log_.failed(status_of(failure));
    for (WriteJob& job : jobs) refuse(job, kind, status_of(failure));
}

}  // namespace server::store::postgres
