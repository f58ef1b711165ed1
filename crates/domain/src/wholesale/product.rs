//! Products and their sizes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ids::{ProductId, VariantId};
use super::price::{GroupPrice, Vat};
use super::quantity::Quantity;
use crate::country::Origin;
use crate::named::named_enum;

named_enum! {
    /// Which of a size's codes is meant (customer protocol §4.0), in the order in which a code without kind is looked up.
    pub enum CodeKind: "kind of code" {
        /// The feed's size code `15-3`.
        Internal = "internal",
        /// The producer's code, EAN.
        Producer = "producer",
        /// Code in an external system.
        External = "external",
    }
}

impl CodeKind {
    /// The kinds that a code may be of: the one that is named, or else every one, the first that is found being meant.
    pub const fn candidates(named: Option<&Self>) -> &[Self] {
        match named {
            Some(kind) => std::slice::from_ref(kind),
            None => &Self::ALL,
        }
    }
}

named_enum! {
    /// How a size's stock is counted and shown.
    pub enum StockMode: "stock mode" {
        /// Counted and shown.
        Counted = "counted",
        /// Counted; shops see -1 while there is enough.
        Hidden = "hidden",
        /// Not counted: always available, shown as -1.
        Uncounted = "uncounted",
    }
}

/// A product with its sizes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Number within the wholesaler.
    pub id: ProductId,
    /// The wholesaler's own code of the product, unique there; imports know it by this.
    pub code: String,
    /// Whether it is sold at all.
    pub active: bool,
    /// What it is.
    pub details: ProductDetails,
    /// Its sizes; at least one.
    pub sizes: Vec<Variant>,
}

/// What a product is; one JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductDetails {
    /// Names by language (ISO 639-2: `pol`, `eng`).
    pub names: BTreeMap<String, String>,
    /// Descriptions by language.
    #[serde(default)]
    pub descriptions: BTreeMap<String, String>,
    /// Tax.
    pub vat: Vat,
    /// Weight of one unit in grams.
    #[serde(default)]
    pub weight_grams: i64,
    /// Length, width and height in millimetres.
    #[serde(default)]
    pub dimensions_mm: Option<[i64; 3]>,
    /// Customs tariff number.
    #[serde(default)]
    pub hs_code: String,
    /// Where it was made.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// Producer's name.
    #[serde(default)]
    pub producer: String,
    /// Category, as a path: `Clothes/Shirts`.
    #[serde(default)]
    pub category: String,
    /// Addresses of pictures.
    #[serde(default)]
    pub pictures: Vec<String>,
    /// How it is counted and in which quantities it is sold.
    #[serde(default)]
    pub unit: Unit,
    /// Days to prepare it, when they differ from the wholesaler's.
    #[serde(default)]
    pub prepare_days: Option<i64>,
}

/// A unit with its allowed quantities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Unit {
    /// `pcs`, `m`, `kg`.
    pub name: String,
    /// Quantities are multiples of this.
    pub step: Quantity,
    /// Least quantity of an order line.
    pub minimum: Quantity,
}

impl Default for Unit {
    fn default() -> Self {
        Self { name: "pcs".to_owned(), step: Quantity::pieces(1), minimum: Quantity::pieces(1) }
    }
}

impl Unit {
    /// Whether a line may have this quantity (fault 104 otherwise).
    pub const fn allows(&self, quantity: Quantity) -> bool {
        quantity.is_allowed(self.step, self.minimum)
    }
}

/// A product in one size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Its id, `15-3`.
    pub id: VariantId,
    /// Producer's code, EAN; unique within the wholesaler.
    pub producer_code: Option<String>,
    /// Code in an external system; unique within the wholesaler.
    pub external_code: Option<String>,
    /// How its stock is counted.
    pub stock_mode: StockMode,
    /// What it costs.
    pub prices: Vec<GroupPrice>,
    /// The rest.
    pub details: VariantDetails,
    /// What a set consists of; empty for plain goods. Sets have no stock of their own, and hold no sets.
    pub components: Vec<Component>,
}

/// The rest of a size; one JSON document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VariantDetails {
    /// Shown name of the size: `XL`.
    pub name: String,
    /// Weight of one unit in grams, when it differs from the product's.
    pub weight_grams: Option<i64>,
}

/// A part of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// What.
    pub variant: VariantId,
    /// How much of it one set holds.
    pub quantity: Quantity,
}

impl ProductDetails {
    /// Details of which only the tax is known yet.
    pub fn new(vat: Vat) -> Self {
        Self {
            names: BTreeMap::new(),
            descriptions: BTreeMap::new(),
            vat,
            weight_grams: 0,
            dimensions_mm: None,
            hs_code: String::new(),
            origin: None,
            producer: String::new(),
            category: String::new(),
            pictures: Vec::new(),
            unit: Unit::default(),
            prepare_days: None,
        }
    }

