//! Products with their sizes, codes and sets: written in batches, read by number.

use std::collections::HashMap;

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{
    CodeKind, Component, Product, ProductId, Quantity, StockMode, Variant, VariantId, WholesalerId,
};

use crate::error::DbError;
use crate::json::{json, json_rows};
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(CodeColumns, code, "product_codes": kind, code, product_id, size_id);
columns!(ProductColumns, product, "products": id, code, active, details);
columns!(SizeColumns, size, "product_sizes":
    product_id, size_id, stock_mode, producer_code, external_code, prices, details);
columns!(SizeIdColumns, "product_sizes": product_id, size_id);
columns!(PartColumns, part, "bundle_items": product_id, size_id, item_product_id, item_size_id, quantity);

statements! {
    // Batches ride in one parameter each, rows as arrays.
    BY_CODES = {
        sqlite concat!("SELECT ", product!("p"), " FROM json_each($1) v \
            CROSS JOIN products p ON p.wholesaler_id = $2 AND p.code = v.value ->> 0"),
        postgres concat!("SELECT ", product!("p"), " FROM jsonb_array_elements($1::jsonb) AS v \
            JOIN products p ON p.wholesaler_id = $2 AND p.code = v ->> 0")
    }
    BY_IDS = {
        sqlite concat!("SELECT ", product!("p"), " FROM json_each($1) v \
            CROSS JOIN products p ON p.wholesaler_id = $2 AND p.id = v.value ->> 0 ORDER BY p.id"),
        postgres concat!("SELECT ", product!("p"), " FROM jsonb_array_elements($1::jsonb) AS v \
            JOIN products p ON p.wholesaler_id = $2 AND p.id = (v ->> 0)::bigint ORDER BY p.id")
    }
    BEHIND = { "SELECT ", product!(), " FROM products WHERE wholesaler_id = $1 AND id > $2 ORDER BY id LIMIT $3" }
    CHANGED = { "SELECT ", product!(), " FROM products WHERE wholesaler_id = $1 AND updated_at >= $2 AND id > $3 \
        ORDER BY id LIMIT $4" }
    SIZES = {
        sqlite concat!("SELECT ", size!("s"), " \
            FROM json_each($1) v CROSS JOIN product_sizes s ON s.wholesaler_id = $2 AND s.product_id = v.value ->> 0 \
            WHERE s.active ORDER BY s.product_id, s.position"),
        postgres concat!("SELECT ", size!("s"), " \
            FROM jsonb_array_elements($1::jsonb) AS v \
            JOIN product_sizes s ON s.wholesaler_id = $2 AND s.product_id = (v ->> 0)::bigint \
            WHERE s.active ORDER BY s.product_id, s.position")
    }
    SET_PARTS = {
        sqlite concat!("SELECT ", part!("b"), " \
            FROM json_each($1) v CROSS JOIN bundle_items b ON b.wholesaler_id = $2 AND b.product_id = v.value ->> 0 \
            ORDER BY b.product_id, b.size_id, b.position"),
        postgres concat!("SELECT ", part!("b"), " \
            FROM jsonb_array_elements($1::jsonb) AS v \
            JOIN bundle_items b ON b.wholesaler_id = $2 AND b.product_id = (v ->> 0)::bigint \
            ORDER BY b.product_id, b.size_id, b.position")
    }
    CODES = {
        sqlite concat!("SELECT ", code!("c"), " FROM json_each($1) v \
            CROSS JOIN product_codes c ON c.wholesaler_id = $2 AND c.kind = v.value ->> 0 AND c.code = v.value ->> 1"),
        postgres concat!("SELECT ", code!("c"), " FROM jsonb_array_elements($1::jsonb) AS v \
            JOIN product_codes c ON c.wholesaler_id = $2 AND c.kind = v ->> 0 AND c.code = v ->> 1")
    }
    PUT_PRODUCTS = {
        sqlite "INSERT INTO products (wholesaler_id, id, code, active, prepare_days, unit_step, unit_minimum, details, \
            created_at, updated_at) SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, \
            value ->> 6, $2, $2 FROM json_each($3) WHERE true \
            ON CONFLICT (wholesaler_id, id) DO UPDATE SET active = excluded.active, prepare_days = excluded.prepare_days, \
            unit_step = excluded.unit_step, unit_minimum = excluded.unit_minimum, details = excluded.details, \
            updated_at = excluded.updated_at",
        postgres "INSERT INTO products (wholesaler_id, id, code, active, prepare_days, unit_step, unit_minimum, details, \
            created_at, updated_at) SELECT CAST($1 AS BIGINT), (r ->> 0)::bigint, r ->> 1, (r ->> 2)::boolean, \
            (r ->> 3)::bigint, (r ->> 4)::bigint, (r ->> 5)::bigint, r ->> 6, CAST($2 AS BIGINT), CAST($2 AS BIGINT) \
            FROM jsonb_array_elements($3::jsonb) AS r \
            ON CONFLICT (wholesaler_id, id) DO UPDATE SET active = excluded.active, prepare_days = excluded.prepare_days, \
            unit_step = excluded.unit_step, unit_minimum = excluded.unit_minimum, details = excluded.details, \
            updated_at = excluded.updated_at"
    }
    RETIRE_SIZES = {
        sqlite "UPDATE product_sizes SET active = false WHERE wholesaler_id = $1 \
            AND product_id IN (SELECT value ->> 0 FROM json_each($2))",
        postgres "UPDATE product_sizes SET active = false WHERE wholesaler_id = $1 \
            AND product_id IN (SELECT (r ->> 0)::bigint FROM jsonb_array_elements($2::jsonb) AS r)"
    }
    PUT_SIZES = {
        sqlite "INSERT INTO product_sizes (wholesaler_id, product_id, size_id, position, active, stock_mode, producer_code, \
            external_code, prices, details) SELECT $1, value ->> 0, value ->> 1, value ->> 2, true, value ->> 3, \
            value ->> 4, value ->> 5, value ->> 6, value ->> 7 FROM json_each($2) WHERE true \
            ON CONFLICT (wholesaler_id, product_id, size_id) DO UPDATE SET position = excluded.position, active = true, \
            stock_mode = excluded.stock_mode, producer_code = excluded.producer_code, \
            external_code = excluded.external_code, prices = excluded.prices, details = excluded.details",
        postgres "INSERT INTO product_sizes (wholesaler_id, product_id, size_id, position, active, stock_mode, \
            producer_code, external_code, prices, details) SELECT CAST($1 AS BIGINT), (r ->> 0)::bigint, r ->> 1, \
            (r ->> 2)::bigint, true, r ->> 3, r ->> 4, r ->> 5, r ->> 6, r ->> 7 FROM jsonb_array_elements($2::jsonb) AS r \
            ON CONFLICT (wholesaler_id, product_id, size_id) DO UPDATE SET position = excluded.position, active = true, \
            stock_mode = excluded.stock_mode, producer_code = excluded.producer_code, \
            external_code = excluded.external_code, prices = excluded.prices, details = excluded.details"
    }
    DELETE_CODES = {
        sqlite "DELETE FROM product_codes WHERE wholesaler_id = $1 \
            AND product_id IN (SELECT value ->> 0 FROM json_each($2))",
        postgres "DELETE FROM product_codes WHERE wholesaler_id = $1 \
            AND product_id IN (SELECT (r ->> 0)::bigint FROM jsonb_array_elements($2::jsonb) AS r)"
    }
    INSERT_CODES = {
        sqlite "INSERT INTO product_codes (wholesaler_id, kind, code, product_id, size_id) \
            SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($2)",
        postgres "INSERT INTO product_codes (wholesaler_id, kind, code, product_id, size_id) \
            SELECT CAST($1 AS BIGINT), r ->> 0, r ->> 1, (r ->> 2)::bigint, r ->> 3 FROM jsonb_array_elements($2::jsonb) AS r"
    }
    DELETE_PARTS = {
        sqlite "DELETE FROM bundle_items WHERE wholesaler_id = $1 \
            AND product_id IN (SELECT value ->> 0 FROM json_each($2))",
        postgres "DELETE FROM bundle_items WHERE wholesaler_id = $1 \
            AND product_id IN (SELECT (r ->> 0)::bigint FROM jsonb_array_elements($2::jsonb) AS r)"
    }
    INSERT_PARTS = {
        sqlite "INSERT INTO bundle_items (wholesaler_id, product_id, size_id, position, item_product_id, item_size_id, \
            quantity) SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 \
            FROM json_each($2)",
        postgres "INSERT INTO bundle_items (wholesaler_id, product_id, size_id, position, item_product_id, item_size_id, \
            quantity) SELECT CAST($1 AS BIGINT), (r ->> 0)::bigint, r ->> 1, (r ->> 2)::bigint, (r ->> 3)::bigint, r ->> 4, \
            (r ->> 5)::bigint FROM jsonb_array_elements($2::jsonb) AS r"
    }
    SETS_AMONG = {
        sqlite "SELECT DISTINCT b.product_id, b.size_id FROM json_each($1) v CROSS JOIN bundle_items b \
            ON b.wholesaler_id = $2 AND b.product_id = v.value ->> 0 AND b.size_id = v.value ->> 1",
        postgres "SELECT DISTINCT b.product_id, b.size_id FROM jsonb_array_elements($1::jsonb) AS v JOIN bundle_items b \
            ON b.wholesaler_id = $2 AND b.product_id = (v ->> 0)::bigint AND b.size_id = v ->> 1"
    }
    COUNT = { "SELECT COUNT(*) FROM products WHERE wholesaler_id = $1" }
}

