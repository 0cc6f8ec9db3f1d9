-- What is fixed for the life of a cluster, and its namespaces.

CREATE TABLE IF NOT EXISTS cluster_metadata (
    only_row            smallint NOT NULL PRIMARY KEY CHECK (only_row = 1),
    cluster_id          bytea    NOT NULL,
    cluster_name        bytea    NOT NULL,
    history_shard_count integer  NOT NULL,
    internal_secret     bytea    NOT NULL   -- the key of the MAC on calls between processes
);

CREATE TABLE IF NOT EXISTS namespace (
    namespace_id bytea  NOT NULL PRIMARY KEY,
    name         bytea  NOT NULL UNIQUE,
    version      bigint NOT NULL,
    details      bytea  NOT NULL
);
