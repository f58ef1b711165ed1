-- Who is told of what happens, and how that went. owner is a tenant of either side: store:999 or wholesaler:7.

-- headers and events are JSON lists; secret and old_secret are sealed.
CREATE TABLE webhook_endpoints (
    owner            TEXT NOT NULL,
    id               TEXT NOT NULL,
    account          TEXT,
    events           TEXT NOT NULL,
    url              TEXT NOT NULL,
    method           TEXT NOT NULL CHECK (method IN ('GET', 'POST', 'PUT', 'DELETE')),
    content_type     TEXT NOT NULL CHECK (content_type IN ('json', 'form', 'xml')),
    headers          TEXT NOT NULL,
    body             TEXT,
    secret           TEXT NOT NULL,
    old_secret       TEXT,
    old_secret_until BIGINT,
    active           BOOLEAN NOT NULL,
    note             TEXT,
    failing_since    BIGINT,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    PRIMARY KEY (owner, id)
);

-- Written by the transaction that made it happen. address is one more receiver, which an order may have brought along.
CREATE TABLE outbox_events (
    owner      TEXT NOT NULL,
    id         TEXT NOT NULL,
    kind       TEXT NOT NULL,
    account    TEXT,
    address    TEXT,
    payload    TEXT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (owner, id)
);
CREATE INDEX outbox_events_by_time ON outbox_events (at);

-- What was told already, by its own key (an order's consignment number): nobody hears of it twice.
CREATE TABLE outbox_keys (
    owner    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    key      TEXT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (owner, kind, key)
);

-- One event on its way to one endpoint. attempts counts all tries, attempts_before those before it was sent again.
CREATE TABLE webhook_deliveries (
    owner           TEXT NOT NULL,
    id              TEXT NOT NULL,
    event_id        TEXT NOT NULL,
    endpoint_id     TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts        BIGINT NOT NULL,
    attempts_before BIGINT NOT NULL,
    next_at         BIGINT,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    PRIMARY KEY (owner, id),
    UNIQUE (owner, event_id, endpoint_id),
    FOREIGN KEY (owner, event_id) REFERENCES outbox_events (owner, id),
    FOREIGN KEY (owner, endpoint_id) REFERENCES webhook_endpoints (owner, id)
);
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (owner, endpoint_id, id);

-- The log: every try with what came back. answer is the beginning of the receiver's body.
CREATE TABLE webhook_attempts (
    owner       TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    number      BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    took        BIGINT NOT NULL,
    status      BIGINT,
    error       TEXT,
    answer      TEXT,
    PRIMARY KEY (owner, delivery_id, number),
    FOREIGN KEY (owner, delivery_id) REFERENCES webhook_deliveries (owner, id)
);

-- E-mails; what they say is made of template, language and values when they are sent.
CREATE TABLE mails (
    owner      TEXT NOT NULL,
    id         TEXT NOT NULL,
    key        TEXT NOT NULL,
    recipient  TEXT NOT NULL,
    template   TEXT NOT NULL,
    language   TEXT NOT NULL,
    content    TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'skipped')),
    last_error TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (owner, id),
    UNIQUE (owner, key)
);
CREATE INDEX mails_by_time ON mails (created_at);
