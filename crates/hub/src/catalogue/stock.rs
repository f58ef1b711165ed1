//! Stock: warehouses, bulk changes, reservations.

use std::collections::{HashMap, HashSet};

use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::stock::{StockLevel, StockOperation, allocate};
use crossdock_domain::wholesale::{AccountId, CodeKind, Quantity, ReservationId, VariantId, WarehouseId, WholesalerId};
use rust_decimal::Decimal;

use crate::{GoodsError, Hub, Stock, UnknownEntity};

pub use crossdock_db::stock::{ReservationRow, Warehouse};

/// A change of a stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockChange {
    /// Which size.
    pub code: String,
    /// Which kind of code; `None` looks for each.
    pub kind: Option<CodeKind>,
    /// Where.
    pub warehouse: WarehouseId,
    /// How the quantity is meant.
    pub operation: StockOperation,
    /// How much.
    pub quantity: Decimal,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockOutcome {
    /// The size, when the code is known.
    pub variant: Option<VariantId>,
    /// The stock afterwards, or why it stays as it was; the other changes of the call were made.
    pub result: Result<Quantity, StockProblem>,
    /// Whether it is another one than before.
    pub changed: bool,
}

/// Why a stock was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StockProblem {
    /// No size has this code.
    #[error("no product has this code")]
    UnknownCode,
    /// No such warehouse.
    #[error("there is no such warehouse")]
    UnknownWarehouse,
    /// No quantity: negative, too exact or too large.
    #[error("the quantity must be 0 or more with at most three decimals")]
    BadQuantity,
    /// Goods by the piece have no half ones: no multiple of the unit's step.
    #[error("the quantity is no multiple of the unit's step")]
    BadStep,
    /// There is less than was to be taken away.
    #[error("there is less than that")]
    NotEnough,
    /// A set: its stock is that of its parts.
    #[error("it is a set: its stock is that of its parts")]
    IsSet,
}

/// The stock of a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockView {
    /// Which size.
    pub variant: VariantId,
    /// Per warehouse, in their order.
    pub levels: Vec<StockLevel>,
}

/// Most changes of one call.
const MAX_CHANGES: usize = 1000;
/// Sizes cleared of expired reservations in one transaction.
const SWEEP: i64 = 200;

struct PutWarehouse(WholesalerId, Warehouse);

impl Operation for PutWarehouse {
    type Output = ();
    type Error = GoodsError;
    async fn run(&self, tx: &mut Tx) -> Result<(), GoodsError> {
        tx.wholesaler(self.0).await?.ok_or(GoodsError::NotFound(UnknownEntity::Wholesaler))?;
        Ok(tx.put_warehouse(self.0, &self.1).await?)
    }
}

struct Warehouses(WholesalerId);

impl Operation for Warehouses {
    type Output = Vec<Warehouse>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.warehouses(self.0).await
    }
}

/// Sizes by their codes: for each code what it names, internal before producer's before external.
pub(crate) async fn resolve(
    tx: &mut Tx,
    wholesaler: WholesalerId,
    codes: &[(&str, Option<CodeKind>)],
) -> Result<Vec<Option<(CodeKind, VariantId)>>, DbError> {
    let mut asked: Vec<(CodeKind, &str)> = Vec::new();
    for (code, kind) in codes {
        asked.extend(CodeKind::candidates(kind.as_ref()).iter().map(|kind| (*kind, *code)));
    }
    asked.sort_unstable();
    asked.dedup();
    let known = tx.codes(wholesaler, &asked).await?;
    let known: HashMap<(CodeKind, &str), &VariantId> =
        known.iter().map(|row| ((row.kind, row.code.as_str()), &row.variant)).collect();
    let find = |(code, kind): &(&str, Option<CodeKind>)| {
        let mut kinds = CodeKind::candidates(kind.as_ref()).iter();
        kinds.find_map(|kind| known.get(&(*kind, *code)).map(|variant| (*kind, (*variant).clone())))
    };
    Ok(codes.iter().map(find).collect())
}

