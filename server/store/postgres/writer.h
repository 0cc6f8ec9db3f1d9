#pragma once
// The connection on which some shards and partitions are written (each always on the same one, so
// its writes have an order), and the lane that sends on it and reads from it: a commit from there
// wakes no other thread of the process. The writer takes all writes that wait, sends them as one
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
#include <future>
#include <vector>

#include "server/runtime/alarm.h"
#include "server/runtime/blocking_pool.h"
#include "server/runtime/lane.h"
#include "server/runtime/socket_wait.h"
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

// What writers share; all of it outlives them.
struct WriterSurroundings {
    Clock& clock;
    Random& random;
    Callers& control;          // ends who blocks a take-over
    BlockingPool& connecting;  // connects
};

class Writer {
public:
    // A batch waits `linger` for more.
    Writer(Lane& lane, WriterSurroundings shared, const Surroundings& database,
           bool with_visibility, Duration linger = {});
    ~Writer();

    // Any thread. Answered at once when too much waits or the store stops.
    void submit(WriteJob job);

    // The store stops, its interrupt is raised: from now on nothing more is taken, and what waits
    // is finished without long waits. Any thread.
    void interrupt();
    // Waits for the end of that. Not on the lane, which has to run still.
    void stop();

    // Transactions committed, writes in them, statements sent.
    std::uint64_t commits() const { return commits_; }
    std::uint64_t writes() const { return writes_; }
    std::uint64_t statements() const { return statements_; }

private:
    using Jobs = std::vector<WriteJob>;

    // All of this is on the lane.
    Async<void> work();
    Async<void> write_all();
    Async<void> pause_until(TimePoint time);
    void give_up(const Status& cause, bool all);
    Jobs take_batch();
    Async<Connection*> connected();
    Async<void> commit(Jobs jobs);
    Async<void> commit_halves(Jobs jobs);
    Async<Reply> run_batch(Connection& connection, BatchKind kind, Transaction statements);
    Async<Reply> take_over(Connection& connection, Transaction statements);
    Async<void> roll_back(Connection& connection, TimePoint deadline);
    Async<void> end_blockers(int pid);
    Async<Reply> run(Connection& connection, Transaction statements, TimePoint deadline);
    Async<bool> ready(const Connection& connection, Connection::Wants wants, TimePoint deadline);
    void fail(Jobs& jobs, const Failure& failure);

    Lane& lane_;
    WriterSurroundings shared_;
    bool with_visibility_;
    Duration linger_;
    Session session_;
    SocketWait socket_;
    Alarm* pausing_ = nullptr;
    TimePoint stops_by_ = kNever;  // from the store's stop on
    log::Repeated log_{"commit to PostgreSQL"};
    std::promise<void> stopped_;
    std::shared_future<void> stop_{stopped_.get_future()};

    Waiting<WriteJob> waiting_;
    std::atomic<bool> works_ = false;  // or is about to
    std::atomic<bool> interrupted_ = false;
    std::atomic<std::uint64_t> commits_ = 0;
    std::atomic<std::uint64_t> writes_ = 0;
    std::atomic<std::uint64_t> statements_ = 0;
};

}  // namespace server::store::postgres
