//! A product as files tell it, and its way into the catalogue and out of it.

use std::collections::BTreeMap;

use crossdock_app::hub::{CatalogueItem, ProductInput, VariantInput};
use crossdock_domain::money::{Currency, Money};
use crossdock_domain::wholesale::stock::StockLevel;
use crossdock_domain::wholesale::{
    EVERY_GROUP, GroupPrice, PriceStep, Product, ProductDetails, ProductId, Quantity, StockMode, VariantDetails,
    VariantId, WarehouseId,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::RejectedRow;
use super::code::has_wrong_check_digit;

/// A product of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Line where it begins; 0 when it comes from no file.
    #[serde(default, skip)]
    pub line: u64,
    /// The wholesaler's own code.
    pub code: String,
    /// Currency of its prices where the file names one; another one than the wholesaler's is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Its number, for a product that is new; absent: the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Whether it is sold.
    #[serde(default = "yes")]
    pub active: bool,
    /// What it is.
    pub details: ProductDetails,
    /// Its sizes.
    pub sizes: Vec<ItemSize>,
}

/// A size of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemSize {
    /// `sizeId`.
    #[serde(default = "one_size")]
    pub size: String,
    /// Shown name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Producer's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub producer_code: Option<String>,
    /// External code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_code: Option<String>,
    /// How its stock is counted.
    #[serde(default = "counted")]
    pub stock_mode: StockMode,
    /// Weight, when it differs from the product's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight_grams: Option<i64>,
    /// What it costs.
    #[serde(default)]
    pub prices: Vec<ItemPrice>,
    /// What a set consists of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<ItemComponent>,
    /// What lies in which warehouse; those not named stay as they are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stock: BTreeMap<i64, Decimal>,
}

/// Prices of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemPrice {
    /// Name of the group; `*` for every account without a price of its own.
    #[serde(default = "every_group")]
    pub group: String,
    /// Currency of this price where the file names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Steps by quantity.
    pub steps: Vec<ItemStep>,
}

/// A price from a quantity on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemStep {
    /// From this quantity on.
    #[serde(default = "one")]
    pub from: Quantity,
    /// Net price of a unit.
    pub net: Decimal,
}

/// A part of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemComponent {
    /// Internal code (`15-3`) or producer's code.
    pub code: String,
    /// How much of it.
    #[serde(default = "one")]
    pub quantity: Quantity,
}

const fn yes() -> bool {
    true
}

const fn counted() -> StockMode {
    StockMode::Counted
}

const fn one() -> Quantity {
    Quantity::pieces(1)
}

fn every_group() -> String {
    EVERY_GROUP.to_owned()
}

fn one_size() -> String {
    super::ONE_SIZE.to_owned()
}

/// Stands for a warehouse where a file names none, or 0 as IOF does: whoever imports it says which one is meant.
pub const UNNAMED_WAREHOUSE: i64 = 0;

/// What to do about a warehouse that is not there.
pub fn no_warehouse(wanted: i64, there: &[i64]) -> String {
    if wanted == UNNAMED_WAREHOUSE && !there.is_empty() {
        let numbers = there.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        return format!(
            "the file does not say in which of the warehouses {numbers} it lies; name one: --warehouse NUMBER"
        );
    }
    let make = format!("`crossdock stock set-warehouse {} --name NAME` makes one", wanted.max(1));
    if there.is_empty() {
        return format!("there is no warehouse {wanted}; {make}");
    }
    let numbers = there.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let other = there.first().copied().unwrap_or(1);
    format!(
        "there is no warehouse {wanted}, only {numbers}; {make}, or --warehouse {wanted}={other} puts it into another"
    )
}

/// The order in which prices are kept, so that the same prices are always the same list.
fn order(prices: &mut [GroupPrice]) {
    prices.sort_by(|a, b| (a.group != EVERY_GROUP, &a.group).cmp(&(b.group != EVERY_GROUP, &b.group)));
    for price in prices {
        price.steps.sort_by_key(|step| step.from);
    }
}