/// Judges changes in their order, and makes those that can be made.
pub(crate) struct Change {
    pub(crate) wholesaler: WholesalerId,
    pub(crate) changes: Vec<StockChange>,
    pub(crate) now: Timestamp,
    /// Only judged; runs on a reader.
    pub(crate) dry: bool,
}

impl Operation for Change {
    type Output = Vec<StockOutcome>;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let wholesaler = self.wholesaler;
        let warehouses = tx.warehouses(wholesaler).await?;
        let codes: Vec<_> = self.changes.iter().map(|change| (change.code.trim(), change.kind)).collect();
        let found = resolve(tx, wholesaler, &codes).await?;
        let sizes: Vec<&VariantId> = found.iter().flatten().map(|(_, variant)| variant).collect();
        let sets: HashSet<VariantId> = tx.bundles_among(wholesaler, &sizes).await?.into_iter().collect();
        let mut products: Vec<_> = sizes.iter().map(|variant| variant.product).collect();
        products.sort_unstable();
        products.dedup();
        let products = tx.products_by_ids(wholesaler, &products).await?;
        let steps: HashMap<_, _> = products.iter().map(|product| (product.id, product.details.unit.step)).collect();
        let mut places = Vec::new();
        let mut judged = Vec::with_capacity(self.changes.len());
        for (change, found) in self.changes.iter().zip(found) {
            let variant = found.map(|(_, variant)| variant);
            let quantity = Quantity::from_decimal(change.quantity).filter(|quantity| quantity.0 >= 0);
            let result = match (&variant, quantity) {
                (None, _) => Err(StockProblem::UnknownCode),
                (Some(_), _) if warehouses.iter().all(|warehouse| warehouse.id != change.warehouse) => {
                    Err(StockProblem::UnknownWarehouse)
                }
                (Some(variant), _) if sets.contains(variant) => Err(StockProblem::IsSet),
                (Some(_), None) => Err(StockProblem::BadQuantity),
                (Some(variant), Some(quantity))
                    if steps.get(&variant.product).is_some_and(|step| !quantity.is_multiple_of(*step)) =>
                {
                    Err(StockProblem::BadStep)
                }
                (Some(variant), Some(quantity)) => {
                    places.push((variant.clone(), change.warehouse));
                    Ok(quantity)
                }
            };
            judged.push((variant, result));
        }
        let variants: Vec<VariantId> = places.iter().map(|(variant, _)| variant.clone()).collect();
        let rows = if self.dry {
            tx.stock_levels(wholesaler, &variants).await?
        } else {
            tx.ensure_stock(wholesaler, &places, self.now).await?;
            tx.lock_stock_levels(wholesaler, &variants, self.now).await?
        };
        let mut levels: HashMap<(VariantId, WarehouseId), Quantity> = HashMap::with_capacity(rows.len());
        levels.extend(rows.into_iter().map(|row| ((row.variant, row.level.warehouse), row.level.quantity)));
        let mut after: HashMap<(VariantId, WarehouseId), Quantity> = HashMap::new();
        let mut outcomes = Vec::with_capacity(judged.len());
        for (change, (variant, result)) in self.changes.iter().zip(judged) {
            let mut changed = false;
            let result = match (&variant, result) {
                (Some(variant), Ok(by)) => {
                    let place = (variant.clone(), change.warehouse);
                    let level = levels.entry(place.clone()).or_default();
                    match change.operation.apply(*level, by) {
                        Some(now) => {
                            changed = now != *level;
                            *level = now;
                            after.insert(place, now);
                            Ok(now)
                        }
                        None if change.operation == StockOperation::Subtract => Err(StockProblem::NotEnough),
                        None => Err(StockProblem::BadQuantity),
                    }
                }
                (_, Err(problem)) => Err(problem),
                (None, Ok(_)) => Err(StockProblem::UnknownCode),
            };
            outcomes.push(StockOutcome { variant, result, changed });
        }
        if !self.dry {
            let stocks: Vec<_> = after.iter().map(|((variant, place), level)| (variant, *place, *level)).collect();
            tx.put_stocks(wholesaler, &stocks, self.now).await?;
        }
        Ok(outcomes)
    }
}

