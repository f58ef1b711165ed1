//! What can be sold now, by one statement: codes, sizes, sets, stock and reservations together.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{
    CodeKind, Component, GroupPrice, Quantity, StockMode, VariantId, WarehouseId, WholesalerId,
};

use crate::error::DbError;
use crate::json::json_rows;
use crate::products::variant;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(OfferColumns, "product_sizes":
    question, kind, product_id, size_id, active, stock_mode, prices, prepare_days, part_quantity,
    part_product_id, part_size_id, part_stock_mode, warehouse_id, quantity, reserved, sellable, expired,
    unit_step, unit_minimum);

statements! {
    // A row per reference, part of a set, and warehouse. Reservations past their time no longer count, whether or not
    // somebody has cleared them away yet. PostgreSQL expects a hundred codes of every list and would rather read whole tables
    // than look them up one by one: LATERAL with LIMIT or OFFSET, which is not taken apart, makes it look them up.
    BY_CODES = {
        sqlite "SELECT v.value ->> 0 AS question, c.kind, c.product_id, c.size_id, s.active AND p.active AS active, s.stock_mode, \
            s.prices, p.prepare_days, b.quantity AS part_quantity, b.item_product_id AS part_product_id, \
            b.item_size_id AS part_size_id, i.stock_mode AS part_stock_mode, k.warehouse_id, k.quantity, k.reserved, \
            COALESCE(w.sellable, false) AS sellable, (SELECT SUM(e.quantity) FROM reservations e \
                WHERE e.wholesaler_id = k.wholesaler_id AND e.product_id = k.product_id AND e.size_id = k.size_id \
                AND e.warehouse_id = k.warehouse_id AND e.expires_at <= $1) AS expired, p.unit_step, p.unit_minimum \
            FROM json_each($2) v \
            CROSS JOIN product_codes c ON c.wholesaler_id = $3 AND c.kind = v.value ->> 1 AND c.code = v.value ->> 2 \
            JOIN product_sizes s ON s.wholesaler_id = $3 AND s.product_id = c.product_id AND s.size_id = c.size_id \
            JOIN products p ON p.wholesaler_id = $3 AND p.id = c.product_id \
            LEFT JOIN bundle_items b ON b.wholesaler_id = $3 AND b.product_id = c.product_id AND b.size_id = c.size_id \
            LEFT JOIN product_sizes i ON i.wholesaler_id = $3 AND i.product_id = b.item_product_id \
                AND i.size_id = b.item_size_id \
            LEFT JOIN stock k ON k.wholesaler_id = $3 AND k.product_id = COALESCE(b.item_product_id, c.product_id) \
                AND k.size_id = COALESCE(b.item_size_id, c.size_id) \
            LEFT JOIN warehouses w ON w.wholesaler_id = $3 AND w.id = k.warehouse_id",
        postgres "SELECT (v ->> 0)::bigint AS question, c.kind, c.product_id, c.size_id, s.active AND p.active AS active, s.stock_mode, \
            s.prices, p.prepare_days, b.quantity AS part_quantity, b.item_product_id AS part_product_id, \
            b.item_size_id AS part_size_id, i.stock_mode AS part_stock_mode, k.warehouse_id, k.quantity, k.reserved, \
            COALESCE(w.sellable, false) AS sellable, (SELECT SUM(e.quantity)::bigint FROM reservations e \
                WHERE e.wholesaler_id = k.wholesaler_id AND e.product_id = k.product_id AND e.size_id = k.size_id \
                AND e.warehouse_id = k.warehouse_id AND e.expires_at <= $1) AS expired, p.unit_step, p.unit_minimum \
            FROM jsonb_array_elements($2::jsonb) AS v \
            JOIN LATERAL (SELECT * FROM product_codes WHERE wholesaler_id = $3 AND kind = v ->> 1 AND code = v ->> 2 LIMIT 1) c \
                ON TRUE \
            JOIN product_sizes s ON s.wholesaler_id = $3 AND s.product_id = c.product_id AND s.size_id = c.size_id \
            JOIN products p ON p.wholesaler_id = $3 AND p.id = c.product_id \
            LEFT JOIN LATERAL (SELECT * FROM bundle_items WHERE wholesaler_id = $3 AND product_id = c.product_id \
                AND size_id = c.size_id OFFSET 0) b ON TRUE \
            LEFT JOIN product_sizes i ON i.wholesaler_id = $3 AND i.product_id = b.item_product_id \
                AND i.size_id = b.item_size_id \
            LEFT JOIN LATERAL (SELECT * FROM stock WHERE wholesaler_id = $3 \
                AND product_id = COALESCE(b.item_product_id, c.product_id) \
                AND size_id = COALESCE(b.item_size_id, c.size_id) OFFSET 0) k ON TRUE \
            LEFT JOIN warehouses w ON w.wholesaler_id = $3 AND w.id = k.warehouse_id"
    }
}

