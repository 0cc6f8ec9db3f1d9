#include "server/store/sqlite/sqlite_store.h"

#include "server/runtime/clock.h"
#include "server/store/memory/membership.h"
#include "server/store/sqlite/file_path.h"
#include "server/store/sqlite/ports.h"
#include "server/store/sqlite/schema.h"
#include "server/store/sqlite/settings.h"
#include "server/store/sqlite/visibility_queries.h"

namespace server::store::sqlite {

namespace {

class OpenStore final : public Store {
public:
    OpenStore(std::optional<ProcessLock> lock, std::unique_ptr<Connection> writer,
              std::vector<std::unique_ptr<Connection>> readers)
        : database_(std::move(lock), std::move(writer), std::move(readers)) {}
    ~OpenStore() override { database_.stop(); }

    Runs& runs() override { return runs_; }
    Visibility& visibility() override { return visibility_; }
    TaskQueues& task_queues() override { return task_queues_; }
    Namespaces& namespaces() override { return namespaces_; }
    ClusterMetadata& cluster_metadata() override { return cluster_metadata_; }
    Membership& membership() override { return membership_; }
    bool visibility_commits_with_transition() const override { return true; }
    std::string name() const override { return "sqlite"; }

    void stop() override { database_.stop(); }
    StoreCounters counters() const override {
        return {database_.writer().commits(), database_.writer().writes()};
    }

private:
    Database database_;
    SqliteRuns runs_{database_};
    SqliteVisibility visibility_{database_};
    SqliteTaskQueues task_queues_{database_};
    SqliteNamespaces namespaces_{database_};
    SqliteClusterMetadata cluster_metadata_{database_};
    SystemClock clock_;
    memory::MemoryMembership membership_{clock_};
};

using OpenResult = Result<std::unique_ptr<Store>>;

OpenResult open_in_memory(const Options& options) {
    TRY_ASSIGN(auto connection, Connection::open(":memory:"));
    TRY(set_up_memory(*connection, options.pragmas));
    TRY(migrate(*connection));
    TRY(add_functions(*connection));
    return OpenResult(std::make_unique<OpenStore>(std::nullopt, std::move(connection),
                                                  std::vector<std::unique_ptr<Connection>>()));
}

Result<std::unique_ptr<Connection>> open_writer(const std::string& file,
                                                const std::vector<Pragma>& pragmas) {
    TRY_ASSIGN(auto connection, Connection::open(file));
    TRY(check_identity(*connection));
    if (sqlite3_db_readonly(connection->handle(), "main") != 0) {
        return failed_precondition("no permission to write database file " + file +
                                   ": change its owner or mode");
    }
    TRY(set_up_writer(*connection, pragmas));
    TRY(migrate(*connection));
    return connection;
}

Result<std::unique_ptr<Connection>> open_reader(const std::string& file,
                                                const std::vector<Pragma>& pragmas) {
    TRY_ASSIGN(auto connection, Connection::open(file));
    TRY(set_up_reader(*connection, pragmas));
    TRY(add_functions(*connection));
    return connection;
}

}  // namespace

OpenResult open(Options options) {
    for (const Pragma& pragma : options.pragmas) TRY(check_pragma(pragma));
    if (options.path == ":memory:") return open_in_memory(options);
    TRY_ASSIGN(const std::string file, resolve_file(options.path));
    TRY_ASSIGN(ProcessLock lock, ProcessLock::acquire(file));
    TRY_ASSIGN(auto writer, open_writer(file, options.pragmas));
    std::vector<std::unique_ptr<Connection>> readers;
    for (std::size_t index = 0; index < std::max<std::size_t>(options.readers, 1); ++index) {
        TRY_ASSIGN(auto reader, open_reader(file, options.pragmas));
        readers.push_back(std::move(reader));
    }
    return OpenResult(
        std::make_unique<OpenStore>(std::move(lock), std::move(writer), std::move(readers)));
}

}  // namespace server::store::sqlite
