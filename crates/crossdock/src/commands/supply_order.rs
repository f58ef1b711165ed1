//! `crossdock supply-order …`.

mod parcels;
pub mod place;
mod write;

use clap::Args;
use crossdock_app::App;
use crossdock_app::hub::{Page, SetSupplyStatus, StaffOrderQuery, SupplyOrderQuery};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::money::Money;
use crossdock_domain::wholesale::{
    LineChange, OrderSerial, SupplyActor, SupplyEvent, SupplyHistoryEntry, SupplyOrder, SupplyStatus, WholesalerId,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::options::{AccountRef, StaffOption, WholesalerOption};
use super::shown::{Shown, done};
use crate::context::Context;
use crate::control::Command;
use crate::exit::Failure;
use crate::output::{self, at, cell};

pub use parcels::{AddParcel, RemoveParcel};
pub use write::{Add, Edit};

/// List, pack, send and change the orders that shops placed at a wholesaler
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// List orders, newest first
    #[command(after_help = "\
Examples:
  crossdock supply-order list --status new
  crossdock supply-order list --wholesaler 1 --account shop1 --limit 20 --json
  crossdock supply-order list --number 00340434292135100094")]
    List(Shown<List>),
    /// Show an order
    #[command(after_help = "Example:\n  crossdock supply-order show 17")]
    Show(Shown<Show>),
    /// Show what happened to an order
    #[command(after_help = "Example:\n  crossdock supply-order history 17")]
    History(Shown<History>),
    /// Place an order for a shop
    #[command(after_help = write::ADD_HELP, override_usage = write::ADD_USAGE)]
    Add(Box<Shown<Add>>),
    /// Change what was ordered: lines, prices, notes, payment method
    #[command(after_help = write::EDIT_HELP)]
    Edit(Box<Shown<Edit>>),
    /// Move an order to a status
    #[command(after_help = "\
Examples:
  crossdock supply-order set-status 17 packed
  crossdock supply-order set-status 17 finished
  crossdock supply-order set-status 17 canceled --reason 'the shop called'

The goods of an order leave the stock when it is finished, and are released when it is canceled.")]
    SetStatus(Shown<SetStatus>),
    /// Write a note on an order
    #[command(after_help = "Example:\n  crossdock supply-order note 17 'call before packing'")]
    Note(Note),
    /// Add a parcel with its numbers
    #[command(after_help = "\
Examples:
  crossdock supply-order add-parcel 17 --shipping-number SN1
  crossdock supply-order add-parcel 17 --package-number PN1 --courier 52 --weight 1200")]
    AddParcel(Shown<AddParcel>),
    /// Remove a parcel from an order
    #[command(after_help = "Example:\n  crossdock supply-order remove-parcel 17 9")]
    RemoveParcel(RemoveParcel),
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::List(list) => {
            let columns = [
                ("order", "order_id"),
                ("shop's number", "external_id"),
                ("placed", "placed_at"),
                ("status", "status"),
                ("courier", "courier"),
                ("city", "city"),
                ("total", "total"),
            ];
            list.list(context, &columns, "no such orders").await
        }
        Commands::Show(show) => show.print(context, print).await,
        Commands::History(history) => {
            let columns = [
                ("when", "at"),
                ("who", "actor"),
                ("what", "event.kind"),
                ("from", "event.from"),
                ("to", "event.to"),
                ("number", "event.number"),
                ("lines", "lines"),
                ("why", "event.reason"),
            ];
            history.list(context, &columns, "nothing happened yet").await
        }
        Commands::Add(add) => {
            add.command.check()?;
            add.print(context, print_total).await
        }
        Commands::Edit(edit) => {
            edit.command.check()?;
            edit.print(context, print_total).await
        }
        Commands::SetStatus(set) => {
            set.print(context, |order| output::line(format!("{} {}", cell(&order["order_id"]), cell(&order["status"]))))
                .await
        }
        Commands::Note(note) => done(context, "noted", note).await,
        Commands::AddParcel(add) => add.list(context, parcels::COLUMNS, "no parcel was added").await,
        Commands::RemoveParcel(remove) => done(context, "parcel removed", remove).await,
    }
}

