//! The catalogue: products in batches, one product, lists.

use std::collections::{HashMap, HashSet};

use crossdock_db::wholesalers::Counter;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{
    CodeKind, Component, GroupPrice, Product, ProductDetails, ProductId, Quantity, StockMode, Variant, VariantDetails,
    VariantId, WholesalerId,
};

use crate::catalogue::stock::resolve;
use crate::{Catalogue, GoodsError, UnknownEntity};

/// A product to store: known by its code, added when the code is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductInput {
    /// The wholesaler's own code.
    pub code: String,
    /// Number for a new product; `None` takes the next one. A product that is there keeps its number.
    pub id: Option<ProductId>,
    /// Whether it is sold.
    pub active: bool,
    /// What it is.
    pub details: ProductDetails,
    /// Its sizes; those that are there and not named are no longer sold.
    pub sizes: Vec<VariantInput>,
}

/// A size to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantInput {
    /// `sizeId`.
    pub size: String,
    /// Producer's code.
    pub producer_code: Option<String>,
    /// External code.
    pub external_code: Option<String>,
    /// How its stock is counted.
    pub stock_mode: StockMode,
    /// What it costs.
    pub prices: Vec<GroupPrice>,
    /// The rest.
    pub details: VariantDetails,
    /// What a set consists of: internal codes (`15-3`), or producer's codes, with quantities.
    pub components: Vec<(String, Quantity)>,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpsertReport {
    /// One per product, in their order.
    pub outcomes: Vec<ProductOutcome>,
}

/// What became of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductOutcome {
    /// New.
    Added(ProductId),
    /// It was there and is different now.
    Changed(ProductId),
    /// It was there like this.
    Unchanged(ProductId),
    /// Not stored, for this reason.
    Refused(String),
}

/// A size found by a code (`SKUbyBarcode`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCode {
    /// The code that was looked for.
    pub code: String,
    /// Which kind of code it is.
    pub kind: CodeKind,
    /// The size.
    pub variant: VariantId,
}

/// Most products of one batch.
pub const MAX_BATCH: usize = 500;
/// Most products of one page.
const MAX_PAGE: i64 = 500;

/// Judges a batch, and stores what is good and different.
pub(crate) struct Upsert {
    pub(crate) wholesaler: WholesalerId,
    pub(crate) inputs: Vec<ProductInput>,
    /// Most products of a sandbox.
    pub(crate) sandbox_products: i64,
    pub(crate) now: Timestamp,
    /// Only judged; runs on a reader.
    pub(crate) dry: bool,
}

/// A batch while it is judged.
struct Batch<'b> {
    inputs: &'b [ProductInput],
    /// Products that are there, by code.
    known: HashMap<String, Product>,
    /// The product of each input, or why it is refused.
    products: Vec<Result<Product, String>>,
}

impl Batch<'_> {
    /// Refuses whatever a check finds fault with.
    fn refuse(&mut self, mut check: impl FnMut(usize, &Product) -> Option<String>) {
        for at in 0..self.products.len() {
            if let Ok(product) = &self.products[at]
                && let Some(problem) = check(at, product)
            {
                self.products[at] = Err(problem);
            }
        }
    }
}

/// Text without blanks around; `None` when nothing is left.
fn filled(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}

fn assemble(input: &ProductInput, id: ProductId, known: Option<&Product>) -> Product {
    let size = |size: &VariantInput| Variant {
        id: VariantId { product: id, size: size.size.clone() },
        producer_code: filled(size.producer_code.as_ref()),
        external_code: filled(size.external_code.as_ref()),
        stock_mode: size.stock_mode,
        prices: size.prices.clone(),
        details: size.details.clone(),
        components: Vec::new(),
    };
    Product {
        id,
        code: known.map_or_else(|| input.code.trim().to_owned(), |known| known.code.clone()),
        active: input.active,
        details: input.details.clone(),
        sizes: input.sizes.iter().map(size).collect(),
    }
}

/// The codes of a product, each with the size that it names.
fn codes_of(product: &Product) -> impl Iterator<Item = (CodeKind, &str, &VariantId)> {
    product.sizes.iter().flat_map(|size| {
        let producer = size.producer_code.as_deref().map(|code| (CodeKind::Producer, code, &size.id));
        let external = size.external_code.as_deref().map(|code| (CodeKind::External, code, &size.id));
        producer.into_iter().chain(external)
    })
}

