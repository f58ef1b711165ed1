//! `crossdock stock …`.

pub mod list;

use clap::Args;
use crossdock_app::App;
use crossdock_app::hub::{ReservationRow, StockChange, StockOutcome, StockProblem, Warehouse};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_domain::wholesale::{ReservationId, VariantId, WarehouseId, WholesalerId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::options::WholesalerOption;
use super::shown::{Shown, done};
use crate::context::Context;
use crate::control::Command;
use crate::exit::{Failure, NegativeResult};
use crate::output::Fields;
use crate::session::ask;

/// Manage warehouses, stock and reservations of a wholesaler
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// Set stocks to a quantity
    #[command(after_help = "\
Examples:
  crossdock stock set 15-3=40 5901234123457=12
  crossdock stock set 15-3=40 --wholesaler 1 --warehouse 2")]
    Set(Shown<Change>),
    /// Add to stocks
    #[command(after_help = "Example:\n  crossdock stock add 15-3=5")]
    Add(Shown<Change>),
    /// Subtract from stocks
    #[command(after_help = "Example:\n  crossdock stock subtract 15-3=5")]
    Subtract(Shown<Change>),
    /// List the stocks of all sizes, or only what runs low
    #[command(after_help = "\
Examples:
  crossdock stock list
  crossdock stock list --low 5
  crossdock stock list --warehouse 2 --json")]
    List(Shown<list::List>),
    /// Show stocks: quantity, reserved, and available for sale
    #[command(after_help = "Example:\n  crossdock stock show 15-3 5901234123457")]
    Show(Shown<Show>),
    /// Reserve goods for a while
    #[command(after_help = "Example:\n  crossdock stock reserve 15-3 4 --minutes 120 --note 'trade fair'")]
    Reserve(Shown<Reserve>),
    /// Release goods that were reserved with `stock reserve`
    #[command(after_help = "Example:\n  crossdock stock release 0198c0de-0000-7000-8000-000000000001")]
    Release(Release),
    /// List the reservations of a size
    #[command(after_help = "Example:\n  crossdock stock reservations 15-3")]
    Reservations(Shown<Reservations>),
    /// Add or change a warehouse
    #[command(
        alias = "warehouse",
        after_help = "\
Examples:
  crossdock stock set-warehouse 1 --name 'Main warehouse'
  crossdock stock set-warehouse 2 --name Returns --sellable false"
    )]
    SetWarehouse(SetWarehouse),
    /// List the warehouses
    #[command(after_help = "Example:\n  crossdock stock warehouses --wholesaler 1")]
    Warehouses(Shown<Warehouses>),
}

const RESERVATION: Fields<'_> = &[
    ("reservation", "id"),
    ("size", "code"),
    ("quantity", "quantity"),
    ("order", "order"),
    ("until", "expires_at"),
    ("note", "note"),
];

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::Set(change) => change_stock(context, change, StockOperation::Set).await,
        Commands::Add(change) => change_stock(context, change, StockOperation::Add).await,
        Commands::Subtract(change) => change_stock(context, change, StockOperation::Subtract).await,
        Commands::List(stocks) => stocks.list(context, list::COLUMNS, "no such stocks").await,
        Commands::Show(show) => {
            let columns = [
                ("size", "code"),
                ("warehouse", "warehouse"),
                ("quantity", "quantity"),
                ("reserved", "reserved"),
                ("available", "disposition"),
            ];
            show.list(context, &columns, "not stored in any warehouse").await
        }
        Commands::Reserve(reserve) => reserve.list(context, RESERVATION, "nothing was reserved").await,
        Commands::Release(release) => done(context, "released", release).await,
        Commands::Reservations(reservations) => reservations.list(context, RESERVATION, "nothing is reserved").await,
        Commands::SetWarehouse(set) => done(context, &format!("warehouse {} stored", set.id), set).await,
        Commands::Warehouses(warehouses) => {
            let columns = [("warehouse", "id"), ("name", "name"), ("sellable", "sellable"), ("position", "position")];
            let when_empty = "no warehouses yet; add one with `crossdock stock set-warehouse`";
            warehouses.list(context, &columns, when_empty).await
        }
    }
}

async fn change_stock(context: &Context, change: Shown<Change>, operation: StockOperation) -> anyhow::Result<()> {
    let list = ask(context, Change { operation, ..change.command }).await?;
    let columns = [("asked", "asked"), ("size", "code"), ("quantity", "quantity"), ("problem", "problem")];
    change.format.list(&list, &columns, "nothing to change")?;
    let failed = list.as_array().into_iter().flatten().any(|row| !row["problem"].is_null());
    if failed { Err(NegativeResult.into()) } else { Ok(()) }
}

/// A size by any of its codes.
async fn variant(app: &App, wholesaler: WholesalerId, code: &str) -> Result<VariantId, Failure> {
    let found = app.hub().catalogue().find_codes(wholesaler, vec![(code.to_owned(), None)]).await?.pop().flatten();
    found.map(|found| found.variant).ok_or_else(|| Failure::refused(format!("no product has the code {code:?}")))
}

/// `stock set|add|subtract`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Change {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Codes of sizes with quantities
    #[arg(required = true, value_parser = code_and_quantity, value_name = "CODE=QUANTITY")]
    stocks: Vec<(String, Decimal)>,
    /// Number of the warehouse
    #[arg(long, default_value = "1", value_name = "ID")]
    warehouse: WarehouseId,
    #[arg(skip = StockOperation::Set)]
    operation: StockOperation,
}

