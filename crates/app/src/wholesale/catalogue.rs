//! The catalogue: products in batches, one product, lists.

use crossdock_domain::wholesale::{
    CodeKind, GroupPrice, ProductDetails, ProductId, Quantity, StockMode, VariantDetails, VariantId,
};

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
