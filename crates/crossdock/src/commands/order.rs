//! `crossdock order …`.

mod list;
mod ship;

use clap::Args;
use crossdock_app::App;
use crossdock_app::checkout::orders::staff::StaffAction;
use crossdock_domain::ids::OrderId;
use crossdock_domain::order::{Actor, HistoryEntry, HistoryEvent, Order};
use crossdock_domain::text::plain_text;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::confirm::{asks, confirmed};
use super::options::StaffOption;
use super::shown::Shown;
use crate::context::Context;
use crate::control::Command;
use crate::exit::Failure;
use crate::output::{self, at, cell};
use crate::session::ask;

pub use list::List;
pub use ship::Ship;

/// List orders and act on them
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// List the orders of a store
    #[command(after_help = "\
Examples:
  crossdock order list --store 123
  crossdock order list --store 123 --since 2026-01-01 --json
  crossdock order list --buyer 'jane doe' --since 2026-01-01
  crossdock order list --country CA --status in_process
  crossdock order list --text sunglasses")]
    List(Shown<List>),
    /// Show an order
    #[command(after_help = "Example:\n  crossdock order show 123-10001")]
    Show(Shown<Show>),
    /// Show everything that happened to an order
    #[command(after_help = "Example:\n  crossdock order history 123-10001")]
    History(Shown<History>),
    /// Set the tracking numbers of an order, which completes it
    #[command(after_help = "\
Examples:
  crossdock order ship 123-10001 --carrier DHL --tracking 00340434292135100094
  crossdock order ship 123-10001 --carrier UPS --tracking 1Z1 --tracking 1Z2

The numbers replace those the order has. Of an order that is shipped already, only they change.")]
    Ship(Shown<Ship>),
    /// Pass the fraud review: process the order and capture the payment
    #[command(after_help = "Example:\n  crossdock order approve 123-10001 --reason 'spoke with the buyer'")]
    Approve(Shown<OrderActionArgs>),
    /// Fail the fraud review: cancel the order and refund the payment
    #[command(after_help = "Example:\n  crossdock order deny 123-10001 --reason 'stolen card'")]
    Deny(FinalAction),
    /// Put an order on hold
    #[command(after_help = "Example:\n  crossdock order hold 123-10001 --reason 'address unclear'")]
    Hold(Shown<OrderActionArgs>),
    /// Release an order from hold, or continue it after the merchant asked to cancel it
    #[command(after_help = "Example:\n  crossdock order release 123-10001")]
    Release(Shown<OrderActionArgs>),
    /// Cancel an order and refund the payment; this cannot be undone
    #[command(after_help = "Example:\n  crossdock order cancel 123-10001 --reason 'out of stock'")]
    Cancel(FinalAction),
    /// Record that the bank transfer of an order has arrived
    #[command(after_help = "Example:\n  crossdock order book-payment 123-10001 --reason 'statement of 3 May'")]
    BookPayment(Shown<OrderActionArgs>),
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::List(list) => list::run(context, list).await,
        Commands::Show(show) => show.print(context, print).await,
        Commands::History(history) => {
            let columns = [("when", "at"), ("who", "actor"), ("what", "text")];
            history.list(context, &columns, "nothing happened yet").await
        }
        Commands::Ship(ship) => ship.print(context, print_status).await,
        Commands::Approve(act) => act_on(context, act, Action::Approve).await,
        Commands::Deny(act) => act_for_good(context, act, Action::Deny).await,
        Commands::Hold(act) => act_on(context, act, Action::Hold).await,
        Commands::Release(act) => act_on(context, act, Action::Release).await,
        Commands::Cancel(act) => act_for_good(context, act, Action::Cancel).await,
        Commands::BookPayment(act) => act_on(context, act, Action::BookPayment).await,
    }
}

/// An action that cannot be undone, and gives money back.
#[derive(Debug, Args)]
pub struct FinalAction {
    #[command(flatten)]
    act: Shown<OrderActionArgs>,
    /// Do not ask first
    #[arg(long)]
    yes: bool,
}

async fn act_for_good(context: &Context, FinalAction { act, yes }: FinalAction, action: Action) -> anyhow::Result<()> {
    if asks(yes) {
        let order = ask(context, Show { order: act.command.order.clone() }).await?;
        let text = |path: &str| cell(at(&order, path));
        confirmed(
            yes,
            &format!(
                "cancel the order {} ({}, {}) and give back what was paid",
                text("order_id"),
                text("status"),
                text("grand_total")
            ),
        )?;
    }
    act_on(context, act, action).await
}

async fn act_on(context: &Context, mut act: Shown<OrderActionArgs>, action: Action) -> anyhow::Result<()> {
    act.command.action = action;
    act.print(context, print_status).await
}

