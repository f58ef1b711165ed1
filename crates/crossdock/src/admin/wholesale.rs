//! The wholesaler's side of the command line: requests, and what does them. Answers are plain JSON; its keys are part of the
//! command line's interface.

mod orders;
mod views;

use crossdock_app::App;
use crossdock_app::hub::{GoodsError, NewAccount, Page, StockChange, Unknown, Warehouse};
use crossdock_domain::clock::Span;
use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_domain::wholesale::{
    AccountProfile, Coordinates, Courier, CourierId, OrderSerial, ParcelId, PaymentKind, PickupPoint, RecipientAddress,
    RecipientId, ReservationId, VariantId, WarehouseId, Wholesaler, WholesalerId, WholesalerSettings,
};
use rust_decimal::Decimal;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::execute::secret_or_new;
use super::{Secret, settings};
use crate::exit::Failure;

/// A request; each does what its name says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WholesaleRequest {
    Add {
        id: WholesalerId,
        name: String,
        currency: String,
        domain: Option<String>,
        key: Option<Secret>,
        settings: Value,
    },
    Set {
        id: WholesalerId,
        name: Option<String>,
        domain: Option<String>,
        settings: Value,
    },
    List,
    Show {
        id: WholesalerId,
    },
    SetKey {
        id: WholesalerId,
        key: Option<Secret>,
    },
    AccountAdd {
        wholesaler: WholesalerId,
        login: String,
        group: String,
        password: Option<Secret>,
        profile: Value,
    },
    AccountSet {
        wholesaler: WholesalerId,
        login: String,
        group: Option<String>,
        blocked: Option<bool>,
        profile: Value,
    },
    AccountList {
        wholesaler: WholesalerId,
    },
    AccountShow {
        wholesaler: WholesalerId,
        login: String,
    },
    AccountPassword {
        wholesaler: WholesalerId,
        login: String,
        password: Option<Secret>,
    },
    WarehousePut {
        wholesaler: WholesalerId,
        id: WarehouseId,
        name: String,
        sellable: bool,
        position: i64,
    },
    WarehouseList {
        wholesaler: WholesalerId,
    },
    StockChange {
        wholesaler: WholesalerId,
        warehouse: WarehouseId,
        operation: StockOperation,
        stocks: Vec<(String, Decimal)>,
    },
    StockShow {
        wholesaler: WholesalerId,
        codes: Vec<String>,
    },
    Reserve {
        wholesaler: WholesalerId,
        code: String,
        quantity: Decimal,
        minutes: i64,
        note: String,
    },
    Release {
        wholesaler: WholesalerId,
        reservation: String,
    },
    Reservations {
        wholesaler: WholesalerId,
        code: String,
    },
    CourierPut {
        wholesaler: WholesalerId,
        couriers: Vec<Courier>,
    },
    CourierList {
        wholesaler: WholesalerId,
    },
    CourierShow {
        wholesaler: WholesalerId,
        id: CourierId,
    },
    PointsPut {
        wholesaler: WholesalerId,
        points: Vec<PickupPoint>,
    },
    Points {
        wholesaler: WholesalerId,
        courier: CourierId,
        near: Option<(Decimal, Decimal)>,
        limit: i64,
        page: i64,
    },
    Orders {
        wholesaler: WholesalerId,
        account: Option<String>,
        status: Option<String>,
        number: Option<String>,
        limit: i64,
    },
    OrderShow {
        wholesaler: WholesalerId,
        serial: OrderSerial,
    },
    OrderHistory {
        wholesaler: WholesalerId,
        serial: OrderSerial,
    },
    OrderAdd {
        wholesaler: WholesalerId,
        order: Box<OrderOptions>,
        person: String,
    },
    OrderEdit {
        wholesaler: WholesalerId,
        serial: OrderSerial,
        change: OrderChange,
        person: String,
    },
    OrderStatus {
        wholesaler: WholesalerId,
        serial: OrderSerial,
        status: String,
        person: String,
        reason: String,
    },
    OrderNote {
        wholesaler: WholesalerId,
        serial: OrderSerial,
        note: String,
        person: String,
    },
    ParcelAdd {
        wholesaler: WholesalerId,
        serial: OrderSerial,
        parcel: ParcelOptions,
        person: String,
    },
    ParcelRemove {
        wholesaler: WholesalerId,
        serial: OrderSerial,
        parcel: ParcelId,
        person: String,
    },
}

