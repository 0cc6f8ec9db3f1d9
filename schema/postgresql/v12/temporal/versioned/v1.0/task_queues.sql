-- Task queue partitions and their backlog.

CREATE TABLE IF NOT EXISTS task_queue (
    namespace_id bytea    NOT NULL,
    name         bytea    NOT NULL,
    type         smallint NOT NULL,
    range_id     bigint   NOT NULL,
    owner        bytea    NOT NULL,
    done_through bigint   NOT NULL,
    PRIMARY KEY (namespace_id, name, type)
) WITH (fillfactor = 50);

CREATE TABLE IF NOT EXISTS backlog_task (
    namespace_id bytea    NOT NULL,
    name         bytea    NOT NULL,
    type         smallint NOT NULL,
    task_id      bigint   NOT NULL,
    expires      bigint,            -- NULL: never
    task         bytea    NOT NULL,
    PRIMARY KEY (namespace_id, name, type, task_id)
);