/// The order that a command is about.
#[derive(Debug, Clone, Copy, Args, Serialize, Deserialize)]
pub struct OrderArgs {
    /// Number of the order
    order: OrderSerial,
    #[command(flatten)]
    wholesaler: WholesalerOption,
}

impl OrderArgs {
    /// The order with its wholesaler.
    async fn find(self, app: &App) -> Result<(WholesalerId, OrderSerial), Failure> {
        Ok((self.wholesaler.find(app).await?, self.order))
    }
}

fn read_status(code: &str) -> Result<SupplyStatus, Failure> {
    SupplyStatus::from_code(code).ok_or_else(|| {
        let all: Vec<&str> = SupplyStatus::all().map(SupplyStatus::code).collect();
        Failure::refused(format!("there is no status {code:?}; there are {}", all.join(", ")))
    })
}

/// `supply-order list`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct List {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Only orders of this shop account: its login or number
    #[arg(long, value_name = "LOGIN")]
    account: Option<AccountRef>,
    /// Only orders in this status
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// Only orders with this consignment or parcel number
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,
    /// Most orders to list, up to 100
    #[arg(long, default_value_t = 50)]
    limit: i64,
}

impl Command for List {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        let account = match self.account {
            Some(account) => Some(account.find(app, wholesaler).await?.id),
            None => None,
        };
        let statuses = self.status.map(|code| read_status(&code)).transpose()?.into_iter().collect();
        let page = Page::new(None, Some(self.limit));
        let query = SupplyOrderQuery { statuses, page, ..SupplyOrderQuery::default() };
        let query = StaffOrderQuery { account, parcel_number: self.number, query, ..StaffOrderQuery::default() };
        Ok(app.hub().orders().search(wholesaler, query).await?.items.iter().map(summary).collect())
    }
}

fn summary(order: &SupplyOrder) -> Value {
    json!({
        "order_id": order.order_id(),
        "serial": order.serial,
        "external_id": order.external_id,
        "status": order.status.code(),
        "dropshipping_status": order.dropshipping().code(),
        "placed_at": order.placed_at.to_rfc3339(),
        "changed_at": order.changed_at.to_rfc3339(),
        "dispatched_at": order.dispatched_at.map(Timestamp::to_rfc3339),
        "courier": order.delivery.courier_name,
        "city": order.delivery.address.city,
        "lines": order.document.lines.len(),
        "total": order.document.amounts.total().map(|total| total.to_string()).unwrap_or_default(),
    })
}

/// `supply-order show`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Show {
    #[command(flatten)]
    order: OrderArgs,
}

impl Command for Show {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let (wholesaler, serial) = self.order.find(app).await?;
        Ok(view(&app.hub().orders().get(wholesaler, serial).await?))
    }
}

fn view(order: &SupplyOrder) -> Value {
    let mut view = summary(order);
    view["note"] = json!(order.note);
    view["delivery"] = json!(order.delivery);
    view["document"] = json!(order.document);
    view["parcels"] = order.parcels.iter().map(parcels::view).collect();
    view
}

