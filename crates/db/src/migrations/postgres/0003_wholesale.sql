-- The wholesaler's side. Quantities are thousandths of a unit, amounts minor units of the wholesaler's currency, places
-- millionths of a degree. Every table but the first names its wholesaler.

-- Tenants. settings is a JSON document; the dropshipping key is stored hashed.
CREATE TABLE wholesalers (
    id                    BIGINT NOT NULL PRIMARY KEY,
    name                  TEXT NOT NULL,
    currency              TEXT NOT NULL,
    domain                TEXT UNIQUE,
    dropshipping_key_hash TEXT,
    settings              TEXT NOT NULL,
    created_at            BIGINT NOT NULL,
    updated_at            BIGINT NOT NULL
);

-- Apart from wholesalers, so that ordering does not touch what every request reads. name: account, product, recipient,
-- order, parcel.
CREATE TABLE wholesale_counters (
    wholesaler_id BIGINT NOT NULL REFERENCES wholesalers (id),
    name          TEXT NOT NULL,
    next_number   BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, name)
);

-- sealed_password is the inner SHA-1 of the password, encrypted with the key file: systemKey cannot be checked without it.
CREATE TABLE shop_accounts (
    wholesaler_id   BIGINT NOT NULL REFERENCES wholesalers (id),
    id              BIGINT NOT NULL,
    login           TEXT NOT NULL,
    sealed_password TEXT NOT NULL,
    price_group     TEXT NOT NULL,
    blocked         BOOLEAN NOT NULL,
    profile         TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, id),
    UNIQUE (wholesaler_id, login)
);

-- Sessions of the gates: the hash of the key that the shop holds.
CREATE TABLE gate_sessions (
    wholesaler_id BIGINT NOT NULL,
    key_hash      TEXT NOT NULL,
    account_id    BIGINT NOT NULL,
    issued_at     BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, key_hash),
    FOREIGN KEY (wholesaler_id, account_id) REFERENCES shop_accounts (wholesaler_id, id)
);
CREATE INDEX gate_sessions_by_expiry ON gate_sessions (expires_at);

CREATE TABLE products (
    wholesaler_id BIGINT NOT NULL REFERENCES wholesalers (id),
    id            BIGINT NOT NULL,
    code          TEXT NOT NULL,
    active        BOOLEAN NOT NULL,
    prepare_days  BIGINT,
    details       TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, id),
    UNIQUE (wholesaler_id, code)
);
CREATE INDEX products_by_change ON products (wholesaler_id, updated_at, id);

-- A product in one size. active is false for a size that an import no longer names: orders may still hold it.
CREATE TABLE product_sizes (
    wholesaler_id BIGINT NOT NULL,
    product_id    BIGINT NOT NULL,
    size_id       TEXT NOT NULL,
    position      BIGINT NOT NULL,
    active        BOOLEAN NOT NULL,
    stock_mode    TEXT NOT NULL CHECK (stock_mode IN ('counted', 'hidden', 'uncounted')),
    producer_code TEXT,
    external_code TEXT,
    prices        TEXT NOT NULL,
    details       TEXT NOT NULL,
    PRIMARY KEY (wholesaler_id, product_id, size_id),
    FOREIGN KEY (wholesaler_id, product_id) REFERENCES products (wholesaler_id, id)
);

-- How shops name a size: its internal code 15-3, the producer's code, an external code.
CREATE TABLE product_codes (
    wholesaler_id BIGINT NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('internal', 'producer', 'external')),
    code          TEXT NOT NULL,
    product_id    BIGINT NOT NULL,
    size_id       TEXT NOT NULL,
    PRIMARY KEY (wholesaler_id, kind, code),
    FOREIGN KEY (wholesaler_id, product_id, size_id) REFERENCES product_sizes (wholesaler_id, product_id, size_id)
);
CREATE INDEX product_codes_of_size ON product_codes (wholesaler_id, product_id, size_id);

-- What sets consist of.
CREATE TABLE bundle_items (
    wholesaler_id   BIGINT NOT NULL,
    product_id      BIGINT NOT NULL,
    size_id         TEXT NOT NULL,
    position        BIGINT NOT NULL,
    item_product_id BIGINT NOT NULL,
    item_size_id    TEXT NOT NULL,
    quantity        BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, product_id, size_id, position),
    FOREIGN KEY (wholesaler_id, product_id, size_id) REFERENCES product_sizes (wholesaler_id, product_id, size_id),
    FOREIGN KEY (wholesaler_id, item_product_id, item_size_id)
        REFERENCES product_sizes (wholesaler_id, product_id, size_id)
);
CREATE INDEX bundle_items_by_item ON bundle_items (wholesaler_id, item_product_id, item_size_id);

