#pragma once
// The store of `temporal server start-dev`: one database file, or one in memory. Map of this
// folder:
//
//   options ──▶ SqliteStore ──▶ Writer (one thread)           transition, task_queue_sql,
//   cluster_sql,
//                  │            group commits (batch.h)        visibility_write
//                  └──────────▶ Readers (a few threads)        run_queries, visibility_queries
//
//   connection.h    statements and failures       schema.h         tables, versions
//   packed_id.h     UUIDs in 16 bytes             settings.h       pragmas
//   process_lock.h  one process per file          ports.h          the five ports
//
// A file is in WAL mode with synchronous=FULL: what was answered survives a loss of power. A
// database in memory has one connection, so its reads run on the writer's thread. docs/storage.md
// has the tables.

#include <memory>
#include <string>
#include <vector>

#include "server/store/sqlite/connection.h"
#include "server/store/store.h"

namespace server::store::sqlite {

inline constexpr std::size_t kReadersDefault = 2;

struct Options {
    std::string path = ":memory:";
    // On every connection, after our own settings. Allowed names: settings.h.
    std::vector<Pragma> pragmas;
    std::size_t readers = kReadersDefault;  // threads that read a file
};

class SqliteStore : public Store {
public:
    // Waiting calls finish, later ones answer Unavailable; the file is checkpointed and closed.
    // Called before the lanes it answers to are stopped. Safe to call twice.
    virtual void stop() = 0;

    // Transactions committed, and writes in them: what group commit saves.
    virtual std::uint64_t commits() const = 0;
    virtual std::uint64_t writes() const = 0;
};

// FailedPrecondition when another process has the file open (with its pid), when another program or
// a newer release made it; DataLoss when it is damaged; Unavailable when it cannot be created or
// written.
Result<std::unique_ptr<SqliteStore>> open(Options options);

}  // namespace server::store::sqlite
