//! `crossdock import …`.

mod catalogue;
mod order;
mod report;
mod run;
mod seen;

pub(crate) use order::{Address, payment};

use crate::cli::Global;

/// Import catalogues and orders from files
#[derive(Debug, clap::Subcommand)]
pub enum Import {
    /// Import products, prices and stock from CSV, JSON lines or XML; .gz is read as well
    #[command(after_help = catalogue::AFTER_HELP)]
    Catalogue(catalogue::Catalogue),
    /// Place a supply order from an ICDF file, for a shop account
    #[command(after_help = order::AFTER_HELP)]
    Order(Box<order::Order>),
}

/// Runs the command.
pub async fn run(global: &Global, command: Import) -> anyhow::Result<()> {
    match command {
        Import::Catalogue(command) => Box::pin(catalogue::run(global, command)).await,
        Import::Order(command) => Box::pin(order::run(global, *command)).await,
    }
}
