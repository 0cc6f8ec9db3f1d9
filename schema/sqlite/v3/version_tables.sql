-- Which schema the file has, and how it came to it; made by setup-schema, before any version.

CREATE TABLE IF NOT EXISTS schema_version (
    version_partition      INTEGER NOT NULL,  -- 0
    schema_name            TEXT    NOT NULL,  -- temporal, visibility; empty: where both began
    db_name                TEXT    NOT NULL,
    creation_time          TEXT    NOT NULL,
    curr_version           TEXT    NOT NULL,
    min_compatible_version TEXT    NOT NULL,
    PRIMARY KEY (version_partition, schema_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS schema_update_history (
    version_partition INTEGER NOT NULL,
    year              INTEGER NOT NULL,
    month             INTEGER NOT NULL,
    update_time       TEXT    NOT NULL,
    schema_name       TEXT    NOT NULL,
    description       TEXT    NOT NULL,
    manifest_md5      TEXT    NOT NULL,
    new_version       TEXT    NOT NULL,
    old_version       TEXT    NOT NULL,
    PRIMARY KEY (version_partition, year, month, update_time, schema_name, new_version)
) STRICT, WITHOUT ROWID;
