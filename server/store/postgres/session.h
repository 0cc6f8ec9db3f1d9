#pragma once
// A connection that is made anew when it has broken: one attempt after another, further and further
// apart, with a random part, so that the processes of a cluster do not come back all at once. A
// good one is given up when the database has another address, or when it is old. One thread at a
// time.

#include <memory>

#include "server/runtime/random.h"
#include "server/store/postgres/address.h"
#include "server/store/postgres/connection.h"
#include "server/telemetry/log.h"

namespace server::store::postgres {

inline constexpr Duration kConnectTimeout = 5s;
inline constexpr Duration kReconnectMin = 50ms;
inline constexpr Duration kReconnectMax = 5s;
// How often the file with the database's address is looked at while a connection is in use.
inline constexpr Duration kAddressCheck = 1s;

class Session {
public:
    Session(Surroundings surroundings, Purpose purpose, Random& random)
        : surroundings_(surroundings), purpose_(purpose), random_(random) {}

    // The connection, where it is good. Does not block.
    Connection* good();
    // Null, with the reason, when there is no connection now. Tries at most one time, and not
    // before retry_at(), and blocks meanwhile.
    Connection* connected();
    TimePoint retry_at() const { return retry_at_; }
    const Status& failure() const { return failure_; }
    // All statements of its connections.
    std::uint64_t statements() const;

private:
    void attempt();
    void drop();
    bool is_old() const { return surroundings_.clock.now() >= old_at_; }
    TimePoint end_of_life(TimePoint made);
    bool has_moved();

    Surroundings surroundings_;
    Purpose purpose_;
    Random& random_;
    std::unique_ptr<Connection> connection_;
    TimePoint old_at_ = kNever;
    Address address_{};  // that it was made to
    TimePoint address_check_at_ = kEpoch;
    Status failure_;
    TimePoint retry_at_ = kEpoch;
    Duration backoff_{};
    std::uint64_t earlier_statements_ = 0;
    log::Repeated log_{"connect to PostgreSQL"};
};

}  // namespace server::store::postgres
