//! One walk through a catalogue file: read, judge, keep or store in batches.

use std::collections::HashSet;

use crossdock_wire::catalogue::{Item, ReadError, RejectedRow, read};

use super::facts::Facts;
use super::progress::Progress;
use super::report::Report;
use super::seen_names::SeenNames;
use super::source::Source;
use super::stop::StopSignal;
use super::store::{CatalogueBatch, ItemOutcome, KnownCodes, OutcomeKind};
use crate::session::Session;
use crate::spool::Spool;

/// Most products of one batch, which is one transaction.
const BATCH: usize = 500;
/// About how many bytes of one batch; a request to a running server may have sixteen million.
const BATCH_BYTES: usize = 2 * 1024 * 1024;
/// Sets that are kept back until their parts are there.
const KEPT_SETS: usize = 20_000;
/// Bytes of sets that are kept back.
const KEPT_BYTES: usize = 32 * 1024 * 1024;

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

    /// What an import that ended early has done.
    pub(super) fn written(&self) -> String {
        let done = self.added + self.changed + self.unchanged;
        format!("{done} products are as the file says ({} added, {} changed)", self.added, self.changed)
    }

    /// Counts what became of a batch.
    pub(super) fn count(&mut self, outcome: &ItemOutcome) {
        self.stocks += outcome.stocks;
        match outcome.kind {
            OutcomeKind::Refused => self.rejected += 1,
            OutcomeKind::Added => self.added += 1,
            OutcomeKind::Changed => self.changed += 1,
            OutcomeKind::Unchanged => self.unchanged += 1,
        }
    }
}

/// What is done with the products.
#[derive(Debug)]
pub(super) enum ImportMode<'s> {
    /// They are judged.
    Check,
    /// They are judged, and those that would change something are kept.
    Keep(&'s mut Spool),
    /// They are stored as they come.
    Store,
}

/// A walk through a file.
pub(super) struct Importer<'w> {
    pub(super) session: &'w mut Session,
    pub(super) facts: &'w Facts,
    pub(super) report: &'w mut Report,
    pub(super) stop: &'w StopSignal,
    pub(super) mode: ImportMode<'w>,
    pub(super) quiet: bool,
    pub(super) counts: Counts,
    seen: SeenNames,
    batch: Vec<Item>,
    bytes: usize,
    sets: Vec<Item>,
    set_bytes: usize,
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

impl<'w> Importer<'w> {
    pub(super) fn new(
        session: &'w mut Session,
        facts: &'w Facts,
        report: &'w mut Report,
        stop: &'w StopSignal,
        mode: ImportMode<'w>,
        quiet: bool,
    ) -> Self {
        Self {
            session,
            facts,
            report,
            stop,
            mode,
            quiet,
            counts: Counts::default(),
            seen: SeenNames::default(),
            batch: Vec::new(),
            bytes: 0,
            sets: Vec::new(),
            set_bytes: 0,
        }
    }

    /// Walks to the end, or until somebody wants to stop: then the batch that is under way is finished first.
    pub(super) async fn run(&mut self, source: &Source) -> anyhow::Result<()> {
        let what = if matches!(self.mode, ImportMode::Store) { "importing" } else { "checking" };
        let mut progress = Progress::new(source.length, what, "products", self.quiet);
        let mut incoming = source.start(read)?;
        while let Some(chunk) = incoming.next(self.stop).await {
            for item in chunk {
                match item {
                    Ok(item) => self.take(item).await?,
                    Err(ReadError::Rejected(rows)) => {
                        self.counts.products += 1;
                        self.reject(&rows)?;
                    }
                    Err(ReadError::Remark(remark)) => self.report.remark(&remark),
                    Err(ReadError::Broken { line, reason }) => {
                        // What was read before is as good as if the file ended here.
                        if matches!(self.mode, ImportMode::Store) {
                            self.flush().await?;
                            self.flush_sets().await?;
                        }
                        return Err(source.broken(line, &reason, matches!(self.mode, ImportMode::Store)));
                    }
                }
            }
            progress.tell(incoming.position(), self.counts.products);
        }
        if !self.stop.is_pressed() {
            self.flush().await?;
            self.flush_sets().await?;
        }
        Ok(())
    }

    fn reject(&mut self, rows: &[RejectedRow]) -> anyhow::Result<()> {
        self.counts.rejected += 1;
        rows.iter().try_for_each(|row| self.report.add(row))
    }

