-- Wholesalers that developers try things out at, for a while. building: not filled yet; removing: rows are being deleted.
-- client is the address that asked for it, null when staff did. mails: whether the account's mails go to email.
CREATE TABLE sandboxes (
    wholesaler_id INTEGER NOT NULL PRIMARY KEY REFERENCES wholesalers (id),
    state         TEXT NOT NULL CHECK (state IN ('building', 'open', 'removing')),
    name          TEXT NOT NULL,
    email         TEXT NOT NULL,
    client        TEXT,
    mails         INTEGER NOT NULL CHECK (mails IN (0, 1)),
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX sandboxes_by_expiry ON sandboxes (expires_at);
CREATE INDEX sandboxes_by_creation ON sandboxes (created_at);
