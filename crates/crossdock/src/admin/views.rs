//! What answers hold: plain data for tables and for `--json`. Keys are part of the command line's interface.

use std::path::PathBuf;

use crossdock_app::platform::queue::JobRow;
use crossdock_db::orders::OrderSummary;
use crossdock_domain::ids::{OrderId, StoreId};
use crossdock_domain::order::{Actor, HistoryEntry, HistoryEvent, Order};
use crossdock_domain::store::Store;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::exit::Failure;

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelloView {
    /// Version of the answering program.
    pub version: String,
    /// Its process id.
    pub pid: u32,
    /// The embedded database that it has open.
    pub database: Option<PathBuf>,
}

/// A store in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreSummaryView {
    pub id: StoreId,
    pub name: String,
    pub currency: String,
    pub providers: Vec<String>,
    pub zones: usize,
    pub redirect_hosts: Vec<String>,
}

impl From<&Store> for StoreSummaryView {
    fn from(store: &Store) -> Self {
        Self {
            id: store.id,
            name: store.name.clone(),
            currency: store.currency.code().to_owned(),
            providers: store.settings.providers.iter().map(|provider| provider.code().to_owned()).collect(),
            zones: store.settings.shipping.zones.len(),
            redirect_hosts: store.settings.redirect_hosts.clone(),
        }
    }
}

/// A store with all its settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoreView {
    pub id: StoreId,
    pub name: String,
    pub currency: String,
    pub settings: Value,
}

impl StoreView {
    /// The view of a store.
    pub fn of(store: &Store) -> Result<Self, Failure> {
        Ok(Self {
            id: store.id,
            name: store.name.clone(),
            currency: store.currency.code().to_owned(),
            settings: value(&store.settings)?,
        })
    }
}

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSummaryView {
    pub order_id: String,
    pub status: String,
    pub status_at: String,
    pub placed_at: String,
    pub test: bool,
    pub merchant_order_id: Option<String>,
}

impl OrderSummaryView {
    /// The view of an order of `store`.
    pub fn of(store: StoreId, order: OrderSummary) -> Self {
        Self {
            order_id: OrderId { store, number: order.number }.to_string(),
            status: order.status.code().to_owned(),
            status_at: order.status_at.to_rfc3339(),
            placed_at: order.placed_at.to_rfc3339(),
            test: order.test,
            merchant_order_id: order.merchant_order_id,
        }
    }
}

/// A whole order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderView {
    pub order_id: String,
    pub status: String,
    pub status_at: String,
    pub placed_at: String,
    pub test: bool,
    pub merchant_order_id: Option<String>,
    pub cart_id: String,
    pub items_total: String,
    pub shipping_total: String,
    pub duty_taxes_total: String,
    pub grand_total: String,
    pub payment: Value,
    pub parcels: Value,
    pub document: Value,
}

impl OrderView {
    /// The view of an order.
    pub fn of(order: &Order) -> Result<Self, Failure> {
        let totals = &order.document.totals;
        Ok(Self {
            order_id: order.id.to_string(),
            status: order.status.code().to_owned(),
            status_at: order.status_at.to_rfc3339(),
            placed_at: order.placed_at.to_rfc3339(),
            test: order.test,
            merchant_order_id: order.merchant_order_id.clone(),
            cart_id: order.cart_id.to_string(),
            items_total: totals.items.to_string(),
            shipping_total: totals.shipping.to_string(),
            duty_taxes_total: totals.duty_taxes.to_string(),
            grand_total: totals.grand.to_string(),
            payment: value(&order.payment)?,
            parcels: value(&order.parcels)?,
            document: value(&order.document)?,
        })
    }
}

/// A line of history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryView {
    /// When.
    pub at: String,
    /// Who: `system`, `merchant`, or a name.
    pub actor: String,
    /// What, in words.
    pub text: String,
    /// What, as stored.
    pub event: Value,
}

impl HistoryView {
    /// The view of a line.
    pub fn of(entry: &HistoryEntry) -> Result<Self, Failure> {
        let actor = match &entry.actor {
            Actor::System => "system".to_owned(),
            Actor::Merchant => "merchant".to_owned(),
            Actor::Staff(name) => name.clone(),
        };
        Ok(Self { at: entry.at.to_rfc3339(), actor, text: told(&entry.event), event: value(&entry.event)? })
    }
}

fn told(event: &HistoryEvent) -> String {
    match event {
        HistoryEvent::Placed { status } => format!("placed as {status}"),
        HistoryEvent::StatusChanged { from, to, reason } if reason.is_empty() => format!("{from} became {to}"),
        HistoryEvent::StatusChanged { from, to, reason } => format!("{from} became {to}: {reason}"),
        HistoryEvent::MerchantOrderIdSet { from: None, to } => format!("merchant order id set to {to}"),
        HistoryEvent::MerchantOrderIdSet { from: Some(from), to } => {
            format!("merchant order id changed from {from} to {to}")
        }
        HistoryEvent::TrackingSet { numbers } => format!("tracking set to {}", numbers.join(", ")),
        HistoryEvent::Payment { what, amount } => format!("payment {what}: {amount}"),
    }
}

/// A test order's end. The keys are those of the protocol; `declined` is there only when there is no order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestOrderView {
    /// Full id.
    pub order_id: Option<String>,
    /// First status.
    pub order_status: Option<String>,
    /// Where the buyer is sent.
    pub redirect: Option<String>,
    /// Why there is no order: `card_declined`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined: Option<String>,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobView {
    pub id: String,
    pub kind: String,
    pub store: Option<StoreId>,
    pub state: String,
    pub attempts: i64,
    pub run_at: String,
    pub last_error: Option<String>,
    pub created_at: String,
}

impl From<JobRow> for JobView {
    fn from(job: JobRow) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.kind,
            store: job.store,
            state: job.state,
            attempts: job.attempts,
            run_at: job.run_at.to_rfc3339(),
            last_error: job.last_error,
            created_at: job.created_at.to_rfc3339(),
        }
    }
}

/// State of the database, for the doctor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseView {
    /// `sqlite` or `postgres`.
    pub engine: String,
    /// Newest schema step.
    pub schema_version: i64,
    /// Damage; empty when all is well.
    pub damage: Vec<String>,
    /// Whether this is demo data.
    pub demo: bool,
    /// Whether test orders are allowed.
    pub test_mode: bool,
    /// Jobs per state.
    pub jobs: Vec<(String, i64)>,
    /// Every store.
    pub stores: Vec<StoreSummaryView>,
}

fn value(value: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|error| Failure::failed(error.to_string()))
}
