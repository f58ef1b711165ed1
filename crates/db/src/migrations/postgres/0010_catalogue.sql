-- Quantities that a unit allows, beside the document that holds them: availability is asked inside a consumer's click and must
-- not read whole documents. Thousandths of a unit, like every quantity.
ALTER TABLE products ADD COLUMN unit_step BIGINT NOT NULL DEFAULT 1000;
ALTER TABLE products ADD COLUMN unit_minimum BIGINT NOT NULL DEFAULT 1000;
UPDATE products SET
    unit_step = ROUND(COALESCE(details::jsonb #>> '{unit,step}', '1')::numeric * 1000)::bigint,
    unit_minimum = ROUND(COALESCE(details::jsonb #>> '{unit,minimum}', '1')::numeric * 1000)::bigint
WHERE details::jsonb ? 'unit';
