-- What landed costs were computed from, and those that merchants asked for. Nothing here is ever changed: quotes point at
-- what they used.

-- Every version of the rule book that a quote was computed with. files is a JSON object, name to text; version is its hash.
CREATE TABLE rule_books (
    version       TEXT NOT NULL PRIMARY KEY,
    files         TEXT NOT NULL,
    first_used_at BIGINT NOT NULL
);

-- Imported tariffs. The newest of a territory is in use.
CREATE TABLE tariffs (
    id          TEXT NOT NULL PRIMARY KEY,
    territory   TEXT NOT NULL,
    row_count   BIGINT NOT NULL,
    document    TEXT NOT NULL,
    imported_at BIGINT NOT NULL
);
-- Covers the list of what is there, so that the documents, which are megabytes, are not touched.
CREATE INDEX tariffs_by_territory ON tariffs (territory, imported_at, id, row_count);

-- Exchange rates of a day (yyyy-mm-dd). The newest day is in use, of one day the last import.
CREATE TABLE exchange_rates (
    id          TEXT NOT NULL PRIMARY KEY,
    day         TEXT NOT NULL,
    source      TEXT NOT NULL,
    document    TEXT NOT NULL,
    imported_at BIGINT NOT NULL
);
CREATE INDEX exchange_rates_by_day ON exchange_rates (day, imported_at, id);

-- Answers of the quote API. Those of the checkout are in quotes.
CREATE TABLE landed_quotes (
    store_id   BIGINT NOT NULL REFERENCES stores (id),
    id         TEXT NOT NULL,
    document   TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (store_id, id)
);
