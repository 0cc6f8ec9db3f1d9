-- One record per run. Indexes only for what lists begin with: a run, a workflow id, the order of a list, and a
-- search attribute's value. Status, type and start time ride in the index of the order, where a scan checks them
-- without reading the records.

CREATE TABLE IF NOT EXISTS visibility (
    namespace_id           bytea    NOT NULL,
    run_id                 bytea    NOT NULL,
    version                bigint   NOT NULL,
    workflow_id            bytea    NOT NULL,
    workflow_type          bytea    NOT NULL,
    task_queue             bytea    NOT NULL,
    status                 smallint NOT NULL,
    division               bytea    NOT NULL,  -- TemporalNamespaceDivision behind one byte; empty without one
    start_time             bigint   NOT NULL,
    execution_time         bigint   NOT NULL,
    close_time             bigint   NOT NULL,  -- the largest integer while the run is open
    history_length         bigint   NOT NULL,
    history_size_bytes     bigint   NOT NULL,
    state_transition_count bigint   NOT NULL,
    parent_workflow_id     bytea,
    parent_run_id          bytea,
    root_workflow_id       bytea,
    root_run_id            bytea,
    memo                   bytea    NOT NULL,
    search_attributes      bytea    NOT NULL,
    attributes             bytea[],  -- name, kind and value of each search attribute; NULL without any
    large_attributes       bytea[],  -- those that are too large for an index
    PRIMARY KEY (namespace_id, run_id)
);
CREATE INDEX IF NOT EXISTS visibility_by_workflow ON visibility (namespace_id, workflow_id);
CREATE INDEX IF NOT EXISTS visibility_in_order ON visibility
    (namespace_id, division, close_time DESC, start_time DESC, status, workflow_type);
CREATE INDEX IF NOT EXISTS visibility_by_attribute ON visibility USING gin (attributes)
    WHERE attributes IS NOT NULL;
