-- The queue of every partition and backlog that does not bear the queue's own name, so that its root finds all of them
-- and none of a queue whose name begins alike.

ALTER TABLE task_queue ADD COLUMN queue TEXT;  -- NULL: name is the queue

-- First the <partition> of /_sys/<queue>/<partition>, also where /p<priority>f<group> comes after it.
UPDATE task_queue SET queue = CASE
        WHEN name GLOB '/_sys/?*/[0-9]*/p[1-5]' THEN substr(name, 1, length(name) - 3)
        WHEN name GLOB '/_sys/?*/[0-9]*/p[1-5]f[0-9]' THEN substr(name, 1, length(name) - 5)
        WHEN name GLOB '/_sys/?*/[0-9]*/p[1-5]f[0-9][0-9]' THEN substr(name, 1, length(name) - 6)
        ELSE name END
    WHERE name GLOB '/_sys/?*/[0-9]*';
-- Then what is between the two.
UPDATE task_queue SET queue = rtrim(queue, '0123456789') WHERE queue IS NOT NULL;
UPDATE task_queue SET queue = substr(queue, 7, length(queue) - 7) WHERE queue IS NOT NULL;

CREATE INDEX task_queue_by_queue ON task_queue (namespace_id, queue, type) WHERE queue IS NOT NULL;
