-- One record per run, and its search attributes.

CREATE TABLE visibility (
    record_key             INTEGER PRIMARY KEY,
    namespace_id           ANY     NOT NULL,
    run_id                 TEXT    NOT NULL,
    version                INTEGER NOT NULL,
    workflow_id            TEXT    NOT NULL,
    workflow_type          TEXT    NOT NULL,
    task_queue             TEXT    NOT NULL,
    status                 INTEGER NOT NULL,
    division               TEXT,              -- TemporalNamespaceDivision
    start_time             INTEGER NOT NULL,
    execution_time         INTEGER NOT NULL,
    close_time             INTEGER NOT NULL,  -- the largest integer while the run is open
    history_length         INTEGER NOT NULL,
    history_size_bytes     INTEGER NOT NULL,
    state_transition_count INTEGER NOT NULL,
    parent_workflow_id     TEXT,
    parent_run_id          TEXT,
    root_workflow_id       TEXT,
    root_run_id            TEXT,
    memo                   BLOB    NOT NULL,
    search_attributes      BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX visibility_by_run ON visibility (namespace_id, run_id);
CREATE INDEX visibility_by_workflow ON visibility (namespace_id, workflow_id);
CREATE INDEX visibility_by_start ON visibility (namespace_id, division, start_time);
-- The order of a list: open first, then by close and start time. Without a filter, by status, by type.
CREATE INDEX visibility_in_order ON visibility
    (namespace_id, division, close_time DESC, start_time DESC);
CREATE INDEX visibility_by_status ON visibility
    (namespace_id, division, status, close_time DESC, start_time DESC);
CREATE INDEX visibility_by_type ON visibility
    (namespace_id, division, workflow_type, close_time DESC, start_time DESC);

-- Predefined and custom search attributes; a list has one row per element. Kinds: 1 text, 2 number,
-- 3 boolean, 4 time, 5 element of a list.
CREATE TABLE visibility_attribute (
    record_key INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    value      ANY,
    PRIMARY KEY (record_key, name, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX visibility_attribute_by_value ON visibility_attribute (name, value);

-- What ANALYZE would find in a large database, so that the planner begins with the few rows of a
-- workflow id or an attribute's value and not with the order of the list. Rows in the index, then rows
-- per distinct value of its first column, of its first two columns, and so on.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('visibility', 'visibility_by_run',      '1000000 100000 1'),
    ('visibility', 'visibility_by_workflow', '1000000 100000 2'),
    ('visibility', 'visibility_by_start',    '1000000 100000 50000 1'),
    ('visibility', 'visibility_in_order',    '1000000 100000 50000 1000 1'),
    ('visibility', 'visibility_by_status',   '1000000 100000 50000 10000 1000 1'),
    ('visibility', 'visibility_by_type',     '1000000 100000 50000 5000 500 1'),
    ('visibility_attribute', 'visibility_attribute', '3000000 3 1 1'),
    ('visibility_attribute', 'visibility_attribute_by_value', '3000000 300000 10');
ANALYZE sqlite_schema;
