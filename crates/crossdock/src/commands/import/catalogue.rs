//! `crossdock import catalogue`: the options, and what is done with what the walk finds.

use clap::Args;
use crossdock_wire::catalogue::{Item, RejectedRow};
use serde_json::json;

use super::facts::{Facts, FindFacts};
use super::importer::{Counts, ImportMode, Importer};
use super::progress::Progress;
use super::report::Report;
use super::source::Source;
use super::stop::StopSignal;
use super::store::{CatalogueBatch, Spooled};
use super::{STOPPED, WalkOptions, store_whole};
use crate::context::Context;
use crate::control::Database;
use crate::exit::{Failure, NegativeResult};
use crate::output;
use crate::session::Session;
use crate::spool::{self, Spool};

pub(super) const AFTER_HELP: &str = "\
Examples:
  crossdock import catalogue products.csv --dry-run
  crossdock import catalogue products.csv
  crossdock import catalogue offer.xml.gz --wholesaler 2 --row-by-row --report rejected.csv
  unzip -p offer.zip | crossdock import catalogue - --format xml

A product in the file replaces the one of the same code; products that the file does not name
stay. The same file twice changes nothing. Without --row-by-row the whole file is checked before
anything is written, and what it changes is stored in one step: all or nothing, Ctrl-C included.
Beside a running server with SQLite, more than 2,000 products are stored in batches, so that carts
and orders go on; when that is stopped, the same import again completes it. --in-one-step lets them
wait instead.
Columns and elements: docs/operating/catalogue.md; `crossdock export catalogue` shows them filled.";

/// `import catalogue`
#[derive(Debug, Args)]
pub struct Catalogue {
    #[command(flatten)]
    importer: WalkOptions,
    /// Check the whole file first, then store it in batches, so that nothing waits behind one long step; the default beside a
    /// running server with SQLite, for more than 2,000 products that change
    #[arg(long, conflicts_with_all = ["row_by_row", "in_one_step"])]
    in_batches: bool,
    /// Store what was checked in one step, also beside a running server with SQLite, whose carts and orders wait meanwhile
    #[arg(long, conflicts_with = "row_by_row")]
    in_one_step: bool,
}

/// So many products are stored in one step in well under a second, on a small machine.
const SHORT: u64 = 2_000;

impl Catalogue {
    /// One step holds the only writer of SQLite for as long as it takes. A running server must not be without it for seconds, in
    /// which no cart and no payment is stored. (A command that reaches the data through a server reaches SQLite.)
    const fn stores_in_batches(&self, products: u64, beside_server: bool) -> bool {
        self.in_batches || (beside_server && products > SHORT && !self.in_one_step)
    }
}

/// How an import ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ImportEnd {
    /// Only looked.
    Checked,
    /// There were mistakes: nothing was changed.
    Refused,
    /// To the end.
    Written,
    /// In between, behind a batch.
    Stopped,
}

/// Runs the command.
pub(super) async fn run(context: &Context, command: Catalogue) -> anyhow::Result<()> {
    let source = Source::open(command.importer.file.clone(), command.importer.format)?;
    let mut session = Session::open(context, Database::Existing).await?;
    let done = import(&mut session, context, &command, &source).await;
    session.close().await;
    let (counts, ended) = done?;
    tell(&command, counts, ended)
}

async fn import(
    session: &mut Session,
    context: &Context,
    command: &Catalogue,
    source: &Source,
) -> anyhow::Result<(Counts, ImportEnd)> {
    let quiet = context.quiet;
    let mut facts = session.ask(FindFacts { wholesaler: command.importer.wholesaler }).await?;
    facts.move_stocks(&command.importer.warehouse)?;
    let mut report = Report::open(command.importer.report.as_deref(), quiet)?;
    let stop = StopSignal::listen();
    let writes = command.importer.row_by_row && !command.importer.dry_run;
    let mut spool = if command.importer.row_by_row || command.importer.dry_run {
        None
    } else {
        Some(Spool::create(&context.data_dir)?)
    };
    let mode = match &mut spool {
        Some(spool) => ImportMode::Keep(spool),
        None if writes => ImportMode::Store,
        None => ImportMode::Check,
    };
    let mut importer = Importer::new(session, &facts, &mut report, &stop, mode, quiet);
    let walked = importer.run(source).await;
    let mut counts = importer.counts;
    if writes {
        report.finish()?;
        walked.map_err(|error| error.context(format!("the import stopped: {}", counts.written())))?;
        return Ok((counts, if stop.is_pressed() { ImportEnd::Stopped } else { ImportEnd::Written }));
    }
    walked?;
    let ended = match spool {
        _ if stop.is_pressed() => {
            report.finish()?;
            return Err(Failure::failed(format!("{STOPPED} while checking; nothing was changed")).into());
        }
        None => ImportEnd::Checked,
        Some(_) if counts.rejected > 0 => ImportEnd::Refused,
        Some(spool) if command.stores_in_batches(spool.records, session.is_remote()) => {
            in_batches(session, &facts, spool, &mut report, &stop, &mut counts, quiet).await?
        }
        Some(spool) => {
            let done =
                store_whole(session, facts.wholesaler, Spooled::Catalogue, spool, &stop, "products", quiet).await?;
            (counts.added, counts.changed, counts.stocks) = (done.added, done.changed, done.stocks);
            counts.unchanged = counts.products - done.added - done.changed;
            ImportEnd::Written
        }
    };
    report.finish()?;
    Ok((counts, ended))
}

