//! `crossdock rates …`.

use std::path::PathBuf;

use anyhow::Context as _;
use crossdock_domain::clock::Day;
use crossdock_domain::money::Currency;
use crossdock_rules::rates::{self, Hints};

use crate::admin::{AdminAnswer, AdminRequest};
use crate::cli::Global;
use crate::context::Context;
use crate::exit::Failure;
use crate::output::{self, Format};
use crate::session::{Database, ask, unexpected};

/// Import and list exchange rates
#[derive(Debug, clap::Subcommand)]
pub enum Rates {
    /// Import exchange rates; the newest day is used from then on
    #[command(after_help = "\
Examples:
  crossdock rates import eurofxref-daily.xml
  crossdock rates import eurofxref.zip
  crossdock rates import rates.csv --day 2026-11-20 --base EUR --source 'Our bank'

The files of the European Central Bank (XML, CSV, zip) tell day and base themselves. A plain CSV has
the columns currency,rate: units of the currency for one unit of the base.")]
    Import {
        /// The rates
        file: PathBuf,
        /// The day of a plain CSV, 2026-11-20
        #[arg(long, value_name = "DAY")]
        day: Option<Day>,
        /// The base currency of a plain CSV
        #[arg(long, value_name = "CODE")]
        base: Option<Currency>,
        /// Who published them; quotes cite it
        #[arg(long, value_name = "TEXT")]
        source: Option<String>,
    },
    /// List imported exchange rates, the newest first: the first are in use
    #[command(after_help = "Examples:\n  crossdock rates list\n  crossdock rates list --limit 1 --json")]
    List {
        /// At most so many days
        #[arg(long, default_value_t = 10)]
        limit: u32,
        #[command(flatten)]
        format: Format,
    },
}

/// Runs the command.
pub async fn run(global: &Global, command: Rates) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    match command {
        Rates::Import { file, day, base, source } => {
            let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let rates = rates::read(&bytes, &Hints { day, base, source })
                .map_err(|problem| Failure::refused(format!("{}: {problem}", file.display())))?;
            let (day, count, of) = (rates.day, rates.per_base.len(), rates.source.clone());
            let answer = ask(&context, Database::OrNew, AdminRequest::RatesImport { rates }).await?;
            let AdminAnswer::Imported { new } = answer else { return Err(unexpected(&answer)) };
            let known = if new { "" } else { "; they were there already" };
            output::line(format!("{count} rates of {day} ({of}){known}"));
            Ok(())
        }
        Rates::List { limit, format } => {
            let answer = ask(&context, Database::Existing, AdminRequest::RatesList { limit }).await?;
            let AdminAnswer::Rates(list) = answer else { return Err(unexpected(&answer)) };
            if format.json {
                return output::json(&list);
            }
            let mut table = output::table(["day", "base", "rates", "source", "imported"]);
            for rates in list {
                table.add_row([
                    rates.day,
                    rates.base,
                    rates.per_base.len().to_string(),
                    rates.source,
                    rates.imported_at,
                ]);
            }
            output::print_table(&table, "no exchange rates; import some with `crossdock rates import`");
            Ok(())
        }
    }
}
