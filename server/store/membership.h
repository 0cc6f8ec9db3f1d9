#pragma once
// The port of cluster membership: one row per role of a process, with a lease. The database's clock
// alone decides what has expired, so hosts whose clocks differ agree. Membership decides who tries
// to own a shard or a partition; that only one can write is the work of the fence (runs.h,
// task_queues.h), so a wrong view costs time and never data.

#include <cstdint>
#include <string>
#include <vector>

#include "server/base/role.h"
#include "server/base/time.h"
#include "server/runtime/async.h"

namespace server::store {

struct MemberRecord {
    std::string host_id;  // uuid of the process: a restart is another one
    Role role = Role::frontend;
    std::string address;             // host:port of the role's gRPC listener, as peers reach it
    std::string membership_address;  // host:port as DescribeCluster shows reachable members
    bool draining = false;           // out of the ring, and still answering
    // Of the database's clock; ignored in a heartbeat.
    TimePoint session_start;
    TimePoint last_heartbeat;
    TimePoint expires;
};

class Membership {
public:
    virtual ~Membership() = default;

    // Writes the records of one process (all of one host id) with a new lease, and returns every
    // live member, these included, in order of role, session start and host id. One statement.
    virtual Async<Result<std::vector<MemberRecord>>> heartbeat(std::vector<MemberRecord> own,
                                                               Duration lease) = 0;
    // The live members.
    virtual Async<Result<std::vector<MemberRecord>>> list() = 0;
    // Removes the rows of a process that stops.
    virtual Async<Status> leave(std::string host_id) = 0;
    // Removes the rows of a process that a peer found dead, unless it has sent a heartbeat since
    // `seen` was read. True when the rows were removed. A process that was taken for dead joins
    // again with its next heartbeat.
    virtual Async<Result<bool>> expire(MemberRecord seen) = 0;
};

}  // namespace server::store