impl Item {
    /// What is taken as it stands and may be a mistake all the same: check digits that do not belong to their EANs.
    pub fn remarks(&self) -> Vec<RejectedRow> {
        let codes = self.sizes.iter().filter_map(|size| size.producer_code.as_deref());
        let wrong = codes.filter(|code| has_wrong_check_digit(code));
        let told = |code: &str| {
            self.rejected(
                "producer_code",
                format!("{code:?} looks like an EAN, but its check digit is wrong; taken as it is"),
            )
        };
        wrong.map(told).collect()
    }

    /// Puts stocks into the warehouses that whoever imports the file means: numbers of the file and of the wholesaler.
    pub fn move_stock(&mut self, moves: &BTreeMap<i64, i64>) -> Result<(), RejectedRow> {
        for at in 0..self.sizes.len() {
            let size = &mut self.sizes[at];
            if !size.stock.keys().any(|warehouse| moves.contains_key(warehouse)) {
                continue;
            }
            let name = size.size.clone();
            let mut stock = BTreeMap::new();
            for (from, quantity) in std::mem::take(&mut size.stock) {
                let to = moves.get(&from).copied().unwrap_or(from);
                if stock.insert(to, quantity).is_some() {
                    let reason = format!(
                        "size {name}: two stocks of the file would be that of warehouse {to}; name one for each of the file's: --warehouse {UNNAMED_WAREHOUSE}=NUMBER"
                    );
                    return Err(self.rejected(format!("stock:{from}"), reason));
                }
            }
            size.stock = stock;
        }
        Ok(())
    }

    fn rejected(&self, field: impl Into<String>, reason: impl Into<String>) -> RejectedRow {
        RejectedRow { line: self.line, code: self.code.clone(), field: field.into(), reason: reason.into() }
    }

    /// Whether any of its sizes is a set.
    pub fn has_bundles(&self) -> bool {
        self.sizes.iter().any(|size| !size.components.is_empty())
    }

    /// What the catalogue stores of it; amounts must be ones that the currency can express.
    fn input(&self, currency: Currency) -> Result<ProductInput, RejectedRow> {
        let prices = self.sizes.iter().flat_map(|size| &size.prices);
        let mut currencies = self.currency.iter().chain(prices.filter_map(|price| price.currency.as_ref()));
        if let Some(other) = currencies.find(|other| !other.trim().eq_ignore_ascii_case(currency.code())) {
            let reason =
                format!("the file is in {}, the wholesaler sells in {currency}; nothing converts it", other.trim());
            return Err(self.rejected("currency", reason));
        }
        let mut sizes = Vec::with_capacity(self.sizes.len());
        for size in &self.sizes {
            let mut prices: Vec<GroupPrice> = Vec::new();
            for price in &size.prices {
                let group = price.group.trim();
                if group.is_empty() || prices.iter().any(|known| known.group == group) {
                    return Err(self.rejected(
                        "price",
                        format!("size {}: the group {group:?} is empty or twice there", size.size),
                    ));
                }
                let mut steps: Vec<PriceStep> = Vec::with_capacity(price.steps.len());
                for step in &price.steps {
                    let net = Money::from_decimal(step.net, currency).ok().filter(|net| net.to_decimal() == step.net);
                    let net = net.ok_or_else(|| {
                        self.rejected("price", format!("size {}: {} is no amount in {currency}", size.size, step.net))
                    })?;
                    if steps.iter().any(|known| known.from == step.from) {
                        return Err(
                            self.rejected("price", format!("size {}: two prices from {} on", size.size, step.from))
                        );
                    }
                    steps.push(PriceStep { from: step.from, net: net.minor });
                }
                prices.push(GroupPrice { group: group.to_owned(), steps });
            }
            order(&mut prices);
            sizes.push(VariantInput {
                size: size.size.trim().to_owned(),
                producer_code: size.producer_code.clone(),
                external_code: size.external_code.clone(),
                stock_mode: size.stock_mode,
                prices,
                details: VariantDetails { name: size.name.clone(), weight_grams: size.weight_grams },
                components: size.components.iter().map(|part| (part.code.clone(), part.quantity)).collect(),
            });
        }
        Ok(ProductInput {
            code: self.code.trim().to_owned(),
            id: self.id.map(ProductId),
            active: self.active,
            details: self.details.clone(),
            sizes,
        })
    }

