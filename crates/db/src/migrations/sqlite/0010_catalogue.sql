-- Quantities that a unit allows, beside the document that holds them: availability is asked inside a consumer's click and must
-- not read whole documents. Thousandths of a unit, like every quantity.
ALTER TABLE products ADD COLUMN unit_step INTEGER NOT NULL DEFAULT 1000;
ALTER TABLE products ADD COLUMN unit_minimum INTEGER NOT NULL DEFAULT 1000;
UPDATE products SET
    unit_step = CAST(ROUND(COALESCE(details ->> '$.unit.step', 1) * 1000) AS INTEGER),
    unit_minimum = CAST(ROUND(COALESCE(details ->> '$.unit.minimum', 1) * 1000) AS INTEGER)
WHERE details ->> '$.unit' IS NOT NULL;
