//! What is in use: the compiled rule book, the newest tariff of every territory, the newest exchange rate of every
//! currency. Held in memory
//! and looked at again every few seconds, because another process may have imported something.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use std::time::SystemTime;

use crossdock_db::landed_costs::TariffSummary;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Day, Span, Timestamp};
use crossdock_domain::ids::TariffId;
use crossdock_domain::landed_cost::book::{DutyTable, RuleBook};
use crossdock_domain::landed_cost::{CostRequest, CurrencyRate, LandedCostError, Rates, StoredCost};
use crossdock_rules::tariff::Tariff;
use crossdock_rules::{BookFiles, Problem, starter_book};

use crate::{CalculationError, LandedCosts, RulesError};

/// How old the answer to "has anybody imported something?" may be.
const LOOK_AGAIN: Span = Span::seconds(5);

/// Where the rule book comes from.
#[derive(Debug, Clone, Default)]
pub enum RulesSource {
    /// The starter book inside the binary.
    #[default]
    Embedded,
    /// A directory with the folders `areas` and `destinations`; changes count within seconds.
    Dir(PathBuf),
    /// These files; for tests and tools.
    Files(BookFiles),
}

/// Files and what they were compiled to.
struct Compiled {
    files: BookFiles,
    book: RuleBook,
}

/// Rules, tariffs and rates that are in use.
pub struct CostBook {
    compiled: Arc<Compiled>,
    /// Imported tariffs by territory.
    tariffs: HashMap<String, Arc<InUse>>,
    rates: Option<Rates>,
    /// Whether this version of the rule book is in the database.
    kept: AtomicBool,
}

/// A tariff that is in use.
struct InUse {
    id: String,
    table: DutyTable,
}

impl std::fmt::Debug for CostBook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CostBook").field("version", &self.book().version()).finish_non_exhaustive()
    }
}

impl CostBook {
    /// The rule book.
    pub fn book(&self) -> &RuleBook {
        &self.compiled.book
    }

    /// Its files.
    pub fn files(&self) -> &BookFiles {
        &self.compiled.files
    }

    /// The exchange rates: of every currency the newest, whatever source it came from.
    pub fn rates(&self) -> Option<&Rates> {
        self.rates.as_ref()
    }

    pub(super) fn is_kept(&self) -> bool {
        self.kept.load(Ordering::Relaxed)
    }

    pub(super) fn was_kept(&self) {
        self.kept.store(true, Ordering::Relaxed);
    }

    /// The imported tariff for a request: the destination's own, otherwise that of its customs area.
    fn tariff_for(&self, request: &CostRequest) -> Option<&InUse> {
        let destination = self.book().destination(&request.ship_to)?;
        destination.territories().find_map(|territory| self.tariffs.get(&territory.id)).map(|found| &**found)
    }

    /// Whether nothing has to be compiled first for this request.
    fn is_at_hand(&self, request: &CostRequest) -> bool {
        self.book().is_at_hand(&request.ship_to)
    }

    /// Computes a landed cost; beside the runtime when rules must be compiled for it.
    pub(super) async fn compute_for(self: &Arc<Self>, request: CostRequest) -> Result<StoredCost, CalculationError> {
        if self.is_at_hand(&request) {
            return Ok(self.compute(request)?);
        }
        let book = Arc::clone(self);
        Ok(aside(move || book.compute(request)).await??)
    }

    /// Computes a landed cost.
    fn compute(&self, request: CostRequest) -> Result<StoredCost, LandedCostError> {
        let tariff = self.tariff_for(&request).map(|found| (found.id.as_str(), &found.table));
        StoredCost::compute(request, self.book(), tariff, self.rates.as_ref())
    }
}