/// A code that names a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRow {
    /// Which kind of code.
    pub kind: CodeKind,
    /// The code.
    pub code: String,
    /// What it names.
    pub variant: VariantId,
}

pub(crate) fn variant(product: i64, size: String) -> VariantId {
    VariantId { product: ProductId(product), size }
}

impl FromRow for CodeRow {
    type Columns = CodeColumns;

    fn from_row(row: &Row<'_>, at: &CodeColumns) -> Result<Self, DbError> {
        let code: String = row.get(at.code)?;
        let bad = |column| DbError::Inconsistent { table: "product_codes", column, id: code.clone() };
        Ok(Self {
            kind: CodeKind::from_code(row.text(at.kind)?).ok_or_else(|| bad("kind"))?,
            variant: variant(row.get(at.product_id)?, row.get(at.size_id)?),
            code,
        })
    }
}

struct ProductRow(Product);

impl FromRow for ProductRow {
    type Columns = ProductColumns;

    fn from_row(row: &Row<'_>, at: &ProductColumns) -> Result<Self, DbError> {
        let id: i64 = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "products", column, id: id.to_string() };
        Ok(Self(Product {
            id: ProductId(id),
            code: row.get(at.code)?,
            active: row.get(at.active)?,
            details: serde_json::from_str(row.text(at.details)?).map_err(|_| bad("details"))?,
            sizes: Vec::new(),
        }))
    }
}

