//! What the command line asks of an installation: one request type, one answer type, one function that does it.
//!
//! With an embedded database a running server holds the only lock, so requests go to it through a unix socket in the data
//! directory (`client`, `server`): one line of JSON each way. Otherwise the same function runs in this process.

pub mod client;
pub mod execute;
pub mod goods;
pub mod keys;
pub mod landed_cost;
pub mod sandboxes;
pub mod server;
pub mod settings;
pub mod views;
pub mod webhooks;
pub mod wholesale;

use std::path::PathBuf;

use crossdock_domain::country::Country;
use crossdock_domain::ids::{CartId, JobId, OrderId, QuoteId, StoreId};
use crossdock_domain::landed_cost::Rates;
use crossdock_domain::webhook::Owner;
use crossdock_domain::wholesale::WholesalerId;
use crossdock_rules::tariff::Tariff;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::exit::Failure;
use landed_cost::{RatesView, ReplayView, TariffView};
use wholesale::WholesaleRequest;

use views::{
    DatabaseView, HelloView, HistoryView, JobView, OrderSummaryView, OrderView, StoreSummaryView, StoreView,
    TestOrderView,
};
use webhooks::{WebhookAnswer, WebhookRequest};

/// A secret on its way; it does not print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// A request. Files are named by absolute paths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdminRequest {
    /// Who is there?
    Hello,
    /// Adds a store.
    StoreAdd {
        /// Its id.
        id: StoreId,
        /// Its name.
        name: String,
        /// ISO 4217.
        currency: String,
        /// Its API secret; absent: a new one is made and answered.
        secret: Option<Secret>,
        /// Settings that differ from the defaults.
        settings: Value,
    },
    /// Every store.
    StoreList,
    /// One store with its settings.
    StoreShow {
        /// Which.
        id: StoreId,
    },
    /// Changes name and settings.
    StoreSet {
        /// Which.
        id: StoreId,
        /// New name.
        name: Option<String>,
        /// Settings to replace; `null` goes back to the default.
        settings: Value,
    },
    /// Replaces the API secret.
    StoreRotateSecret {
        /// Which.
        id: StoreId,
        /// The new secret; absent: a new one is made and answered.
        secret: Option<Secret>,
    },
    /// Orders placed since a day.
    OrderList {
        /// Which store.
        store: StoreId,
        /// `yyyymmdd`; absent: the last two weeks.
        since: Option<String>,
        /// At most so many.
        limit: u32,
    },
    /// One order.
    OrderShow {
        /// Which.
        order: String,
    },
    /// Everything that happened to an order.
    OrderHistory {
        /// Which.
        order: String,
    },
    /// Staff do something with an order.
    OrderAct {
        /// Which.
        order: String,
        /// What.
        action: Action,
        /// Who.
        person: String,
        /// Why.
        reason: String,
    },
    /// A test order without a browser.
    TestOrder {
        /// The cart.
        cart: CartId,
        /// Ship-to.
        country: Country,
        /// How the payment ends.
        outcome: Outcome,
    },
    /// Jobs in a state.
    JobList {
        /// Which state.
        state: JobState,
        /// At most so many.
        limit: u32,
    },
    /// Runs a dead job again.
    JobRetry {
        /// Which; absent: all of them.
        id: Option<JobId>,
    },
    /// Runs every due job now.
    JobRun,
    /// Copies the database into a file that does not exist yet.
    Backup {
        /// Where to.
        file: PathBuf,
    },
    /// What the doctor asks of the database.
    Examine,
    /// Stores a tariff that was read from a file.
    TariffImport {
        /// The tariff.
        tariff: Box<Tariff>,
    },
    /// Every imported tariff.
    TariffList,
    /// Stores exchange rates that were read from a file.
    RatesImport {
        /// The rates.
        rates: Rates,
    },
    /// Imported exchange rates, the newest first.
    RatesList {
        /// At most so many.
        limit: u32,
    },
    /// The sum of a kept quote in words.
    RulesExplain {
        /// Which quote.
        quote: QuoteId,
    },
    /// Computes every kept quote anew.
    RulesReplay,
    /// Something about webhooks and mails.
    Webhook {
        /// Whose.
        owner: Owner,
        /// What.
        request: Box<WebhookRequest>,
    },
    /// Import and export of goods.
    Goods(goods::GoodsRequest),
    /// Something on the wholesaler's side.
    Wholesale(WholesaleRequest),
    /// Something about sandboxes.
    Sandbox(sandboxes::SandboxRequest),
    /// Something about keys of the Admin API.
    AdminKey {
        /// Whose.
        wholesaler: WholesalerId,
        /// What.
        request: Box<keys::KeyRequest>,
    },
}

impl AdminRequest {
    /// Its name, for the log.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::StoreAdd { .. } => "store_add",
            Self::StoreList => "store_list",
            Self::StoreShow { .. } => "store_show",
            Self::StoreSet { .. } => "store_set",
            Self::StoreRotateSecret { .. } => "store_rotate_secret",
            Self::OrderList { .. } => "order_list",
            Self::OrderShow { .. } => "order_show",
            Self::OrderHistory { .. } => "order_history",
            Self::OrderAct { .. } => "order_act",
            Self::TestOrder { .. } => "test_order",
            Self::JobList { .. } => "job_list",
            Self::JobRetry { .. } => "job_retry",
            Self::JobRun => "job_run",
            Self::Backup { .. } => "backup",
            Self::Examine => "examine",
            Self::TariffImport { .. } => "tariff_import",
            Self::TariffList => "tariff_list",
            Self::RatesImport { .. } => "rates_import",
            Self::RatesList { .. } => "rates_list",
            Self::RulesExplain { .. } => "rules_explain",
            Self::RulesReplay => "rules_replay",
            Self::Webhook { .. } => "webhook",
            Self::Goods(_) => "goods",
            Self::Wholesale(request) => request.name(),
            Self::Sandbox(_) => "sandbox",
            Self::AdminKey { .. } => "admin_key",
        }
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdminAnswer {
    Hello(HelloView),
    Done,
    Secret { id: StoreId, secret: Option<Secret> },
    Stores(Vec<StoreSummaryView>),
    Store(Box<StoreView>),
    Orders(Vec<OrderSummaryView>),
    Order(Box<OrderView>),
    History(Vec<HistoryView>),
    OrderStatus { order: String, status: String },
    TestOrder(TestOrderView),
    Jobs(Vec<JobView>),
    Count(u64),
    Database(Box<DatabaseView>),
    Tariff(TariffView),
    Tariffs(Vec<TariffView>),
    Imported { new: bool },
    Rates(Vec<RatesView>),
    Text(String),
    Replay(ReplayView),
    Webhook(Box<WebhookAnswer>),
    Goods(goods::GoodsAnswer),
    Wholesale(Value),
}

/// What comes back over the socket.
pub type AdminResult = Result<AdminAnswer, Failure>;

/// What staff do with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Approve,
    Deny,
    Hold,
    Release,
    Cancel,
    BookPayment,
}

/// How a test payment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Paid
    Approved,
    /// Paid, and held for fraud review
    Review,
    /// Refused; no order is made
    Declined,
}

/// State of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// To be run, now or later
    Waiting,
    /// Claimed by a worker
    Running,
    /// Finished; kept for a week
    Done,
    /// Failed for good
    Dead,
}

impl JobState {
    /// The stored name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }
}

/// Reads an order id as people write it.
pub fn order_id(text: &str) -> Result<OrderId, Failure> {
    text.trim().parse().map_err(|error| Failure::refused(format!("{text:?}: {error}")))
}
