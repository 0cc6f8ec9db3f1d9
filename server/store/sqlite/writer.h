#pragma once
// The one thread that writes to a database. It takes all writes that wait, applies them in the
// order of their arrival in one transaction, commits, and only then answers: the more arrive while
// one commit is on its way to the disk, the more share the next (group commit).
//
//   submit ──▶ waiting ──▶ BEGIN, apply each, outbox, COMMIT ──▶ answer each
//
// A write that conflicts says so itself before it has changed anything. One that fails half-way by
// its own fault is answered alone, and the batch is rolled back and done again without it. A
// failure of the database refuses the whole batch; the next one tries again.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "server/runtime/async.h"
#include "server/store/sqlite/batch.h"
#include "server/telemetry/log.h"

namespace server::store::sqlite {

inline constexpr std::size_t kBatchWritesMax = 256;
inline constexpr std::size_t kBatchBytesMax = 4 << 20;
inline constexpr std::size_t kWaitingWritesMax = 16384;
inline constexpr std::size_t kWaitingBytesMax = 256 << 20;
inline constexpr std::size_t kWaitingReadsMax = 16384;
inline constexpr std::size_t kReadsPerTurnMax = 64;

// What became of a write's batch. The status says why when it did not commit.
struct Verdict {
    CommitKind kind = CommitKind::committed;
    Status status;
};

class WriteJob {
public:
    virtual ~WriteJob() = default;
    virtual std::size_t size_bytes() const = 0;
    // Inside the transaction; again from the start when another write spoilt the batch. Aborted and
    // InvalidArgument are this write's own fault, any other failure is the database's.
    virtual Status apply(Batch& batch) = 0;
    // Called once, on the writer's thread or on the one that submits.
    virtual void answer(const Verdict& verdict) = 0;
};

class ReadJob {
public:
    virtual ~ReadJob() = default;
    virtual void run(Connection& connection) = 0;
    virtual void refuse(const Status& status) = 0;
};

class Writer {
public:
    explicit Writer(std::unique_ptr<Connection> connection);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // Any thread. Refused at once when too much waits or the writer has stopped.
    void submit(std::unique_ptr<WriteJob> job);
    // For a database in memory, which has one connection only: runs between two batches.
    void submit(std::unique_ptr<ReadJob> job);

    // Finishes what waits, closes the connection and joins the thread.
    void stop();

    // Transactions committed, and writes in them.
    std::uint64_t commits() const { return commits_; }
    std::uint64_t writes() const { return writes_; }

private:
    using Writes = std::vector<std::unique_ptr<WriteJob>>;
    using Reads = std::vector<std::unique_ptr<ReadJob>>;

    // How a transaction ended; `guilty` is the write that spoilt it, if one did.
    struct Attempt {
        Verdict verdict;
        std::optional<std::size_t> guilty;
    };

    void work();
    // Waits for something to do; both empty when the writer stops.
    void take(Writes& writes, Reads& reads);
    Status admit(std::size_t size_bytes) const;
    void commit(Writes writes);
    Attempt try_commit(const Writes& writes);
    Attempt apply_all(const Writes& writes);
    Verdict finish();
    void roll_back();

    std::unique_ptr<Connection> connection_;
    log::Repeated log_{"commit to the database"};
    std::atomic<std::uint64_t> commits_ = 0;
    std::atomic<std::uint64_t> writes_ = 0;

    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<std::unique_ptr<WriteJob>> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::deque<std::unique_ptr<ReadJob>> waiting_reads_;
    bool stopping_ = false;
    std::thread thread_;
};

// The answers of a write that did not commit.
CommitOutcome failed_outcome(const Verdict& verdict);
Status failed_status(const Verdict& verdict);

// A write whose answer is `Answer`: CommitOutcome, Status or a Result. `call(batch, answer)`
// applies it and sets the answer that is given after the commit.
template <class Answer, class Call>
class CallJob final : public WriteJob {
public:
    CallJob(std::size_t size_bytes, Call call, Resume<Answer> resume)
        : size_bytes_(size_bytes), call_(std::move(call)), resume_(std::move(resume)) {}

    std::size_t size_bytes() const override { return size_bytes_; }
    Status apply(Batch& batch) override {
        answer_.reset();
        return call_(batch, answer_);
    }
    void answer(const Verdict& verdict) override {
        if (verdict.kind == CommitKind::committed) return resume_(std::move(*answer_));
        if constexpr (std::is_same_v<Answer, CommitOutcome>) {
            resume_(failed_outcome(verdict));
        } else {
            resume_(failed_status(verdict));
        }
    }

private:
    std::size_t size_bytes_;
    Call call_;
    Resume<Answer> resume_;
    std::optional<Answer> answer_;
};

}  // namespace server::store::sqlite
