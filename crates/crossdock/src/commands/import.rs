//! `crossdock import …`.

mod catalogue;
pub mod facts;
mod importer;
mod order;
mod progress;
mod report;
mod seen_names;
mod source;
mod stock;
mod stop;
pub mod store;

use std::path::PathBuf;

use clap::Args;
use crossdock_domain::wholesale::WholesalerId;

use super::export::FileFormat;
use super::options::WholesalerOption;
use super::shown::Shown;
use crate::context::Context;
use crate::output::Format;
use crate::session::Session;
use crate::spool::Spool;
use progress::Progress;
use stop::StopSignal;
use store::{Spooled, StoreSpool, Stored};

pub use order::Order;

/// How messages of an interrupted import begin.
const STOPPED: &str = "stopped by Ctrl-C";

/// Import catalogues, stocks and orders from files
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// Import products, prices and stock from CSV, JSON lines or XML; .gz is read as well
    #[command(after_help = catalogue::AFTER_HELP)]
    Catalogue(catalogue::Catalogue),
    /// Set, add to or subtract from stocks from CSV, JSON lines or XML; .gz is read as well
    #[command(after_help = stock::AFTER_HELP)]
    Stock(stock::Stock),
    /// Place a supply order from an ICDF file, for a shop account
    #[command(after_help = order::AFTER_HELP)]
    Order(Box<Shown<Order>>),
}

/// Options of every import that walks through a file.
#[derive(Debug, Args)]
struct WalkOptions {
    /// The file: .csv, .jsonl or .xml, also packed by gzip; - reads standard input
    file: PathBuf,
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Format of the file [default: by its name]
    #[arg(long)]
    format: Option<FileFormat>,
    /// Warehouse for stocks of the file that name none, or 0; FROM=ID says where those of the file's warehouse FROM go
    /// [default: the only one]
    #[arg(long, value_name = "[FROM=]ID")]
    warehouse: Vec<facts::WarehouseMove>,
    /// Import what can be imported and report the rest, instead of all or nothing
    #[arg(long)]
    row_by_row: bool,
    /// Check and count only; nothing is changed
    #[arg(long)]
    dry_run: bool,
    /// File for rejected rows: CSV, or JSON lines when the name ends with .json
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    output: Format,
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::Catalogue(command) => Box::pin(catalogue::run(context, command)).await,
        Commands::Stock(command) => Box::pin(stock::run(context, command)).await,
        Commands::Order(command) => Box::pin(order::run(context, *command)).await,
    }
}

/// Stores all of a checked file in one transaction. When it is stopped meanwhile, that too is all or nothing, and the answer says which.
async fn store_whole(
    session: &mut Session,
    wholesaler: WholesalerId,
    what: Spooled,
    mut spool: Spool,
    stop: &StopSignal,
    things: &'static str,
    quiet: bool,
) -> anyhow::Result<Stored> {
    if spool.records == 0 {
        return Ok(Stored::default());
    }
    let mut progress = Progress::new(None, "storing in one step", things, quiet);
    progress.tell(0, spool.records);
    let file = spool.finish()?.to_owned();
    let storing = session.ask(StoreSpool { wholesaler, what, file });
    tokio::pin!(storing);
    tokio::select! {
        answer = &mut storing => answer,
        () = stop.pressed() => {
            spool.take_away();
            storing.await
        }
    }
}
