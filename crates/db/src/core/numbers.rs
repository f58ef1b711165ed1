//! No number that was given out comes again: counters go on behind what a file outside the database remembers, also when an
//! older copy of the database was put in its place.
//!
//! Shops store numbers (orders, parcels, recipients, products, accounts) and poll for those above the last one that they know. A
//! number that names two things makes a shop miss the second, or cancel the wrong one.

pub(crate) mod marks;

use std::sync::Arc;

use crate::engine::Db;
use crate::error::DbError;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::{Operation, Tx};
use crate::value::{Row, params};
use marks::{Before, Key, Marks};

/// Name of the fact which numbers were skipped last, as the caller of [`Db::settle_numbers`] worded it.
const SKIPPED: &str = "numbers_skipped";

statements! {
    COUNTERS = { "SELECT 'store' AS owner, store_id AS id, 'order' AS counter, next_number FROM order_counters \
        UNION ALL SELECT 'wholesaler', wholesaler_id, name, next_number FROM wholesale_counters" }
    RAISE_ORDERS = { "UPDATE order_counters SET next_number = $1 WHERE store_id = $2 AND next_number < $1" }
    RAISE_WHOLESALE = { "UPDATE wholesale_counters SET next_number = $1 \
        WHERE wholesaler_id = $2 AND name = $3 AND next_number < $1" }
    SKIP_ORDERS = { "UPDATE order_counters SET next_number = next_number + $1" }
    SKIP_WHOLESALE = { "UPDATE wholesale_counters SET next_number = next_number + $1" }
}

columns!(CounterColumns, "order_counters": owner, id, counter, next_number);

/// A counter and the number that it gives next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterRow {
    /// `store` or `wholesaler`.
    pub owner: String,
    /// Number of the store or wholesaler.
    pub id: i64,
    /// What is counted: `order`, `parcel` and so on.
    pub counter: String,
    /// The next number.
    pub next: i64,
}

impl FromRow for CounterRow {
    type Columns = CounterColumns;

    fn from_row(row: &Row<'_>, at: &CounterColumns) -> Result<Self, DbError> {
        Ok(Self {
            owner: row.get(at.owner)?,
            id: row.get(at.id)?,
            counter: row.get(at.counter)?,
            next: row.get(at.next_number)?,
        })
    }
}

impl CounterRow {
    fn key(&self) -> Key {
        format!("{} {} {}", self.owner, self.id, self.counter)
    }
}

/// Numbers that a counter left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedNumbers {
    /// The counter: `store 2 order`.
    pub counter: String,
    /// The first that was left out.
    pub first: i64,
    /// The last that was left out.
    pub last: i64,
}

impl std::fmt::Display for SkippedNumbers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.first == self.last {
            write!(f, "{} {}", self.counter, self.first)
        } else {
            write!(f, "{} {} to {}", self.counter, self.first, self.last)
        }
    }
}

/// Numbers that one transaction takes.
#[derive(Debug, Default)]
pub(crate) struct TakenNumbers {
    pub(crate) marks: Option<Arc<Marks>>,
    taken: Vec<(Key, i64)>,
    gone: Vec<String>,
}

impl TakenNumbers {
    pub(crate) fn new(marks: Option<Arc<Marks>>) -> Self {
        Self { marks, ..Self::default() }
    }

    /// How much there is, to come back to.
    pub(crate) fn place(&self) -> (usize, usize) {
        (self.taken.len(), self.gone.len())
    }

    /// Forgets what was taken behind `place`, by an operation that failed.
    pub(crate) fn back_to(&mut self, (taken, gone): (usize, usize)) {
        self.taken.truncate(taken);
        self.gone.truncate(gone);
    }

    /// Whether [`note`](Self::note) would wait for the disk.
    pub(crate) fn waits(&self) -> bool {
        self.marks.as_ref().is_some_and(|marks| !self.taken.is_empty() && marks.waits(&self.taken))
    }

    /// Remembers them outside, right before the commit. Blocking.
    pub(crate) fn note(&mut self) -> Result<Before, DbError> {
        let taken = std::mem::take(&mut self.taken);
        match &self.marks {
            Some(marks) if !taken.is_empty() => marks.note(&taken),
            _ => Ok(Before::default()),
        }
    }

    /// After the commit; `failed` when it certainly failed.
    pub(crate) fn ended(&mut self, before: Before, failed: bool) {
        let gone = std::mem::take(&mut self.gone);
        let Some(marks) = &self.marks else { return };
        if failed {
            return marks.take_back(before);
        }
        for tenant in gone {
            if let Err(error) = marks.forget(&tenant) {
                tracing::warn!(%error, tenant, "its counters are still remembered");
            }
        }
    }
}