/// An order as the command line describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderOptions {
    pub account: String,
    /// Code, quantity, and the gross price of one unit when it is not the shop's.
    pub lines: Vec<(String, Decimal, Option<Decimal>)>,
    pub courier: CourierId,
    pub pickup_point: Option<String>,
    pub delivery_cost: Option<Decimal>,
    pub payment: Option<PaymentKind>,
    pub external_id: Option<String>,
    pub note_to_order: String,
    pub note_to_courier: String,
    pub mail: bool,
    pub recipient: Option<RecipientId>,
    pub address: Option<RecipientAddress>,
}

/// A change of an order; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OrderChange {
    pub lines: Vec<LineChange>,
    pub note_to_order: Option<String>,
    pub note_to_courier: Option<String>,
    pub payment: Option<PaymentKind>,
}

/// A change of a line, named by a code or by `#` and its position.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineChange {
    pub line: String,
    pub quantity: Option<(StockOperation, Decimal)>,
    pub price: Option<Decimal>,
}

/// A parcel as the command line describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelOptions {
    pub courier: Option<CourierId>,
    pub package_number: String,
    pub shipping_number: String,
    pub weight_grams: i64,
}

impl WholesaleRequest {
    /// Its name, for the log.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Add { .. } => "wholesaler_add",
            Self::Set { .. } => "wholesaler_set",
            Self::List => "wholesaler_list",
            Self::Show { .. } => "wholesaler_show",
            Self::SetKey { .. } => "wholesaler_set_key",
            Self::AccountAdd { .. } => "account_add",
            Self::AccountSet { .. } => "account_set",
            Self::AccountList { .. } => "account_list",
            Self::AccountShow { .. } => "account_show",
            Self::AccountPassword { .. } => "account_password",
            Self::WarehousePut { .. } => "warehouse_put",
            Self::WarehouseList { .. } => "warehouse_list",
            Self::StockChange { .. } => "stock_change",
            Self::StockShow { .. } => "stock_show",
            Self::Reserve { .. } => "stock_reserve",
            Self::Release { .. } => "stock_release",
            Self::Reservations { .. } => "stock_reservations",
            Self::CourierPut { .. } => "courier_put",
            Self::CourierList { .. } => "courier_list",
            Self::CourierShow { .. } => "courier_show",
            Self::PointsPut { .. } => "points_put",
            Self::Points { .. } => "points",
            Self::Orders { .. } => "supply_order_list",
            Self::OrderShow { .. } => "supply_order_show",
            Self::OrderHistory { .. } => "supply_order_history",
            Self::OrderAdd { .. } => "supply_order_add",
            Self::OrderEdit { .. } => "supply_order_edit",
            Self::OrderStatus { .. } => "supply_order_status",
            Self::OrderNote { .. } => "supply_order_note",
            Self::ParcelAdd { .. } => "parcel_add",
            Self::ParcelRemove { .. } => "parcel_remove",
        }
    }
}

fn refused(error: impl std::fmt::Display) -> Failure {
    Failure::refused(error.to_string())
}

fn shown(secret: Option<Secret>) -> Value {
    secret.map_or(Value::Null, |Secret(secret)| Value::from(secret))
}

fn list<T>(items: &[T], view: impl Fn(&T) -> Result<Value, Failure>) -> Result<Value, Failure> {
    Ok(Value::Array(items.iter().map(view).collect::<Result<_, _>>()?))
}

async fn one(app: &App, id: WholesalerId) -> Result<Wholesaler, Failure> {
    Ok(app.hub().wholesalers().get(id).await?)
}

/// A size by any of its codes.
async fn variant(app: &App, wholesaler: WholesalerId, code: &str) -> Result<VariantId, Failure> {
    let found = app.hub().catalogue().find_codes(wholesaler, vec![(code.to_owned(), None)]).await?.pop().flatten();
    found.map(|found| found.variant).ok_or_else(|| Failure::refused(format!("no product has the code {code:?}")))
}

