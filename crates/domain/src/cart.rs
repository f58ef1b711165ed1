//! What a shop hands over: lines, discounts, boxes and prefill (reference checkout-api §4).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::address::Prefill;
use crate::money::{Currency, Money, MoneyError};

/// Most lines a cart may have.
pub const MAX_LINES: usize = 500;

/// A cart as registered by `createTempCart`. Stored whole as one JSON document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cart {
    /// Lines; negative prices are discounts.
    pub items: Vec<CartItem>,
    /// Merchant's own reference for the cart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_id: Option<String>,
    /// Packing hint, `22x15x15(1),8x8x4(2)`, inches; kept as given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub box_count: Option<String>,
    /// Target of "Continue shopping".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continue_shopping_url: Option<String>,
    /// Merchant's domestic leg, in the store's currency; not negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domestic_shipping_charge: Option<Decimal>,
    /// Replaces every computed shipping price; only honoured for carts made with the store's secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_amount_override: Option<Decimal>,
    /// Where the buyer goes after payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation_url: Option<String>,
    /// Merchant's HTML for the end of the page, already URL-decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer_html: Option<String>,
    /// Free slots `misc1` … `misc6`.
    pub misc: [Option<String>; 6],
    /// Prefill for the address form.
    pub prefill: Prefill,
}

/// One line of a cart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CartItem {
    /// Title, may hold harmless HTML.
    pub description: String,
    /// Pieces; more than zero, up to four decimals.
    pub quantity: Decimal,
    /// Price of one piece in the store's currency, up to four decimals; negative for discounts.
    pub unit_price: Decimal,
    /// Merchant's product key; absent on discounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// Stock keeping unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// Inches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<Decimal>,
    /// Inches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<Decimal>,
    /// Inches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<Decimal>,
    /// Weight of one piece in `weight_unit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<Decimal>,
    /// Unit of `weight`; absent means pounds.
    pub weight_unit: WeightUnit,
    /// Product page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_url: Option<String>,
    /// Picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Brand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Merchant's category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Tariff code as given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hs_code: Option<String>,
    /// ISO-2 code as given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_of_origin: Option<String>,
    /// Free, echoed (WooCommerce: variation id).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customization: Option<String>,
    /// Option list for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description_long: Option<String>,
    /// Add-ons as the shop encodes them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description_detailed: Option<String>,
    /// Colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// Material.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub material: Option<String>,
    /// Fabric content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fabric_content: Option<String>,
    /// Freight class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ltl_class: Option<String>,
    /// Item status, meaning unknown; echoed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The line needs no shipping.
    pub non_shippable: bool,
}

/// Unit of a line's weight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum WeightUnit {
    /// Pound, 453.59237 g; what an absent unit means.
    #[default]
    Lb,
    /// Ounce, 28.349523125 g.
    Oz,
    /// Kilogram.
    Kg,
    /// Gram.
    G,
}

impl WeightUnit {
    /// Exact grams of one unit.
    pub fn grams(self) -> Decimal {
        match self {
            Self::Lb => Decimal::from_i128_with_scale(453_592_370, 6),
            Self::Oz => Decimal::from_i128_with_scale(28_349_523_125, 9),
            Self::Kg => Decimal::from(1000),
            Self::G => Decimal::ONE,
        }
    }

    /// Reads `LB`, `oz`, …; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Self> {
        match code.trim().to_ascii_uppercase().as_str() {
            "LB" | "LBS" => Some(Self::Lb),
            "OZ" => Some(Self::Oz),
            "KG" | "KGS" => Some(Self::Kg),
            "G" => Some(Self::G),
            _ => None,
        }
    }

    /// `LB`, `OZ`, `KG`, `G`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Lb => "LB",
            Self::Oz => "OZ",
            Self::Kg => "KG",
            Self::G => "G",
        }
    }
}

impl CartItem {
    /// A line with a negative price.
    pub fn is_discount(&self) -> bool {
        self.unit_price.is_sign_negative() && !self.unit_price.is_zero()
    }

    /// `unit_price × quantity`, rounded once to the currency.
    pub fn total(&self, currency: Currency) -> Result<Money, MoneyError> {
        let exact = self.unit_price.checked_mul(self.quantity).ok_or(MoneyError::OutOfRange)?;
        Money::from_decimal(exact, currency)
    }
}

impl Cart {
    /// Sum of all lines, discounts included.
    pub fn items_total(&self, currency: Currency) -> Result<Money, MoneyError> {
        self.items.iter().try_fold(Money::zero(currency), |sum, item| sum.checked_add(item.total(currency)?))
    }

    /// Whether any line is a product and not a discount.
    pub fn has_goods(&self) -> bool {
        self.items.iter().any(|item| !item.is_discount())
    }

    /// Lines that a courier carries.
    pub fn shippable(&self) -> impl Iterator<Item = &CartItem> {
        self.items.iter().filter(|item| !item.is_discount() && !item.non_shippable)
    }
}
