//! `crossdock numbers …`: what is counted, and going on behind numbers that were given out before a restore.

use crossdock_app::App;
use serde::{Deserialize, Serialize};

use super::confirm::confirmed;
use crate::context::Context;
use crate::control::Command;
use crate::exit::Failure;
use crate::output::{self, Format};
use crate::session::ask;

/// Numbers of orders, parcels and other things that shops store
///
/// A number that was given out must never come again: a shop that knows it would miss the second order, or cancel the wrong one.
/// The file `numbers` in the data directory remembers how far each counter came, apart from the database. When a server starts on
/// an older copy of its database, SQLite or PostgreSQL, counters go on behind what the file knows; the log and `crossdock doctor`
/// say which numbers were left out. Every node of a PostgreSQL installation has such a file; it knows what the node gave out, and
/// what others did up to a minute ago. Where no file is left, leave numbers out with `crossdock numbers skip`.
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// List the counters with their next numbers
    #[command(after_help = "Example:\n  crossdock numbers list --json")]
    List(ListOptions),
    /// Leave out the next numbers of every counter
    ///
    /// For a database that was restored on a new machine. Take a number that is surely larger than what was given out since the
    /// backup: gaps do no harm.
    #[command(after_help = "Example:\n  crossdock numbers skip 1000 --yes")]
    Skip(SkipOptions),
}

/// Options of `list`.
#[derive(Debug, clap::Args)]
pub struct ListOptions {
    #[command(flatten)]
    format: Format,
}

/// Options of `skip`.
#[derive(Debug, clap::Args)]
pub struct SkipOptions {
    /// How many
    #[arg(value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    by: u32,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// Asks for the counters.
#[derive(Debug, Serialize, Deserialize)]
pub struct List {}

/// A counter.
#[derive(Debug, Serialize, Deserialize)]
pub struct CounterSummary {
    /// `store` or `wholesaler`.
    owner: String,
    /// Its number.
    id: i64,
    /// What is counted.
    counter: String,
    /// The number that comes next.
    next: i64,
}

impl Command for List {
    type Answer = Vec<CounterSummary>;

    async fn run(self, app: &App) -> Result<Vec<CounterSummary>, Failure> {
        let counters = app.db().read_with((), |tx, ()| Box::pin(tx.counters())).await?;
        let summary = |row: crossdock_db::numbers::CounterRow| CounterSummary {
            owner: row.owner,
            id: row.id,
            counter: row.counter,
            next: row.next,
        };
        Ok(counters.into_iter().map(summary).collect())
    }
}

/// Leaves numbers out.
#[derive(Debug, Serialize, Deserialize)]
pub struct Skip {
    by: u32,
}

impl Command for Skip {
    type Answer = ();

    async fn run(self, app: &App) -> Result<(), Failure> {
        Ok(app.db().skip_numbers(i64::from(self.by)).await?)
    }
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::List(options) => {
            let counters = ask(context, List {}).await?;
            if options.format.json {
                return output::json(&counters);
            }
            for counter in counters {
                output::line(format!("{} {} {}: next {}", counter.owner, counter.id, counter.counter, counter.next));
            }
        }
        Commands::Skip(SkipOptions { by, yes }) => {
            confirmed(yes, &format!("leave out the next {by} numbers of every counter, for good"))?;
            ask(context, Skip { by }).await?;
            output::line(format!("the next {by} numbers of every counter are left out"));
        }
    }
    Ok(())
}