struct SizeRow(Variant);

impl FromRow for SizeRow {
    type Columns = SizeColumns;

    fn from_row(row: &Row<'_>, at: &SizeColumns) -> Result<Self, DbError> {
        let id = variant(row.get(at.product_id)?, row.get(at.size_id)?);
        let bad = |column| DbError::Inconsistent { table: "product_sizes", column, id: id.to_string() };
        Ok(Self(Variant {
            stock_mode: StockMode::from_code(row.text(at.stock_mode)?).ok_or_else(|| bad("stock_mode"))?,
            producer_code: row.get(at.producer_code)?,
            external_code: row.get(at.external_code)?,
            prices: serde_json::from_str(row.text(at.prices)?).map_err(|_| bad("prices"))?,
            details: serde_json::from_str(row.text(at.details)?).map_err(|_| bad("details"))?,
            components: Vec::new(),
            id,
        }))
    }
}

/// A size without what belongs to it.
pub(crate) struct SizeIdRow(pub(crate) VariantId);

impl FromRow for SizeIdRow {
    type Columns = SizeIdColumns;

    fn from_row(row: &Row<'_>, at: &SizeIdColumns) -> Result<Self, DbError> {
        Ok(Self(variant(row.get(at.product_id)?, row.get(at.size_id)?)))
    }
}

