#include "server/store/postgres/backends.h"

#include <algorithm>

namespace server::store::postgres {

namespace {

// What is left of the budget when the others have one connection each.
std::size_t share(std::size_t wanted, std::size_t most, std::size_t budget) {
    return std::clamp<std::size_t>(std::min(wanted, budget), 1, most);
}

}  // namespace

Backends::Backends(Options options)
    : options_(std::move(options)), random_(Random::seed_from_system()) {
    // One for queries here, unless visibility has a database of its own.
    const std::size_t budget = options_.database.connections_max - (one_database() ? 1 : 0);
    const std::size_t writers = share(options_.writers, kWritersMax, (budget + 1) / 2);
    const std::size_t readers =
        share(options_.readers, kReadersMax, budget > writers ? budget - writers : 1);
    const Surroundings main{options_.database, clock_, interrupt_};
    const Surroundings visibility{visibility_database(), clock_, interrupt_};
    callers_ = std::make_unique<Callers>("pg-call-", readers, main, Purpose::keyed, random_);
    queries_ = std::make_unique<Callers>("pg-query-", 1, visibility, Purpose::queries, random_);
    for (std::size_t number = 0; number < writers; ++number) {
        writers_.push_back(std::make_unique<Writer>("pg-write-" + std::to_string(number), main,
                                                    random_, *callers_, one_database()));
    }
    records_writer_ = writers_.front().get();
    if (one_database()) return;
    own_records_writer_ = std::make_unique<Writer>("pg-records", visibility, random_, *queries_,
                                                   true, options_.visibility_linger);
    records_writer_ = own_records_writer_.get();
}

Backends::~Backends() { stop(); }

void Backends::stop() {
    if (std::exchange(stopped_, true)) return;
    interrupt_.raise();
    // The callers last: a take-over needs them.
    for (const auto& writer : writers_) writer->stop();
    if (own_records_writer_) own_records_writer_->stop();
    callers_->stop();
    queries_->stop();
}

Status Backends::wait_until_reachable() {
    const TimePoint patience_ends = saturating_add(clock_.now(), options_.start_patience);
    TRY(reach(options_.database, patience_ends));
    if (options_.visibility) TRY(reach(*options_.visibility, patience_ends));
    return ok_status();
}

Status Backends::reach(const Database& database, TimePoint patience_ends) {
    log::Repeated log("connect to PostgreSQL");
    Waiting<int> pauses;
    Duration backoff = kReconnectMin;
    for (;;) {
        const TimePoint deadline = saturating_add(clock_.now(), kConnectTimeout);
        Connection::Opened opened =
            Connection::open({database, clock_, interrupt_}, Purpose::keyed, deadline);
        if (std::holds_alternative<std::unique_ptr<Connection>>(opened)) {
            log.succeeded();
            return ok_status();
        }
        auto& failure = std::get<ConnectFailure>(opened);
        const bool waits = failure.heals && saturating_add(clock_.now(), backoff) < patience_ends;
        if (!waits) return failure.status;
        log.failed(failure.status);
        const Duration jitter{random_.below(static_cast<std::uint64_t>(backoff.count()))};
        pauses.pause(backoff / 2 + jitter);
        backoff = std::min(2 * backoff, kReconnectMax);
    }
}

Writer& Backends::writer_of(ShardId shard_id) {
    return *writers_[static_cast<std::size_t>(shard_id.value) % writers_.size()];
}

Writer& Backends::writer_of(const TaskQueueKey& queue) {
    const std::size_t hash =
        std::hash<std::string>{}(queue.name) + static_cast<std::size_t>(queue.type);
    return *writers_[hash % writers_.size()];
}

std::uint64_t Backends::commits() const {
    std::uint64_t sum = own_records_writer_ ? own_records_writer_->commits() : 0;
    for (const auto& writer : writers_) sum += writer->commits();
    return sum;
}

std::uint64_t Backends::writes() const {
    std::uint64_t sum = own_records_writer_ ? own_records_writer_->writes() : 0;
    for (const auto& writer : writers_) sum += writer->writes();
    return sum;
}

}  // namespace server::store::postgres
