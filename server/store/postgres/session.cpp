#include "server/store/postgres/session.h"

#include <algorithm>

#include "server/base/mutant.h"

namespace server::store::postgres {

Connection* Session::good() {
    if (connection_ && (!connection_->alive() || is_old() || has_moved())) drop();
    return connection_.get();
}

Connection* Session::connected() {
    if (good() == nullptr && surroundings_.clock.now() >= retry_at_) attempt();
    return connection_.get();
}

std::uint64_t Session::statements() const {
    return earlier_statements_ + (connection_ ? connection_->statements() : 0);
}

void Session::drop() {
    earlier_statements_ += connection_->statements();
    connection_.reset();
    // At once: it was good a moment ago.
    retry_at_ = kEpoch;
    backoff_ = Duration{};
}

// Those that were made together do not end together.
TimePoint Session::end_of_life(TimePoint made) {
    const Duration lifetime = surroundings_.database.connection_lifetime_max;
    if (lifetime <= Duration{}) return kNever;
    const Duration less{random_.below(static_cast<std::uint64_t>(lifetime.count() / 8 + 1))};
    return saturating_add(made, lifetime - less);
}

// A file that cannot be read just now moves nobody.
bool Session::has_moved() {
    const Database& database = surroundings_.database;
    if (database.address_file.empty() || mutant("moved_database_not_followed")) return false;
    const TimePoint now = surroundings_.clock.now();
    if (now < address_check_at_) return false;
    address_check_at_ = saturating_add(now, kAddressCheck);
    const Result<Address> address = address_of(database);
    if (!address.ok() || *address == address_) return false;
    log::info("the database has moved", {{"database", database.name},
                                         {"from", address_.host + ":" + address_.port},
                                         {"to", address->host + ":" + address->port}});
    return true;
}

void Session::attempt() {
    // Before the connect reads it: one that changes in between is seen at the next look.
    const Result<Address> address = address_of(surroundings_.database);
    address_ = address.ok() ? *address : Address{};
    const TimePoint deadline = saturating_add(surroundings_.clock.now(), kConnectTimeout);
    Connection::Opened opened = Connection::open(surroundings_, purpose_, deadline);
    if (auto* connection = std::get_if<std::unique_ptr<Connection>>(&opened)) {
        connection_ = std::move(*connection);
        old_at_ = end_of_life(surroundings_.clock.now());
        failure_ = Status();
        backoff_ = Duration{};
        log_.succeeded();
        return;
    }
    failure_ = std::get<ConnectFailure>(opened).status;
    log_.failed(failure_);
    backoff_ = std::clamp(2 * backoff_, kReconnectMin, kReconnectMax);
    const Duration jitter{random_.below(static_cast<std::uint64_t>(backoff_.count()))};
    retry_at_ = saturating_add(surroundings_.clock.now(), backoff_ / 2 + jitter);
}

}  // namespace server::store::postgres