fn code_and_quantity(text: &str) -> Result<(String, Decimal), String> {
    let wrong = || format!("{text:?}: write CODE=QUANTITY, such as 15-3=40");
    // A code may hold an equals sign, a quantity never.
    let (code, quantity) = text.rsplit_once('=').ok_or_else(wrong)?;
    Ok((code.to_owned(), quantity.parse().map_err(|_| wrong())?))
}

impl Command for Change {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let (warehouse, operation) = (self.warehouse, self.operation);
        let change = |(code, quantity): &(String, Decimal)| StockChange {
            code: code.clone(),
            kind: None,
            warehouse,
            operation,
            quantity: *quantity,
        };
        let wholesaler = self.wholesaler.find(app).await?;
        let outcomes = app.hub().stock().change(wholesaler, self.stocks.iter().map(change).collect()).await?;
        Ok(self.stocks.iter().zip(&outcomes).map(|((code, _), outcome)| outcome_view(code, outcome)).collect())
    }
}

fn outcome_view(code: &str, outcome: &StockOutcome) -> Value {
    let problem = outcome.result.as_ref().err().map(|problem| match problem {
        StockProblem::UnknownCode => "no product has this code",
        StockProblem::UnknownWarehouse => "no such warehouse",
        StockProblem::BadQuantity => "no usable quantity",
        StockProblem::BadStep => "no multiple of the unit's step",
        StockProblem::NotEnough => "there is less than that",
        StockProblem::IsSet => "a set has the stock of its parts",
    });
    let variant = outcome.variant.as_ref().map(ToString::to_string);
    json!({ "asked": code, "code": variant, "quantity": outcome.result.as_ref().ok(), "problem": problem })
}

/// `stock show`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Show {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Codes of sizes: internal (15-3), producer's, external
    #[arg(required = true)]
    codes: Vec<String>,
}

impl Command for Show {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        let mut variants = Vec::with_capacity(self.codes.len());
        for code in &self.codes {
            variants.push(variant(app, wholesaler, code).await?);
        }
        let mut rows = Vec::new();
        for stock in app.hub().stock().get(wholesaler, variants).await? {
            rows.extend(stock.levels.iter().map(|level| {
                json!({
                    "code": stock.variant.to_string(),
                    "warehouse": level.warehouse,
                    "quantity": level.quantity,
                    "reserved": level.reserved,
                    "disposition": level.available(),
                })
            }));
        }
        Ok(rows.into())
    }
}

/// `stock reserve`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Reserve {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Code of the size
    code: String,
    /// Quantity to reserve
    quantity: Decimal,
    /// Minutes until it is released
    #[arg(long, default_value_t = 60)]
    minutes: i64,
    /// Note on what it is for
    #[arg(long, default_value = "")]
    note: String,
}

impl Command for Reserve {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        let variant = variant(app, wholesaler, &self.code).await?;
        let until = app.now() + Span::minutes(self.minutes.clamp(0, 525_600));
        let made = app.hub().stock().reserve(wholesaler, variant, self.quantity, None, until, self.note).await?;
        Ok(made.iter().map(reservation).collect())
    }
}

fn reservation(row: &ReservationRow) -> Value {
    json!({
        "id": row.id,
        "code": row.variant.to_string(),
        "warehouse": row.warehouse,
        "quantity": row.quantity,
        "order": row.order,
        "expires_at": row.expires_at.map(Timestamp::to_rfc3339),
        "note": row.note,
    })
}

/// `stock release`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Release {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Id of the reservation
    reservation: String,
}

impl Command for Release {
    type Answer = ();

    async fn run(self, app: &App) -> Result<(), Failure> {
        let id: ReservationId = self.reservation.parse().map_err(Failure::refused)?;
        app.hub().stock().release(self.wholesaler.find(app).await?, id).await?;
        Ok(())
    }
}

/// `stock reservations`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Reservations {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Code of the size
    code: String,
}

impl Command for Reservations {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        let variant = variant(app, wholesaler, &self.code).await?;
        Ok(app.hub().stock().reservations(wholesaler, variant).await?.iter().map(reservation).collect())
    }
}

/// `stock set-warehouse`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct SetWarehouse {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Number of the warehouse
    id: WarehouseId,
    /// Name of the warehouse
    #[arg(long)]
    name: String,
    /// Whether orders are served from it
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, value_name = "BOOL")]
    sellable: bool,
    /// Place in the order of warehouses, lowest first [default: its number]
    #[arg(long, value_name = "NUMBER")]
    position: Option<i64>,
}

impl Command for SetWarehouse {
    type Answer = ();

    async fn run(self, app: &App) -> Result<(), Failure> {
        let position = self.position.unwrap_or(self.id.0);
        let warehouse = Warehouse { id: self.id, name: self.name, sellable: self.sellable, position };
        app.hub().stock().put_warehouse(self.wholesaler.find(app).await?, warehouse).await?;
        Ok(())
    }
}

/// `stock warehouses`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Warehouses {
    #[command(flatten)]
    wholesaler: WholesalerOption,
}

impl Command for Warehouses {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let view = |warehouse: &Warehouse| {
            json!({
                "id": warehouse.id,
                "name": warehouse.name,
                "sellable": warehouse.sellable,
                "position": warehouse.position,
            })
        };
        Ok(app.hub().stock().warehouses(self.wholesaler.find(app).await?).await?.iter().map(view).collect())
    }
}
