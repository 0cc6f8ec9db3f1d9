#pragma once
// What waits for a writer: five kinds of writes, each with the way to answer it.

#include <string>
#include <variant>
#include <vector>

#include "server/runtime/async.h"
#include "server/store/runs.h"
#include "server/store/task_queues.h"
#include "server/store/visibility.h"

namespace server::store::postgres {

struct TransitionJob {
    TransitionWrite write;
    Resume<CommitOutcome> resume;
};

struct BacklogJob {
    BacklogWrite write;
    Resume<Status> resume;
};

// One run's record, or its removal.
struct RecordsJob {
    std::vector<VisibilityRecord> records;
    std::vector<RunKey> removed;
    Resume<Status> resume;
};

struct AcquireShardJob {
    ShardId shard_id;
    std::string owner;
    Resume<Result<RangeId>> resume;
};

struct AcquireQueueJob {
    TaskQueueClaim claim;
    Resume<Result<TaskQueueLease>> resume;
};

struct WriteJob {
    std::variant<TransitionJob, BacklogJob, RecordsJob, AcquireShardJob, AcquireQueueJob> work;
    std::size_t size_bytes = 0;
    TimePoint give_up_at{};
};

// Kinds share a transaction, or never do.
enum class BatchKind { writes, records, take_over };
BatchKind batch_kind_of(const WriteJob& job);

// What a job needs in order: jobs with a domain in common commit in the order of their arrival.
std::string domain_of(const WriteJob& job);

// The rows that one statement may write only once, as texts without a meaning of their own.
std::vector<std::string> rows_of(const WriteJob& job);

std::size_t size_bytes_of(const TransitionWrite& write);
std::size_t size_bytes_of(const BacklogWrite& write);
std::size_t size_bytes_of(const std::vector<VisibilityRecord>& records);

// Answers of a job that was not written, or of which nobody knows.
void refuse(WriteJob& job, CommitKind kind, const Status& status);

}  // namespace server::store::postgres