/// Stores a checked file batch by batch, each of them a transaction; what is refused only now is reported.
async fn in_batches(
    session: &mut Session,
    facts: &Facts,
    mut spool: Spool,
    report: &mut Report,
    stop: &StopSignal,
    counts: &mut Counts,
    quiet: bool,
) -> anyhow::Result<ImportEnd> {
    let mut progress = Progress::new(Some(spool.records), "importing", "products", quiet);
    let batches = spool::batches::<Item>(spool.finish()?).map_err(Failure::failed)?;
    let mut stored = Counts::default();
    let mut position = 0;
    let mut ended = ImportEnd::Written;
    for batch in batches {
        if stop.is_pressed() {
            ended = ImportEnd::Stopped;
            break;
        }
        let items = batch.map_err(Failure::failed)?;
        let codes: Vec<String> = items.iter().map(|item| item.code.clone()).collect();
        position += codes.len() as u64;
        let outcomes = session.ask(CatalogueBatch { wholesaler: facts.wholesaler, items, store: true }).await;
        let state = || format!("the import stopped: {}; {}", stored.written(), Counts::AGAIN);
        let outcomes = outcomes.map_err(|error| error.context(state()))?;
        for (outcome, code) in outcomes.into_iter().zip(codes) {
            stored.count(&outcome);
            if let Some(reason) = outcome.problem {
                report.add(&RejectedRow { line: 0, code, field: String::new(), reason })?;
            }
        }
        progress.tell(position, position);
    }
    let kept = counts.products - spool.records;
    *counts = Counts { products: counts.products, unchanged: stored.unchanged + kept, ..stored };
    Ok(ended)
}

fn tell(command: &Catalogue, counts: Counts, ended: ImportEnd) -> anyhow::Result<()> {
    if command.importer.output.json {
        output::json(&json!({
            "products": counts.products,
            "added": counts.added,
            "changed": counts.changed,
            "unchanged": counts.unchanged,
            "stocks_changed": counts.stocks,
            "rejected": counts.rejected,
            "written": matches!(ended, ImportEnd::Written | ImportEnd::Stopped),
            "stopped": ended == ImportEnd::Stopped,
        }))?;
    } else if ended == ImportEnd::Refused {
        output::complain(&format!(
            "{} of {} products cannot be imported; nothing was changed. --row-by-row imports the others",
            counts.rejected, counts.products
        ));
    } else {
        let would = if ended == ImportEnd::Checked { "would be " } else { "" };
        output::line(format!(
            "{} products: {} {would}added, {} {would}changed, {} unchanged, {} rejected; {} stocks {would}changed",
            counts.products, counts.added, counts.changed, counts.unchanged, counts.rejected, counts.stocks
        ));
    }
    if ended == ImportEnd::Stopped {
        let text = format!("{STOPPED}: {}; {}", counts.written(), Counts::AGAIN);
        return Err(Failure::failed(text).into());
    }
    if counts.rejected > 0 { Err(NegativeResult.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        command: Catalogue,
    }

    #[test]
    fn a_running_server_keeps_its_writer_unless_it_is_told_otherwise() {
        for (options, products, beside_server, in_batches) in [
            ("", SHORT, true, false),
            ("", SHORT + 1, true, true),
            ("", 1_000_000, false, false),
            ("--in-one-step", 1_000_000, true, false),
            ("--in-batches", 1, false, true),
        ] {
            let words = ["import", "file.csv"].into_iter().chain(options.split_whitespace());
            let command = Line::try_parse_from(words).map(|line| line.command);
            let chosen = command.map(|command| command.stores_in_batches(products, beside_server));
            assert_eq!(chosen.ok(), Some(in_batches), "{options} {products} {beside_server}");
        }
    }
}
