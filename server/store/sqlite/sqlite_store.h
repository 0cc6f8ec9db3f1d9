#pragma once
// The store of `temporal server start-dev`: one database file, or one in memory. Map of this
// folder:
//
//   options ──▶ the store ────▶ Writer (one thread)           transition, task_queue_sql,
//   cluster_sql,
//                  │            group commits (batch.h)        visibility_write
//                  └──────────▶ Readers (a few threads)        run_queries, visibility_queries
//
//   connection.h    statements and failures       schema.h         tables, versions
//   settings.h      pragmas
//   process_lock.h  one process per file          ports.h          the ports but membership, which
//                                                                  ends with the process
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

// FailedPrecondition when another process has the file open (with its pid), when another program or
// a newer release made it; DataLoss when it is damaged; Unavailable when it cannot be created or
// written.
Result<std::unique_ptr<Store>> open(Options options);

}  // namespace server::store::sqlite