struct PartRow(VariantId, Component);

impl FromRow for PartRow {
    type Columns = PartColumns;

    fn from_row(row: &Row<'_>, at: &PartColumns) -> Result<Self, DbError> {
        let set = variant(row.get(at.product_id)?, row.get(at.size_id)?);
        let part = variant(row.get(at.item_product_id)?, row.get(at.item_size_id)?);
        Ok(Self(set, Component { variant: part, quantity: Quantity(row.get(at.quantity)?) }))
    }
}

fn id_rows(ids: impl Iterator<Item = ProductId>) -> Result<String, DbError> {
    json_rows(&ids.map(|id| [id.0]).collect::<Vec<_>>())
}

impl Tx {
    /// Products of these codes, without those that are not there.
    pub async fn products_by_codes(
        &mut self,
        wholesaler: WholesalerId,
        codes: &[&str],
    ) -> Result<Vec<Product>, DbError> {
        let list = json_rows(&codes.iter().map(|code| [*code]).collect::<Vec<_>>())?;
        let rows = self.fetch_all(&BY_CODES, params![list, wholesaler.get()]).await?;
        self.with_sizes(wholesaler, rows).await
    }

    /// Products of these numbers, by number, without those that are not there.
    pub async fn products_by_ids(
        &mut self,
        wholesaler: WholesalerId,
        ids: &[ProductId],
    ) -> Result<Vec<Product>, DbError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.fetch_all(&BY_IDS, params![id_rows(ids.iter().copied())?, wholesaler.get()]).await?;
        self.with_sizes(wholesaler, rows).await
    }

    /// Products behind a number, by number; with `changed_since` only those changed at or after it.
    pub async fn products_behind(
        &mut self,
        wholesaler: WholesalerId,
        after: ProductId,
        changed_since: Option<Timestamp>,
        limit: i64,
    ) -> Result<Vec<Product>, DbError> {
        let rows = match changed_since {
            None => self.fetch_all(&BEHIND, params![wholesaler.get(), after.0, limit]).await?,
            Some(since) => self.fetch_all(&CHANGED, params![wholesaler.get(), since.0, after.0, limit]).await?,
        };
        self.with_sizes(wholesaler, rows).await
    }

    async fn with_sizes(&mut self, wholesaler: WholesalerId, rows: Vec<ProductRow>) -> Result<Vec<Product>, DbError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut products: Vec<Product> = rows.into_iter().map(|row| row.0).collect();
        let list = id_rows(products.iter().map(|product| product.id))?;
        let sizes: Vec<SizeRow> = self.fetch_all(&SIZES, params![list.as_str(), wholesaler.get()]).await?;
        let parts: Vec<PartRow> = self.fetch_all(&SET_PARTS, params![list, wholesaler.get()]).await?;
        let mut sets: HashMap<VariantId, Vec<Component>> = HashMap::new();
        for PartRow(set, part) in parts {
            sets.entry(set).or_default().push(part);
        }
        let mut by_product: HashMap<ProductId, Vec<Variant>> = HashMap::new();
        for SizeRow(mut size) in sizes {
            size.components = sets.remove(&size.id).unwrap_or_default();
            by_product.entry(size.id.product).or_default().push(size);
        }
        for product in &mut products {
            product.sizes = by_product.remove(&product.id).unwrap_or_default();
        }
        Ok(products)
    }

    /// What these codes name, without those that name nothing.
    pub async fn codes(
        &mut self,
        wholesaler: WholesalerId,
        codes: &[(CodeKind, &str)],
    ) -> Result<Vec<CodeRow>, DbError> {
        if codes.is_empty() {
            return Ok(Vec::new());
        }
        let list = json_rows(&codes.iter().map(|(kind, code)| (kind.code(), code)).collect::<Vec<_>>())?;
        self.fetch_all(&CODES, params![list, wholesaler.get()]).await
    }

    /// Which of these sizes are sets: they consist of others and have no stock of their own.
    pub async fn bundles_among(
        &mut self,
        wholesaler: WholesalerId,
        sizes: &[&VariantId],
    ) -> Result<Vec<VariantId>, DbError> {
        if sizes.is_empty() {
            return Ok(Vec::new());
        }
        let list = json_rows(&sizes.iter().map(|size| (size.product.0, size.size.as_str())).collect::<Vec<_>>())?;
        let rows: Vec<SizeIdRow> = self.fetch_all(&SETS_AMONG, params![list, wholesaler.get()]).await?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// Stores products, new or known by their numbers, with everything that belongs to them; sizes that are there and not
    /// named are retired. A few hundred in one call. [`DbError::Conflict`] when a code belongs to something else: look with
    /// [`Tx::codes`] and [`Tx::products_by_codes`] before.
    pub async fn put_products(
        &mut self,
        wholesaler: WholesalerId,
        products: &[Product],
        now: Timestamp,
    ) -> Result<(), DbError> {
        if products.is_empty() {
            return Ok(());
        }
        let (mut rows, mut sizes, mut codes, mut parts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for product in products {
            let (details, unit) = (&product.details, &product.details.unit);
            let (step, minimum) = (unit.step.0, unit.minimum.0);
            let code = product.code.as_str();
            rows.push((product.id, code, product.active, details.prepare_days, step, minimum, json(details)?));
            for (position, size) in (0_i64..).zip(&product.sizes) {
                let (id, name) = (size.id.product, size.id.size.as_str());
                sizes.push((
                    id,
                    name,
                    position,
                    size.stock_mode.code(),
                    size.producer_code.as_deref(),
                    size.external_code.as_deref(),
                    json(&size.prices)?,
                    json(&size.details)?,
                ));
                let producer = size.producer_code.clone().map(|code| (CodeKind::Producer, code));
                let external = size.external_code.clone().map(|code| (CodeKind::External, code));
                let internal = (CodeKind::Internal, size.id.to_string());
                for (kind, code) in [Some(internal), producer, external].into_iter().flatten() {
                    codes.push((kind.code(), code, id, name));
                }
                for (position, part) in (0_i64..).zip(&size.components) {
                    let item = &part.variant;
                    parts.push((id, name, position, item.product, item.size.as_str(), part.quantity.0));
                }
            }
        }
        let tenant = wholesaler.get();
        let ids = id_rows(products.iter().map(|product| product.id))?;
        self.execute(&PUT_PRODUCTS, params![tenant, now.0, json_rows(&rows)?]).await?;
        self.execute(&RETIRE_SIZES, params![tenant, ids.as_str()]).await?;
        self.execute(&PUT_SIZES, params![tenant, json_rows(&sizes)?]).await?;
        self.execute(&DELETE_CODES, params![tenant, ids.as_str()]).await?;
        self.execute(&INSERT_CODES, params![tenant, json_rows(&codes)?]).await?;
        self.execute(&DELETE_PARTS, params![tenant, ids]).await?;
        if !parts.is_empty() {
            self.execute(&INSERT_PARTS, params![tenant, json_rows(&parts)?]).await?;
        }
        Ok(())
    }

    /// Number of products of a wholesaler.
    pub async fn count_products(&mut self, wholesaler: WholesalerId) -> Result<i64, DbError> {
        Ok(self.fetch_optional(&COUNT, params![wholesaler.get()]).await?.unwrap_or(0))
    }
}