/// An address on one line.
fn address(address: &Value) -> String {
    let part = |keys: &[&str]| {
        let words = keys.iter().map(|key| cell(&address[*key])).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ")
    };
    let parts = [&["first_name", "last_name"][..], &["additional"], &["street"], &["zip", "city"], &["country"]];
    parts.into_iter().map(part).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// An amount; empty where there is none.
fn money(value: &Value) -> String {
    serde_json::from_value::<Money>(value.clone()).map(|money| money.to_string()).unwrap_or_default()
}

fn print(order: &Value) {
    let document = &order["document"];
    output::facts(&[
        ("order", cell(&order["order_id"])),
        ("shop's number", cell(&order["external_id"])),
        ("status", cell(&order["status"])),
        ("placed", cell(&order["placed_at"])),
        ("dispatched", cell(&order["dispatched_at"])),
        ("ship to", address(at(order, "delivery.address"))),
        ("courier", cell(&order["courier"])),
        ("pickup point", cell(at(order, "delivery.pickup_point.id"))),
        ("payment", cell(&document["payment"])),
        ("note of the shop", cell(&document["note_to_order"])),
        ("note", cell(&order["note"])),
    ]);
    let mut table = output::table(["#", "quantity", "code", "item", "size", "price", "sum"]);
    for line in document["lines"].as_array().into_iter().flatten() {
        let code = format!("{}-{}", cell(&line["variant"]["product"]), cell(&line["variant"]["size"]));
        let [position, quantity, name, size] =
            ["position", "quantity", "name", "size_name"].map(|key| cell(&line[key]));
        let [price, sum] = ["unit_gross", "gross"].map(|key| money(&line["value"][key]));
        table.add_row([position, quantity, code, name, size, price, sum]);
    }
    output::print_table(&table, "no lines");
    output::list(&order["parcels"], parcels::COLUMNS, "no parcels yet");
    output::facts(&[
        ("goods", money(at(document, "amounts.products"))),
        ("delivery", money(at(document, "amounts.delivery"))),
        ("payment fee", money(at(document, "amounts.payment"))),
        ("total", cell(&order["total"])),
        ("courier collects", money(at(document, "cash_on_delivery.amount"))),
    ]);
}

fn print_total(order: &Value) {
    output::line(format!("{} {} {}", cell(&order["order_id"]), cell(&order["status"]), cell(&order["total"])));
}

/// `supply-order history`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct History {
    #[command(flatten)]
    order: OrderArgs,
}

impl Command for History {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let (wholesaler, serial) = self.order.find(app).await?;
        Ok(app.hub().orders().history(wholesaler, serial).await?.iter().map(entry_view).collect())
    }
}

fn entry_view(entry: &SupplyHistoryEntry) -> Value {
    let actor = match &entry.actor {
        SupplyActor::System => "system".to_owned(),
        SupplyActor::Shop(login) => format!("shop {login}"),
        SupplyActor::Staff(name) => name.clone(),
    };
    let lines = match &entry.event {
        SupplyEvent::LinesChanged { lines } => lines.as_slice(),
        _ => &[],
    };
    let line = |line: &LineChange| {
        let prices = if line.price_from == line.price_to {
            String::new()
        } else {
            format!(" at {} -> {}", line.price_from, line.price_to)
        };
        format!("{} {} -> {}{prices}", line.variant, line.from, line.to)
    };
    let lines: Vec<String> = lines.iter().map(line).collect();
    json!({ "at": entry.at.to_rfc3339(), "actor": actor, "event": entry.event, "lines": lines.join(", ") })
}

/// `supply-order set-status`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct SetStatus {
    #[command(flatten)]
    order: OrderArgs,
    /// The status: on_order, packed, finished, ...
    status: String,
    /// The reason, kept in the history of the order
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
    #[command(flatten)]
    staff: StaffOption,
}

impl Command for SetStatus {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let (wholesaler, serial) = self.order.find(app).await?;
        let (to, actor, reason) = (read_status(&self.status)?, self.staff.actor(), self.reason);
        let order = app.hub().orders().set_status(SetSupplyStatus { wholesaler, serial, to, actor, reason }).await?;
        Ok(summary(&order))
    }
}

/// `supply-order note`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Note {
    #[command(flatten)]
    order: OrderArgs,
    /// The note
    #[arg(value_name = "NOTE")]
    text: String,
    #[command(flatten)]
    staff: StaffOption,
}

impl Command for Note {
    type Answer = ();

    async fn run(self, app: &App) -> Result<(), Failure> {
        let (wholesaler, serial) = self.order.find(app).await?;
        app.hub().orders().set_note(wholesaler, serial, self.staff.actor(), self.text).await?;
        Ok(())
    }
}
