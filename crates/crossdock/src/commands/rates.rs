//! `crossdock rates …`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use crossdock_app::App;
use crossdock_app::landed_cost::{ImportedRates, RatesRow};
use crossdock_domain::clock::Day;
use crossdock_domain::landed_cost::{CurrencyRate, Rates};
use crossdock_domain::money::Currency;
use crossdock_rules::rates::{self, Hints};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::shown::Shown;
use crate::context::Context;
use crate::control::{Command, Database};
use crate::exit::Failure;
use crate::output;
use crate::session::ask;

/// Import and list exchange rates
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// Import exchange rates; of every currency the newest rate is used
    #[command(after_help = "\
Examples:
  crossdock rates import eurofxref-daily.xml
  crossdock rates import eurofxref.zip
  crossdock rates import rates.csv --day 2026-11-20 --base EUR --source 'Our bank'

The files of the European Central Bank (XML, CSV, zip) name day and base themselves. A plain CSV has
the columns currency,rate: units of the currency for one unit of the base; with semicolons as
separators the rates may have a decimal comma. Files of several sources, also with other bases,
work side by side: an import never takes the rates of other currencies away.")]
    Import(ImportOptions),
    /// List the exchange rates in use, each with its day and source
    #[command(after_help = "Examples:\n  crossdock rates list\n  crossdock rates list --imports --limit 3 --json")]
    List(Shown<List>),
}

/// Options of `rates import`.
#[derive(Debug, Args)]
pub struct ImportOptions {
    /// The rates
    file: PathBuf,
    /// Day of a plain CSV, 2026-11-20
    #[arg(long, value_name = "DAY")]
    day: Option<Day>,
    /// Base currency of a plain CSV
    #[arg(long, value_name = "CODE")]
    base: Option<Currency>,
    /// Who published the rates; quotes cite it
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::Import(ImportOptions { file, day, base, source }) => {
            let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let rates = rates::read(&bytes, &Hints { day, base, source })
                .map_err(|problem| Failure::refused(format!("{}: {problem}", file.display())))?;
            let done = format!("{} rates of {} ({})", rates.per_base.len(), rates.day, rates.source);
            let ImportedRates { new, passed_over } = ask(context, Import { rates }).await?;
            output::line(format!("{done}{}", if new { "" } else { "; they were there already" }));
            if !passed_over.is_empty() {
                output::line(format!("not used, because a newer rate is there: {}", passed_over.join(", ")));
            }
            Ok(())
        }
        Commands::List(list) => list.print(context, print).await,
    }
}

/// Stores exchange rates that were read from a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Import {
    rates: Rates,
}

impl Command for Import {
    type Answer = ImportedRates;
    const DATABASE: Database = Database::OrNew;

    async fn run(self, app: &App) -> Result<ImportedRates, Failure> {
        Ok(app.landed_cost().import_rates(self.rates).await?)
    }
}

/// `rates list`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct List {
    /// List the imports instead, newest first
    #[arg(long)]
    imports: bool,
    /// Most imports to list
    #[arg(long, default_value_t = 10, requires = "imports")]
    limit: u32,
}

impl Command for List {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        if !self.imports {
            let view = |rate: CurrencyRate| {
                json!({
                    "currency": rate.currency.code(),
                    "base": rate.base.code(),
                    "rate": rate.rate,
                    "day": rate.day.to_string(),
                    "source": rate.source,
                })
            };
            return Ok(app.landed_cost().rates_in_use().await?.into_iter().map(view).collect());
        }
        let view = |row: RatesRow| {
            json!({
                "day": row.rates.day.to_string(),
                "base": row.rates.base.code(),
                "source": row.rates.source,
                "imported_at": row.imported_at.to_rfc3339(),
                "per_base": row.rates.per_base,
            })
        };
        Ok(app.landed_cost().rates(i64::from(self.limit)).await?.into_iter().map(view).collect())
    }
}

fn print(list: &Value) {
    let nothing = "no exchange rates; import some with `crossdock rates import`";
    let rows = || list.as_array().into_iter().flatten();
    if rows().any(|row| row["per_base"].is_object()) {
        let mut table = output::table(["day", "base", "rates", "source", "imported"]);
        for rates in rows() {
            let count = rates["per_base"].as_object().map_or(0, serde_json::Map::len);
            let [day, base, source, imported] =
                ["day", "base", "source", "imported_at"].map(|key| output::shown(rates, key));
            table.add_row([day, base, count.to_string(), source, imported]);
        }
        return output::print_table(&table, nothing);
    }
    let mut table = output::table(["currency", "per", "rate", "day", "source"]);
    for rate in rows() {
        table.add_row(["currency", "base", "rate", "day", "source"].map(|key| output::shown(rate, key)));
    }
    output::print_table(&table, nothing);
}
