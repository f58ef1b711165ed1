//! `crossdock rules list`.

use crossdock_domain::clock::Day;
use crossdock_domain::country::Country;
use crossdock_domain::landed_cost::Location;

use super::table::{self, RuleKind};
use crate::context::Context;
use crate::exit::Failure;
use crate::output::{self, Format};

/// `rules list`
#[derive(Debug, clap::Args)]
pub struct List {
    /// Destination country
    #[arg(long, value_name = "CC", value_parser = super::country)]
    country: Country,
    /// State, province or region, where rules differ: QC
    #[arg(long)]
    region: Option<String>,
    /// Postal code, where rules differ: 35001
    #[arg(long, value_name = "CODE")]
    postal_code: Option<String>,
    /// Day, 2026-11-21 [default: today]
    #[arg(long, value_name = "DAY")]
    on: Option<Day>,
    /// Only rules of this kind
    #[arg(long)]
    kind: Option<RuleKind>,
    #[command(flatten)]
    format: Format,
}

pub fn run(context: &Context, list: &List) -> anyhow::Result<()> {
    let book = super::files(context, None)?.compile().map_err(|problems| super::tell(&problems))?;
    let typed = Location {
        region: list.region.clone(),
        postal_code: list.postal_code.clone(),
        ..Location::country(list.country)
    };
    let (place, _) = typed.resolved();
    let destination = book.destination(&place).ok_or_else(|| {
        Failure::refused(format!(
            "the rule book has no rules for {}",
            place.outside.as_deref().unwrap_or(place.country.name())
        ))
    })?;
    let day = list.on.unwrap_or_else(super::today);
    let rows = table::rows(destination, day, list.kind);
    if list.format.json {
        return output::json(&rows);
    }
    let own = destination.own;
    let area = destination.area.map(|area| format!(", customs area {}", area.name)).unwrap_or_default();
    output::line(format!("{} ({}{area}) on {day}; customs computes in {}", own.name, own.id, own.currency));
    let mut table = output::table(["kind", "rule", "says", "when", "valid", "sure", "source"]);
    for row in rows {
        let valid = match &row.valid_to {
            Some(to) => format!("{} – {to}", row.valid_from),
            None => format!("from {}", row.valid_from),
        };
        let source = match &row.note {
            Some(note) => format!("{note}\n{}", row.source),
            None => row.source,
        };
        table.add_row([
            row.kind.name().to_owned(),
            row.rule,
            row.says,
            row.when,
            valid,
            row.confidence.to_owned(),
            source,
        ]);
    }
    output::print_table(&table, "no rules hold on that day");
    Ok(())
}
