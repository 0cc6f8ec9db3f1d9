-- Task queue partitions and their backlog.

CREATE TABLE task_queue (
    task_queue_key INTEGER PRIMARY KEY,
    namespace_id   ANY     NOT NULL,
    name           TEXT    NOT NULL,
    type           INTEGER NOT NULL,
    range_id       INTEGER NOT NULL,
    owner          TEXT    NOT NULL,
    done_through   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX task_queue_by_name ON task_queue (namespace_id, name, type);

CREATE TABLE backlog_task (
    task_queue_key INTEGER NOT NULL,
    task_id        INTEGER NOT NULL,
    expires        INTEGER,           -- NULL: never
    task           BLOB    NOT NULL,
    PRIMARY KEY (task_queue_key, task_id)
) STRICT, WITHOUT ROWID;