/// The book in use and when it was last compared with the database.
#[derive(Default)]
pub(crate) struct CostBooks {
    present: RwLock<Option<Present>>,
    /// Held by whoever loads; the others go on with what is there.
    loading: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Present {
    book: Arc<CostBook>,
    stamp: Stamp,
    /// `None` when this process itself has imported something since.
    looked_at: Option<Timestamp>,
}

/// What tells one state of a rule directory from another: path, length and time of change of every file.
type Stamp = Vec<(PathBuf, u64, Option<SystemTime>)>;

impl CostBooks {
    fn present(&self) -> Option<Present> {
        self.present.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, present: Option<Present>) {
        *self.present.write().unwrap_or_else(PoisonError::into_inner) = present;
    }

    /// Makes the next caller look into the database.
    pub(super) fn changed(&self) {
        if let Some(mut present) = self.present() {
            present.looked_at = None;
            self.put(Some(present));
        }
    }
}

/// What the database has to offer.
struct Heads(Day);

impl Operation for Heads {
    type Output = (Vec<TariffSummary>, Vec<CurrencyRate>);
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        Ok((tx.tariffs().await?, tx.currency_rates(self.0).await?))
    }
}

struct Document(TariffId);

impl Operation for Document {
    type Output = Option<String>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.tariff(self.0).await
    }
}

struct KeptBook(String);

impl Operation for KeptBook {
    type Output = Option<String>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.rule_book(&self.0).await
    }
}

fn mistakes(problems: &[Problem]) -> RulesError {
    const SHOWN: usize = 20;
    let mut lines: Vec<String> = problems.iter().take(SHOWN).map(ToString::to_string).collect();
    if problems.len() > SHOWN {
        lines.push(format!("and {} more", problems.len() - SHOWN));
    }
    RulesError::Broken(lines.join("\n"))
}

/// Files that an operator has written: every mistake in them must be found now.
fn compile(files: BookFiles) -> Result<Arc<Compiled>, RulesError> {
    let book = files.compile().map_err(|problems| mistakes(&problems))?;
    Ok(Arc::new(Compiled { files, book }))
}

/// The starter book, one per process; a destination is compiled when it is first asked for.
fn embedded() -> Arc<Compiled> {
    static COMPILED: LazyLock<Arc<Compiled>> =
        LazyLock::new(|| Arc::new(Compiled { files: BookFiles::embedded(), book: starter_book() }));
    Arc::clone(&COMPILED)
}

fn stamp(dir: &Path) -> Stamp {
    let folders = ["areas", "destinations"].map(|folder| std::fs::read_dir(dir.join(folder)));
    let mut stamp: Stamp = folders
        .into_iter()
        .flatten()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let metadata = entry.metadata().ok()?;
            Some((entry.path(), metadata.len(), metadata.modified().ok()))
        })
        .collect();
    stamp.sort_unstable();
    stamp
}

/// Runs what takes milliseconds of computing beside the runtime.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, RulesError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| RulesError::Broken(format!("the rule book could not be read: {error}")))
}

impl LandedCosts {
    /// Rules, tariffs and rates that are in use, at most a few seconds old.
    ///
    /// When new files of a rule directory have mistakes, the last good ones stay in use and the log says so.
    pub async fn book(&self) -> Result<Arc<CostBook>, RulesError> {
        let now = self.now();
        let books = &self.inner.books;
        let fresh = |present: &Present| present.looked_at.is_some_and(|at| (Span(0)..LOOK_AGAIN).contains(&(now - at)));
        let before = books.present();
        if let Some(present) = before.as_ref().filter(|present| fresh(present)) {
            return Ok(Arc::clone(&present.book));
        }
        let _loading = match (&before, books.loading.try_lock()) {
            (_, Ok(guard)) => guard,
            (Some(present), Err(_)) if present.looked_at.is_some() => return Ok(Arc::clone(&present.book)),
            // Nothing to go on with, or something that this process itself has replaced.
            (_, Err(_)) => books.loading.lock().await,
        };
        let before = books.present();
        if let Some(present) = before.as_ref().filter(|present| fresh(present)) {
            return Ok(Arc::clone(&present.book));
        }
        let present = self.load_book(before, now).await?;
        let book = Arc::clone(&present.book);
        books.put(Some(present));
        Ok(book)
    }

