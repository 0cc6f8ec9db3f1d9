-- What is fixed for the life of a cluster, and its namespaces.

CREATE TABLE cluster_metadata (
    only_row            INTEGER PRIMARY KEY CHECK (only_row = 1),
    cluster_id          TEXT    NOT NULL,
    cluster_name        TEXT    NOT NULL,
    history_shard_count INTEGER NOT NULL
) STRICT;

CREATE TABLE namespace (
    namespace_id ANY     NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    details      BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX namespace_by_name ON namespace (name);
