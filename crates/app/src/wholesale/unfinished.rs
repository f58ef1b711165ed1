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
    pub async fn couriers(&self, caller: &Caller, query: CourierQuery) -> Answer<Paged<Courier>> {
        later()
    }
    pub async fn couriers_for_order(&self, caller: &Caller, query: CouriersForOrder) -> Answer<Vec<CourierForOrder>> {
        later()
    }
    pub async fn put_courier(&self, wholesaler: WholesalerId, courier: Courier) -> Answer<()> {
        later()
    }
    pub async fn courier_list(&self, wholesaler: WholesalerId) -> Answer<Vec<Courier>> {
        later()
    }
    pub async fn put_pickup_points(&self, wholesaler: WholesalerId, points: Vec<PickupPoint>) -> Answer<()> {
        later()
    }
    pub async fn pickup_points(
        &self,
        wholesaler: WholesalerId,
        courier: CourierId,
        page: Page,
    ) -> Answer<Paged<PickupPoint>> {
        later()
    }
    pub async fn nearest_pickup_points(
        &self,
        wholesaler: WholesalerId,
        courier: CourierId,
        from: Coordinates,
        limit: i64,
    ) -> Answer<Vec<NearPoint>> {
        later()
    }
    pub async fn payment_forms(&self, caller: &Caller, active_only: bool) -> Answer<Vec<PaymentForm>> {
        later()
    }
    // recipients
    // supply orders
    pub async fn place_supply_order(&self, caller: &Caller, command: PlaceSupplyOrder) -> Answer<PlacedSupplyOrder> {
        later()
    }
    pub async fn supply_orders(&self, caller: &Caller, query: SupplyOrderQuery) -> Answer<Paged<SupplyOrder>> {
        later()
    }
    pub async fn cancel_supply_orders(
        &self,
        caller: &Caller,
        wishes: Vec<CancelSupplyOrder>,
    ) -> Answer<Vec<CancelOutcome>> {
        later()
    }
    pub async fn staff_supply_orders(
        &self,
        wholesaler: WholesalerId,
        query: StaffOrderQuery,
    ) -> Answer<Paged<SupplyOrder>> {
        later()
    }
    pub async fn supply_order(&self, wholesaler: WholesalerId, serial: OrderSerial) -> Answer<SupplyOrder> {
        later()
    }
    pub async fn supply_order_history(
        &self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
    ) -> Answer<Vec<SupplyHistoryEntry>> {
        later()
    }
    /// Contents of the file `index` (from 0) of the line at `position`.
    pub async fn order_attachment(
        &self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        position: i64,
        index: usize,
    ) -> Answer<Vec<u8>> {
        later()
    }
    pub async fn set_supply_status(&self, command: SetSupplyStatus) -> Answer<SupplyOrder> {
        later()
    }
    pub async fn add_parcels(
        &self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        actor: SupplyActor,
        parcels: Vec<NewParcel>,
    ) -> Answer<Vec<SupplyParcel>> {
        later()
    }
    pub async fn change_parcel(
        &self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        actor: SupplyActor,
        change: ParcelChange,
    ) -> Answer<SupplyParcel> {
        later()
    }
    pub async fn remove_parcel(
        &self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        actor: SupplyActor,
        parcel: ParcelId,
    ) -> Answer<()> {
        later()
    }
    pub async fn change_delivery(&self, command: ChangeDelivery) -> Answer<SupplyOrder> {
        later()
    }
    pub async fn set_order_note(
        &self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        actor: SupplyActor,
        note: String,
    ) -> Answer<()> {
        later()
    }
    #[doc(hidden)]
    pub fn unused_yet(&self, _: WarehouseId) {}
}