    async fn load_book(&self, before: Option<Present>, now: Timestamp) -> Result<Present, RulesError> {
        let (compiled, stamp) = self.compiled_rules(before.as_ref()).await?;
        // A bank may be a day ahead of us.
        let (heads, rates) = self.db().read(Heads(Day::of(now).next())).await?;
        let mut tariffs = HashMap::new();
        for head in heads {
            // The newest of a territory comes last.
            tariffs.insert(head.territory.clone(), head);
        }
        let known = |head: &TariffSummary| {
            let tariff = before.as_ref()?.book.tariffs.get(&head.territory)?;
            (tariff.id == head.id.to_string()).then(|| Arc::clone(tariff))
        };
        let mut in_use = HashMap::with_capacity(tariffs.len());
        for (territory, head) in tariffs {
            let tariff = match known(&head) {
                Some(tariff) => tariff,
                None => Arc::new(InUse { id: head.id.to_string(), table: self.tariff_table(head.id).await? }),
            };
            in_use.insert(territory, tariff);
        }
        let kept = before
            .as_ref()
            .is_some_and(|before| before.book.is_kept() && before.book.book().version() == compiled.book.version());
        let rates = Rates::combine(&rates);
        let book = CostBook { compiled, tariffs: in_use, rates, kept: AtomicBool::new(kept) };
        Ok(Present { book: Arc::new(book), stamp, looked_at: Some(now) })
    }

    async fn compiled_rules(&self, before: Option<&Present>) -> Result<(Arc<Compiled>, Stamp), RulesError> {
        let dir = match &self.inner.rules {
            RulesSource::Embedded => return Ok((aside(embedded).await?, Stamp::new())),
            RulesSource::Files(files) => {
                if let Some(before) = before {
                    return Ok((Arc::clone(&before.book.compiled), Stamp::new()));
                }
                let files = files.clone();
                return Ok((aside(move || compile(files)).await??, Stamp::new()));
            }
            RulesSource::Dir(dir) => dir.clone(),
        };
        let known = before.map(|before| before.stamp.clone());
        let read = move || {
            let stamp = stamp(&dir);
            if Some(&stamp) == known.as_ref() {
                return Ok((None, stamp));
            }
            let files = BookFiles::read_dir(&dir).map_err(|error| RulesError::Broken(error.to_string()))?;
            Ok::<_, RulesError>((Some(compile(files)?), stamp))
        };
        match (aside(read).await?, before) {
            (Ok((Some(compiled), stamp)), _) => Ok((compiled, stamp)),
            (Ok((None, stamp)), Some(before)) => Ok((Arc::clone(&before.book.compiled), stamp)),
            (Ok((None, _)), None) => Err(RulesError::Broken("the rule directory is empty".to_owned())),
            (Err(error), Some(before)) => {
                tracing::error!(%error, "the rule directory has mistakes; the last good rules stay in use");
                Ok((Arc::clone(&before.book.compiled), before.stamp.clone()))
            }
            (Err(error), None) => Err(error),
        }
    }

    /// The duties of an imported tariff.
    pub(super) async fn tariff_table(&self, id: TariffId) -> Result<DutyTable, RulesError> {
        let broken = || DbError::Inconsistent { table: "tariffs", column: "document", id: id.to_string() };
        let document = self.db().read(Document(id)).await?.ok_or_else(broken)?;
        let table = aside(move || Tariff::from_json(&document).map(|tariff| tariff.table())).await?;
        Ok(table.map_err(|_| broken())?)
    }

    /// A version of the rule book that was used before.
    pub(super) async fn kept_book(&self, version: &str) -> Result<RuleBook, RulesError> {
        let broken = || DbError::Inconsistent { table: "rule_books", column: "files", id: version.to_owned() };
        let json = self.db().read(KeptBook(version.to_owned())).await?.ok_or_else(broken)?;
        let files = BookFiles::from_json(&json).map_err(|_| broken())?;
        if files.version() != version {
            return Err(broken().into());
        }
        aside(move || files.compile().map_err(|problems| mistakes(&problems))).await?
    }
}
