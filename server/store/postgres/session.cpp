#include "server/store/postgres/session.h"

#include <algorithm>

namespace server::store::postgres {

Connection* Session::connected() {
    if (connection_ && !connection_->alive()) {
        earlier_statements_ += connection_->statements();
        connection_.reset();
        // At once: it was good a moment ago.
        retry_at_ = kEpoch;
        backoff_ = Duration{};
    }
    if (!connection_ && surroundings_.clock.now() >= retry_at_) attempt();
    return connection_.get();
}

std::uint64_t Session::statements() const {
    return earlier_statements_ + (connection_ ? connection_->statements() : 0);
}

void Session::attempt() {
    const TimePoint deadline = saturating_add(surroundings_.clock.now(), kConnectTimeout);
    Connection::Opened opened = Connection::open(surroundings_, purpose_, deadline);
    if (auto* connection = std::get_if<std::unique_ptr<Connection>>(&opened)) {
        connection_ = std::move(*connection);
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
