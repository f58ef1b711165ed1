//! One walk through a catalogue file: read, judge, hand over in batches.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::SystemTime;

use anyhow::Context as _;
use crossdock_wire::catalogue::{Format, Item, Rejected, Unread, read};
use flate2::read::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};

use super::report::Report;
use super::seen::Seen;
use crate::admin::goods::{Facts, Fate, GoodsAnswer, GoodsRequest, Outcome};
use crate::commands::export::FileFormat;
use crate::exit::{End, Failure};
use crate::session::Session;

/// Most products of one batch, which is one transaction.
const BATCH: usize = 500;
/// About how many bytes of one batch; a request to a running server may have sixteen million.
const BATCH_BYTES: usize = 2 * 1024 * 1024;
/// Sets that are kept back until their parts are there.
const KEPT_SETS: usize = 20_000;
/// Bytes of sets that are kept back.
const KEPT_BYTES: usize = 32 * 1024 * 1024;

/// A file to import.
#[derive(Debug)]
pub(super) struct Source {
    path: PathBuf,
    format: Format,
    length: u64,
    changed: Option<SystemTime>,
}

/// Counts the bytes that were read of the file itself, before they are unpacked.
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        self.count.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Source {
    pub(super) fn open(path: PathBuf, format: Option<FileFormat>) -> anyhow::Result<Self> {
        let name = path.to_string_lossy();
        let format = format.map(Format::from).or_else(|| Format::of_name(&name)).ok_or_else(|| {
            Failure::new(End::Usage, format!("{name}: the name does not tell what it is; name it with --format"))
        })?;
        let metadata = std::fs::metadata(&path).with_context(|| format!("cannot read {name}"))?;
        if !metadata.is_file() {
            return Err(Failure::new(End::Usage, format!("{name} is no file; it is read twice")).into());
        }
        Ok(Self { format, length: metadata.len(), changed: metadata.modified().ok(), path })
    }

    /// Between checking and writing the file must stay as it is.
    pub(super) fn same_as_before(&self) -> anyhow::Result<()> {
        let metadata = std::fs::metadata(&self.path)?;
        if metadata.len() != self.length || metadata.modified().ok() != self.changed {
            let text = format!("{} changed while it was checked; nothing was changed here", self.path.display());
            return Err(Failure::refused(text).into());
        }
        Ok(())
    }

    fn reader(&self, count: Arc<AtomicU64>) -> anyhow::Result<Box<dyn BufRead + Send>> {
        let file = File::open(&self.path).with_context(|| format!("cannot read {}", self.path.display()))?;
        let file = Counted { inner: file, count };
        let packed = self.path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz"));
        Ok(if packed {
            Box::new(BufReader::with_capacity(128 * 1024, MultiGzDecoder::new(BufReader::new(file))))
        } else {
            Box::new(BufReader::with_capacity(128 * 1024, file))
        })
    }
}

/// What became of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) products: u64,
    pub(super) added: u64,
    pub(super) changed: u64,
    pub(super) unchanged: u64,
    pub(super) rejected: u64,
    pub(super) stocks: u64,
}

impl Counts {
    /// What to do after half an import.
    pub(super) const AGAIN: &'static str = "the rest of the file was not; the same import again completes it";

    /// What a walk that ended early has done.
    pub(super) fn written(&self) -> String {
        let done = self.added + self.changed + self.unchanged;
        format!("{done} products are as the file says ({} added, {} changed)", self.added, self.changed)
    }
}

/// A walk through a file.
pub(super) struct Walk<'w> {
    session: &'w mut Session,
    facts: &'w Facts,
    report: &'w mut Report,
    stop: &'w AtomicBool,
    write: bool,
    quiet: bool,
    seen: Seen,
    batch: Vec<Item>,
    bytes: usize,
    sets: Vec<Item>,
    set_bytes: usize,
    counts: Counts,
}