struct Look(WholesalerId, Vec<VariantId>);

impl Operation for Look {
    type Output = Vec<StockView>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let rows = tx.stock_levels(self.0, &self.1).await?;
        let view = |variant: &VariantId| StockView {
            variant: variant.clone(),
            levels: rows.iter().filter(|row| row.variant == *variant).map(|row| row.level).collect(),
        };
        Ok(self.1.iter().map(view).collect())
    }
}

struct Reserve {
    hub: Hub,
    wholesaler: WholesalerId,
    variant: VariantId,
    quantity: Quantity,
    account: Option<AccountId>,
    expires_at: Timestamp,
    note: String,
    now: Timestamp,
}

impl Operation for Reserve {
    type Output = Vec<ReservationRow>;
    type Error = GoodsError;

    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, GoodsError> {
        let mut rows = tx.lock_stock_levels(self.wholesaler, std::slice::from_ref(&self.variant), self.now).await?;
        rows.retain(|row| row.sellable);
        rows.sort_by_key(|row| (row.position, row.level.warehouse));
        let levels: Vec<StockLevel> = rows.into_iter().map(|row| row.level).collect();
        let not_enough = || GoodsError::Refused(format!("there is not enough of {} in stock", self.variant));
        let parts = allocate(&levels, self.quantity).ok_or_else(not_enough)?;
        let mut made = Vec::with_capacity(parts.len());
        for (warehouse, quantity) in parts {
            let row = ReservationRow {
                id: ReservationId::new(self.now, self.hub.random()),
                variant: self.variant.clone(),
                warehouse,
                quantity,
                order: None,
                account: self.account,
                expires_at: Some(self.expires_at),
                note: self.note.clone(),
                created_at: self.now,
            };
            if !tx.reserve_stock(self.wholesaler, &row, self.now).await? {
                return Err(not_enough());
            }
            made.push(row);
        }
        Ok(made)
    }
}

struct Release(WholesalerId, ReservationId, Timestamp);

impl Operation for Release {
    type Output = ();
    type Error = GoodsError;
    async fn run(&self, tx: &mut Tx) -> Result<(), GoodsError> {
        let not_there = || GoodsError::NotFound(UnknownEntity::Reservation);
        let row = tx.reservation(self.0, self.1).await?.ok_or_else(not_there)?;
        if let Some(order) = row.order {
            return Err(GoodsError::Refused(format!("order {order} needs it; cancel the order")));
        }
        // Locks come in one order: stock, then reservation.
        tx.lock_stock_levels(self.0, std::slice::from_ref(&row.variant), self.2).await?;
        if tx.drop_reservation(self.0, &row, self.2).await? { Ok(()) } else { Err(not_there()) }
    }
}

struct OfVariant(WholesalerId, VariantId);

impl Operation for OfVariant {
    type Output = Vec<ReservationRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.reservations_of_variant(self.0, &self.1).await
    }
}

struct Sweep(WholesalerId, Timestamp);

impl Operation for Sweep {
    type Output = usize;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<usize, DbError> {
        let variants = tx.variants_with_expired(self.0, self.1, SWEEP).await?;
        tx.lock_stock_levels(self.0, &variants, self.1).await?;
        Ok(variants.len())
    }
}