impl Upsert {
    async fn numbers(&self, tx: &mut Tx, batch: &mut Batch<'_>) -> Result<(), GoodsError> {
        let wished: Vec<ProductId> = self.inputs.iter().filter_map(|input| input.id).collect();
        let taken = tx.products_by_ids(self.wholesaler, &wished).await?;
        let fresh = |input: &ProductInput| !batch.known.contains_key(input.code.trim());
        let highest = self.inputs.iter().filter(|input| fresh(input)).filter_map(|input| input.id).max();
        let behind = highest.filter(|highest| highest.0 < i64::MAX).map(|highest| highest.0 + 1);
        let without = self.inputs.iter().filter(|input| fresh(input) && input.id.is_none()).count();
        let first = if self.dry {
            let next = tx
                .next_wholesale_number(self.wholesaler, Counter::Product)
                .await?
                .ok_or(GoodsError::NotFound(UnknownEntity::Wholesaler))?;
            behind.map_or(next, |behind| behind.max(next))
        } else {
            if let Some(behind) = behind {
                tx.raise_wholesale_counter(self.wholesaler, Counter::Product, behind).await?;
            }
            let count = i64::try_from(without).unwrap_or(0);
            tx.take_wholesale_numbers(self.wholesaler, Counter::Product, count)
                .await?
                .ok_or(GoodsError::NotFound(UnknownEntity::Wholesaler))?
        };
        let mut numbers = first..;
        let (mut seen, mut given) = (HashSet::new(), HashSet::new());
        for input in batch.inputs {
            let code = input.code.trim();
            let known = batch.known.get(code);
            let id = match (known, input.id) {
                (Some(known), _) => known.id,
                (None, Some(id)) => id,
                (None, None) => ProductId(numbers.next().unwrap_or(first)),
            };
            let product = if !seen.insert(code) {
                Err(format!("code {code:?} is in the batch twice"))
            } else if id.0 < 1 || !given.insert(id) || (known.is_none() && taken.iter().any(|other| other.id == id)) {
                Err(format!("the number {id} is taken"))
            } else {
                Ok(assemble(input, id, known))
            };
            batch.products.push(product);
        }
        Ok(())
    }

    /// A sandbox holds so many products.
    async fn within_sandbox(&self, tx: &mut Tx, added: usize) -> Result<(), GoodsError> {
        if added == 0 || tx.sandbox(self.wholesaler).await?.is_none() {
            return Ok(());
        }
        let there = tx.count_products(self.wholesaler).await?;
        let max = self.sandbox_products;
        if there + i64::try_from(added).unwrap_or(i64::MAX - there) > max {
            return Err(GoodsError::ProductLimit { max });
        }
        Ok(())
    }

    /// Codes belong to one size, in the batch and in the catalogue.
    async fn codes(&self, tx: &mut Tx, batch: &mut Batch<'_>) -> Result<(), GoodsError> {
        let asked: Vec<(CodeKind, &str)> =
            batch.products.iter().flatten().flat_map(codes_of).map(|(kind, code, _)| (kind, code)).collect();
        let stored = tx.codes(self.wholesaler, &asked).await?;
        let stored: HashMap<(CodeKind, &str), &VariantId> =
            stored.iter().map(|row| ((row.kind, row.code.as_str()), &row.variant)).collect();
        // A code may move between products of the batch: what counts of those is what the batch says.
        let rewritten: HashSet<ProductId> = batch.products.iter().flatten().map(|product| product.id).collect();
        let mut used: HashSet<(CodeKind, String)> = HashSet::new();
        batch.refuse(|_, product| {
            for (kind, code, variant) in codes_of(product) {
                let elsewhere = stored.get(&(kind, code)).filter(|other| !rewritten.contains(&other.product));
                if let Some(other) = elsewhere {
                    return Some(format!("the {} code {code:?} belongs to {other}", kind.code()));
                }
                if !used.insert((kind, code.to_owned())) {
                    return Some(format!("the {} code {code:?} of {variant} is used twice", kind.code()));
                }
            }
            None
        });
        Ok(())
    }

