//! `crossdock rules …`.

mod import;
mod list;
mod table;

use std::path::PathBuf;

use clap::Args;
use crossdock_app::App;
use crossdock_app::landed_cost::RulesSource;
use crossdock_domain::clock::{Clock as _, Day, SystemClock};
use crossdock_domain::country::Country;
use crossdock_domain::ids::QuoteId;
use crossdock_rules::hs::HsList;
use crossdock_rules::{BookFiles, Problem};
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::shown::Shown;
use crate::context::Context;
use crate::control::Command;
use crate::exit::{ExitKind, Failure, NegativeResult};
use crate::output::{self, Format, cell};
use crate::session::ask;

pub use import::StoreTariff;

/// Check and list the landed-cost rules, import tariffs, explain quotes
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// Check rule files; names the file, line and field of every mistake
    #[command(after_help = "\
Examples:
  crossdock rules check                 the rules in use: those of [rules] dir, or the built-in ones
  crossdock rules check ./my-rules      a directory with areas/*.toml and destinations/*.toml")]
    Check {
        /// Directory with rule files
        dir: Option<PathBuf>,
        #[command(flatten)]
        format: Format,
    },
    /// List the rules for a destination on a day
    #[command(after_help = "\
Examples:
  crossdock rules list --country DE --on 2026-11-21
  crossdock rules list --country CA --region QC
  crossdock rules list --country DE --kind duty --json

Duties of an imported tariff are not listed here; `crossdock rules tariffs` names the tariffs.")]
    List(list::List),
    /// Print the JSON Schema of rule files, for editors
    #[command(after_help = "Example:\n  crossdock rules schema > rule.schema.json")]
    Schema,
    /// Find HS codes by words or by the first digits
    #[command(after_help = "\
Examples:
  crossdock rules hs 'cotton t-shirt'
  crossdock rules hs 6109 --json")]
    Hs {
        /// Words or digits
        #[arg(required = true)]
        query: Vec<String>,
        /// Most codes to list
        #[arg(long, default_value_t = 15)]
        limit: usize,
        #[command(flatten)]
        format: Format,
    },
    /// Import the tariff of a destination from a CSV file
    #[command(after_help = "\
Examples:
  crossdock rules import-tariff --country NO tariff.csv
  crossdock rules import-tariff --country EU taric.csv --source 'TARIC, 2026-11-20'
  crossdock rules import-tariff --country NO tariff.csv --skip-rejected

The first line names the columns, in any order. `hs` and one of `ad_valorem` and `specific_amount`
are needed:
  hs                   2 to 13 digits; the longest prefix of a line's code wins
  origin               blank: every origin; else country codes separated by blanks, ; or |
  ad_valorem           percent of the customs value: 12, 6.5 %, free
  specific_amount, specific_currency, specific_unit
                       an amount per kg, 100kg, item, dozen, litre, m2
  combine              sum (also when blank), greater, lesser: how both go together
  minimum_ad_valorem, minimum_amount, minimum_currency, minimum_unit    at least
  maximum_ad_valorem, maximum_amount, maximum_currency, maximum_unit    at most
  preferential         yes: for goods of that origin that are also sent from there
  valid_from, valid_to 2026-07-01, both days included; blank: no limit
  description          words for people
Nothing is imported while a row is rejected, unless --skip-rejected is given. The tariff takes the
place of the built-in ordinary duties; quotes that were made before keep what they used.")]
    ImportTariff(import::ImportTariff),
    /// List imported tariffs
    #[command(after_help = "Example:\n  crossdock rules tariffs --json")]
    Tariffs(Shown<Tariffs>),
    /// Explain how a kept quote was calculated, step by step
    #[command(after_help = "Example:\n  crossdock rules explain 0198c0de-0000-7000-8000-000000000001")]
    Explain(Explain),
    /// Calculate every kept quote again and compare; differences end with exit code 1
    #[command(after_help = "\
Example:
  crossdock rules replay

Each quote is calculated from its own inputs with the rules and the tariff that it was made with. A
difference means that this version of the program calculates differently from the one that made it.")]
    Replay(Shown<Replay>),
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::Check { dir, format } => check(context, dir, format),
        Commands::List(list) => list::run(context, &list),
        Commands::Schema => output::json(&crossdock_rules::schema()),
        Commands::Hs { query, limit, format } => hs(&query.join(" "), limit, format),
        Commands::ImportTariff(import) => import::run(context, import).await,
        Commands::Tariffs(tariffs) => tariffs.print(context, print_tariffs).await,
        Commands::Explain(explain) => {
            output::line(ask(context, explain).await?.trim_end());
            Ok(())
        }
        Commands::Replay(replay) => run_replay(context, replay).await,
    }
}

/// The rule files in use, or those of a directory.
fn files(context: &Context, dir: Option<PathBuf>) -> anyhow::Result<BookFiles> {
    let source = dir.map_or_else(|| context.config.rules.source(), RulesSource::Dir);
    match source {
        RulesSource::Embedded => Ok(BookFiles::embedded()),
        RulesSource::Files(files) => Ok(files),
        RulesSource::Dir(dir) => {
            BookFiles::read_dir(&dir).map_err(|error| Failure::new(ExitKind::Usage, error.to_string()).into())
        }
    }
}

/// Every mistake on a line of its own.
fn tell(problems: &[Problem]) -> Failure {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    Failure::failed(format!("the rules have mistakes:\n{}", lines.join("\n")))
}

fn check(context: &Context, dir: Option<PathBuf>, format: Format) -> anyhow::Result<()> {
    let files = files(context, dir)?;
    let result = files.compile();
    if format.json {
        output::json(&json!({
            "files": files.count(),
            "version": files.version(),
            "problems": result.as_ref().err().map_or(&[][..], Vec::as_slice),
        }))?;
        return if result.is_ok() { Ok(()) } else { Err(NegativeResult.into()) };
    }
    match result {
        Ok(book) => {
            let destinations = book.territories().filter(|territory| !territory.matches.is_empty()).count();
            output::line(format!("{} files, {destinations} destinations, no mistakes", files.count()));
            output::line(format!("version {}", files.version()));
            Ok(())
        }
        Err(problems) => {
            for problem in &problems {
                output::line(problem.to_string());
            }
            context.note(&format!("{} mistakes", problems.len()));
            Err(NegativeResult.into())
        }
    }
}

fn hs(query: &str, limit: usize, format: Format) -> anyhow::Result<()> {
    let found = serde_json::to_value(HsList::embedded().search(query, limit))?;
    let columns = [("HS code", "code"), ("goods", "title"), ("words", "words")];
    format.list(&found, &columns, "nothing found; try fewer or plainer words")
}

/// `rules tariffs`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Tariffs {}

impl Command for Tariffs {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        Ok(app.landed_cost().tariffs().await?.iter().map(import::view).collect())
    }
}

fn print_tariffs(tariffs: &Value) {
    let mut table = output::table(["territory", "tariff", "rows", "imported", ""]);
    let tariffs = tariffs.as_array().map_or(&[][..], Vec::as_slice);
    for (index, tariff) in tariffs.iter().enumerate() {
        let newest = tariffs.get(index + 1).is_none_or(|next| next["territory"] != tariff["territory"]);
        let [territory, id, rows, imported] =
            ["territory", "id", "rows", "imported_at"].map(|key| output::shown(tariff, key));
        table.add_row([territory, id, rows, imported, if newest { "in use" } else { "" }.to_owned()]);
    }
    output::print_table(&table, "no tariffs imported; the built-in duties are used");
}

/// `rules explain`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Explain {
    /// Id of a quote of the checkout or of landedCost
    quote: QuoteId,
}

impl Command for Explain {
    type Answer = String;

    async fn run(self, app: &App) -> Result<String, Failure> {
        Ok(app.landed_cost().explain(self.quote).await?)
    }
}

/// `rules replay`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Replay {}

/// How a replay went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplayResult {
    computed: u64,
    different: u64,
    /// The first of them: store, quote, what.
    differences: Vec<Value>,
}

impl Command for Replay {
    type Answer = ReplayResult;

    async fn run(self, app: &App) -> Result<ReplayResult, Failure> {
        let mut logged = 0;
        let replay = app.landed_cost().replay(|done, all| {
            if done >= logged + 10_000 {
                logged = done;
                tracing::info!(done, all, "replay of landed costs");
            }
        });
        let replay = Box::pin(replay).await?;
        let differences = replay.differences.into_iter();
        Ok(ReplayResult {
            computed: replay.computed,
            different: replay.different,
            differences: differences
                .map(|one| json!({ "store": one.store, "quote": one.quote.to_string(), "what": one.what }))
                .collect(),
        })
    }
}

async fn run_replay(context: &Context, replay: Shown<Replay>) -> anyhow::Result<()> {
    let spinner = ProgressBar::new_spinner().with_message("calculating every kept quote again");
    spinner.enable_steady_tick(std::time::Duration::from_millis(100));
    let result = ask(context, replay.command).await;
    spinner.finish_and_clear();
    let result = result?;
    replay.format.print(&result, |result| {
        for difference in &result.differences {
            let [store, quote, what] = ["store", "quote", "what"].map(|key| cell(&difference[key]));
            output::line(format!("store {store}, quote {quote}: {what}"));
        }
        output::line(format!("{} quotes calculated again, {} differences", result.computed, result.different));
    })?;
    if result.different == 0 { Ok(()) } else { Err(NegativeResult.into()) }
}

/// Today in UTC.
fn today() -> Day {
    Day::of(SystemClock.now())
}

/// Reads a country code.
fn country(text: &str) -> Result<Country, String> {
    text.parse().map_err(|error: crossdock_domain::country::UnknownCountry| error.to_string())
}