    /// What the catalogue stores of it, with its stocks; warehouses must be among these.
    pub fn catalogue_item(&self, currency: Currency, warehouses: &[i64]) -> Result<CatalogueItem, RejectedRow> {
        let product = self.input(currency)?;
        if let Some(rejected) = self.stock_problem(warehouses) {
            return Err(rejected);
        }
        let stocks = self.sizes.iter().flat_map(|size| {
            let name = size.size.trim();
            size.stock.iter().filter_map(move |(warehouse, quantity)| {
                // Judged above.
                Some((name.to_owned(), WarehouseId(*warehouse), Quantity::from_decimal(*quantity)?))
            })
        });
        Ok(CatalogueItem { stock: stocks.collect(), product })
    }

    /// What is wrong with its stocks.
    fn stock_problem(&self, warehouses: &[i64]) -> Option<RejectedRow> {
        for size in &self.sizes {
            for (warehouse, quantity) in &size.stock {
                let field = format!("stock:{warehouse}");
                if !warehouses.contains(warehouse) {
                    return Some(self.rejected(field, no_warehouse(*warehouse, warehouses)));
                }
                if Quantity::from_decimal(*quantity).is_none_or(|quantity| quantity.0 < 0) {
                    let must = "must be 0 or more with at most three decimals";
                    return Some(self.rejected(field, format!("size {}: {quantity} {must}", size.size)));
                }
                let step = self.details.unit.step;
                if step.is_positive()
                    && !Quantity::from_decimal(*quantity).is_some_and(|much| much.is_multiple_of(step))
                {
                    let unit = &self.details.unit.name;
                    let reason = format!(
                        "size {}: {quantity} is no multiple of {step}, the step of the unit {unit:?}",
                        size.size
                    );
                    return Some(self.rejected(field, reason));
                }
                if !size.components.is_empty() {
                    return Some(
                        self.rejected(field, format!("size {} is a set: its stock is that of its parts", size.size)),
                    );
                }
            }
        }
        None
    }

    /// A product of the catalogue, with what lies in the warehouses.
    pub fn of(product: &Product, currency: Currency, stock: impl Fn(&VariantId) -> Vec<StockLevel>) -> Self {
        let size = |size: &crossdock_domain::wholesale::Variant| {
            let mut prices = size.prices.clone();
            order(&mut prices);
            let step =
                |step: &PriceStep| ItemStep { from: step.from, net: Money::new(step.net, currency).to_decimal() };
            ItemSize {
                size: size.id.size.clone(),
                name: size.details.name.clone(),
                producer_code: size.producer_code.clone(),
                external_code: size.external_code.clone(),
                stock_mode: size.stock_mode,
                weight_grams: size.details.weight_grams,
                prices: prices
                    .iter()
                    .map(|price| ItemPrice {
                        group: price.group.clone(),
                        currency: None,
                        steps: price.steps.iter().map(step).collect(),
                    })
                    .collect(),
                components: size
                    .components
                    .iter()
                    .map(|part| ItemComponent { code: part.variant.to_string(), quantity: part.quantity })
                    .collect(),
                stock: stock(&size.id)
                    .into_iter()
                    .map(|level| (level.warehouse.0, level.quantity.to_decimal()))
                    .collect(),
            }
        };
        Self {
            line: 0,
            code: product.code.clone(),
            currency: None,
            id: Some(product.id.0),
            active: product.active,
            details: product.details.clone(),
            sizes: product.sizes.iter().map(size).collect(),
        }
    }
}