/// Does it.
pub async fn execute(app: &App, request: WholesaleRequest) -> Result<Value, Failure> {
    use WholesaleRequest as R;
    match request {
        R::Add { .. } | R::Set { .. } | R::List | R::Show { .. } | R::SetKey { .. } => tenants(app, request).await,
        R::AccountAdd { .. }
        | R::AccountSet { .. }
        | R::AccountList { .. }
        | R::AccountShow { .. }
        | R::AccountPassword { .. } => accounts(app, request).await,
        R::WarehousePut { .. }
        | R::WarehouseList { .. }
        | R::StockChange { .. }
        | R::StockShow { .. }
        | R::Reserve { .. }
        | R::Release { .. }
        | R::Reservations { .. } => stock(app, request).await,
        R::CourierPut { .. }
        | R::CourierList { .. }
        | R::CourierShow { .. }
        | R::PointsPut { .. }
        | R::Points { .. } => couriers(app, request).await,
        R::Orders { .. }
        | R::OrderShow { .. }
        | R::OrderHistory { .. }
        | R::OrderAdd { .. }
        | R::OrderEdit { .. }
        | R::OrderStatus { .. }
        | R::OrderNote { .. }
        | R::ParcelAdd { .. }
        | R::ParcelRemove { .. } => Box::pin(orders::execute(app, request)).await,
    }
}

/// A request that came to the wrong part of this file.
fn astray(request: &WholesaleRequest) -> Failure {
    Failure::failed(format!("the request {} went astray", request.name()))
}

async fn tenants(app: &App, request: WholesaleRequest) -> Result<Value, Failure> {
    match request {
        WholesaleRequest::Add { id, name, currency, domain, key, settings } => {
            let settings = settings::changed(&WholesalerSettings::default(), &settings)?;
            let currency = currency.parse().map_err(refused)?;
            let domain = domain.filter(|domain| !domain.is_empty());
            let (key, new) = secret_or_new(app, key);
            app.hub().wholesalers().add(Wholesaler { id, name, currency, domain, settings }).await?;
            app.hub().wholesalers().set_dropshipping_key(id, &key).await?;
            Ok(json!({ "id": id, "dropshipping_key": shown(new) }))
        }
        WholesaleRequest::Set { id, name, domain, settings } => {
            let mut wholesaler = one(app, id).await?;
            wholesaler.name = name.unwrap_or(wholesaler.name);
            if let Some(domain) = domain {
                wholesaler.domain = Some(domain).filter(|domain| !domain.is_empty());
            }
            wholesaler.settings = settings::changed(&wholesaler.settings, &settings)?;
            app.hub().wholesalers().update(wholesaler).await?;
            Ok(Value::Null)
        }
        WholesaleRequest::List => {
            list(&app.hub().wholesalers().list().await?, |wholesaler| Ok(views::wholesaler_summary(wholesaler)))
        }
        WholesaleRequest::Show { id } => views::wholesaler(&one(app, id).await?),
        WholesaleRequest::SetKey { id, key } => {
            let (key, new) = secret_or_new(app, key);
            app.hub().wholesalers().set_dropshipping_key(id, &key).await?;
            Ok(json!({ "id": id, "dropshipping_key": shown(new) }))
        }
        other => Err(astray(&other)),
    }
}

async fn accounts(app: &App, request: WholesaleRequest) -> Result<Value, Failure> {
    match request {
        WholesaleRequest::AccountAdd { wholesaler, login, group, password, profile } => {
            let profile = settings::changed(&AccountProfile::default(), &profile)?;
            let (password, new) = secret_or_new(app, password);
            let password = SecretString::from(password.expose_secret().to_owned());
            let new_account = NewAccount { wholesaler, login, password, price_group: group, profile };
            let account = app.hub().accounts().add(new_account).await?;
            Ok(json!({ "id": account.id, "login": account.login, "password": shown(new) }))
        }
        WholesaleRequest::AccountSet { wholesaler, login, group, blocked, profile } => {
            let mut account = app.hub().accounts().by_login(wholesaler, &login).await?;
            account.price_group = group.unwrap_or(account.price_group);
            account.blocked = blocked.unwrap_or(account.blocked);
            account.profile = settings::changed(&account.profile, &profile)?;
            app.hub().accounts().update(wholesaler, account).await?;
            Ok(Value::Null)
        }
        WholesaleRequest::AccountList { wholesaler } => {
            list(&app.hub().accounts().list(wholesaler).await?, views::account)
        }
        WholesaleRequest::AccountShow { wholesaler, login } => {
            views::account(&app.hub().accounts().by_login(wholesaler, &login).await?)
        }
        WholesaleRequest::AccountPassword { wholesaler, login, password } => {
            let account = app.hub().accounts().by_login(wholesaler, &login).await?;
            let (password, new) = secret_or_new(app, password);
            app.hub().accounts().set_password(wholesaler, account.id, &password).await?;
            Ok(json!({ "id": account.id, "login": account.login, "password": shown(new) }))
        }
        other => Err(astray(&other)),
    }
}