impl Stock<'_> {
    /// Stores a warehouse, new or known.
    pub async fn put_warehouse(self, wholesaler: WholesalerId, warehouse: Warehouse) -> Result<(), GoodsError> {
        if warehouse.id.0 < 1 || warehouse.name.trim().is_empty() || warehouse.name.chars().count() > 200 {
            let text = "a warehouse has a number above 0 and a name of 1 to 200 characters";
            return Err(GoodsError::Refused(text.to_owned()));
        }
        self.0.db().write(PutWarehouse(wholesaler, warehouse)).await
    }

    /// Warehouses in the order in which orders are served from them.
    pub async fn warehouses(self, wholesaler: WholesalerId) -> Result<Vec<Warehouse>, DbError> {
        self.0.db().read(Warehouses(wholesaler)).await
    }

    /// Changes stocks, up to 1000 in one call, in their order. What fails is told; the others are changed. What is put aside
    /// stays put aside: after a recount that found less, nothing can be sold until there is more again.
    pub async fn change(
        self,
        wholesaler: WholesalerId,
        changes: Vec<StockChange>,
    ) -> Result<Vec<StockOutcome>, GoodsError> {
        Ok(self.0.db().write(self.batch(wholesaler, changes, false)?).await?)
    }

    /// What [`Stock::change`](crate::Stock::change) would make of changes; only reads.
    pub async fn check(
        self,
        wholesaler: WholesalerId,
        changes: Vec<StockChange>,
    ) -> Result<Vec<StockOutcome>, GoodsError> {
        Ok(self.0.db().read(self.batch(wholesaler, changes, true)?).await?)
    }

    fn batch(self, wholesaler: WholesalerId, changes: Vec<StockChange>, dry: bool) -> Result<Change, GoodsError> {
        if changes.len() > MAX_CHANGES {
            return Err(GoodsError::TooManyElements { max: MAX_CHANGES });
        }
        Ok(Change { wholesaler, changes, now: self.0.now(), dry })
    }

    /// Stock of these sizes, warehouse by warehouse.
    pub async fn get(self, wholesaler: WholesalerId, variants: Vec<VariantId>) -> Result<Vec<StockView>, DbError> {
        self.0.db().read(Look(wholesaler, variants)).await
    }

    /// Puts goods aside until a moment; from several warehouses when none has enough.
    pub async fn reserve(
        self,
        wholesaler: WholesalerId,
        variant: VariantId,
        quantity: Decimal,
        account: Option<AccountId>,
        expires_at: Timestamp,
        note: String,
    ) -> Result<Vec<ReservationRow>, GoodsError> {
        let now = self.0.now();
        let positive = Quantity::from_decimal(quantity).filter(|quantity| quantity.is_positive());
        let must = "must be above 0 with at most three decimals";
        let quantity = positive.ok_or(GoodsError::Invalid { field: "quantity", must })?;
        if expires_at <= now {
            return Err(GoodsError::Invalid { field: "expires_at", must: "must lie ahead" });
        }
        if note.chars().count() > 500 {
            return Err(GoodsError::Invalid { field: "note", must: "must have at most 500 characters" });
        }
        let hub = self.0.clone();
        self.0.db().write(Reserve { hub, wholesaler, variant, quantity, account, expires_at, note, now }).await
    }

    /// Lets goods go that were put aside by [`Stock::reserve`](crate::Stock::reserve).
    pub async fn release(self, wholesaler: WholesalerId, id: ReservationId) -> Result<(), GoodsError> {
        self.0.db().write(Release(wholesaler, id, self.0.now())).await
    }

    /// What is put aside of a size, for orders and otherwise.
    pub async fn reservations(
        self,
        wholesaler: WholesalerId,
        variant: VariantId,
    ) -> Result<Vec<ReservationRow>, DbError> {
        self.0.db().read(OfVariant(wholesaler, variant)).await
    }

    /// Clears reservations away whose time is over; how many sizes. They stopped counting when their time was over.
    pub(crate) async fn sweep(self) -> Result<u64, DbError> {
        let mut swept = 0;
        for wholesaler in self.0.wholesalers().list().await? {
            loop {
                let count = self.0.db().write(Sweep(wholesaler.id, self.0.now())).await?;
                swept += count as u64;
                if count == 0 {
                    break;
                }
            }
        }
        Ok(swept)
    }
}
