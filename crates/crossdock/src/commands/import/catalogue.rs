//! `crossdock import catalogue`: the options, and the two walks through the file.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::report::Report;
use super::run::{Counts, Source, Walk};
use crate::admin::goods::{GoodsAnswer, GoodsRequest};
use crate::cli::Global;
use crate::commands::export::FileFormat;
use crate::context::Context;
use crate::exit::{Failure, SaidNo};
use crate::output::{self, Format};
use crate::session::{Database, Session};

pub(super) const AFTER_HELP: &str = "\
Examples:
  crossdock import catalogue products.csv --dry-run
  crossdock import catalogue products.csv
  crossdock import catalogue offer.xml.gz --wholesaler 2 --row-by-row --report rejected.csv

A product in the file replaces the one of the same code; products that the file does not name
stay. The same file twice changes nothing. Without --row-by-row the whole file is checked before
anything is written. Columns and elements: docs/operating/catalogue.md; `crossdock export
catalogue` shows them filled.";

/// `import catalogue`
#[derive(Debug, clap::Args)]
pub struct Catalogue {
    /// The file: .csv, .jsonl or .xml, also with .gz behind it
    file: PathBuf,
    /// Whose catalogue [default: the only wholesaler]
    #[arg(long, value_name = "ID")]
    wholesaler: Option<i64>,
    /// What the file holds [default: told by its name]
    #[arg(long)]
    format: Option<FileFormat>,
    /// Import what can be imported and report the rest, instead of all or nothing
    #[arg(long)]
    row_by_row: bool,
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

/// Runs the command.
pub(super) async fn run(global: &Global, command: Catalogue) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    let source = Source::open(command.file.clone(), command.format)?;
    let mut session = Session::open(&context, Database::Existing).await?;
    let done = import(&mut session, global, &command, source).await;
    session.close().await;
    done
}

async fn import(session: &mut Session, global: &Global, command: &Catalogue, source: Source) -> anyhow::Result<()> {
    let GoodsAnswer::Facts(facts) = session.goods(GoodsRequest::Facts { wholesaler: command.wholesaler }).await? else {
        return Err(Failure::failed("the server runs another version").into());
    };
    let mut report = Report::open(command.report.as_deref(), global.quiet)?;
    let stop = Arc::new(AtomicBool::new(false));
    let pressed = stop.clone();
    let listener = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            pressed.store(true, Ordering::Relaxed);
        }
    });
    let mut counts = Counts::default();
    if !command.row_by_row || command.dry_run {
        let mut walk = Walk::new(session, &facts, &mut report, &stop, false, global.quiet);
        let checked = walk.run(&source, "checking").await;
        counts = walk.counts();
        checked?;
        if stop.load(Ordering::Relaxed) {
            report.finish()?;
            return Err(Failure::failed("stopped while checking; nothing was changed").into());
        }
    }
    let may_write = !command.dry_run && (command.row_by_row || counts.rejected == 0);
    if may_write {
        source.same_as_before()?;
        let mut walk = Walk::new(session, &facts, &mut report, &stop, true, global.quiet);
        let stored = walk.run(&source, "importing").await;
        counts = walk.counts();
        if let Err(error) = stored {
            report.finish()?;
            let state = format!("{}; {}", counts.written(), Counts::AGAIN);
            return Err(error.context(format!("the import stopped: {state}")));
        }
    }
    listener.abort();
    report.finish()?;
    let stopped = may_write && stop.load(Ordering::Relaxed);
    tell(command, counts, may_write, stopped)
}

fn tell(command: &Catalogue, counts: Counts, written: bool, stopped: bool) -> anyhow::Result<()> {
    let refused = !written && !command.dry_run;
    if command.json.json {
        output::json(&json!({
            "products": counts.products,
            "added": counts.added,
            "changed": counts.changed,
            "unchanged": counts.unchanged,
            "stocks_changed": counts.stocks,
            "rejected": counts.rejected,
            "written": written,
            "stopped": stopped,
        }))?;
    } else if refused {
        output::complain(&format!(
            "{} of {} products cannot be imported; nothing was changed. --row-by-row imports the others",
            counts.rejected, counts.products
        ));
    } else {
        let would = if command.dry_run { "would be " } else { "" };
        output::line(format!(
            "{} products: {} {would}added, {} {would}changed, {} unchanged, {} rejected; {} stocks {would}changed",
            counts.products, counts.added, counts.changed, counts.unchanged, counts.rejected, counts.stocks
        ));
    }
    if stopped {
        let text = format!("stopped by Ctrl-C: {}; {}", counts.written(), Counts::AGAIN);
        return Err(Failure::failed(text).into());
    }
    if counts.rejected > 0 { Err(SaidNo.into()) } else { Ok(()) }
}
