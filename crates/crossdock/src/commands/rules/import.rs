//! `crossdock rules import-tariff`: the file is read here, with a bar that moves; only what was read goes to the server.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use anyhow::Context as _;
use crossdock_app::App;
use crossdock_app::landed_cost::TariffSummary;
use crossdock_rules::tariff::{self, MOST_PROBLEMS, Tariff};
use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::control::{Command, Database};
use crate::exit::{Failure, NegativeResult};
use crate::output::{self, Format, cell};
use crate::session::ask;

/// Rejected rows that are shown to a person.
const SHOWN: usize = 50;

/// `rules import-tariff`
#[derive(Debug, clap::Args)]
pub struct ImportTariff {
    /// Destination or customs area, by its id in `rules list`: DE, EU, GB-NIR
    #[arg(long, value_name = "ID")]
    country: String,
    /// The tariff
    file: PathBuf,
    /// Source of the tariff; quotes cite it [default: the file's name]
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// Import the valid rows although others are rejected
    #[arg(long)]
    skip_rejected: bool,
    #[command(flatten)]
    format: Format,
}

/// Stores a tariff that was read from a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct StoreTariff {
    tariff: Tariff,
}

impl Command for StoreTariff {
    type Answer = Value;
    const DATABASE: Database = Database::OrNew;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        Ok(view(&app.landed_cost().import_tariff(self.tariff).await?))
    }
}

pub(super) fn view(head: &TariffSummary) -> Value {
    json!({
        "id": head.id.to_string(),
        "territory": head.territory,
        "rows": head.rows,
        "imported_at": head.imported_at.to_rfc3339(),
    })
}

pub async fn run(context: &Context, command: ImportTariff) -> anyhow::Result<()> {
    let book = super::files(context, None)?.compile().map_err(|problems| super::tell(&problems))?;
    let id = command.country.trim().to_ascii_uppercase();
    let territory = book.territory(&id).ok_or_else(|| {
        Failure::refused(format!("the rule book has no destination or customs area {id}; see `crossdock rules list`"))
    })?;
    let file = File::open(&command.file).with_context(|| format!("cannot read {}", command.file.display()))?;
    let bar = ProgressBar::new(file.metadata().map_or(0, |metadata| metadata.len()));
    bar.set_style(ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {eta}")?);
    let mut told = 0;
    let reading = tariff::read(BufReader::new(file), |bytes| {
        // Drawing every row would cost more than reading it.
        if bytes >= told + 65_536 {
            told = bytes;
            bar.set_position(bytes);
        }
    });
    bar.finish_and_clear();
    let reading = reading.map_err(|problem| Failure::refused(format!("{}: {problem}", command.file.display())))?;
    let refused = reading.rejected_rows > 0 && !command.skip_rejected || reading.rows.is_empty();
    if !command.format.json {
        for problem in reading.rejected.iter().take(SHOWN) {
            output::complain(&problem.to_string());
        }
        if reading.rejected_rows > SHOWN as u64 {
            output::complain(&format!("and {} more rejected rows", reading.rejected_rows - SHOWN as u64));
        }
    }
    let (rows, rejected) = (reading.rows.len(), reading.rejected_rows);
    let told = |imported: Option<&str>| {
        json!({ "tariff": imported, "territory": id, "rows": rows, "rejected": rejected,
            "problems": reading.rejected, "problems_complete": rejected <= MOST_PROBLEMS as u64 })
    };
    if refused {
        if command.format.json {
            output::json(&told(None))?;
        } else {
            context.note(&format!(
                "{rows} good rows, {rejected} rejected: nothing was imported; mend the file or give --skip-rejected"
            ));
        }
        return Err(NegativeResult.into());
    }
    let name = command.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let tariff = Tariff {
        version: Tariff::VERSION,
        territory: id.clone(),
        currency: territory.currency,
        source: command.source.unwrap_or(name),
        imported: super::today(),
        rows: reading.rows.clone(),
    };
    let stored = ask(context, StoreTariff { tariff }).await?;
    let tariff = cell(&stored["id"]);
    if command.format.json {
        return output::json(&told(Some(&tariff)));
    }
    output::line(format!("{rows} rows imported for {} ({id}), {rejected} rejected", territory.name));
    output::line(format!("tariff {tariff}"));
    Ok(())
}