fn print_status(order: &Value) {
    output::line(format!("{} {}", cell(&order["order_id"]), cell(&order["status"])));
}

/// Reads an order id as people write it.
fn order_id(text: &str) -> Result<OrderId, Failure> {
    text.trim().parse().map_err(|_| {
        Failure::refused(format!(
            "{text:?} is not an order id; write store and number, as `order list` does: 123-10001"
        ))
    })
}

/// `order show`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Show {
    /// Full id of the order, such as 123-10001
    order: String,
}

impl Command for Show {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        Ok(view(&app.checkout().orders().get(order_id(&self.order)?).await?))
    }
}

fn view(order: &Order) -> Value {
    let totals = &order.document.totals;
    json!({
        "order_id": order.id.to_string(),
        "status": order.status.code(),
        "status_at": order.status_at.to_rfc3339(),
        "placed_at": order.placed_at.to_rfc3339(),
        "test": order.test,
        "merchant_order_id": order.merchant_order_id,
        "cart_id": order.cart_id.to_string(),
        "items_total": totals.items.to_string(),
        "shipping_total": totals.shipping.to_string(),
        "duty_taxes_total": totals.duty_taxes.to_string(),
        "grand_total": totals.grand.to_string(),
        "payment": order.payment,
        "parcels": order.parcels,
        "document": order.document,
    })
}

fn print(order: &Value) {
    let text = |path: &str| output::shown(order, path);
    let parts = ["name", "company", "address1", "address2", "zip", "city", "state", "country"];
    let parts = parts.map(|key| text(&format!("document.ship_to.{key}")));
    let address: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let mark = if order["test"] == true { " (test)" } else { "" };
    output::facts(&[
        ("order", format!("{}{mark}", text("order_id"))),
        ("status", format!("{} since {}", text("status"), text("status_at"))),
        ("placed", text("placed_at")),
        ("merchant's number", text("merchant_order_id")),
        ("cart", text("cart_id")),
        ("ship to", address.join(", ")),
        ("phone, e-mail", format!("{} {}", text("document.ship_to.phone"), text("document.ship_to.email"))),
        ("note of the buyer", text("document.customer_note")),
        ("shipping", text("document.shipping.name")),
        ("payment", format!("{} {}", text("payment.processor"), text("payment.transaction_id"))),
    ]);
    let mut table = output::table(["quantity", "item", "unit price"]);
    for item in at(order, "document.cart.items").as_array().into_iter().flatten() {
        table.add_row([cell(&item["quantity"]), plain_text(&cell(&item["description"])), cell(&item["unit_price"])]);
    }
    output::print_table(&table, "no items");
    if order["parcels"].as_array().is_some_and(|parcels| !parcels.is_empty()) {
        let columns = [("tracking number", "number"), ("carrier", "courier"), ("added", "added_at")];
        output::list(&order["parcels"], &columns, "no parcels yet");
    }
    output::fields(
        order,
        &[
            ("items", "items_total"),
            ("shipping", "shipping_total"),
            ("duty and tax", "duty_taxes_total"),
            ("total", "grand_total"),
        ],
    );
}

/// `order history`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct History {
    /// Full id of the order, such as 123-10001
    order: String,
}

impl Command for History {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let view = |entry: &HistoryEntry| {
            let actor = match &entry.actor {
                Actor::System => "system",
                Actor::Merchant => "merchant",
                Actor::Staff(name) => name,
            };
            let (at, text) = (entry.at.to_rfc3339(), event_text(&entry.event));
            json!({ "at": at, "actor": actor, "text": text, "event": entry.event })
        };
        Ok(app.checkout().orders().history(order_id(&self.order)?).await?.iter().map(view).collect())
    }
}

fn event_text(event: &HistoryEvent) -> String {
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

/// What staff do with an order, all of `order approve|deny|hold|release|cancel|book-payment`.
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct OrderActionArgs {
    /// Full id of the order, such as 123-10001
    order: String,
    /// The reason, kept in the history of the order
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
    #[command(flatten)]
    staff: StaffOption,
    #[arg(skip = Action::Approve)]
    action: Action,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    Approve,
    Deny,
    Hold,
    Release,
    Cancel,
    BookPayment,
}

impl From<Action> for StaffAction {
    fn from(action: Action) -> Self {
        match action {
            Action::Approve => Self::Approve,
            Action::Deny => Self::Deny,
            Action::Hold => Self::Hold,
            Action::Release => Self::Release,
            Action::Cancel => Self::Cancel,
            Action::BookPayment => Self::BookPayment,
        }
    }
}

impl Command for OrderActionArgs {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let id = order_id(&self.order)?;
        let status = app.checkout().orders().act(id, self.action.into(), &self.staff.name, &self.reason).await?;
        Ok(json!({ "order_id": id.to_string(), "status": status.code() }))
    }
}
