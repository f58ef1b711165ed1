//! Methods whose bodies are still being written. Empty when the work is done, and then removed.

use std::sync::Arc;

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{
    AccountId, CodeKind, Coordinates, Courier, CourierId, OrderSerial, ParcelId, PaymentForm, PickupPoint, Product,
    ProductId, RecipientAddress, RecipientId, ReservationId, ShopAccount, SupplyActor, SupplyHistoryEntry, SupplyOrder,
    SupplyParcel, VariantId, WarehouseId, Wholesaler, WholesalerId,
};
use rust_decimal::Decimal;
use secrecy::SecretString;

use super::*;
use crate::{App, AppError};

type Answer<T> = Result<T, AppError>;

fn later<T>() -> Answer<T> {
    Err(WholesaleError::Refused("not built yet".to_owned()).into())
}

#[expect(clippy::unused_async, unused_variables, missing_docs, reason = "until the bodies stand")]
impl App {
    // tenants
    // accounts
    // gates: login
    // catalogue
    pub async fn upsert_products(&self, wholesaler: WholesalerId, products: Vec<ProductInput>) -> Answer<UpsertReport> {
        later()
    }
    pub async fn product(&self, wholesaler: WholesalerId, id: ProductId) -> Answer<Product> {
        later()
    }
    /// Products behind `after`, by their numbers; for lists and exports. With `changed_since` only those changed at or after it.
    pub async fn products(&self, wholesaler: WholesalerId, after: ProductId, limit: i64) -> Answer<Vec<Product>> {
        later()
    }
    pub async fn find_codes(
        &self,
        wholesaler: WholesalerId,
        codes: Vec<(String, Option<CodeKind>)>,
    ) -> Answer<Vec<Option<FoundCode>>> {
        later()
    }
    // stock
    pub async fn put_warehouse(&self, wholesaler: WholesalerId, warehouse: Warehouse) -> Answer<()> {
        later()
    }
    pub async fn warehouses(&self, wholesaler: WholesalerId) -> Answer<Vec<Warehouse>> {
        later()
    }
    pub async fn change_stock(&self, wholesaler: WholesalerId, changes: Vec<StockChange>) -> Answer<Vec<StockOutcome>> {
        later()
    }
    pub async fn stock(&self, wholesaler: WholesalerId, variants: Vec<VariantId>) -> Answer<Vec<StockView>> {
        later()
    }
    pub async fn reserve(
        &self,
        wholesaler: WholesalerId,
        variant: VariantId,
        quantity: Decimal,
        account: Option<AccountId>,
        expires_at: Timestamp,
        note: String,
    ) -> Answer<Vec<ReservationRow>> {
        later()
    }
    pub async fn release_reservation(&self, wholesaler: WholesalerId, id: ReservationId) -> Answer<()> {
        later()
    }
    pub async fn reservations(&self, wholesaler: WholesalerId, variant: VariantId) -> Answer<Vec<ReservationRow>> {
        later()
    }
    // availability, basket
    // couriers
    // recipients
    // supply orders
    #[doc(hidden)]
    pub fn unused_yet(&self, _: WarehouseId) {}
}