    /// Parts of sets by their codes.
    async fn components(&self, tx: &mut Tx, batch: &mut Batch<'_>) -> Result<(), GoodsError> {
        let wanted = batch.inputs.iter().flat_map(|input| &input.sizes).flat_map(|size| &size.components);
        let mut codes: Vec<&str> = wanted.map(|(code, _)| code.trim()).collect();
        codes.sort_unstable();
        codes.dedup();
        if codes.is_empty() {
            return Ok(());
        }
        let asked: Vec<_> = codes.iter().map(|code| (*code, None)).collect();
        let stored = resolve(tx, self.wholesaler, &asked).await?;
        let mut names: HashMap<String, VariantId> = HashMap::new();
        for (code, found) in codes.iter().zip(stored) {
            if let Some((_, variant)) = found {
                names.insert((*code).to_owned(), variant);
            }
        }
        let mut sets: HashSet<VariantId> = HashSet::new();
        for (input, product) in batch.inputs.iter().zip(&batch.products) {
            let Ok(product) = product else { continue };
            for (size, given) in product.sizes.iter().zip(&input.sizes) {
                names.insert(size.id.to_string(), size.id.clone());
                if let Some(code) = &size.producer_code {
                    names.entry(code.clone()).or_insert_with(|| size.id.clone());
                }
                if !given.components.is_empty() {
                    sets.insert(size.id.clone());
                }
            }
        }
        let mut ids: Vec<ProductId> = names.values().map(|variant| variant.product).collect();
        ids.sort_unstable();
        ids.dedup();
        for product in tx.products_by_ids(self.wholesaler, &ids).await? {
            sets.extend(product.sizes.into_iter().filter(|size| !size.components.is_empty()).map(|size| size.id));
        }
        for (input, slot) in batch.inputs.iter().zip(&mut batch.products) {
            let Ok(product) = slot else { continue };
            let mut problem = None;
            for (size, given) in product.sizes.iter_mut().zip(&input.sizes) {
                for (code, quantity) in &given.components {
                    match names.get(code.trim()) {
                        Some(variant) if sets.contains(variant) => {
                            problem = Some(format!("{code:?} is a set itself, and sets hold no sets"));
                        }
                        Some(variant) => {
                            size.components.push(Component { variant: variant.clone(), quantity: *quantity });
                        }
                        None => {
                            problem = Some(format!("no product has the code {code:?}, which is to be part of a set"));
                        }
                    }
                }
            }
            if let Some(problem) = problem {
                *slot = Err(problem);
            }
        }
        Ok(())
    }
}

impl Operation for Upsert {
    type Output = UpsertReport;
    type Error = GoodsError;

    async fn run(&self, tx: &mut Tx) -> Result<UpsertReport, GoodsError> {
        if !self.dry {
            // Locks the counter: batches of one wholesaler follow one another, so that nothing changes between look and write.
            tx.take_wholesale_numbers(self.wholesaler, Counter::Product, 0)
                .await?
                .ok_or(GoodsError::NotFound(UnknownEntity::Wholesaler))?;
        }
        let codes: Vec<&str> = self.inputs.iter().map(|input| input.code.trim()).collect();
        let known = tx.products_by_codes(self.wholesaler, &codes).await?;
        let known = known.into_iter().map(|product| (product.code.clone(), product)).collect();
        let mut batch = Batch { inputs: &self.inputs, known, products: Vec::with_capacity(self.inputs.len()) };
        self.numbers(tx, &mut batch).await?;
        self.components(tx, &mut batch).await?;
        batch.refuse(|_, product| product.problem());
        self.codes(tx, &mut batch).await?;
        // A part that is refused takes its sets along.
        loop {
            let good: HashSet<ProductId> = batch.products.iter().flatten().map(|product| product.id).collect();
            let before = good.len();
            let stored: HashSet<ProductId> = batch.known.values().map(|product| product.id).collect();
            let mut parts: Vec<ProductId> = batch
                .products
                .iter()
                .flatten()
                .flat_map(|product| &product.sizes)
                .flat_map(|size| &size.components)
                .map(|part| part.variant.product)
                .filter(|id| !good.contains(id) && !stored.contains(id))
                .collect();
            parts.sort_unstable();
            parts.dedup();
            let there: HashSet<ProductId> =
                tx.products_by_ids(self.wholesaler, &parts).await?.into_iter().map(|product| product.id).collect();
            batch.refuse(|_, product| {
                let mut parts = product.sizes.iter().flat_map(|size| &size.components);
                let lost = parts.find(|part| {
                    let id = part.variant.product;
                    !good.contains(&id) && !stored.contains(&id) && !there.contains(&id)
                })?;
                Some(format!("its part {} is refused", lost.variant))
            });
            if batch.products.iter().flatten().count() == before {
                break;
            }
        }
        let mut outcomes = Vec::with_capacity(batch.products.len());
        let mut changed = Vec::new();
        for product in batch.products {
            outcomes.push(match product {
                Err(problem) => ProductOutcome::Refused(problem),
                Ok(product) => match batch.known.get(&product.code) {
                    Some(known) if *known == product => ProductOutcome::Unchanged(product.id),
                    known => {
                        let id = product.id;
                        changed.push(product);
                        if known.is_some() { ProductOutcome::Changed(id) } else { ProductOutcome::Added(id) }
                    }
                },
            });
        }
        let added = outcomes.iter().filter(|outcome| matches!(outcome, ProductOutcome::Added(_))).count();
        self.within_sandbox(tx, added).await?;
        if !self.dry {
            tx.put_products(self.wholesaler, &changed, self.now).await?;
        }
        Ok(UpsertReport { outcomes })
    }
}

