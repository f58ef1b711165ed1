-- Tables of small rows are WITHOUT ROWID: they lie in the order of their keys, one tree instead of two.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Tenants of the checkout side. settings is a JSON document; the secret is stored hashed.
CREATE TABLE stores (
    id          INTEGER NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL,
    currency    TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    settings    TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT;

-- Apart from stores, so that placing orders does not touch what every request reads.
CREATE TABLE order_counters (
    store_id    INTEGER NOT NULL PRIMARY KEY REFERENCES stores (id),
    next_number INTEGER NOT NULL
) STRICT;

-- id is a UUID v7 and the buyer's only key to the cart; every later query names the store too.
CREATE TABLE carts (
    id           TEXT NOT NULL PRIMARY KEY,
    store_id     INTEGER NOT NULL REFERENCES stores (id),
    document     TEXT NOT NULL,
    trusted      INTEGER NOT NULL CHECK (trusted IN (0, 1)),
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE idempotency_keys (
    store_id     INTEGER NOT NULL REFERENCES stores (id),
    operation    TEXT NOT NULL,
    key          TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    answer       TEXT NOT NULL,
    expires_at   INTEGER NOT NULL,
    PRIMARY KEY (store_id, operation, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

CREATE TABLE checkouts (
    id           TEXT NOT NULL,
    store_id     INTEGER NOT NULL REFERENCES stores (id),
    cart_id      TEXT NOT NULL REFERENCES carts (id),
    browser_hash TEXT NOT NULL,
    document     TEXT NOT NULL,
    version      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (store_id, id),
    UNIQUE (cart_id, browser_hash)
) STRICT;

CREATE TABLE quotes (
    id           TEXT NOT NULL,
    store_id     INTEGER NOT NULL REFERENCES stores (id),
    checkout_id  TEXT NOT NULL,
    document     TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (store_id, id),
    FOREIGN KEY (store_id, checkout_id) REFERENCES checkouts (store_id, id)
) STRICT;
CREATE INDEX quotes_of_checkout ON quotes (store_id, checkout_id);

CREATE TABLE payment_attempts (
    id           TEXT NOT NULL,
    store_id     INTEGER NOT NULL REFERENCES stores (id),
    checkout_id  TEXT NOT NULL,
    cart_id      TEXT NOT NULL,
    quote_id     TEXT NOT NULL,
    provider     TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('started', 'challenge', 'unknown', 'authorised', 'awaiting', 'declined',
                                                'captured', 'voided', 'refunded')),
    amount       INTEGER NOT NULL,
    currency     TEXT NOT NULL,
    details      TEXT NOT NULL,
    order_number INTEGER,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (store_id, id),
    FOREIGN KEY (store_id, checkout_id) REFERENCES checkouts (store_id, id),
    FOREIGN KEY (store_id, quote_id) REFERENCES quotes (store_id, id)
) STRICT;
CREATE INDEX payment_attempts_of_cart ON payment_attempts (store_id, cart_id);
CREATE INDEX payment_attempts_of_checkout ON payment_attempts (store_id, checkout_id);
CREATE INDEX payment_attempts_of_quote ON payment_attempts (store_id, quote_id);

-- document is frozen at purchase; the columns beside it are what may change or is searched for.
-- latest_at is the latest placed_at up to and including this number: it grows with the number even where clocks disagree,
-- so that one step into orders_by_time turns a time into a number.
CREATE TABLE orders (
    store_id          INTEGER NOT NULL REFERENCES stores (id),
    number            INTEGER NOT NULL,
    cart_id           TEXT NOT NULL,
    attempt_id        TEXT NOT NULL,
    quote_id          TEXT NOT NULL,
    reference_id      TEXT,
    merchant_order_id TEXT,
    status            TEXT NOT NULL CHECK (status IN (
                          'IGLOBAL_FRAUD_REVIEW', 'IGLOBAL_ORDER_IN_PROCESS', 'IGLOBAL_ORDER_ON_HOLD',
                          'IGLOBAL_ORDER_CANCELLED', 'IGLOBAL_LABELS_PROCESSING', 'VENDOR_PREPARING_ORDER',
                          'VENDOR_SHIPMENT_READY', 'VENDOR_LABELS_PRINTED_DATE', 'VENDOR_CANCELLATION_REQUEST',
                          'VENDOR_END_OF_DAY_COMPLETE')),
    status_at         INTEGER NOT NULL,
    test              INTEGER NOT NULL CHECK (test IN (0, 1)),
    placed_at         INTEGER NOT NULL,
    latest_at         INTEGER NOT NULL,
    document          TEXT NOT NULL,
    payment           TEXT NOT NULL,
    PRIMARY KEY (store_id, number),
    UNIQUE (store_id, cart_id),
    UNIQUE (store_id, attempt_id)
) STRICT;
CREATE INDEX orders_by_time ON orders (store_id, latest_at, number);
-- Nearly always empty: orders whose clock was more than a minute behind an earlier order's.
CREATE INDEX orders_late ON orders (store_id, (latest_at - placed_at)) WHERE latest_at - placed_at > 60000000;
CREATE INDEX orders_by_reference ON orders (store_id, reference_id, number) WHERE reference_id IS NOT NULL;
-- Lists are answered from these alone: the rows themselves are spread wide by their documents.
CREATE INDEX orders_list ON orders (store_id, number, placed_at, test, status, status_at, merchant_order_id);
CREATE INDEX orders_missing_merchant_id ON orders (store_id, number, placed_at, test, status, status_at, merchant_order_id)
    WHERE merchant_order_id IS NULL;

CREATE TABLE order_history (
    store_id  INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    event     TEXT NOT NULL,
    status_to TEXT,
    PRIMARY KEY (store_id, number, seq),
    FOREIGN KEY (store_id, number) REFERENCES orders (store_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE parcels (
    store_id       INTEGER NOT NULL,
    order_number   INTEGER NOT NULL,
    position       INTEGER NOT NULL,
    consignment    TEXT NOT NULL,
    courier        TEXT,
    added_at       INTEGER NOT NULL,
    PRIMARY KEY (store_id, order_number, position),
    UNIQUE (store_id, order_number, consignment),
    FOREIGN KEY (store_id, order_number) REFERENCES orders (store_id, number)
) STRICT, WITHOUT ROWID;

-- Work to be done after a commit. store_id is null for the house's own upkeep. run_at is when a waiting job is due, when a
-- running one's lease ends, and when any other one ended.
CREATE TABLE jobs (
    id           TEXT NOT NULL PRIMARY KEY,
    store_id     INTEGER REFERENCES stores (id),
    kind         TEXT NOT NULL,
    payload      TEXT NOT NULL,
    dedup_key    TEXT UNIQUE,
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'dead')),
    run_at       INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    last_error   TEXT,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE state IN ('waiting', 'running');
CREATE INDEX jobs_by_state ON jobs (state, run_at, id);
