#include "server/store/postgres/backends.h"

#include <algorithm>

#include "server/store/postgres/check_schema.h"

namespace server::store::postgres {

namespace {

// Threads that connect for the writers.
constexpr std::size_t kConnectingMax = 2;

// What is left of the budget when the others have one connection each.
std::size_t share(std::size_t wanted, std::size_t most, std::size_t budget) {
    return std::clamp<std::size_t>(std::min(wanted, budget), 1, most);
}

}  // namespace

Backends::Backends(Options options, Lanes* lanes)
    : options_(std::move(options)), random_(Random::seed_from_system()),
      own_lanes_(lanes == nullptr ? std::make_unique<Lanes>(1) : nullptr),
      connecting_("pg-connect", kConnectingMax) {
    Lanes& writer_lanes = lanes == nullptr ? *own_lanes_ : *lanes;
    // One for queries here, unless visibility has a database of its own.
    const std::size_t budget = options_.database.connections_max - (one_database() ? 1 : 0);
    const std::size_t writers = share(options_.writers, kWritersMax, (budget + 1) / 2);
    const std::size_t readers =
        share(options_.readers, kReadersMax, budget > writers ? budget - writers : 1);
    const Surroundings main{options_.database, clock_, interrupt_};
    const Surroundings visibility{visibility_database(), clock_, interrupt_};
    callers_ = std::make_unique<Callers>("pg-call-", readers, main, Purpose::keyed, random_);
    queries_ = std::make_unique<Callers>("pg-query-", 1, visibility, Purpose::queries, random_);
    const WriterSurroundings shared{clock_, random_, *callers_, connecting_};
    for (std::size_t number = 0; number < writers; ++number) {
        writers_.push_back(
            std::make_unique<Writer>(writer_lanes.for_key(number), shared, main, one_database()));
    }
    records_writer_ = writers_.front().get();
    if (one_database()) return;
    const WriterSurroundings beside{clock_, random_, *queries_, connecting_};
    own_records_writer_ = std::make_unique<Writer>(writer_lanes.for_key(0), beside, visibility,
                                                   true, options_.visibility_linger);
    records_writer_ = own_records_writer_.get();
}

Backends::~Backends() { stop(); }

void Backends::stop() {
    if (std::exchange(stopped_, true)) return;
    interrupt_.raise();
    for (const auto& writer : writers_) writer->interrupt();
    if (own_records_writer_) own_records_writer_->interrupt();
    // The callers last: a take-over needs them.
    for (const auto& writer : writers_) writer->stop();
    if (own_records_writer_) own_records_writer_->stop();
    connecting_.stop();
    callers_->stop();
    queries_->stop();
    if (own_lanes_) own_lanes_->stop();
}

Status Backends::wait_until_ready() {
    const TimePoint patience_ends = saturating_add(clock_.now(), options_.start_patience);
    std::vector<std::string_view> schemas{schema::kTemporal};
    if (one_database()) schemas.push_back(schema::kVisibility);
    TRY(wait_for(options_.database, schemas, patience_ends));
    if (one_database()) return ok_status();
    return wait_for(*options_.visibility, {schema::kVisibility}, patience_ends);
}

Status Backends::wait_for(const Database& database, const std::vector<std::string_view>& schemas,
                          TimePoint patience_ends) {
    log::Repeated log("connect to PostgreSQL");
    Waiting<int> pauses;
    Duration backoff = kReconnectMin;
    for (;;) {
        const Status status = reach(database, schemas);
        if (status.ok()) log.succeeded();
        const bool heals = status.code() == Code::Unavailable;
        if (!heals || saturating_add(clock_.now(), backoff) >= patience_ends) return status;
        log.failed(status);
        const Duration jitter{random_.below(static_cast<std::uint64_t>(backoff.count()))};
        pauses.pause(backoff / 2 + jitter);
        backoff = std::min(2 * backoff, kReconnectMax);
    }
}

Status Backends::reach(const Database& database, const std::vector<std::string_view>& schemas) {
    const Surroundings surroundings{database, clock_, interrupt_};
    const TimePoint deadline = saturating_add(clock_.now(), kConnectTimeout);
    Connection::Opened opened = Connection::open(surroundings, Purpose::keyed, deadline);
    if (const auto* failure = std::get_if<ConnectFailure>(&opened)) return failure->status;
    return check_schema(surroundings, schemas, deadline);
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
