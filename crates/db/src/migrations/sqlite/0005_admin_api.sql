-- Applications of a wholesaler that call the Admin API. The key is stored hashed; rights is a JSON object, area to level.
CREATE TABLE admin_keys (
    wholesaler_id INTEGER NOT NULL REFERENCES wholesalers (id),
    id            TEXT NOT NULL,
    name          TEXT NOT NULL,
    key_hash      TEXT NOT NULL UNIQUE,
    rights        TEXT NOT NULL,
    expires_at    INTEGER,
    revoked_at    INTEGER,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (wholesaler_id, id)
) STRICT, WITHOUT ROWID;

-- What applications changed, and what they were refused. status is null while a call runs, or when it took its process along.
CREATE TABLE admin_audit (
    wholesaler_id INTEGER NOT NULL REFERENCES wholesalers (id),
    id            TEXT NOT NULL,
    key_id        TEXT NOT NULL,
    client        TEXT NOT NULL,
    operation     TEXT NOT NULL,
    about         TEXT NOT NULL,
    status        INTEGER,
    at            INTEGER NOT NULL,
    PRIMARY KEY (wholesaler_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX admin_audit_by_time ON admin_audit (at);
