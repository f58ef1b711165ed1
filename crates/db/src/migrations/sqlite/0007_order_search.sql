-- What supply orders can be searched by: 'payment:prepaid', 'courier:51', 'currency:PLN', 'product:15', 'size:15-3'.
-- Follows from delivery and document of the order and is written with them. From here on staff may change the document.
CREATE TABLE supply_order_terms (
    wholesaler_id INTEGER NOT NULL,
    term          TEXT NOT NULL,
    serial        INTEGER NOT NULL,
    PRIMARY KEY (wholesaler_id, term, serial),
    FOREIGN KEY (wholesaler_id, serial) REFERENCES supply_orders (wholesaler_id, serial)
) STRICT, WITHOUT ROWID;
CREATE INDEX supply_order_terms_of_order ON supply_order_terms (wholesaler_id, serial);

INSERT INTO supply_order_terms (wholesaler_id, term, serial)
SELECT wholesaler_id, 'payment:' || (document ->> '$.payment'), serial FROM supply_orders
UNION ALL
SELECT wholesaler_id, 'courier:' || (delivery ->> '$.courier'), serial FROM supply_orders
UNION ALL
SELECT wholesaler_id, 'currency:' || (document ->> '$.currency'), serial FROM supply_orders
UNION
SELECT o.wholesaler_id, 'product:' || (l.value ->> '$.variant.product'), o.serial
FROM supply_orders o JOIN json_each(o.document, '$.lines') l
UNION
SELECT o.wholesaler_id, 'size:' || (l.value ->> '$.variant.product') || '-' || (l.value ->> '$.variant.size'), o.serial
FROM supply_orders o JOIN json_each(o.document, '$.lines') l;
