//! What a shop hands over: lines, discounts, boxes and prefill (checkout protocol §4).

mod rules;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::address::Prefill;
use crate::money::{Currency, Money, MoneyError};

pub use rules::{CartProblem, Shortened, check, check_line, shorten};

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn item(unit_price: &str, quantity: &str) -> CartItem {
        CartItem {
            quantity: quantity.parse().expect("quantity"),
            unit_price: unit_price.parse().expect("price"),
            ..CartItem::default()
        }
    }

    #[test]
    fn lines_are_rounded_one_by_one_and_then_added() {
        let cart = Cart { items: vec![item("0.335", "1"), item("0.335", "1")], ..Cart::default() };
        assert_eq!(cart.items_total(Currency::USD).map(|m| m.minor), Ok(68));
        assert_eq!(item("19.9999", "1.5").total(Currency::USD).map(|m| m.minor), Ok(3000));
    }

    #[test]
    fn discounts_lower_the_total_and_are_no_goods() {
        let mut cart = Cart { items: vec![item("-5", "1")], ..Cart::default() };
        assert!(!cart.has_goods());
        cart.items.push(item("199.00", "2"));
        assert!(cart.has_goods());
        assert_eq!(cart.items_total(Currency::USD).map(|m| m.minor), Ok(39_300));
        assert!(!item("0", "1").is_discount() && !item("-0.00", "1").is_discount(), "free goods are goods");
    }

    #[test]
    fn couriers_carry_neither_discounts_nor_non_shippable_lines() {
        let mut download = item("9", "1");
        download.non_shippable = true;
        let cart = Cart { items: vec![item("-5", "1"), download, item("0", "3")], ..Cart::default() };
        assert_eq!(cart.shippable().map(|i| i.quantity).collect::<Vec<_>>(), [Decimal::from(3)]);
    }

    #[test]
    fn totals_beyond_the_range_are_an_error() {
        let huge = CartItem { unit_price: Decimal::MAX, quantity: Decimal::TWO, ..CartItem::default() };
        assert_eq!(huge.total(Currency::USD), Err(MoneyError::OutOfRange));
        let large = item("90000000000000000", "1");
        let cart = Cart { items: vec![large.clone(), large], ..Cart::default() };
        assert_eq!(cart.items_total(Currency::USD), Err(MoneyError::OutOfRange));
    }

    #[test]
    fn weight_units_are_exact_and_pounds_by_default() {
        assert_eq!(WeightUnit::default().grams().to_string(), "453.592370");
        assert_eq!(WeightUnit::Oz.grams() * Decimal::from(16), WeightUnit::Lb.grams());
        for unit in [WeightUnit::Lb, WeightUnit::Oz, WeightUnit::Kg, WeightUnit::G] {
            assert_eq!(WeightUnit::from_code(&format!(" {} ", unit.code().to_lowercase())), Some(unit));
        }
        assert_eq!(WeightUnit::from_code("stone"), None);
    }

    #[test]
    fn a_stored_cart_reads_back_equal() {
        let mut line = item("199.00", "1.0000");
        line.sku = Some("oakley-123".into());
        line.weight = Some(Decimal::from(4));
        line.weight_unit = WeightUnit::Oz;
        let cart = Cart {
            items: vec![line],
            domestic_shipping_charge: Some(Decimal::new(1250, 2)),
            misc: [Some("7".into()), None, None, None, None, None],
            ..Cart::default()
        };
        let json = serde_json::to_string(&cart).expect("json");
        assert!(json.contains(r#""unit_price":"199.00""#), "{json}");
        assert_eq!(serde_json::from_str::<Cart>(&json).expect("cart"), cart);
        assert_eq!(serde_json::from_str::<Cart>("{}").expect("empty"), Cart::default());
    }

    fn any_currency() -> impl Strategy<Value = Currency> {
        prop::sample::select(vec!["JPY", "USD", "KWD"]).prop_map(|code| code.parse().expect("known"))
    }

    fn any_item() -> impl Strategy<Value = CartItem> {
        (-10_000_000_i64..10_000_000, 1_i64..10_000_000, 0_u32..=4, 0_u32..=4).prop_map(|(price, quantity, p, q)| {
            CartItem { unit_price: Decimal::new(price, p), quantity: Decimal::new(quantity, q), ..CartItem::default() }
        })
    }

    proptest! {
        #[test]
        fn the_total_is_the_sum_of_the_line_totals(
            items in prop::collection::vec(any_item(), 0..20),
            currency in any_currency(),
        ) {
            let lines: i64 = items.iter().map(|item| item.total(currency).expect("in range").minor).sum();
            let cart = Cart { items, ..Cart::default() };
            prop_assert_eq!(cart.items_total(currency), Ok(Money::new(lines, currency)));
        }

        #[test]
        fn the_order_of_lines_does_not_change_the_total(
            (items, shuffled) in prop::collection::vec(any_item(), 0..20)
                .prop_flat_map(|items| (Just(items.clone()), Just(items).prop_shuffle())),
            currency in any_currency(),
        ) {
            let total = |items| Cart { items, ..Cart::default() }.items_total(currency);
            prop_assert_eq!(total(items), total(shuffled));
        }

        #[test]
        fn a_line_and_its_discount_cancel_out(item in any_item(), currency in any_currency()) {
            let back = CartItem { unit_price: -item.unit_price, ..item.clone() };
            let cart = Cart { items: vec![item, back], ..Cart::default() };
            prop_assert_eq!(cart.items_total(currency), Ok(Money::zero(currency)));
        }
    }
}
