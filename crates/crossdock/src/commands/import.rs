//! `crossdock import …`.

mod catalogue;
mod order;
mod progress;
mod report;
mod seen;
mod source;
mod stock;
mod stop;
mod walk;

pub(crate) use order::{Address, payment};

use crossdock_domain::wholesale::WholesalerId;

use crate::admin::goods::{GoodsAnswer, GoodsRequest, Stored, Whole};
use crate::cli::Global;
use crate::session::Session;
use crate::spool::Spool;
use progress::Progress;
use stop::Stop;

/// How messages of an import begin that somebody ended.
const STOPPED: &str = "stopped by Ctrl-C";

/// Import catalogues, stocks and orders from files
#[derive(Debug, clap::Subcommand)]
pub enum Import {
    /// Import products, prices and stock from CSV, JSON lines or XML; .gz is read as well
    #[command(after_help = catalogue::AFTER_HELP)]
    Catalogue(catalogue::Catalogue),
    /// Set, raise or lower stocks from CSV, JSON lines or XML; .gz is read as well
    #[command(after_help = stock::AFTER_HELP)]
    Stock(stock::Stock),
    /// Place a supply order from an ICDF file, for a shop account
    #[command(after_help = order::AFTER_HELP)]
    Order(Box<order::Order>),
}

/// Runs the command.
pub async fn run(global: &Global, command: Import) -> anyhow::Result<()> {
    match command {
        Import::Catalogue(command) => Box::pin(catalogue::run(global, command)).await,
        Import::Stock(command) => Box::pin(stock::run(global, command)).await,
        Import::Order(command) => Box::pin(order::run(global, *command)).await,
    }
}

/// Stores all of a checked file in one transaction. Whoever stops it meanwhile gets all or nothing too, and is told which.
async fn store_whole(
    session: &mut Session,
    wholesaler: WholesalerId,
    what: Whole,
    mut spool: Spool,
    stop: &Stop,
    things: &'static str,
    quiet: bool,
) -> anyhow::Result<Stored> {
    if spool.records == 0 {
        return Ok(Stored::default());
    }
    let mut progress = Progress::new(None, "storing in one step", things, quiet);
    progress.tell(0, spool.records);
    let file = spool.finish()?.to_owned();
    let storing = session.goods(GoodsRequest::StoreWhole { wholesaler, what, file });
    tokio::pin!(storing);
    let answer = tokio::select! {
        answer = &mut storing => answer,
        () = stop.pressed() => {
            spool.take_away();
            storing.await
        }
    };
    match answer? {
        GoodsAnswer::Stored(stored) => Ok(stored),
        _ => Err(walk::odd()),
    }
}
