-- The newest rate of every currency per base, whatever import it came with: an import of a few currencies takes nothing
-- away from the others. rate is a decimal, day yyyy-mm-dd. exchange_rates keeps the imports as they came.
CREATE TABLE currency_rates (
    currency    TEXT NOT NULL,
    base        TEXT NOT NULL,
    rate        TEXT NOT NULL,
    day         TEXT NOT NULL,
    source      TEXT NOT NULL,
    imported_at BIGINT NOT NULL,
    PRIMARY KEY (currency, base)
);

INSERT INTO currency_rates (currency, base, rate, day, source, imported_at)
SELECT currency, base, rate, day, source, imported_at
FROM (
    SELECT quoted.key AS currency, (r.document::json) ->> 'base' AS base, CAST(quoted.value AS TEXT) AS rate,
           r.day AS day, r.source AS source, r.imported_at AS imported_at,
           ROW_NUMBER() OVER (
               PARTITION BY quoted.key, (r.document::json) ->> 'base'
               ORDER BY r.day DESC, r.imported_at DESC, r.id DESC
           ) AS place
    FROM exchange_rates AS r, json_each_text((r.document::json) -> 'per_base') AS quoted
) AS ranked
WHERE place = 1;

-- The newest import of a source: whether it is worth asking for another.
CREATE INDEX exchange_rates_by_source ON exchange_rates (source, day, imported_at, id);