struct One(WholesalerId, ProductId);

impl Operation for One {
    type Output = Option<Product>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        Ok(tx.products_by_ids(self.0, &[self.1]).await?.pop())
    }
}

struct Behind(WholesalerId, ProductId, Option<Timestamp>, i64);

impl Operation for Behind {
    type Output = Vec<Product>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.products_behind(self.0, self.1, self.2, self.3).await
    }
}

struct Find(WholesalerId, Vec<(String, Option<CodeKind>)>);

impl Operation for Find {
    type Output = Vec<Option<FoundCode>>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let codes: Vec<_> = self.1.iter().map(|(code, kind)| (code.trim(), *kind)).collect();
        let found = resolve(tx, self.0, &codes).await?;
        let mut out = Vec::with_capacity(found.len());
        for ((code, _), found) in self.1.iter().zip(found) {
            out.push(found.map(|(kind, variant)| FoundCode { code: code.clone(), kind, variant }));
        }
        Ok(out)
    }
}

fn check_batch(inputs: &[ProductInput]) -> Result<(), GoodsError> {
    if inputs.len() > MAX_BATCH { Err(GoodsError::TooManyElements { max: MAX_BATCH }) } else { Ok(()) }
}

impl Catalogue<'_> {
    /// A batch to judge and, unless it is only judged, to store.
    pub(crate) fn batch(self, wholesaler: WholesalerId, inputs: Vec<ProductInput>, dry: bool) -> Upsert {
        Upsert { wholesaler, inputs, sandbox_products: self.0.sandbox_rules().products, now: self.0.now(), dry }
    }

    /// Stores a batch of up to [`MAX_BATCH`] products, known by their codes. The same batch again changes nothing. Products
    /// that cannot be stored are told with a reason; the others are stored, all in one transaction.
    pub async fn upsert(self, wholesaler: WholesalerId, inputs: Vec<ProductInput>) -> Result<UpsertReport, GoodsError> {
        check_batch(&inputs)?;
        self.0.db().write(self.batch(wholesaler, inputs, false)).await
    }

    /// What [`Catalogue::upsert`](crate::Catalogue::upsert) would make of a batch: judged by the same rules, and only read, so that no writer waits.
    /// Numbers of products that would be added mean nothing.
    pub async fn check(self, wholesaler: WholesalerId, inputs: Vec<ProductInput>) -> Result<UpsertReport, GoodsError> {
        check_batch(&inputs)?;
        self.0.db().read(self.batch(wholesaler, inputs, true)).await
    }

    /// One product with its sizes.
    pub async fn product(self, wholesaler: WholesalerId, id: ProductId) -> Result<Product, GoodsError> {
        let product = self.0.db().read(One(wholesaler, id)).await?;
        product.ok_or(GoodsError::NotFound(UnknownEntity::Product))
    }

    /// Products behind `after`, by their numbers, at most 500; with `changed_since` only those changed at or after it.
    pub async fn products(
        self,
        wholesaler: WholesalerId,
        after: ProductId,
        changed_since: Option<Timestamp>,
        limit: i64,
    ) -> Result<Vec<Product>, DbError> {
        self.0.db().read(Behind(wholesaler, after, changed_since, limit.clamp(1, MAX_PAGE))).await
    }

    /// What codes name, in their order.
    pub async fn find_codes(
        self,
        wholesaler: WholesalerId,
        codes: Vec<(String, Option<CodeKind>)>,
    ) -> Result<Vec<Option<FoundCode>>, GoodsError> {
        if codes.len() > MAX_BATCH {
            return Err(GoodsError::TooManyElements { max: MAX_BATCH });
        }
        Ok(self.0.db().read(Find(wholesaler, codes)).await?)
    }
}
