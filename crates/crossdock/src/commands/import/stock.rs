//! `crossdock import stock`: stocks alone, without the products.

use clap::Args;
use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_wire::catalogue::{ReadError, RejectedRow, StockLine, UNNAMED_WAREHOUSE, no_warehouse, read_stock};
use serde_json::json;

use super::facts::{Facts, FindFacts};
use super::progress::Progress;
use super::report::Report;
use super::source::Source;
use super::stop::StopSignal;
use super::store::{Spooled, StockBatch};
use super::{STOPPED, WalkOptions, store_whole};
use crate::context::Context;
use crate::control::Database;
use crate::exit::{ExitKind, Failure, NegativeResult};
use crate::output;
use crate::session::Session;
use crate::spool::Spool;

pub(super) const AFTER_HELP: &str = "\
Examples:
  crossdock import stock stocks.csv
  crossdock import stock delivery.csv --operation add --warehouse 2
  curl -s https://erp.example/stocks.jsonl | crossdock import stock - --format jsonl --row-by-row

CSV has the columns code and quantity, and optionally code_type, warehouse and operation; or code
and a column per warehouse: stock:1, stock:2. JSON lines have the same keys; of XML the stocks of a
catalogue or light feed are read. All or nothing, unless --row-by-row: then the file is stored in
batches of 500, and --skip continues where an import stopped, because adding is not idempotent.";

/// Most changes of one batch, which is one transaction.
const BATCH: usize = 500;

/// `import stock`
#[derive(Debug, Args)]
pub struct Stock {
    #[command(flatten)]
    importer: WalkOptions,
    /// What quantities mean where the file does not say it
    #[arg(long, default_value = "set", value_parser = operation, value_name = "set|add|subtract")]
    operation: StockOperation,
    /// Number of changes at the beginning of the file to skip, because they were made before
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    skip: u64,
}

fn operation(text: &str) -> Result<StockOperation, String> {
    StockOperation::from_code(text).ok_or_else(|| "one of set, add, subtract".to_owned())
}

/// What became of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    /// Changes that the file names, without those left out.
    read: u64,
    /// Of them judged, or made.
    done: u64,
    changed: u64,
    rejected: u64,
}

/// Runs the command.
pub(super) async fn run(context: &Context, command: Stock) -> anyhow::Result<()> {
    let source = Source::open(command.importer.file.clone(), command.importer.format)?;
    let mut session = Session::open(context, Database::Existing).await?;
    let done = import(&mut session, context, &command, &source).await;
    session.close().await;
    let (counts, written) = done?;
    if command.importer.output.json {
        output::json(&json!({
            "stocks": counts.read,
            "changed": counts.changed,
            "unchanged": counts.read - counts.changed - counts.rejected,
            "rejected": counts.rejected,
            "written": written,
        }))?;
    } else if !written && !command.importer.dry_run {
        output::complain(&format!(
            "{} of {} stocks cannot be changed; nothing was changed. --row-by-row changes the others",
            counts.rejected, counts.read
        ));
    } else {
        let would = if command.importer.dry_run { "would be " } else { "" };
        let unchanged = counts.read - counts.changed - counts.rejected;
        output::line(format!(
            "{} stocks: {} {would}changed, {unchanged} unchanged, {} rejected",
            counts.read, counts.changed, counts.rejected
        ));
    }
    if counts.rejected > 0 { Err(NegativeResult.into()) } else { Ok(()) }
}

async fn import(
    session: &mut Session,
    context: &Context,
    command: &Stock,
    source: &Source,
) -> anyhow::Result<(Counts, bool)> {
    let quiet = context.quiet;
    let mut facts = session.ask(FindFacts { wholesaler: command.importer.wholesaler }).await?;
    facts.move_stocks(&command.importer.warehouse)?;
    let stop = StopSignal::listen();
    let writes = command.importer.row_by_row && !command.importer.dry_run;
    let spool = if command.importer.row_by_row || command.importer.dry_run {
        None
    } else {
        Some(Spool::create(&context.data_dir)?)
    };
    let mut importer = Importer {
        session,
        facts: &facts,
        report: Report::open(command.importer.report.as_deref(), quiet)?,
        operation: command.operation,
        writes,
        spool,
        batch: Vec::new(),
        counts: Counts::default(),
        left_out: 0,
        skip: command.skip,
    };
    let walked = importer.run(source, &stop, quiet).await;
    importer.report.finish()?;
    let (counts, spool) = (importer.counts, importer.spool.take());
    if writes {
        let go_on = || {
            let done = command.skip + counts.done;
            format!("{} stocks were changed; the same import with --skip {done} goes on", counts.changed)
        };
        walked.map_err(|error| error.context(format!("the import stopped: {}", go_on())))?;
        if stop.is_pressed() {
            return Err(Failure::failed(format!("{STOPPED}: {}", go_on())).into());
        }
        return Ok((counts, true));
    }
    walked?;
    if stop.is_pressed() {
        return Err(Failure::failed(format!("{STOPPED} while checking; nothing was changed")).into());
    }
    match spool {
        Some(spool) if counts.rejected == 0 => {
            let done = store_whole(session, facts.wholesaler, Spooled::Stock, spool, &stop, "stocks", quiet).await?;
            Ok((Counts { changed: done.stocks, ..counts }, true))
        }
        _ => Ok((counts, false)),
    }
}

