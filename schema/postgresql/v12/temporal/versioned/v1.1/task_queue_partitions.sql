-- The queue of every partition and backlog that does not bear the queue's own name, so that its root finds all of them
-- and none of a queue whose name begins alike.

ALTER TABLE task_queue ADD COLUMN queue bytea;  -- NULL: name is the queue

-- The <queue> of /_sys/<queue>/<partition> and of /_sys/<queue>/<partition>/p<priority>f<group>; NULL for other names.
-- Names are UTF-8; the escapes of what is not ASCII go through unchanged. Functions outlive dropped tables.
CREATE OR REPLACE FUNCTION task_queue_of(name bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS
    'SELECT decode(substring(encode(name, ''escape'') from ''^/_sys/(.*)/[0-9]+(?:/p[1-5](?:f[0-9]+)?)?$''), ''escape'')';

UPDATE task_queue SET queue = task_queue_of(name) WHERE task_queue_of(name) IS NOT NULL;

-- Servers of version 1.0 go on beside those that read the column, and make rows without it.
CREATE OR REPLACE FUNCTION set_task_queue() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN NEW.queue := task_queue_of(NEW.name); RETURN NEW; END';
CREATE TRIGGER task_queue_of_older_servers BEFORE INSERT ON task_queue
    FOR EACH ROW WHEN (NEW.queue IS NULL) EXECUTE FUNCTION set_task_queue();

CREATE INDEX task_queue_by_queue ON task_queue (namespace_id, queue, type) WHERE queue IS NOT NULL;
