-- Shards, runs, history and outbox. Ids of type ANY: a UUID is a blob of 16 bytes, other text is text.
-- Times are nanoseconds since the Unix epoch. docs/storage.md describes every value.

CREATE TABLE shard (
    shard_id INTEGER PRIMARY KEY,
    range_id INTEGER NOT NULL,
    owner    TEXT    NOT NULL
) STRICT;

CREATE TABLE run (
    run_key      INTEGER PRIMARY KEY,
    shard_id     INTEGER NOT NULL,
    run_id       ANY     NOT NULL,
    namespace_id ANY     NOT NULL,
    workflow_id  TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    next_due     INTEGER,           -- NULL: never
    info         BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX run_by_id ON run (shard_id, run_id);
CREATE INDEX run_by_due ON run (shard_id, next_due, run_id) WHERE next_due IS NOT NULL;

CREATE TABLE run_item (
    run_key INTEGER NOT NULL,
    kind    INTEGER NOT NULL,
    key     TEXT    NOT NULL,
    value   BLOB    NOT NULL,
    PRIMARY KEY (run_key, kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE current_run (
    shard_id     INTEGER NOT NULL,
    namespace_id ANY     NOT NULL,
    workflow_id  TEXT    NOT NULL,
    run_id       ANY     NOT NULL,
    closed       INTEGER NOT NULL,
    PRIMARY KEY (shard_id, namespace_id, workflow_id)
) STRICT, WITHOUT ROWID;

-- Appended in the order of the commits, so that transitions of one group commit share pages.
CREATE TABLE history (
    history_key    INTEGER PRIMARY KEY,
    shard_id       INTEGER NOT NULL,
    branch_id      ANY     NOT NULL,
    first_event_id INTEGER NOT NULL,
    transaction_id INTEGER NOT NULL,
    events         BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX history_by_branch ON history (shard_id, branch_id, first_event_id);

-- One row per group commit and shard, under the id of its last task.
CREATE TABLE outbox (
    shard_id     INTEGER NOT NULL,
    last_task_id INTEGER NOT NULL,
    tasks        BLOB    NOT NULL,
    PRIMARY KEY (shard_id, last_task_id)
) STRICT, WITHOUT ROWID;
