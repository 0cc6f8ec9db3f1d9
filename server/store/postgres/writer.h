#pragma once
// A thread with the connection on which some shards and partitions are written (each always on the
// same one, so its writes have an order). It takes all writes that wait, sends them as one
// transaction, and takes the next while nothing is open: the more arrive while one commit is on its
// way to the disk, the more share the next (group commit).
//
//   submit ─▶ waiting ─▶ one transaction ─▶ answer each
//                         writes     transitions and backlogs, one statement each
//                         records    visibility records, the newest of each run
//                         take_over  shards and partitions, one statement each
//
// Who conflicts is told by the statement and harms nobody. Where a key or a value of one member
// makes the statement fail, the halves of the batch run alone. A passing failure (deadlock) is
// tried again; the connection lost before the answer makes the outcome unknown.

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "server/store/postgres/callers.h"
#include "server/store/postgres/jobs.h"
#include "server/store/postgres/session.h"
#include "server/store/postgres/waiting.h"

namespace server::store::postgres {

inline constexpr std::size_t kBatchWritesMax = 256;
inline constexpr std::size_t kBatchBytesMax = 4 << 20;
// Until the commit is answered; then the connection is given up and the outcome is unknown.
inline constexpr Duration kCommitMax = 30s;
// A take-over waits so long for the owner's last batch, and then ends its connection.
inline constexpr Duration kTakeOverPatience = 1s;
inline constexpr Duration kTakeOverMax = 8s;

class Writer {
public:
    // `control` ends who blocks a take-over; it outlives the writer. A batch waits `linger` for
    // more.
    Writer(std::string name, Surroundings surroundings, Random& random, Callers& control,
           bool with_visibility, Duration linger = {});
    ~Writer();

    // Any thread. Answered at once when too much waits or the store stops.
    void submit(WriteJob job);

    // Finishes what waits and joins the thread.
    void stop();

    // Transactions committed, writes in them, statements sent.
    std::uint64_t commits() const { return commits_; }
    std::uint64_t writes() const { return writes_; }
    std::uint64_t statements() const { return statements_; }

private:
    using Jobs = std::vector<WriteJob>;

    void work();
    void give_up(const Status& cause, bool all);
    Jobs take_batch();
    void commit(Session& session, Jobs jobs);
    void commit_halves(Session& session, Jobs jobs);
    Reply try_commit(Session& session, const Jobs& jobs);
    Reply run_batch(Connection& connection, const Jobs& jobs);
    Reply take_over(Connection& connection, Transaction statements);
    void end_blockers(int pid);
    void fail(Jobs& jobs, const Failure& failure);

    std::string name_;
    Surroundings surroundings_;
    Random& random_;
    Callers& control_;
    bool with_visibility_;
    Duration linger_;
    Waiting<WriteJob> waiting_;
    log::Repeated log_{"commit to PostgreSQL"};
    std::atomic<std::uint64_t> commits_ = 0;
    std::atomic<std::uint64_t> writes_ = 0;
    std::atomic<std::uint64_t> statements_ = 0;
    std::thread thread_;
};

}  // namespace server::store::postgres