/// About how much memory a product takes.
fn size_of(item: &Item) -> usize {
    let details = &item.details;
    let texts = details.names.values().chain(details.descriptions.values()).chain(&details.pictures);
    let sizes = item.sizes.iter().map(|size| {
        300 + 60 * size.prices.iter().map(|price| price.steps.len()).sum::<usize>()
            + 60 * size.components.len()
            + 40 * size.stock.len()
    });
    500 + texts.map(|text| text.len() + 32).sum::<usize>() + sizes.sum::<usize>()
}

impl<'w> Walk<'w> {
    pub(super) fn new(
        session: &'w mut Session,
        facts: &'w Facts,
        report: &'w mut Report,
        stop: &'w AtomicBool,
        write: bool,
        quiet: bool,
    ) -> Self {
        Self {
            session,
            facts,
            report,
            stop,
            write,
            quiet,
            seen: Seen::default(),
            batch: Vec::new(),
            bytes: 0,
            sets: Vec::new(),
            set_bytes: 0,
            counts: Counts::default(),
        }
    }

    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// Walks to the end, or until Ctrl-C: then the batch that is under way is finished first.
    pub(super) async fn run(&mut self, source: &Source, what: &'static str) -> anyhow::Result<()> {
        let position = Arc::new(AtomicU64::new(0));
        let bar = bar(source.length, what, self.quiet);
        let items = read(source.format, source.reader(position.clone())?);
        for item in items {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            match item {
                Ok(item) => self.take(item).await?,
                Err(Unread::Rejected(rows)) => {
                    self.counts.products += 1;
                    self.reject(&rows)?;
                }
                Err(Unread::Broken { line, reason }) => {
                    bar.abandon();
                    let state = if self.write { "" } else { "; nothing was changed" };
                    let text = format!("{}, line {line}: {reason}{state}", source.path.display());
                    return Err(Failure::refused(text).into());
                }
            }
            bar.set_position(position.load(Ordering::Relaxed));
            if bar.length().is_some() && self.counts.products.is_multiple_of(1000) {
                bar.set_message(format!("{} products", self.counts.products));
            }
        }
        if !self.stop.load(Ordering::Relaxed) {
            self.flush().await?;
            self.flush_sets().await?;
        }
        bar.finish_and_clear();
        Ok(())
    }

    fn reject(&mut self, rows: &[Rejected]) -> anyhow::Result<()> {
        self.counts.rejected += 1;
        rows.iter().try_for_each(|row| self.report.add(row))
    }