/// What is asked about: a size by one of its codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLookup {
    /// Number of the question, given back with the answer; several may share one (a code of unknown kind).
    pub index: usize,
    /// Kind of the code.
    pub kind: CodeKind,
    /// The code.
    pub code: String,
}

/// What can be sold of a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantOffer {
    /// Number of the question.
    pub index: usize,
    /// Kind of the code that found it.
    pub kind: CodeKind,
    /// The size.
    pub variant: VariantId,
    /// Whether it is sold at all.
    pub active: bool,
    /// How its stock is counted.
    pub mode: StockMode,
    /// What it costs.
    pub prices: Vec<GroupPrice>,
    /// Days to prepare it, when they are its own.
    pub prepare_days: Option<i64>,
    /// Quantities must be multiples of this.
    pub step: Quantity,
    /// Least quantity of a line.
    pub minimum: Quantity,
    /// What lies in the warehouses that orders are served from: its own stock, or that of each part of a set.
    pub stocks: Vec<OfferedComponent>,
}

impl VariantOffer {
    /// Whether a line may have this quantity (fault 104 otherwise).
    pub const fn allows(&self, quantity: Quantity) -> bool {
        quantity.is_allowed(self.step, self.minimum)
    }

    /// Whether it is a set: what is sold are its parts.
    pub fn is_bundle(&self) -> bool {
        self.stocks.iter().any(|stock| stock.part.variant != self.variant)
    }
}

/// The stock behind a size: of itself, or of a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedComponent {
    /// What, and how much of it one piece takes.
    pub part: Component,
    /// How it is counted.
    pub mode: StockMode,
    /// What can be sold of it.
    pub available: Quantity,
}

struct OfferRow {
    index: i64,
    kind: CodeKind,
    variant: VariantId,
    active: bool,
    mode: StockMode,
    /// Read once per size, however many warehouses it lies in.
    prices: String,
    prepare_days: Option<i64>,
    step: Quantity,
    minimum: Quantity,
    part: Option<(Component, StockMode)>,
    stock: Option<(WarehouseId, Quantity, Quantity)>,
    sellable: bool,
    expired: Quantity,
}

impl FromRow for OfferRow {
    type Columns = OfferColumns;

    fn from_row(row: &Row<'_>, at: &OfferColumns) -> Result<Self, DbError> {
        let variant_id = variant(row.get(at.product_id)?, row.get(at.size_id)?);
        let bad = |column| DbError::Inconsistent { table: "product_sizes", column, id: variant_id.to_string() };
        let mode = |text: &str| StockMode::from_code(text).ok_or_else(|| bad("stock_mode"));
        let part = match (
            row.get::<Option<i64>>(at.part_quantity)?,
            row.get::<Option<i64>>(at.part_product_id)?,
            row.get::<Option<String>>(at.part_size_id)?,
        ) {
            (Some(quantity), Some(product), Some(size)) => Some((
                Component { variant: variant(product, size), quantity: Quantity(quantity) },
                mode(row.optional_text(at.part_stock_mode)?.unwrap_or(""))?,
            )),
            _ => None,
        };
        let stock = match (
            row.get::<Option<i64>>(at.warehouse_id)?,
            row.get::<Option<i64>>(at.quantity)?,
            row.get::<Option<i64>>(at.reserved)?,
        ) {
            (Some(warehouse), Some(quantity), Some(reserved)) => {
                Some((WarehouseId(warehouse), Quantity(quantity), Quantity(reserved)))
            }
            _ => None,
        };
        Ok(Self {
            index: row.get(at.question)?,
            kind: CodeKind::from_code(row.text(at.kind)?).ok_or_else(|| bad("kind"))?,
            active: row.get(at.active)?,
            mode: mode(row.text(at.stock_mode)?)?,
            prices: row.get(at.prices)?,
            prepare_days: row.get(at.prepare_days)?,
            step: Quantity(row.get(at.unit_step)?),
            minimum: Quantity(row.get(at.unit_minimum)?),
            part,
            stock,
            sellable: row.get(at.sellable)?,
            expired: Quantity(row.get::<Option<i64>>(at.expired)?.unwrap_or(0)),
            variant: variant_id,
        })
    }
}

