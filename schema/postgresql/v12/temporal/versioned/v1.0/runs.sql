-- Shards, runs, history and outbox. Ids, texts and messages are bytea: compared by bytes, and free of what the
-- database's encoding allows. Times are nanoseconds since the Unix epoch. docs/storage.md describes every value.
--
-- No sequence and no foreign key: a transition is one statement that knows every key it writes. Room is left on the
-- pages of what is updated in place, so that an update touches no index (HOT).

CREATE TABLE IF NOT EXISTS shard (
    shard_id integer NOT NULL PRIMARY KEY,
    range_id bigint  NOT NULL,
    owner    bytea   NOT NULL
) WITH (fillfactor = 20);

CREATE TABLE IF NOT EXISTS run (
    shard_id     integer NOT NULL,
    run_id       bytea   NOT NULL,
    namespace_id bytea   NOT NULL,
    workflow_id  bytea   NOT NULL,
    version      bigint  NOT NULL,
    next_due     bigint,            -- NULL: never
    info         bytea   NOT NULL,
    PRIMARY KEY (shard_id, run_id)
) WITH (fillfactor = 60);
CREATE INDEX IF NOT EXISTS run_by_due ON run (shard_id, next_due, run_id) WHERE next_due IS NOT NULL;

CREATE TABLE IF NOT EXISTS run_item (
    shard_id integer  NOT NULL,
    run_id   bytea    NOT NULL,
    kind     smallint NOT NULL,
    key      bytea    NOT NULL,
    value    bytea    NOT NULL,
    PRIMARY KEY (shard_id, run_id, kind, key)
) WITH (fillfactor = 80);

CREATE TABLE IF NOT EXISTS current_run (
    shard_id     integer NOT NULL,
    namespace_id bytea   NOT NULL,
    workflow_id  bytea   NOT NULL,
    run_id       bytea   NOT NULL,
    closed       boolean NOT NULL,
    PRIMARY KEY (shard_id, namespace_id, workflow_id)
) WITH (fillfactor = 80);

CREATE TABLE IF NOT EXISTS history (
    shard_id       integer NOT NULL,
    branch_id      bytea   NOT NULL,
    first_event_id bigint  NOT NULL,
    transaction_id bigint  NOT NULL,
    events         bytea   NOT NULL,
    PRIMARY KEY (shard_id, branch_id, first_event_id)
);

-- One row per group commit and shard, under the id of its last task.
CREATE TABLE IF NOT EXISTS outbox (
    shard_id     integer NOT NULL,
    last_task_id bigint  NOT NULL,
    tasks        bytea   NOT NULL,
    PRIMARY KEY (shard_id, last_task_id)
);
