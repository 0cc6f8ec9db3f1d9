#pragma once
// Everything behind the ports: writers on lanes and threads, with their connections to one
// database, or to two.

#include <deque>
#include <memory>

#include "server/store/postgres/callers.h"
#include "server/store/postgres/writer.h"

namespace server::store::postgres {

class Backends {
public:
    Backends(Options options, Lanes* lanes);
    ~Backends();

    // Tries every database until it answers and has the schemas of this release, or the patience is
    // over (Options).
    Status wait_until_ready();

    Callers& callers() { return *callers_; }
    Callers& queries() { return *queries_; }
    Writer& writer_of(ShardId shard_id);
    Writer& writer_of(const TaskQueueKey& queue);
    Writer& records_writer() { return *records_writer_; }
    bool one_database() const { return !options_.visibility; }

    void stop();
    std::uint64_t commits() const;
    std::uint64_t writes() const;

private:
    const Database& visibility_database() const {
        return options_.visibility ? *options_.visibility : options_.database;
    }
    Status wait_for(const Database& database, const std::vector<std::string_view>& schemas,
                    TimePoint patience_ends);
    // One attempt. Unavailable where it may heal.
    Status reach(const Database& database, const std::vector<std::string_view>& schemas);

    const Options options_;
    SystemClock clock_;
    Random random_;
    Interrupt interrupt_;
    std::unique_ptr<Callers> callers_;
    std::unique_ptr<Callers> queries_;
    std::unique_ptr<Lanes> own_lanes_;
    BlockingPool connecting_;
    std::vector<std::unique_ptr<Writer>> writers_;
    std::unique_ptr<Writer> own_records_writer_;
    Writer* records_writer_ = nullptr;
    bool stopped_ = false;
};

}  // namespace server::store::postgres
