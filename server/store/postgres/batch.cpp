#include "server/store/postgres/batch.h"

#include "server/base/assert.h"
#include "server/store/postgres/backlog_sql.h"
#include "server/store/postgres/take_over_sql.h"
#include "server/store/postgres/transition_sql.h"
#include "server/store/postgres/visibility_write.h"

namespace server::store::postgres {

namespace {

// The jobs by kind, in order.
struct Sorted {
    Transitions transitions;
    BacklogWrites backlogs;
    NewestRecords records;
    std::vector<RunKey> removed;
    std::vector<ShardClaim> shards;
    std::vector<TaskQueueClaim> queues;

    void add(const TransitionJob& job) { transitions.push_back(&job.write); }
    void add(const BacklogJob& job) { backlogs.push_back(&job.write); }
    void add(const RecordsJob& job) {
        for (const VisibilityRecord& record : job.records) {
            const VisibilityRecord*& newest = records[{record.namespace_id, record.run_id}];
            if (newest == nullptr || newest->version < record.version) newest = &record;
        }
        removed.insert(removed.end(), job.removed.begin(), job.removed.end());
    }
    void add(const AcquireShardJob& job) { shards.push_back({job.shard_id, job.owner}); }
    void add(const AcquireQueueJob& job) { queues.push_back(job.claim); }
};

Sorted sorted(std::span<const WriteJob> jobs) {
    Sorted by_kind;
    for (const WriteJob& job : jobs) {
        std::visit([&by_kind](const auto& work) { by_kind.add(work); }, job.work);
    }
    return by_kind;
}

// Hands out the answers in the order of the jobs.
class Answers {
public:
    Answers(const Sorted& jobs, std::span<const Rows> rows) {
        std::size_t next = 0;
        if (!jobs.transitions.empty()) {
            outcomes_ = transition_outcomes(jobs.transitions, rows[next++]);
        }
        if (!jobs.backlogs.empty()) backlogs_ = backlog_answers(jobs.backlogs, rows[next++]);
        if (!jobs.records.empty()) ++next;
        if (!jobs.removed.empty()) ++next;
        if (!jobs.shards.empty()) shards_ = acquired_shards(jobs.shards, rows[next++]);
        if (!jobs.queues.empty()) queues_ = acquired_queues(jobs.queues, rows[next++]);
        ASSERT(next == rows.size(), "an answer to a statement that was not sent");
    }

    void operator()(TransitionJob& job) { job.resume(std::move(outcomes_[next_outcome_++])); }
    void operator()(BacklogJob& job) { job.resume(std::move(backlogs_[next_backlog_++])); }
    void operator()(RecordsJob& job) { job.resume(ok_status()); }
    void operator()(AcquireShardJob& job) { job.resume(shards_[next_shard_++]); }
    void operator()(AcquireQueueJob& job) { job.resume(queues_[next_queue_++]); }

private:
    std::vector<CommitOutcome> outcomes_;
    std::vector<Status> backlogs_;
    std::vector<RangeId> shards_;
    std::vector<TaskQueueLease> queues_;
    std::size_t next_outcome_ = 0;
    std::size_t next_backlog_ = 0;
    std::size_t next_shard_ = 0;
    std::size_t next_queue_ = 0;
};

}  // namespace

Transaction statements_of(std::span<const WriteJob> jobs, bool with_visibility) {
    const Sorted by_kind = sorted(jobs);
    Transaction statements;
    if (!by_kind.transitions.empty()) {
        statements.push_back(transitions_call(by_kind.transitions, with_visibility));
    }
    if (!by_kind.backlogs.empty()) statements.push_back(backlog_call(by_kind.backlogs));
    if (!by_kind.records.empty()) statements.push_back(write_records_call(by_kind.records));
    if (!by_kind.removed.empty()) statements.push_back(remove_records_call(by_kind.removed));
    if (!by_kind.shards.empty()) statements.push_back(acquire_shards_call(by_kind.shards));
    if (!by_kind.queues.empty()) statements.push_back(acquire_queues_call(by_kind.queues));
    return statements;
}

void answer_jobs(std::span<WriteJob> jobs, std::span<const Rows> rows) {
    Answers answers(sorted(jobs), rows);
    for (WriteJob& job : jobs) std::visit(answers, job.work);
}

}  // namespace server::store::postgres