-- Orders are served from sellable warehouses, the one with the lowest position first.
CREATE TABLE warehouses (
    wholesaler_id BIGINT NOT NULL REFERENCES wholesalers (id),
    id            BIGINT NOT NULL,
    name          TEXT NOT NULL,
    sellable      BOOLEAN NOT NULL,
    position      BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, id)
);

-- reserved is the sum of the rows in reservations; what can be sold is quantity less reserved.
CREATE TABLE stock (
    wholesaler_id BIGINT NOT NULL,
    product_id    BIGINT NOT NULL,
    size_id       TEXT NOT NULL,
    warehouse_id  BIGINT NOT NULL,
    quantity      BIGINT NOT NULL CHECK (quantity >= 0),
    reserved      BIGINT NOT NULL CHECK (reserved >= 0),
    updated_at    BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, product_id, size_id, warehouse_id),
    FOREIGN KEY (wholesaler_id, product_id, size_id) REFERENCES product_sizes (wholesaler_id, product_id, size_id),
    FOREIGN KEY (wholesaler_id, warehouse_id) REFERENCES warehouses (wholesaler_id, id)
);
CREATE INDEX stock_of_warehouse ON stock (wholesaler_id, warehouse_id);
CREATE INDEX stock_by_change ON stock (wholesaler_id, updated_at);

-- Goods put aside: for an order until it is sent or dropped, or for a while.
CREATE TABLE reservations (
    wholesaler_id BIGINT NOT NULL,
    id            TEXT NOT NULL,
    product_id    BIGINT NOT NULL,
    size_id       TEXT NOT NULL,
    warehouse_id  BIGINT NOT NULL,
    quantity      BIGINT NOT NULL CHECK (quantity > 0),
    order_serial  BIGINT,
    account_id    BIGINT,
    expires_at    BIGINT,
    note          TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, id),
    FOREIGN KEY (wholesaler_id, product_id, size_id, warehouse_id)
        REFERENCES stock (wholesaler_id, product_id, size_id, warehouse_id)
);
CREATE INDEX reservations_of_order ON reservations (wholesaler_id, order_serial) WHERE order_serial IS NOT NULL;
CREATE INDEX reservations_of_stock ON reservations (wholesaler_id, product_id, size_id, warehouse_id);
CREATE INDEX reservations_by_expiry ON reservations (wholesaler_id, product_id, size_id, expires_at)
    WHERE expires_at IS NOT NULL;

CREATE TABLE couriers (
    wholesaler_id BIGINT NOT NULL REFERENCES wholesalers (id),
    id            BIGINT NOT NULL,
    name          TEXT NOT NULL,
    active        BOOLEAN NOT NULL,
    settings      TEXT NOT NULL,
    PRIMARY KEY (wholesaler_id, id)
);

CREATE TABLE pickup_points (
    wholesaler_id   BIGINT NOT NULL,
    courier_id      BIGINT NOT NULL,
    id              TEXT NOT NULL,
    country         TEXT NOT NULL,
    -- Compared byte by byte, as SQLite does: beginnings of postal codes are ranges.
    zip             TEXT COLLATE "C" NOT NULL,
    latitude_micro  BIGINT NOT NULL,
    longitude_micro BIGINT NOT NULL,
    active          BOOLEAN NOT NULL,
    document        TEXT NOT NULL,
    PRIMARY KEY (wholesaler_id, courier_id, id),
    FOREIGN KEY (wholesaler_id, courier_id) REFERENCES couriers (wholesaler_id, id)
);
CREATE INDEX pickup_points_by_zip ON pickup_points (wholesaler_id, courier_id, country, zip);
CREATE INDEX pickup_points_by_place ON pickup_points (wholesaler_id, courier_id, latitude_micro, longitude_micro);

CREATE TABLE recipients (
    wholesaler_id BIGINT NOT NULL,
    account_id    BIGINT NOT NULL,
    id            BIGINT NOT NULL,
    address       TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, account_id, id),
    FOREIGN KEY (wholesaler_id, account_id) REFERENCES shop_accounts (wholesaler_id, id)
);

-- One basket per account; its row is what callers of one account wait for.
CREATE TABLE baskets (
    wholesaler_id BIGINT NOT NULL,
    account_id    BIGINT NOT NULL,
    next_position BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, account_id),
    FOREIGN KEY (wholesaler_id, account_id) REFERENCES shop_accounts (wholesaler_id, id)
);

CREATE TABLE basket_lines (
    wholesaler_id BIGINT NOT NULL,
    account_id    BIGINT NOT NULL,
    position      BIGINT NOT NULL,
    product_id    BIGINT NOT NULL,
    size_id       TEXT NOT NULL,
    code          TEXT NOT NULL,
    code_kind     TEXT NOT NULL CHECK (code_kind IN ('internal', 'producer', 'external')),
    quantity      BIGINT NOT NULL CHECK (quantity > 0),
    comment       TEXT NOT NULL,
    PRIMARY KEY (wholesaler_id, account_id, position),
    FOREIGN KEY (wholesaler_id, account_id) REFERENCES baskets (wholesaler_id, account_id),
    FOREIGN KEY (wholesaler_id, product_id, size_id) REFERENCES product_sizes (wholesaler_id, product_id, size_id)
);

