//! `crossdock stock …`.

use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_domain::wholesale::{WarehouseId, WholesalerId};
use rust_decimal::Decimal;
use serde_json::Value;

use super::wholesaler::{ask, print_list, wholesaler_id};
use crate::admin::wholesale::WholesaleRequest;
use crate::cli::Global;
use crate::context::Context;
use crate::exit::SaidNo;
use crate::output::Format;

/// Warehouses, stock and reservations of a wholesaler
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Set stocks to a quantity
    #[command(after_help = "\
Examples:
  crossdock stock set 1 15-3=40 5901234123457=12
  crossdock stock set 1 15-3=40 --warehouse 2")]
    Set(Change),
    /// Add to stocks
    #[command(after_help = "Example:\n  crossdock stock add 1 15-3=5")]
    Add(Change),
    /// Take away from stocks
    #[command(after_help = "Example:\n  crossdock stock subtract 1 15-3=5")]
    Subtract(Change),
    /// Show stocks: quantity, put aside, and what can be sold
    #[command(after_help = "Example:\n  crossdock stock show 1 15-3 5901234123457")]
    Show {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Codes of sizes: internal (15-3), producer's, external
        #[arg(required = true)]
        codes: Vec<String>,
        #[command(flatten)]
        format: Format,
    },
    /// Put goods aside for a while
    #[command(after_help = "Example:\n  crossdock stock reserve 1 15-3 4 --minutes 120 --note 'trade fair'")]
    Reserve {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Code of the size
        code: String,
        /// How much
        quantity: Decimal,
        /// For how long
        #[arg(long, default_value_t = 60)]
        minutes: i64,
        /// Remark
        #[arg(long, default_value = "")]
        note: String,
        #[command(flatten)]
        format: Format,
    },
    /// Let goods go that were put aside by hand
    #[command(after_help = "Example:\n  crossdock stock release 1 0198c0de-0000-7000-8000-000000000001")]
    Release {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Which reservation
        reservation: String,
    },
    /// List what is put aside of a size
    #[command(after_help = "Example:\n  crossdock stock reservations 1 15-3")]
    Reservations {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Code of the size
        code: String,
        #[command(flatten)]
        format: Format,
    },
    /// Add or change a warehouse
    #[command(after_help = "\
Examples:
  crossdock stock warehouse 1 1 --name 'Main warehouse'
  crossdock stock warehouse 1 2 --name Returns --sellable false")]
    Warehouse {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Its number
        id: i64,
        /// Its name
        #[arg(long)]
        name: String,
        /// Whether orders are served from it
        #[arg(long, default_value_t = true, action = clap::ArgAction::Set, value_name = "BOOL")]
        sellable: bool,
        /// The lowest is asked first [default: its number]
        #[arg(long, value_name = "NUMBER")]
        position: Option<i64>,
    },
    /// List the warehouses
    #[command(after_help = "Example:\n  crossdock stock warehouses 1")]
    Warehouses {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        #[command(flatten)]
        format: Format,
    },
}

/// A change of stocks.
#[derive(Debug, clap::Args)]
pub struct Change {
    /// Which wholesaler
    #[arg(value_parser = wholesaler_id)]
    wholesaler: WholesalerId,
    /// Codes with quantities: CODE=QUANTITY
    #[arg(required = true, value_parser = pair, value_name = "CODE=QUANTITY")]
    stocks: Vec<(String, Decimal)>,
    /// Which warehouse
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    warehouse: i64,
    #[command(flatten)]
    format: Format,
}

fn pair(text: &str) -> Result<(String, Decimal), String> {
    let told = || format!("{text:?}: write CODE=QUANTITY, such as 15-3=40");
    // A code may hold an equals sign, a quantity never.
    let (code, quantity) = text.rsplit_once('=').ok_or_else(told)?;
    Ok((code.to_owned(), quantity.parse().map_err(|_| told())?))
}

async fn change(context: &Context, change: Change, operation: StockOperation) -> anyhow::Result<()> {
    let Change { wholesaler, stocks, warehouse, format } = change;
    let warehouse = WarehouseId(warehouse);
    let list = ask(context, WholesaleRequest::StockChange { wholesaler, warehouse, operation, stocks }).await?;
    let columns = [("asked", "asked"), ("size", "code"), ("quantity", "quantity"), ("problem", "problem")];
    print_list(&list, format, columns, "nothing to change")?;
    let failed = list.as_array().into_iter().flatten().any(|row| row["problem"] != Value::Null);
    if failed { Err(SaidNo.into()) } else { Ok(()) }
}

const RESERVATIONS: [(&str, &str); 6] = [
    ("reservation", "id"),
    ("size", "code"),
    ("quantity", "quantity"),
    ("order", "order"),
    ("until", "expires_at"),
    ("note", "note"),
];

/// Runs the command.
pub async fn run(global: &Global, command: Command) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    match command {
        Command::Set(changes) => change(&context, changes, StockOperation::Set).await,
        Command::Add(changes) => change(&context, changes, StockOperation::Add).await,
        Command::Subtract(changes) => change(&context, changes, StockOperation::Subtract).await,
        Command::Show { wholesaler, codes, format } => {
            let columns = [
                ("size", "code"),
                ("warehouse", "warehouse"),
                ("quantity", "quantity"),
                ("put aside", "reserved"),
                ("for sale", "disposition"),
            ];
            let list = ask(&context, WholesaleRequest::StockShow { wholesaler, codes }).await?;
            print_list(&list, format, columns, "nothing of it in any warehouse")
        }
        Command::Reserve { wholesaler, code, quantity, minutes, note, format } => {
            let request = WholesaleRequest::Reserve { wholesaler, code, quantity, minutes, note };
            print_list(&ask(&context, request).await?, format, RESERVATIONS, "nothing was put aside")
        }
        Command::Release { wholesaler, reservation } => {
            ask(&context, WholesaleRequest::Release { wholesaler, reservation }).await?;
            context.remark("released");
            Ok(())
        }
        Command::Reservations { wholesaler, code, format } => {
            let list = ask(&context, WholesaleRequest::Reservations { wholesaler, code }).await?;
            print_list(&list, format, RESERVATIONS, "nothing is put aside")
        }
        Command::Warehouse { wholesaler, id, name, sellable, position } => {
            let (id, position) = (WarehouseId(id), position.unwrap_or(id));
            ask(&context, WholesaleRequest::WarehousePut { wholesaler, id, name, sellable, position }).await?;
            context.remark(&format!("warehouse {id} stored"));
            Ok(())
        }
        Command::Warehouses { wholesaler, format } => {
            let columns = [("warehouse", "id"), ("name", "name"), ("sellable", "sellable"), ("position", "position")];
            let list = ask(&context, WholesaleRequest::WarehouseList { wholesaler }).await?;
            print_list(&list, format, columns, "no warehouses yet; add one with `crossdock stock warehouse`")
        }
    }
}
