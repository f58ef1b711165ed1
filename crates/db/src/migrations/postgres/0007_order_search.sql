-- What supply orders can be searched by: 'payment:prepaid', 'courier:51', 'currency:PLN', 'product:15', 'size:15-3'.
-- Follows from delivery and document of the order and is written with them. From here on staff may change the document.
CREATE TABLE supply_order_terms (
    wholesaler_id BIGINT NOT NULL,
    term          TEXT NOT NULL,
    serial        BIGINT NOT NULL,
    PRIMARY KEY (wholesaler_id, term, serial),
    FOREIGN KEY (wholesaler_id, serial) REFERENCES supply_orders (wholesaler_id, serial)
);
CREATE INDEX supply_order_terms_of_order ON supply_order_terms (wholesaler_id, serial);

INSERT INTO supply_order_terms (wholesaler_id, term, serial)
SELECT wholesaler_id, 'payment:' || (document::jsonb ->> 'payment'), serial FROM supply_orders
UNION ALL
SELECT wholesaler_id, 'courier:' || (delivery::jsonb ->> 'courier'), serial FROM supply_orders
UNION ALL
SELECT wholesaler_id, 'currency:' || (document::jsonb ->> 'currency'), serial FROM supply_orders
UNION
SELECT o.wholesaler_id, 'product:' || (l -> 'variant' ->> 'product'), o.serial
FROM supply_orders o CROSS JOIN LATERAL jsonb_array_elements(o.document::jsonb -> 'lines') AS l
UNION
SELECT o.wholesaler_id, 'size:' || (l -> 'variant' ->> 'product') || '-' || (l -> 'variant' ->> 'size'), o.serial
FROM supply_orders o CROSS JOIN LATERAL jsonb_array_elements(o.document::jsonb -> 'lines') AS l;
