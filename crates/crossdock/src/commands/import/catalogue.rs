//! `crossdock import catalogue`: the options, and what is done with what the walk finds.

use std::path::PathBuf;

use crossdock_wire::catalogue::{Item, Rejected};
use serde_json::json;

use super::progress::Progress;
use super::report::Report;
use super::source::Source;
use super::stop::Stop;
use super::walk::{Aim, Counts, Walk, odd};
use super::{STOPPED, store_whole};
use crate::admin::goods::{Facts, GoodsAnswer, GoodsRequest, Whole};
use crate::cli::Global;
use crate::commands::export::FileFormat;
use crate::context::Context;
use crate::exit::{Failure, SaidNo};
use crate::output::{self, Format};
use crate::session::{Database, Session};
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
Columns and elements: docs/operating/catalogue.md; `crossdock export catalogue` shows them filled.";

/// `import catalogue`
#[derive(Debug, clap::Args)]
pub struct Catalogue {
    /// The file: .csv, .jsonl or .xml, also packed by gzip; - reads standard input
    file: PathBuf,
    /// Whose catalogue [default: the only wholesaler]
    #[arg(long, value_name = "ID")]
    wholesaler: Option<i64>,
    /// What the file holds [default: told by its name]
    #[arg(long)]
    format: Option<FileFormat>,
    /// Import what can be imported and report the rest, instead of all or nothing
    #[arg(long, conflicts_with = "in_batches")]
    row_by_row: bool,
    /// Check the whole file first, but store it in batches, so that nobody waits behind a long step
    #[arg(long)]
    in_batches: bool,
    /// Check and count only; nothing is changed
    #[arg(long)]
    dry_run: bool,
    /// Where rejected rows are written: CSV, or JSON lines when the name ends with .json
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Print the counts as JSON
    #[command(flatten)]
    json: Format,
}

/// How an import ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
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
pub(super) async fn run(global: &Global, command: Catalogue) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    let source = Source::open(command.file.clone(), command.format)?;
    let mut session = Session::open(&context, Database::Existing).await?;
    let done = import(&mut session, &context, global.quiet, &command, &source).await;
    session.close().await;
    let (counts, ended) = done?;
    tell(&command, counts, ended)
}

async fn import(
    session: &mut Session,
    context: &Context,
    quiet: bool,
    command: &Catalogue,
    source: &Source,
) -> anyhow::Result<(Counts, Ended)> {
    let GoodsAnswer::Facts(facts) = session.goods(GoodsRequest::Facts { wholesaler: command.wholesaler }).await? else {
        return Err(odd());
    };
    let mut report = Report::open(command.report.as_deref(), quiet)?;
    let stop = Stop::listen();
    let writes = command.row_by_row && !command.dry_run;
    let mut spool = if command.row_by_row || command.dry_run { None } else { Some(Spool::create(&context.place)?) };
    let aim = match &mut spool {
        Some(spool) => Aim::Keep(spool),
        None if writes => Aim::Store,
        None => Aim::Check,
    };
    let mut walk = Walk::new(session, &facts, &mut report, &stop, aim, quiet);
    let walked = walk.run(source).await;
    let mut counts = walk.counts;
    if writes {
        report.finish()?;
        let state = || format!("the import stopped: {}; {}", counts.written(), Counts::AGAIN);
        walked.map_err(|error| error.context(state()))?;
        return Ok((counts, if stop.is_pressed() { Ended::Stopped } else { Ended::Written }));
    }
    walked?;
    let ended = match spool {
        _ if stop.is_pressed() => {
            report.finish()?;
            return Err(Failure::failed(format!("{STOPPED} while checking; nothing was changed")).into());
        }
        None => Ended::Checked,
        Some(_) if counts.rejected > 0 => Ended::Refused,
        Some(spool) if command.in_batches => {
            in_batches(session, &facts, spool, &mut report, &stop, &mut counts, quiet).await?
        }
        Some(spool) => {
            let done =
                store_whole(session, facts.wholesaler, Whole::Catalogue, spool, &stop, "products", quiet).await?;
            (counts.added, counts.changed, counts.stocks) = (done.added, done.changed, done.stocks);
            counts.unchanged = counts.products - done.added - done.changed;
            Ended::Written
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
    stop: &Stop,
    counts: &mut Counts,
    quiet: bool,
) -> anyhow::Result<Ended> {
    let mut progress = Progress::new(Some(spool.records), "importing", "products", quiet);
    let batches = spool::batches::<Item>(spool.finish()?).map_err(Failure::failed)?;
    let mut stored = Counts::default();
    let mut position = 0;
    let mut ended = Ended::Written;
    for batch in batches {
        if stop.is_pressed() {
            ended = Ended::Stopped;
            break;
        }
        let items = batch.map_err(Failure::failed)?;
        let codes: Vec<String> = items.iter().map(|item| item.code.clone()).collect();
        position += codes.len() as u64;
        let answer = session.goods(GoodsRequest::Store { wholesaler: facts.wholesaler, items }).await;
        let state = || format!("the import stopped: {}; {}", stored.written(), Counts::AGAIN);
        let answer = answer.map_err(|error| error.context(state()))?;
        let GoodsAnswer::Outcomes(outcomes) = answer else { return Err(odd()) };
        for (outcome, code) in outcomes.into_iter().zip(codes) {
            stored.count(&outcome);
            if let Some(reason) = outcome.problem {
                report.add(&Rejected { line: 0, code, field: String::new(), reason })?;
            }
        }
        progress.tell(position, position);
    }
    let kept = counts.products - spool.records;
    *counts = Counts { products: counts.products, unchanged: stored.unchanged + kept, ..stored };
    Ok(ended)
}

fn tell(command: &Catalogue, counts: Counts, ended: Ended) -> anyhow::Result<()> {
    if command.json.json {
        output::json(&json!({
            "products": counts.products,
            "added": counts.added,
            "changed": counts.changed,
            "unchanged": counts.unchanged,
            "stocks_changed": counts.stocks,
            "rejected": counts.rejected,
            "written": matches!(ended, Ended::Written | Ended::Stopped),
            "stopped": ended == Ended::Stopped,
        }))?;
    } else if ended == Ended::Refused {
        output::complain(&format!(
            "{} of {} products cannot be imported; nothing was changed. --row-by-row imports the others",
            counts.rejected, counts.products
        ));
    } else {
        let would = if ended == Ended::Checked { "would be " } else { "" };
        output::line(format!(
            "{} products: {} {would}added, {} {would}changed, {} unchanged, {} rejected; {} stocks {would}changed",
            counts.products, counts.added, counts.changed, counts.unchanged, counts.rejected, counts.stocks
        ));
    }
    if ended == Ended::Stopped {
        let text = format!("{STOPPED}: {}; {}", counts.written(), Counts::AGAIN);
        return Err(Failure::failed(text).into());
    }
    if counts.rejected > 0 { Err(SaidNo.into()) } else { Ok(()) }
}
