-- Which queue a job stands in: its lane, whose it is, and what it waits for (a webhook's id), separated by spaces. Workers take
-- turns between queues, so that one that hangs holds up nothing else.
ALTER TABLE jobs ADD COLUMN queue TEXT NOT NULL DEFAULT '';
UPDATE jobs SET queue = CASE
    WHEN kind IN ('capture_payment', 'release_payment') THEN 'payment store:' || store_id
    WHEN kind = 'check_payment' THEN 'check store:' || store_id
    WHEN kind = 'send_webhook' THEN 'webhook ' || (payload::json ->> 'owner') || ' earlier'
    WHEN kind = 'send_mail' THEN 'mail ' || (payload::json ->> 'owner')
    WHEN kind = 'fan_out_event' THEN 'event ' || (payload::json ->> 'owner')
    WHEN kind = 'fetch_rates' THEN 'rates house'
    ELSE 'event house' END
WHERE state IN ('waiting', 'running', 'dead');
DROP INDEX jobs_due;
CREATE INDEX jobs_of_queue ON jobs (queue, run_at, id) WHERE state IN ('waiting', 'running');
CREATE INDEX jobs_running ON jobs (queue, run_at) WHERE state = 'running';

-- A receiver that does not answer: how often in a row, and until when nothing more is sent to it.
ALTER TABLE webhook_endpoints ADD COLUMN timeouts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE webhook_endpoints ADD COLUMN paused_until BIGINT;
