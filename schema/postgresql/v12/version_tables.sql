-- Which schema the database has, and how it came to it; made by setup-schema, before any version.

CREATE TABLE IF NOT EXISTS schema_version (
    version_partition      integer      NOT NULL,  -- 0
    schema_name            varchar(255) NOT NULL,  -- temporal, visibility; empty: where both began
    db_name                varchar(255) NOT NULL,
    creation_time          timestamp    NOT NULL,
    curr_version           varchar(64)  NOT NULL,
    min_compatible_version varchar(64)  NOT NULL,
    PRIMARY KEY (version_partition, schema_name)
);

CREATE TABLE IF NOT EXISTS schema_update_history (
    version_partition integer      NOT NULL,
    year              integer      NOT NULL,
    month             integer      NOT NULL,
    update_time       timestamp    NOT NULL,
    schema_name       varchar(255) NOT NULL,
    description       text         NOT NULL,
    manifest_md5      varchar(64)  NOT NULL,
    new_version       varchar(64)  NOT NULL,
    old_version       varchar(64)  NOT NULL,
    PRIMARY KEY (version_partition, year, month, update_time, schema_name, new_version)
);
