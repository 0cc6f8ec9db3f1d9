-- The processes of the cluster: one row per role of a process, with a lease that the database's clock ends. Few rows,
-- rewritten every few seconds: nothing but the key is indexed.

CREATE TABLE IF NOT EXISTS member (
    host_id            bytea    NOT NULL,
    role               smallint NOT NULL,
    address            bytea    NOT NULL,
    membership_address bytea    NOT NULL,
    draining           boolean  NOT NULL,
    session_start      bigint   NOT NULL,
    last_heartbeat     bigint   NOT NULL,
    expires            bigint   NOT NULL,
    PRIMARY KEY (host_id, role)
) WITH (fillfactor = 20);