fn place(row: OfferRow, only: Option<WarehouseId>, offers: &mut Vec<VariantOffer>) -> Result<(), DbError> {
    let index = usize::try_from(row.index).unwrap_or(usize::MAX);
    // Rows of one question come together: the newest offers first.
    let at = offers.iter().rposition(|offer| offer.index == index && offer.kind == row.kind);
    let at = if let Some(at) = at {
        at
    } else {
        let id = || row.variant.to_string();
        let bad = |_| DbError::Inconsistent { table: "product_sizes", column: "prices", id: id() };
        offers.push(VariantOffer {
            index,
            kind: row.kind,
            variant: row.variant.clone(),
            active: row.active,
            mode: row.mode,
            prices: serde_json::from_str::<Vec<GroupPrice>>(&row.prices).map_err(bad)?,
            prepare_days: row.prepare_days,
            step: row.step,
            minimum: row.minimum,
            stocks: Vec::new(),
        });
        offers.len() - 1
    };
    let offer = &mut offers[at];
    let (part, mode) =
        row.part.unwrap_or_else(|| (Component { variant: row.variant, quantity: Quantity::pieces(1) }, row.mode));
    let known = offer.stocks.iter().position(|stock| stock.part == part).unwrap_or_else(|| {
        let available = if mode == StockMode::Uncounted { Quantity::UNCOUNTED } else { Quantity::ZERO };
        offer.stocks.push(OfferedComponent { part, mode, available });
        offer.stocks.len() - 1
    });
    let counts = |at: WarehouseId| row.sellable && only.is_none_or(|only| only == at);
    if let Some((_, quantity, reserved)) = row.stock.filter(|stock| counts(stock.0)) {
        let held = reserved.minus(row.expired).max(Quantity::ZERO);
        let stock = &mut offer.stocks[known];
        stock.available = stock.available.plus(quantity.minus(held).max(Quantity::ZERO));
    }
    Ok(())
}

impl Tx {
    /// What can be sold of the sizes that these codes name, by one statement. Codes that name nothing are left out.
    pub async fn on_offer(
        &mut self,
        wholesaler: WholesalerId,
        questions: &[CodeLookup],
        now: Timestamp,
    ) -> Result<Vec<VariantOffer>, DbError> {
        self.on_offer_at(wholesaler, None, questions, now).await
    }

    /// The same with the stock of one warehouse only, when it is named.
    pub async fn on_offer_at(
        &mut self,
        wholesaler: WholesalerId,
        warehouse: Option<WarehouseId>,
        questions: &[CodeLookup],
        now: Timestamp,
    ) -> Result<Vec<VariantOffer>, DbError> {
        let rows: Vec<_> = questions.iter().map(|q| (q.index, q.kind.code(), q.code.as_str())).collect();
        let rows: Vec<OfferRow> =
            self.fetch_all(&BY_CODES, params![now.0, json_rows(&rows)?, wholesaler.get()]).await?;
        let mut offers = Vec::new();
        for row in rows {
            place(row, warehouse, &mut offers)?;
        }
        Ok(offers)
    }
}
