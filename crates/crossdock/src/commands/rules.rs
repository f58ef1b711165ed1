//! `crossdock rules …`.

mod import;
mod list;
mod table;

use std::path::PathBuf;

use crossdock_app::landed_cost::RulesSource;
use crossdock_domain::clock::{Clock as _, Day, SystemClock};
use crossdock_domain::country::Country;
use crossdock_domain::ids::QuoteId;
use crossdock_rules::hs::HsList;
use crossdock_rules::{BookFiles, Problem};
use indicatif::ProgressBar;
use serde_json::json;

use crate::admin::{AdminAnswer, AdminRequest};
use crate::cli::Global;
use crate::context::Context;
use crate::exit::{End, Failure, SaidNo};
use crate::output::{self, Format};
use crate::session::{Database, ask, unexpected};

/// Look at the landed-cost rules, import tariffs, explain quotes
#[derive(Debug, clap::Subcommand)]
pub enum Rules {
    /// Check rule files; names file, line and field of every mistake
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
    /// Show the rules that hold for a destination on a day
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
    /// Find HS codes by words or by the beginning of a code
    #[command(after_help = "\
Examples:
  crossdock rules hs 'cotton t-shirt'
  crossdock rules hs 6109 --json")]
    Hs {
        /// Words or digits
        #[arg(required = true)]
        query: Vec<String>,
        /// At most so many
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
  origin               blank: every origin; else country codes with blanks, ; or | between
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
    Tariffs(Format),
    /// Print the sum of a kept quote so that a person can follow it
    #[command(after_help = "Example:\n  crossdock rules explain 0198c0de-0000-7000-8000-000000000001")]
    Explain {
        /// Id of a quote of the checkout or of landedCost
        quote: QuoteId,
    },
    /// Compute every kept quote anew and compare; differences end with exit code 1
    #[command(after_help = "\
Example:
  crossdock rules replay

Each quote is computed from its own inputs with the rules and the tariff that it was made with. A
difference means that this version of the program computes otherwise than the one that made it.")]
    Replay(Format),
}

/// Runs the command.
pub async fn run(global: &Global, command: Rules) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    match command {
        Rules::Check { dir, format } => check(&context, dir, format),
        Rules::List(list) => list::run(&context, &list),
        Rules::Schema => output::json(&crossdock_rules::schema()),
        Rules::Hs { query, limit, format } => hs(&query.join(" "), limit, format),
        Rules::ImportTariff(command) => import::run(&context, command).await,
        Rules::Tariffs(format) => tariffs(&context, format).await,
        Rules::Explain { quote } => {
            let answer = ask(&context, Database::Existing, AdminRequest::RulesExplain { quote }).await?;
            let AdminAnswer::Text(text) = answer else { return Err(unexpected(&answer)) };
            output::line(text.trim_end());
            Ok(())
        }
        Rules::Replay(format) => replay(&context, format).await,
    }
}

/// The rule files in use, or those of a directory.
fn files(context: &Context, dir: Option<PathBuf>) -> anyhow::Result<BookFiles> {
    let source = dir.map_or_else(|| context.config.rules.source(), RulesSource::Dir);
    match source {
        RulesSource::Embedded => Ok(BookFiles::embedded()),
        RulesSource::Files(files) => Ok(files),
        RulesSource::Dir(dir) => {
            BookFiles::read_dir(&dir).map_err(|error| Failure::new(End::Usage, error.to_string()).into())
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
        return if result.is_ok() { Ok(()) } else { Err(SaidNo.into()) };
    }
    match result {
        Ok(book) => {
            let destinations = book.territories().iter().filter(|territory| !territory.matches.is_empty()).count();
            output::line(format!("{} files, {destinations} destinations, no mistakes", files.count()));
            output::line(format!("version {}", files.version()));
            Ok(())
        }
        Err(problems) => {
            for problem in &problems {
                output::line(problem.to_string());
            }
            context.remark(&format!("{} mistakes", problems.len()));
            Err(SaidNo.into())
        }
    }
}

fn hs(query: &str, limit: usize, format: Format) -> anyhow::Result<()> {
    let found = HsList::embedded().search(query, limit);
    if format.json {
        return output::json(&found);
    }
    let mut table = output::table(["HS code", "goods", "words"]);
    for entry in found {
        table.add_row([entry.code.to_string(), entry.title.clone(), entry.words.clone()]);
    }
    output::print_table(&table, "nothing found; try fewer or plainer words");
    Ok(())
}

async fn tariffs(context: &Context, format: Format) -> anyhow::Result<()> {
    let answer = ask(context, Database::Existing, AdminRequest::TariffList).await?;
    let AdminAnswer::Tariffs(tariffs) = answer else { return Err(unexpected(&answer)) };
    if format.json {
        return output::json(&tariffs);
    }
    let mut table = output::table(["territory", "tariff", "rows", "imported", ""]);
    for (index, tariff) in tariffs.iter().enumerate() {
        let newest = tariffs.get(index + 1).is_none_or(|next| next.territory != tariff.territory);
        table.add_row([
            tariff.territory.clone(),
            tariff.id.clone(),
            tariff.rows.to_string(),
            tariff.imported_at.clone(),
            if newest { "in use" } else { "" }.to_owned(),
        ]);
    }
    output::print_table(&table, "no tariffs imported; the built-in duties are used");
    Ok(())
}

async fn replay(context: &Context, format: Format) -> anyhow::Result<()> {
    let spinner = ProgressBar::new_spinner().with_message("computing every kept quote anew");
    spinner.enable_steady_tick(std::time::Duration::from_millis(100));
    let answer = ask(context, Database::Existing, AdminRequest::RulesReplay).await;
    spinner.finish_and_clear();
    let AdminAnswer::Replay(replay) = answer? else {
        return Err(Failure::failed("unexpected answer; does the server run another version?").into());
    };
    if format.json {
        output::json(&replay)?;
    } else {
        for difference in &replay.differences {
            output::line(format!("store {}, quote {}: {}", difference.store, difference.quote, difference.what));
        }
        output::line(format!("{} quotes computed anew, {} differences", replay.computed, replay.different));
    }
    if replay.different == 0 { Ok(()) } else { Err(SaidNo.into()) }
}

/// Today in UTC.
fn today() -> Day {
    Day::of(SystemClock.now())
}

/// Reads a country code.
fn country(text: &str) -> Result<Country, String> {
    text.parse().map_err(|error: crossdock_domain::country::UnknownCountry| error.to_string())
}
