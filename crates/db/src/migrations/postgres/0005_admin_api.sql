-- Applications of a wholesaler that call the Admin API. The key is stored hashed; rights is a JSON object, area to level.
CREATE TABLE admin_keys (
    wholesaler_id BIGINT NOT NULL REFERENCES wholesalers (id),
    id            TEXT NOT NULL,
    name          TEXT NOT NULL,
    key_hash      TEXT NOT NULL UNIQUE,
    rights        TEXT NOT NULL,
    expires_at    BIGINT,
    revoked_at    BIGINT,
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, id)
);

-- What applications changed, and what they were refused. status is null while a call runs, or when it took its process along.
CREATE TABLE admin_audit (
    wholesaler_id BIGINT NOT NULL REFERENCES wholesalers (id),
    id            TEXT NOT NULL,
    key_id        TEXT NOT NULL,
    client        TEXT NOT NULL,
    operation     TEXT NOT NULL,
    about         TEXT NOT NULL,
    status        BIGINT,
    at            BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, id)
);
CREATE INDEX admin_audit_by_time ON admin_audit (at);