async fn stock(app: &App, request: WholesaleRequest) -> Result<Value, Failure> {
    match request {
        WholesaleRequest::WarehousePut { wholesaler, id, name, sellable, position } => {
            app.hub().stock().put_warehouse(wholesaler, Warehouse { id, name, sellable, position }).await?;
            Ok(Value::Null)
        }
        WholesaleRequest::WarehouseList { wholesaler } => {
            list(&app.hub().stock().warehouses(wholesaler).await?, |warehouse| Ok(views::warehouse(warehouse)))
        }
        WholesaleRequest::StockChange { wholesaler, warehouse, operation, stocks } => {
            let change = |(code, quantity): &(String, Decimal)| StockChange {
                code: code.clone(),
                kind: None,
                warehouse,
                operation,
                quantity: *quantity,
            };
            let outcomes = app.hub().stock().change(wholesaler, stocks.iter().map(change).collect()).await?;
            let told: Vec<Value> =
                stocks.iter().zip(&outcomes).map(|((code, _), outcome)| views::stock_outcome(code, outcome)).collect();
            Ok(Value::Array(told))
        }
        WholesaleRequest::StockShow { wholesaler, codes } => {
            let mut variants = Vec::with_capacity(codes.len());
            for code in &codes {
                variants.push(variant(app, wholesaler, code).await?);
            }
            let stocks = app.hub().stock().get(wholesaler, variants).await?;
            Ok(Value::Array(stocks.iter().flat_map(views::stock).collect()))
        }
        WholesaleRequest::Reserve { wholesaler, code, quantity, minutes, note } => {
            let variant = variant(app, wholesaler, &code).await?;
            let until = app.now() + Span::minutes(minutes.clamp(0, 525_600));
            let made = app.hub().stock().reserve(wholesaler, variant, quantity, None, until, note).await?;
            list(&made, |row| Ok(views::reservation(row)))
        }
        WholesaleRequest::Release { wholesaler, reservation } => {
            let id: ReservationId = reservation.parse().map_err(refused)?;
            app.hub().stock().release(wholesaler, id).await?;
            Ok(Value::Null)
        }
        WholesaleRequest::Reservations { wholesaler, code } => {
            let variant = variant(app, wholesaler, &code).await?;
            list(&app.hub().stock().reservations(wholesaler, variant).await?, |row| Ok(views::reservation(row)))
        }
        other => Err(astray(&other)),
    }
}

async fn couriers(app: &App, request: WholesaleRequest) -> Result<Value, Failure> {
    match request {
        WholesaleRequest::CourierPut { wholesaler, couriers } => {
            let count = couriers.len();
            for courier in couriers {
                app.hub().couriers().put(wholesaler, courier).await?;
            }
            Ok(json!(count))
        }
        WholesaleRequest::CourierList { wholesaler } => {
            list(&app.hub().couriers().all(wholesaler).await?, views::value)
        }
        WholesaleRequest::CourierShow { wholesaler, id } => {
            let all = app.hub().couriers().all(wholesaler).await?;
            let found = all.iter().find(|courier| courier.id == id);
            views::value(found.ok_or(GoodsError::NotFound(Unknown::Courier))?)
        }
        WholesaleRequest::PointsPut { wholesaler, points } => {
            let count = points.len();
            let mut rest = points;
            while !rest.is_empty() {
                let batch: Vec<PickupPoint> = rest.drain(..rest.len().min(1000)).collect();
                app.hub().couriers().put_pickup_points(wholesaler, batch).await?;
            }
            Ok(json!(count))
        }
        WholesaleRequest::Points { wholesaler, courier, near: Some((latitude, longitude)), limit, .. } => {
            let from = Coordinates::from_degrees(latitude, longitude)
                .ok_or_else(|| Failure::refused("latitude is between -90 and 90, longitude between -180 and 180"))?;
            let near = app.hub().couriers().nearest(wholesaler, courier, from, limit).await?;
            list(&near, |near| Ok(views::point(&near.point, Some(near.metres))))
        }
        WholesaleRequest::Points { wholesaler, courier, near: None, limit, page } => {
            let points =
                app.hub().couriers().pickup_points(wholesaler, courier, Page::new(Some(page), Some(limit))).await?;
            list(&points.items, |point| Ok(views::point(point, None)))
        }
        other => Err(astray(&other)),
    }
}
