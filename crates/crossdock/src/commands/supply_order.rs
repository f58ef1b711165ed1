//! `crossdock supply-order …`.

mod list;
pub mod papers;
mod parcels;
pub mod place;
mod show;
mod write;

use clap::Args;
use crossdock_app::App;
use crossdock_app::hub::SetSupplyStatus;
use crossdock_domain::wholesale::{
    LineChange, OrderSerial, SupplyActor, SupplyEvent, SupplyHistoryEntry, SupplyStatus, WholesalerId,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::options::{StaffOption, WholesalerOption, use_zone};
use super::shown::{Shown, done};
use crate::context::Context;
use crate::control::Command;
use crate::exit::Failure;
use crate::output::{self, cell};

pub use list::List;
use list::summary;
pub use parcels::{AddParcel, RemoveParcel};
use show::view;
pub use show::{Show, amount_and_currency};
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
    #[command(after_help = "Examples:\n  crossdock supply-order show 17\n  crossdock supply-order show shop1-17")]
    Show(Shown<Show>),
    /// Print packing lists or a pick list as HTML, to standard output
    #[command(subcommand)]
    Print(papers::Commands),
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
            use_zone(context, list.command.wholesaler).await?;
            list.list(context, list::COLUMNS, "no such orders").await
        }
        Commands::Show(show) => {
            use_zone(context, show.command.order.wholesaler).await?;
            show.print(context, show::print).await
        }
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
            use_zone(context, history.command.order.wholesaler).await?;
            history.list(context, &columns, "nothing happened yet").await
        }
        Commands::Print(print) => papers::run(context, print).await,
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

/// An order by its number, or by the id that lists print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRef {
    serial: OrderSerial,
    /// The whole id, when that was written: another shop's must not pass for it.
    id: Option<String>,
}

impl std::str::FromStr for OrderRef {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        // Logins may hold hyphens too.
        let (login, digits) = text.rsplit_once('-').map_or((None, text), |(login, digits)| (Some(login), digits));
        let serial = digits.parse().ok().filter(|number| *number > 0 && login != Some(""));
        let serial = serial.ok_or_else(|| {
            format!(
                "{text:?} is not an order; write its number, 17, or the id that `supply-order list` prints, shop1-17"
            )
        })?;
        Ok(Self { serial: OrderSerial(serial), id: login.map(|_| text.to_owned()) })
    }
}

impl OrderRef {
    /// The order that is meant.
    pub async fn find(&self, app: &App, wholesaler: WholesalerId) -> Result<OrderSerial, Failure> {
        if let Some(id) = &self.id {
            let order = app.hub().orders().get(wholesaler, self.serial).await?;
            if order.order_id() != *id {
                return Err(Failure::refused(format!(
                    "there is no order {id}; number {} is {}",
                    self.serial,
                    order.order_id()
                )));
            }
        }
        Ok(self.serial)
    }
}

/// The order that a command is about.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct OrderArgs {
    /// The order: its number or its id, 17 or shop1-17
    order: OrderRef,
    #[command(flatten)]
    wholesaler: WholesalerOption,
}

impl OrderArgs {
    /// The order with its wholesaler.
    pub async fn find(self, app: &App) -> Result<(WholesalerId, OrderSerial), Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        Ok((wholesaler, self.order.find(app, wholesaler).await?))
    }
}

fn read_status(code: &str) -> Result<SupplyStatus, Failure> {
    SupplyStatus::from_code(code).ok_or_else(|| {
        let all: Vec<&str> = SupplyStatus::all().map(SupplyStatus::code).collect();
        Failure::refused(format!("there is no status {code:?}; there are {}", all.join(", ")))
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_named_by_its_number_or_as_lists_print_it() {
        let read = |text: &str| text.parse::<OrderRef>().map(|order| (order.serial.0, order.id));
        assert_eq!(read("17"), Ok((17, None)));
        assert_eq!(read(" shop1-17 "), Ok((17, Some("shop1-17".to_owned()))));
        assert_eq!(read("my-shop-2"), Ok((2, Some("my-shop-2".to_owned()))));
        for bad in ["", "shop1", "-17", "0", "shop1-", "shop1-x", "1.5", "99999999999999999999"] {
            let told = read(bad).expect_err(bad);
            assert!(told.contains("shop1-17"), "{told}");
        }
    }
}
