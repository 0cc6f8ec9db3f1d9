#include "server/store/postgres/postgres_store.h"

#include "server/store/postgres/ports.h"

namespace server::store::postgres {

namespace {

class OpenPostgres final : public Store {
public:
    explicit OpenPostgres(std::unique_ptr<Backends> backends) : backends_(std::move(backends)) {}
    ~OpenPostgres() override { backends_->stop(); }

    Runs& runs() override { return runs_; }
    Visibility& visibility() override { return visibility_; }
    TaskQueues& task_queues() override { return task_queues_; }
    Namespaces& namespaces() override { return namespaces_; }
    ClusterMetadata& cluster_metadata() override { return cluster_metadata_; }
    Membership& membership() override { return membership_; }
    bool visibility_commits_with_transition() const override { return backends_->one_database(); }
    std::string name() const override { return "postgres"; }

    void stop() override { backends_->stop(); }
    StoreCounters counters() const override { return {backends_->commits(), backends_->writes()}; }

private:
    std::unique_ptr<Backends> backends_;
    PostgresRuns runs_{*backends_};
    PostgresVisibility visibility_{*backends_};
    PostgresTaskQueues task_queues_{*backends_};
    PostgresNamespaces namespaces_{*backends_};
    PostgresClusterMetadata cluster_metadata_{*backends_};
    PostgresMembership membership_{*backends_};
};

// The least with which nothing waits for itself: a writer, a reader, and queries.
constexpr std::size_t kConnectionsMin = 3;
constexpr std::size_t kVisibilityConnectionsMin = 2;

Status check_budget(const Database& database, std::size_t least) {
    if (database.connections_max >= least) return ok_status();
    return invalid_argument(key_of(database, "maxConns") + " is " +
                            std::to_string(database.connections_max) + ", at least " +
                            std::to_string(least) + " are needed");
}

}  // namespace

Result<std::unique_ptr<Store>> open(Options options, Lanes* lanes) {
    TRY(check_budget(options.database, options.visibility ? kConnectionsMin - 1 : kConnectionsMin));
    if (options.visibility) TRY(check_budget(*options.visibility, kVisibilityConnectionsMin));
    auto backends = std::make_unique<Backends>(std::move(options), lanes);
    TRY(backends->wait_until_ready());
    return Result<std::unique_ptr<Store>>(std::make_unique<OpenPostgres>(std::move(backends)));
}

}  // namespace server::store::postgres