    async fn take(&mut self, item: Item) -> anyhow::Result<()> {
        self.counts.products += 1;
        let problem = item.input(self.facts.currency).err();
        let problem = problem.or_else(|| item.stock_problem(&self.facts.warehouses));
        if let Some(rejected) = problem.or_else(|| self.seen.see(&item).err()) {
            return self.reject(&[rejected]);
        }
        let size = size_of(&item);
        // Sets come behind everything that they may hold.
        if item.has_sets() {
            self.set_bytes += size;
            self.sets.push(item);
            if self.sets.len() >= KEPT_SETS || self.set_bytes >= KEPT_BYTES {
                self.flush().await?;
                self.flush_sets().await?;
            }
            return Ok(());
        }
        self.bytes += size;
        self.batch.push(item);
        if self.batch.len() >= BATCH || self.bytes >= BATCH_BYTES {
            self.flush().await?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> anyhow::Result<()> {
        self.bytes = 0;
        let items = std::mem::take(&mut self.batch);
        if items.is_empty() {
            return Ok(());
        }
        self.hand_over(items).await
    }

    async fn flush_sets(&mut self) -> anyhow::Result<()> {
        self.set_bytes = 0;
        let mut sets = std::mem::take(&mut self.sets).into_iter();
        loop {
            let mut items: Vec<Item> = Vec::new();
            let mut bytes = 0;
            while items.len() < BATCH && bytes < BATCH_BYTES {
                let Some(item) = sets.next() else { break };
                bytes += size_of(&item);
                items.push(item);
            }
            if items.is_empty() || self.stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            if self.write {
                self.hand_over(items).await?;
            } else {
                for item in &items {
                    self.seen.offer(item, item.id);
                }
                let items = self.without_parts_of_the_file(items).await?;
                self.hand_over(items).await?;
            }
        }
    }

    /// For a check: parts that are only in the file are there when the sets are written, so they are left out of what is
    /// asked of the catalogue.
    async fn without_parts_of_the_file(&mut self, items: Vec<Item>) -> anyhow::Result<Vec<Item>> {
        let mut codes: Vec<String> = Vec::new();
        for part in items.iter().flat_map(|item| &item.sizes).flat_map(|size| &size.components) {
            if self.seen.has_goods(&part.code) {
                codes.push(part.code.clone());
            }
        }
        codes.sort_unstable();
        codes.dedup();
        let mut fresh = std::collections::HashSet::new();
        for chunk in codes.chunks(BATCH) {
            let request = GoodsRequest::Known { wholesaler: self.facts.wholesaler, codes: chunk.to_vec() };
            let GoodsAnswer::Known(known) = self.session.goods(request).await? else { return Err(odd()) };
            fresh.extend(chunk.iter().zip(known).filter(|(_, known)| !known).map(|(code, _)| code.clone()));
        }
        let mut out = Vec::with_capacity(items.len());
        for mut item in items {
            let mut parts = item.sizes.iter().flat_map(|size| &size.components);
            if let Some(part) = parts.find(|part| self.seen.has_set(&part.code)) {
                let reason = format!("{:?} is a set itself, and sets hold no sets", part.code);
                let (line, code, field) = (item.line, item.code.clone(), "components".to_owned());
                self.reject(&[Rejected { line, code, field, reason }])?;
                continue;
            }
            for size in &mut item.sizes {
                size.components.retain(|part| !fresh.contains(&part.code));
            }
            out.push(item);
        }
        Ok(out)
    }

    async fn hand_over(&mut self, items: Vec<Item>) -> anyhow::Result<()> {
        let wholesaler = self.facts.wholesaler;
        // Of each product what telling about it needs, so that the batch itself goes into the request without a copy.
        let lines: Vec<(u64, String)> = items.iter().map(|item| (item.line, item.code.clone())).collect();
        let known = if self.write { Vec::new() } else { items.clone() };
        let request = if self.write {
            GoodsRequest::Store { wholesaler, items }
        } else {
            GoodsRequest::Check { wholesaler, items }
        };
        let GoodsAnswer::Outcomes(outcomes) = self.session.goods(request).await? else { return Err(odd()) };
        for (at, (outcome, (line, code))) in outcomes.into_iter().zip(lines).enumerate() {
            let Outcome { fate, id, stocks, problems } = outcome;
            if let Some(item) = known.get(at).filter(|item| !item.has_sets()) {
                let id = if fate == Fate::Added { item.id } else { id.map(|id| id.0) };
                self.seen.offer(item, id);
            }
            self.counts.stocks += stocks;
            match fate {
                Fate::Refused => {}
                Fate::Added => self.counts.added += 1,
                Fate::Changed => self.counts.changed += 1,
                Fate::Unchanged => self.counts.unchanged += 1,
            }
            let field = if fate == Fate::Refused { "" } else { "stock" };
            let rows: Vec<Rejected> = problems
                .into_iter()
                .map(|reason| Rejected { line, code: code.clone(), field: field.to_owned(), reason })
                .collect();
            if !rows.is_empty() {
                self.reject(&rows)?;
            }
        }
        Ok(())
    }
}

fn odd() -> anyhow::Error {
    Failure::failed("unexpected answer; does the server run another version?").into()
}

fn bar(length: u64, what: &'static str, quiet: bool) -> ProgressBar {
    if quiet || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length);
    let style = ProgressStyle::with_template("{prefix} {bar:40} {percent:>3} %  {msg}  {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_prefix(what);
    bar
}