/// A walk through a file of stocks.
struct Importer<'w> {
    session: &'w mut Session,
    facts: &'w Facts,
    report: Report,
    operation: StockOperation,
    writes: bool,
    spool: Option<Spool>,
    batch: Vec<StockLine>,
    counts: Counts,
    left_out: u64,
    skip: u64,
}

impl Importer<'_> {
    async fn run(&mut self, source: &Source, stop: &StopSignal, quiet: bool) -> anyhow::Result<()> {
        let what = if self.writes { "importing" } else { "checking" };
        let mut progress = Progress::new(source.length, what, "stocks", quiet);
        let mut incoming = source.start(read_stock)?;
        while let Some(chunk) = incoming.next(stop).await {
            for line in chunk {
                if let Err(ReadError::Remark(remark)) = &line {
                    self.report.remark(remark);
                    continue;
                }
                let broken = matches!(line, Err(ReadError::Broken { .. }));
                if self.left_out < self.skip && !broken {
                    self.left_out += 1;
                    continue;
                }
                match line {
                    Ok(line) => self.take(line).await?,
                    // Told above; it counts for nothing.
                    Err(ReadError::Remark(_)) => {}
                    Err(ReadError::Rejected(rows)) => {
                        // Counted in its place, so that --skip counts the same.
                        self.flush().await?;
                        self.counts.read += 1;
                        self.counts.done += 1;
                        self.reject(&rows)?;
                    }
                    Err(ReadError::Broken { line, reason }) => {
                        if self.writes {
                            self.flush().await?;
                        }
                        return Err(source.broken(line, &reason, self.writes));
                    }
                }
            }
            progress.tell(incoming.position(), self.counts.read);
        }
        if stop.is_pressed() { Ok(()) } else { self.flush().await }
    }

    fn reject(&mut self, rows: &[RejectedRow]) -> anyhow::Result<()> {
        self.counts.rejected += 1;
        rows.iter().try_for_each(|row| self.report.add(row))
    }

    async fn take(&mut self, mut line: StockLine) -> anyhow::Result<()> {
        self.counts.read += 1;
        line.operation = line.operation.or(Some(self.operation));
        let named = line.warehouse.unwrap_or(UNNAMED_WAREHOUSE);
        let meant = self.facts.moves.get(&named).copied().unwrap_or(named);
        if meant == UNNAMED_WAREHOUSE && self.facts.warehouses.len() > 1 {
            return Err(Failure::new(ExitKind::Usage, no_warehouse(meant, &self.facts.warehouses)).into());
        }
        if !self.facts.warehouses.contains(&meant) {
            let (number, code, field) = (line.line, line.code, "warehouse".to_owned());
            self.flush().await?;
            self.counts.done += 1;
            let reason = no_warehouse(meant, &self.facts.warehouses);
            return self.reject(&[RejectedRow { line: number, code, field, reason }]);
        }
        line.warehouse = Some(meant);
        self.batch.push(line);
        if self.batch.len() >= BATCH { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> anyhow::Result<()> {
        let lines = std::mem::take(&mut self.batch);
        if lines.is_empty() {
            return Ok(());
        }
        let told: Vec<(u64, String)> = lines.iter().map(|line| (line.line, line.code.clone())).collect();
        if let Some(spool) = &mut self.spool {
            spool.add(&lines)?;
        }
        let wholesaler = self.facts.wholesaler;
        let results = self.session.ask(StockBatch { wholesaler, lines, store: self.writes }).await?;
        for (result, (line, code)) in results.into_iter().zip(told) {
            self.counts.done += 1;
            self.counts.changed += u64::from(result.changed);
            if let Some(reason) = result.problem {
                self.reject(&[RejectedRow { line, code, field: String::new(), reason }])?;
            }
        }
        Ok(())
    }
}