impl Tx {
    /// How far a counter must go on before it may give numbers, when it stands at `first`: an older copy of the database was
    /// put in the place of a running server's.
    pub(crate) fn behind(&self, key: &str, first: i64) -> Option<i64> {
        let bound = self.numbers.marks.as_ref()?.bound(key).filter(|bound| *bound > first)?;
        tracing::warn!(counter = key, from = first, to = bound - 1, "numbers are skipped: they were given out before");
        Some(bound)
    }

    /// Remembers that numbers below `next` are given out if this transaction commits.
    pub(crate) fn took(&mut self, key: Key, next: i64) {
        if self.numbers.marks.is_some() {
            self.numbers.taken.push((key, next));
        }
    }

    /// Forgets the counters of a wholesaler that this transaction deletes.
    pub(crate) fn counters_gone(&mut self, tenant: String) {
        self.numbers.gone.push(tenant);
    }

    /// Every counter.
    pub async fn counters(&mut self) -> Result<Vec<CounterRow>, DbError> {
        self.fetch_all(&COUNTERS, params![]).await
    }

    /// What [`Db::settle_numbers`] skipped last, with its time.
    pub async fn skipped_numbers(&mut self) -> Result<Option<String>, DbError> {
        self.meta(SKIPPED).await
    }

    /// Makes a counter go on from `next` at least; whether it was behind.
    pub(crate) async fn raise_counter(
        &mut self,
        owner: &str,
        id: i64,
        counter: &str,
        next: i64,
    ) -> Result<bool, DbError> {
        let rows = if owner == "store" {
            self.execute(&RAISE_ORDERS, params![next, id]).await?
        } else {
            self.execute(&RAISE_WHOLESALE, params![next, id, counter]).await?
        };
        Ok(rows > 0)
    }
}

struct Settle {
    now: String,
    behind: Vec<(CounterRow, i64)>,
}

impl Operation for Settle {
    type Output = Vec<SkippedNumbers>;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<SkippedNumbers>, DbError> {
        let mut skipped = Vec::new();
        for (row, bound) in &self.behind {
            if tx.raise_counter(&row.owner, row.id, &row.counter, *bound).await? {
                skipped.push(SkippedNumbers { counter: row.key(), first: row.next, last: bound - 1 });
            }
        }
        if !skipped.is_empty() {
            let words: Vec<String> = skipped.iter().map(ToString::to_string).collect();
            tx.set_meta(SKIPPED, &format!("{}: {}", self.now, words.join(", "))).await?;
        }
        Ok(skipped)
    }
}

struct Skip {
    by: i64,
}

impl Operation for Skip {
    type Output = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        tx.execute(&SKIP_ORDERS, params![self.by]).await?;
        tx.execute(&SKIP_WHOLESALE, params![self.by]).await?;
        for row in tx.counters().await? {
            tx.took(row.key(), row.next);
        }
        Ok(())
    }
}

impl Db {
    /// Brings counters and the file of [`Options::numbers`](crate::Options::numbers) together: a counter that is behind what was
    /// given out goes on behind it, and what only the database knows (from other nodes, or from before the file) is remembered.
    /// `now` is the time in words, for whoever reads later what was skipped.
    pub async fn settle_numbers(&self, now: String) -> Result<Vec<SkippedNumbers>, DbError> {
        let Some(marks) = self.marks() else { return Ok(Vec::new()) };
        let counters = self.read_with((), |tx, ()| Box::pin(tx.counters())).await?;
        let mut behind = Vec::new();
        let mut ahead = Vec::new();
        for row in counters {
            match marks.bound(&row.key()) {
                Some(bound) if bound > row.next => behind.push((row, bound)),
                Some(bound) if bound == row.next => {}
                _ => ahead.push(row),
            }
        }
        if !ahead.is_empty() {
            self.remember_numbers(ahead).await?;
        }
        if behind.is_empty() {
            return Ok(Vec::new());
        }
        let skipped = self.write(Settle { now, behind }).await?;
        for numbers in &skipped {
            tracing::warn!(
                counter = numbers.counter,
                from = numbers.first,
                to = numbers.last,
                "numbers are skipped: they were given out before, and the database does not know it"
            );
        }
        Ok(skipped)
    }

    /// Remembers numbers that another database gave out, before [`settle_numbers`](Self::settle_numbers).
    pub async fn remember_numbers(&self, counters: Vec<CounterRow>) -> Result<(), DbError> {
        let Some(marks) = self.marks() else { return Ok(()) };
        let counters: Vec<(Key, i64)> = counters.into_iter().map(|row| (row.key(), row.next)).collect();
        let noted = tokio::task::spawn_blocking(move || marks.note(&counters)).await;
        noted.map_err(|error| DbError::other(error.to_string()))?.map(drop)
    }

    /// Leaves out the next `by` numbers of every counter: for a database that was restored where nothing remembers what was
    /// given out since the backup.
    pub async fn skip_numbers(&self, by: i64) -> Result<(), DbError> {
        self.write(Skip { by }).await
    }
}