-- document is frozen when the order is placed; delivery may be changed by staff. content_hash tells a repeated order from
-- another one under the same external_id.
CREATE TABLE supply_orders (
    wholesaler_id  BIGINT NOT NULL,
    serial         BIGINT NOT NULL,
    account_id     BIGINT NOT NULL,
    external_id    TEXT,
    content_hash   TEXT NOT NULL,
    status         TEXT NOT NULL CHECK (status IN (
                       'new', 'payment_waiting', 'delivery_waiting', 'on_order', 'packed', 'packed_fulfillment',
                       'packed_ready', 'ready', 'wait_for_packaging', 'wait_for_dispatch', 'wait_for_receive',
                       'suspended', 'joined', 'missing', 'finished', 'finished_ext', 'returned', 'complained',
                       'canceled', 'false', 'lost')),
    placed_at      BIGINT NOT NULL,
    changed_at     BIGINT NOT NULL,
    dispatched_at  BIGINT,
    cancel_refused BOOLEAN NOT NULL,
    note           TEXT NOT NULL,
    delivery       TEXT NOT NULL,
    document       TEXT NOT NULL,
    PRIMARY KEY (wholesaler_id, serial),
    UNIQUE (wholesaler_id, account_id, external_id),
    FOREIGN KEY (wholesaler_id, account_id) REFERENCES shop_accounts (wholesaler_id, id)
);
CREATE INDEX supply_orders_of_account ON supply_orders (wholesaler_id, account_id, serial);
CREATE INDEX supply_orders_by_status ON supply_orders (wholesaler_id, status, serial);
CREATE INDEX supply_orders_by_external_id ON supply_orders (wholesaler_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE supply_order_history (
    wholesaler_id BIGINT NOT NULL,
    serial        BIGINT NOT NULL,
    seq           BIGINT NOT NULL,
    at            BIGINT NOT NULL,
    actor         TEXT NOT NULL,
    event         TEXT NOT NULL,
    PRIMARY KEY (wholesaler_id, serial, seq),
    FOREIGN KEY (wholesaler_id, serial) REFERENCES supply_orders (wholesaler_id, serial)
);

CREATE TABLE supply_parcels (
    wholesaler_id     BIGINT NOT NULL,
    serial            BIGINT NOT NULL,
    id                BIGINT NOT NULL,
    courier_id        BIGINT NOT NULL,
    courier_name      TEXT NOT NULL,
    package_number    TEXT NOT NULL,
    shipping_number   TEXT NOT NULL,
    tracking_template TEXT NOT NULL,
    weight_grams      BIGINT NOT NULL,
    added_at          BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, serial, id),
    FOREIGN KEY (wholesaler_id, serial) REFERENCES supply_orders (wholesaler_id, serial)
);
CREATE INDEX supply_parcels_by_id ON supply_parcels (wholesaler_id, id);
CREATE INDEX supply_parcels_by_shipping_number ON supply_parcels (wholesaler_id, shipping_number);
CREATE INDEX supply_parcels_by_package_number ON supply_parcels (wholesaler_id, package_number);

-- Files that shops add to lines, in base64. A line of the basket, or a line of an order.
CREATE TABLE line_attachments (
    wholesaler_id BIGINT NOT NULL,
    id            TEXT NOT NULL,
    account_id    BIGINT NOT NULL,
    order_serial  BIGINT,
    position      BIGINT NOT NULL,
    name          TEXT NOT NULL,
    media_type    TEXT NOT NULL,
    size          BIGINT NOT NULL,
    content       TEXT NOT NULL,
    PRIMARY KEY (wholesaler_id, id),
    FOREIGN KEY (wholesaler_id, account_id) REFERENCES shop_accounts (wholesaler_id, id)
);
CREATE INDEX line_attachments_of_account ON line_attachments (wholesaler_id, account_id, order_serial, position);

-- What happened to supply orders, for webhooks and mails. payload is complete.
CREATE TABLE wholesale_events (
    wholesaler_id BIGINT NOT NULL,
    id            TEXT NOT NULL,
    kind          TEXT NOT NULL,
    account_id    BIGINT NOT NULL,
    order_serial  BIGINT NOT NULL,
    seq           BIGINT NOT NULL,
    payload       TEXT NOT NULL,
    at            BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, id),
    FOREIGN KEY (wholesaler_id, order_serial) REFERENCES supply_orders (wholesaler_id, serial)
);
CREATE INDEX wholesale_events_of_order ON wholesale_events (wholesaler_id, order_serial, seq);
