#pragma once
// The store of a cluster: PostgreSQL, shared by all its processes. Map of this folder:
//
//   Options ─▶ open() ─▶ Backends ─┬▶ Writer ×1-4   group commits, on lanes: jobs.h, batch.h
//                                  │                transition_sql, backlog_sql, take_over_sql,
//                                  │                visibility_write
//                                  ├▶ Callers ×2    reads and single writes: run_queries,
//                                  │                cluster_queries, membership_queries
//                                  └▶ Callers ×1    lists and counts: visibility_queries,
//                                                   visibility_filter, attribute_test
//
//   connection.h   libpq, non-blocking, in pipeline mode     session.h   made anew with backoff
//   wire.h         values in binary format                   failure.h   what an SQLSTATE means
//   waiting.h      bounded queues                            ports.h     the six ports
//
// Where visibility has a database of its own, it has a Writer and the Callers of lists there.
// docs/storage.md has the tables; schema/postgresql/v12 has their statements.

#include <memory>

#include "server/runtime/lane.h"
#include "server/store/postgres/options.h"
#include "server/store/store.h"

namespace server::store::postgres {

// Blocks until the databases answer. Where a fault may heal by itself (the server is starting, a
// name is not known, all connections are taken) it tries again for Options::start_patience and then
// answers Unavailable; where it does not (password, database, certificate's authority, a version
// below 12) FailedPrecondition at once. The message has the cause, the configuration key, the fix.
// The store uses the system's clock: it speaks to a real server, so it is not for the simulator.
// Writers are on `lanes`, which run until the store has stopped; without any it has one of its own.
Result<std::unique_ptr<Store>> open(Options options, Lanes* lanes = nullptr);

}  // namespace server::store::postgres