    async fn take(&mut self, mut item: Item) -> anyhow::Result<()> {
        self.counts.products += 1;
        if let Err(rejected) = item.move_stock(&self.facts.moves) {
            return self.reject(&[rejected]);
        }
        let problem = item.catalogue_item(self.facts.currency, &self.facts.warehouses).err();
        if let Some(rejected) = problem.or_else(|| self.seen.see(&item).err()) {
            return self.reject(&[rejected]);
        }
        item.remarks().iter().for_each(|remark| self.report.remark(remark));
        let size = size_of(&item);
        // Sets come behind everything that they may hold.
        if item.has_bundles() {
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
        if matches!(self.mode, ImportMode::Store) {
            self.store(items).await
        } else {
            self.check(items.clone(), items).await
        }
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
            if items.is_empty() || self.stop.is_pressed() {
                return Ok(());
            }
            if matches!(self.mode, ImportMode::Store) {
                self.store(items).await?;
            } else {
                for item in &items {
                    self.seen.offer(item, item.id);
                }
                let (asked, items) = self.without_parts_of_the_file(items).await?;
                self.check(asked, items).await?;
            }
        }
    }

    /// Parts that are only in the file are there when the sets are stored, so they are left out of what is asked of the
    /// catalogue: the sets to ask about, and the same sets whole.
    async fn without_parts_of_the_file(&mut self, items: Vec<Item>) -> anyhow::Result<(Vec<Item>, Vec<Item>)> {
        let mut codes: Vec<String> = Vec::new();
        for part in items.iter().flat_map(|item| &item.sizes).flat_map(|size| &size.components) {
            if self.seen.has_goods(&part.code) {
                codes.push(part.code.clone());
            }
        }
        codes.sort_unstable();
        codes.dedup();
        let mut fresh = HashSet::new();
        for chunk in codes.chunks(BATCH) {
            let command = KnownCodes { wholesaler: self.facts.wholesaler, codes: chunk.to_vec() };
            let known = self.session.ask(command).await?;
            fresh.extend(chunk.iter().zip(known).filter(|(_, known)| !known).map(|(code, _)| code.clone()));
        }
        let (mut asked, mut whole) = (Vec::with_capacity(items.len()), Vec::with_capacity(items.len()));
        for item in items {
            let mut parts = item.sizes.iter().flat_map(|size| &size.components);
            if let Some(part) = parts.find(|part| self.seen.has_bundle(&part.code)) {
                let reason = format!("{:?} is a set itself, and sets hold no sets", part.code);
                let (line, code, field) = (item.line, item.code.clone(), "components".to_owned());
                self.reject(&[RejectedRow { line, code, field, reason }])?;
                continue;
            }
            let mut known = item.clone();
            for size in &mut known.sizes {
                size.components.retain(|part| !fresh.contains(&part.code));
            }
            asked.push(known);
            whole.push(item);
        }
        Ok((asked, whole))
    }

    /// Asks what storing these would do; keeps those that would change something.
    async fn check(&mut self, asked: Vec<Item>, mut items: Vec<Item>) -> anyhow::Result<()> {
        let batch = CatalogueBatch { wholesaler: self.facts.wholesaler, items: asked, store: false };
        let outcomes = self.session.ask(batch).await?;
        let mut changes = Vec::with_capacity(items.len());
        for (item, outcome) in items.iter().zip(outcomes) {
            if !item.has_bundles() {
                let id = if outcome.kind == OutcomeKind::Added { item.id } else { outcome.id.map(|id| id.0) };
                self.seen.offer(item, id);
            }
            changes.push(matches!(outcome.kind, OutcomeKind::Added | OutcomeKind::Changed) || outcome.stocks > 0);
            self.tell(outcome, item.line, item.code.clone())?;
        }
        if let ImportMode::Keep(spool) = &mut self.mode {
            let mut changes = changes.into_iter();
            items.retain(|_| changes.next().unwrap_or(true));
            spool.add(&items)?;
        }
        Ok(())
    }

    async fn store(&mut self, items: Vec<Item>) -> anyhow::Result<()> {
        // Of each product what telling about it needs, so that the batch itself goes into the request without a copy.
        let lines: Vec<(u64, String)> = items.iter().map(|item| (item.line, item.code.clone())).collect();
        let batch = CatalogueBatch { wholesaler: self.facts.wholesaler, items, store: true };
        let outcomes = self.session.ask(batch).await?;
        for (outcome, (line, code)) in outcomes.into_iter().zip(lines) {
            self.tell(outcome, line, code)?;
        }
        Ok(())
    }

    fn tell(&mut self, outcome: ItemOutcome, line: u64, code: String) -> anyhow::Result<()> {
        self.counts.count(&outcome);
        match outcome.problem {
            Some(reason) => self.report.add(&RejectedRow { line, code, field: String::new(), reason }),
            None => Ok(()),
        }
    }
}