    /// The name in a language, else in English or Polish, else in any.
    pub fn name(&self, language: &str) -> &str {
        [language, "eng", "pol"]
            .into_iter()
            .find_map(|language| self.names.get(language))
            .or_else(|| self.names.values().next())
            .map_or("", String::as_str)
    }
}

impl Product {
    /// Longest code of any kind, in characters.
    pub const MAX_CODE: usize = 100;
    /// Most sizes of one product.
    pub const MAX_SIZES: usize = 500;

    /// What is wrong with the product, in words for staff and importers.
    pub fn problem(&self) -> Option<String> {
        let code_is_good = |code: &str| {
            !code.trim().is_empty() && code.chars().count() <= Self::MAX_CODE && !code.chars().any(char::is_control)
        };
        if !code_is_good(&self.code) {
            return Some(format!("code must have 1 to {} characters", Self::MAX_CODE));
        }
        let details = &self.details;
        if details.names.values().all(|name| name.trim().is_empty()) {
            return Some("names must hold at least one name".to_owned());
        }
        if details.names.keys().chain(details.descriptions.keys()).any(|language| language.len() != 3) {
            return Some("languages have three letters: pol, eng".to_owned());
        }
        if !(rust_decimal::Decimal::ZERO..=rust_decimal::Decimal::ONE_HUNDRED).contains(&details.vat.rate) {
            return Some("vat must be between 0 and 100 percent".to_owned());
        }
        if details.weight_grams < 0 || details.dimensions_mm.is_some_and(|sides| sides.iter().any(|side| *side < 0)) {
            return Some("weight and dimensions must not be negative".to_owned());
        }
        if !details.unit.step.is_positive() || !details.unit.allows(details.unit.minimum) {
            return Some("unit: the step must be above 0 and the minimum a multiple of it".to_owned());
        }
        if self.sizes.is_empty() || self.sizes.len() > Self::MAX_SIZES {
            return Some(format!("a product has 1 to {} sizes", Self::MAX_SIZES));
        }
        for (at, size) in self.sizes.iter().enumerate() {
            let name = &size.id.size;
            if size.id.product != self.id || VariantId::new(self.id, name).is_none() {
                return Some(format!("size {name:?} must have 1 to {} letters or digits", VariantId::MAX_SIZE));
            }
            if self.sizes[..at].iter().any(|other| other.id == size.id) {
                return Some(format!("size {name:?} is there twice"));
            }
            let codes = [&size.producer_code, &size.external_code];
            if codes.into_iter().flatten().any(|code| !code_is_good(code)) {
                return Some(format!("size {name:?}: codes must have 1 to {} characters", Self::MAX_CODE));
            }
            if size.prices.iter().any(|p| p.steps.is_empty() || p.steps.iter().any(|s| s.net < 0 || s.from.0 < 0)) {
                return Some(format!("size {name:?}: a price needs a step, and nothing in it may be negative"));
            }
            if size.details.weight_grams.is_some_and(|grams| grams < 0) {
                return Some(format!("size {name:?}: the weight must not be negative"));
            }
            for (at, part) in size.components.iter().enumerate() {
                let again = size.components[..at].iter().any(|other| other.variant == part.variant);
                if !part.quantity.is_positive() || part.variant == size.id || again {
                    return Some(format!("size {name:?}: a set holds other goods, each once, in quantities above 0"));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_allow_multiples_from_their_minimum_on() {
        let unit = Unit { name: "m".to_owned(), step: Quantity(500), minimum: Quantity(1500) };
        for (milli, allowed) in [(1000, false), (1500, true), (1750, false), (2000, true), (0, false), (-500, false)] {
            assert_eq!(unit.allows(Quantity(milli)), allowed, "{milli}");
        }
    }

    #[test]
    fn names_fall_back_to_english_then_polish_then_any() {
        let details = |pairs: &[(&str, &str)]| ProductDetails {
            names: pairs.iter().map(|(l, n)| ((*l).to_owned(), (*n).to_owned())).collect(),
            ..ProductDetails::new(Vat::percent(23.into()))
        };
        assert_eq!(details(&[("pol", "Koszula"), ("eng", "Shirt")]).name("pol"), "Koszula");
        assert_eq!(details(&[("pol", "Koszula"), ("eng", "Shirt")]).name("ger"), "Shirt");
        assert_eq!(details(&[("ger", "Hemd")]).name("pol"), "Hemd");
    }
}
