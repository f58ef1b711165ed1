-- Tokens by which shops read a wholesaler's feed with the prices of one account. Only the hash of the secret part is kept.
CREATE TABLE feed_tokens (
    wholesaler_id BIGINT NOT NULL,
    account_id    BIGINT NOT NULL,
    id            TEXT NOT NULL,
    secret_hash   TEXT NOT NULL,
    note          TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, account_id, id),
    FOREIGN KEY (wholesaler_id, account_id) REFERENCES shop_accounts (wholesaler_id, id)
);
