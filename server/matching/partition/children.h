#pragma once
// How many partitions a task queue has, which its root decides: as set by configuration, or by the
// load that the root sees of its own share, looked at when tasks and polls come, so that an idle
// queue costs nothing. The number is in memory only and starts at one.
//
//   grow     acquire /_sys/<queue>/<n> once, so that its row is in the store for ever ─▶ announce n
//   shrink   announce fewer. The others drain: they forward what they have to the root
//   load     every partition that has a row is woken, as it may have a backlog; also whenever the
//            members of the cluster change, as its owner may have died
//
// A caller with an old number finds no closed door: a partition takes tasks and polls whenever it
// is asked. Because the row is there before the number is told, no owner of the root can miss a
// partition that holds a task, and nothing has to be remembered when the number falls. Lives on the
// root's lane.

#include <set>

#include "server/matching/environment.h"
#include "server/matching/partition/key.h"
#include "server/matching/partition/rates.h"
#include "server/runtime/alarm.h"
#include "server/telemetry/log.h"

namespace server::matching {

class Children {
public:
    Children(Environment& environment, boost::asio::any_io_executor executor, PartitionKey root);

    // Partitions up to this number were used some time.
    void found(int highest);
    void members_changed();
    // A task came to the root, or a poll got one. Looks at the load now and then.
    void added();
    void dispatched();

    // What the root tells its callers.
    int for_tasks() const;
    int for_polls() const;
    // The highest number that may have a backlog.
    int highest() const { return highest_; }

    // Wakes and creates what has_work() speaks of; returns when it is done or closed.
    bool has_work() const { return knows_all_ && (!to_wake_.empty() || wanted_ - 1 > highest_); }
    Async<void> work();
    void close();

private:
    void decide();
    int wanted_by_load(TimePoint now) const;
    int configured() const;
    Async<Status> wake_one(int number);
    Async<Status> create_one(int number);
    Async<void> pause();

    Environment& environment_;
    PartitionKey root_;
    Alarm alarm_;  // of work()
    log::Repeated log_{"task queue partitions"};
    RateMeter added_;
    RateMeter dispatched_;
    TimePoint decide_at_ = kEpoch;
    TimePoint changed_at_;
    int wanted_ = 1;
    int announced_ = 1;
    int highest_ = 0;
    std::set<int> to_wake_;
    bool knows_all_ = false;
    bool closed_ = false;
};

}  // namespace server::matching
