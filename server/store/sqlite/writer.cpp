#include "server/store/sqlite/writer.h"

#include <pthread.h>

#include <utility>

namespace server::store::sqlite {

namespace {

constexpr Sql kBegin{"begin", "BEGIN IMMEDIATE"};
constexpr Sql kCommit{"commit", "COMMIT"};
constexpr Sql kRollback{"roll back", "ROLLBACK"};

bool own_fault(const Status& status) {
    return status.code() == Code::Aborted || status.code() == Code::InvalidArgument;
}

Verdict fault_verdict(Status status) {
    const bool conflict = status.code() == Code::Aborted;
    return {conflict ? CommitKind::conflict : CommitKind::refused, std::move(status)};
}

Status overloaded(std::size_t count, std::size_t bytes) {
    return {
        Code::ResourceExhausted,
        "the database does not keep up: " + std::to_string(count) + " calls with " +
            std::to_string(bytes) + " bytes wait; try again later",
        ResourceExhausted{ResourceExhausted::Cause::persistence, ResourceExhausted::Scope::system}};
}

// When a write fails the commit is not in the file. When the sync after it fails, it may be there
// all the same, and would come back if the process ended now.
bool outcome_unknown(int code) {
    return (code & 0xff) == SQLITE_IOERR && code != SQLITE_IOERR_WRITE;
}

Status stopped() { return unavailable("the store has stopped"); }

}  // namespace

CommitOutcome failed_outcome(const Verdict& verdict) {
    return {verdict.kind, verdict.status.message()};
}

Status failed_status(const Verdict& verdict) { return verdict.status; }

Writer::Writer(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)), thread_([this] { work(); }) {}

Writer::~Writer() { stop(); }

Status Writer::admit(std::size_t size_bytes) const {
    if (stopping_) return stopped();
    const bool full = waiting_.size() >= kWaitingWritesMax ||
                      (!waiting_.empty() && waiting_bytes_ + size_bytes > kWaitingBytesMax);
    return full ? overloaded(waiting_.size(), waiting_bytes_) : ok_status();
}

void Writer::submit(std::unique_ptr<WriteJob> job) {
    const std::size_t size_bytes = job->size_bytes();
    Status admitted;
    {
        const std::lock_guard lock(mutex_);
        admitted = admit(size_bytes);
        if (admitted.ok()) {
            waiting_bytes_ += size_bytes;
            waiting_.push_back(std::move(job));
        }
    }
    if (admitted.ok()) return ready_.notify_one();
    job->answer({CommitKind::refused, std::move(admitted)});
}

void Writer::submit(std::unique_ptr<ReadJob> job) {
    Status admitted;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            admitted = stopped();
        } else if (waiting_reads_.size() >= kWaitingReadsMax) {
            admitted = overloaded(waiting_reads_.size(), 0);
        } else {
            waiting_reads_.push_back(std::move(job));
        }
    }
    if (admitted.ok()) return ready_.notify_one();
    job->refuse(admitted);
}

void Writer::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    ready_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Writer::work() {
    pthread_setname_np(pthread_self(), "sqlite-write");
    for (;;) {
        Writes writes;
        Reads reads;
        take(writes, reads);
        if (writes.empty() && reads.empty()) break;
        for (const auto& read : reads) read->run(*connection_);
        if (!writes.empty()) commit(std::move(writes));
    }
    connection_.reset();
}

void Writer::take(Writes& writes, Reads& reads) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return stopping_ || !waiting_.empty() || !waiting_reads_.empty(); });
    while (!waiting_reads_.empty() && reads.size() < kReadsPerTurnMax) {
        reads.push_back(std::move(waiting_reads_.front()));
        waiting_reads_.pop_front();
    }
    std::size_t batch_bytes = 0;
    while (!waiting_.empty() && writes.size() < kBatchWritesMax) {
        const std::size_t size_bytes = waiting_.front()->size_bytes();
        if (!writes.empty() && batch_bytes + size_bytes > kBatchBytesMax) break;
        batch_bytes += size_bytes;
        writes.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    waiting_bytes_ -= batch_bytes;
}

void Writer::commit(Writes writes) {
    while (!writes.empty()) {
        const Attempt attempt = try_commit(writes);
        if (!attempt.guilty) {
            for (const auto& write : writes) write->answer(attempt.verdict);
            return;
        }
        writes[*attempt.guilty]->answer(attempt.verdict);
        writes.erase(writes.begin() + static_cast<std::ptrdiff_t>(*attempt.guilty));
    }
}

Writer::Attempt Writer::try_commit(const Writes& writes) {
    Attempt attempt = apply_all(writes);
    if (attempt.verdict.kind == CommitKind::committed) attempt.verdict = finish();
    roll_back();
    if (attempt.verdict.kind == CommitKind::committed) {
        ++commits_;
        writes_ += writes.size();
        log_.succeeded();
    } else if (!attempt.guilty) {
        log_.failed(attempt.verdict.status);
    }
    return attempt;
}

Writer::Attempt Writer::apply_all(const Writes& writes) {
    Status begun = connection_->run(kBegin);
    if (!begun.ok()) return {{CommitKind::refused, std::move(begun)}, std::nullopt};
    Batch batch(*connection_);
    for (std::size_t index = 0; index < writes.size(); ++index) {
        Status applied = writes[index]->apply(batch);
        if (applied.ok()) continue;
        if (own_fault(applied)) return {fault_verdict(std::move(applied)), index};
        return {{CommitKind::refused, std::move(applied)}, std::nullopt};
    }
    Status written = batch.write_outbox();
    if (written.ok()) return {};
    return {{CommitKind::refused, std::move(written)}, std::nullopt};
}

Verdict Writer::finish() {
    Cursor commit = connection_->query(kCommit);
    commit.next();
    if (commit.status().ok()) return {};
    return {outcome_unknown(commit.code()) ? CommitKind::unknown : CommitKind::refused,
            commit.status()};
}

// Does nothing after a COMMIT that succeeded.
void Writer::roll_back() {
    if (connection_->in_transaction()) static_cast<void>(connection_->run(kRollback));
}

}  // namespace server::store::sqlite
