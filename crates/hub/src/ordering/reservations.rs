//! Goods put aside for an order: more of them, or fewer. The stock rows must be locked.

use crossdock_db::stock::ReservationRow;
use crossdock_db::{DbError, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::money::{Currency, Money, MoneyError};
use crossdock_domain::wholesale::stock::{StockLevel, allocate};
use crossdock_domain::wholesale::{
    AccountId, OrderSerial, Quantity, ReservationId, VariantId, WarehouseId, WholesalerId,
};
use rust_decimal::Decimal;

use crate::Hub;

/// For whom goods are put aside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reservations<'a> {
    pub(crate) hub: &'a Hub,
    pub(crate) wholesaler: WholesalerId,
    pub(crate) account: AccountId,
    pub(crate) serial: OrderSerial,
    pub(crate) now: Timestamp,
}

impl Reservations<'_> {
    /// Puts this much aside, from the warehouses in their order or from one of them alone; `false` when there is not enough.
    /// Then the operation must fail.
    pub(crate) async fn reserve(
        &self,
        tx: &mut Tx,
        variant: &VariantId,
        wanted: Quantity,
        from: Option<WarehouseId>,
    ) -> Result<bool, DbError> {
        let mut rows = tx.stock_levels(self.wholesaler, std::slice::from_ref(variant)).await?;
        rows.retain(|row| row.sellable && from.is_none_or(|only| row.level.warehouse == only));
        rows.sort_by_key(|row| (row.position, row.level.warehouse));
        let levels: Vec<StockLevel> = rows.into_iter().map(|row| row.level).collect();
        let Some(parts) = allocate(&levels, wanted) else { return Ok(false) };
        for (warehouse, quantity) in parts {
            let row = ReservationRow {
                id: ReservationId::new(self.now, self.hub.random()),
                variant: variant.clone(),
                warehouse,
                quantity,
                order: Some(self.serial),
                account: Some(self.account),
                expires_at: None,
                note: String::new(),
                created_at: self.now,
            };
            if !tx.reserve_stock(self.wholesaler, &row, self.now).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Lets this much of what is put aside go again, what was put aside last first; `false` when the stock has less. Then the
    /// operation must fail.
    pub(crate) async fn release(
        &self,
        tx: &mut Tx,
        reservations: &[ReservationRow],
        mut excess: Quantity,
    ) -> Result<bool, DbError> {
        for row in reservations.iter().rev() {
            if !excess.is_positive() {
                break;
            }
            let part = row.quantity.min(excess);
            let done = if part == row.quantity {
                tx.drop_reservation(self.wholesaler, row, self.now).await?
            } else {
                tx.shrink_reservation(self.wholesaler, row, part, self.now).await?
            };
            if !done {
                return Ok(false);
            }
            excess = excess.minus(part);
        }
        Ok(true)
    }
}

/// An amount that staff or a shop named; `None` when it is below 0 or finer than the currency.
pub(crate) fn exact_money(amount: Decimal, currency: Currency) -> Result<Option<Money>, MoneyError> {
    let money = Money::from_decimal(amount, currency)?;
    Ok((money.minor >= 0 && money.to_decimal() == amount.normalize()).then_some(money))
}
