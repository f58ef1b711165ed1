//! What a consignment weighs, and what a courier bills it as.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::cart::{Cart, CartItem};
use crate::shipping::ShippingTable;

/// One size of carton from the packing hint `boxCount`, inches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CartonSize {
    pub length: Decimal,
    pub width: Decimal,
    pub height: Decimal,
    /// Cartons of this size.
    pub count: u32,
}

impl CartonSize {
    /// Reads `22x15x15(1),8x8x4(2)` (reference checkout-api §4).
    ///
    /// Blanks, decimals, `X`, `×` or `*` between the sizes, empty entries and a missing count (one) are fine. Text that
    /// holds anything else gives no cartons at all: half a packing list would bill too little.
    pub fn parse_list(text: &str) -> Vec<Self> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(Self::parse).collect::<Option<_>>().unwrap_or_default()
    }

    fn parse(entry: &str) -> Option<Self> {
        let (size, count) = match entry.split_once('(') {
            Some((size, count)) => {
                let count: Decimal = count.strip_suffix(')')?.trim().parse().ok()?;
                (size, count.is_integer().then(|| count.to_u32())??)
            }
            None => (entry, 1),
        };
        let mut sides = size.split(['x', 'X', '×', '*']).map(|text| {
            let inches: Decimal = text.trim().parse().ok()?;
            (inches > Decimal::ZERO).then_some(inches)
        });
        let (length, width, height) = (sides.next()??, sides.next()??, sides.next()??);
        sides.next().is_none().then_some(Self { length, width, height, count })
    }
}

/// Weight of everything in a cart that a courier carries, in whole grams rounded up.
///
/// * **Actual**: pieces × weight of one. A line without a (positive) weight counts with the table's
///   `default_item_weight_grams`, or nothing.
/// * **Volumetric**: cubic centimetres × 1000 / `volumetric_divisor`. The volume is that of the cartons in `boxCount`
///   when it can be read, else that of the lines that give all three dimensions. Nothing without a divisor.
/// * **Billable**: the greater of the two, over the whole consignment.
///
/// A weight beyond 64 bits counts as [`i64::MAX`], which no service carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    /// On the scales.
    pub actual_grams: i64,
    /// By size.
    pub volumetric_grams: i64,
}

impl Package {
    /// The consignment of this cart.
    pub fn of(cart: &Cart, table: &ShippingTable) -> Self {
        let actual = sum(cart.shippable().map(|item| line_grams(item, table.default_item_weight_grams)));
        let volumetric = match table.volumetric_divisor.filter(|divisor| *divisor > Decimal::ZERO) {
            Some(divisor) => cubic_inches(cart).and_then(|volume| volumetric_grams(volume, divisor)),
            None => Some(Decimal::ZERO),
        };
        Self { actual_grams: whole_grams(actual), volumetric_grams: whole_grams(volumetric) }
    }

    /// What the rate table is asked for.
    pub fn billable_grams(self) -> i64 {
        self.actual_grams.max(self.volumetric_grams)
    }
}

/// Sum of terms of which `None` is one too large to compute.
fn sum(mut terms: impl Iterator<Item = Option<Decimal>>) -> Option<Decimal> {
    terms.try_fold(Decimal::ZERO, |sum, term| sum.checked_add(term?))
}

fn product(factors: [Decimal; 4]) -> Option<Decimal> {
    factors.into_iter().try_fold(Decimal::ONE, Decimal::checked_mul)
}

fn whole_grams(exact: Option<Decimal>) -> i64 {
    exact.and_then(|grams| grams.ceil().to_i64()).unwrap_or(i64::MAX)
}

fn line_grams(item: &CartItem, default_grams: Option<i64>) -> Option<Decimal> {
    let one = match item.weight.filter(|weight| *weight > Decimal::ZERO) {
        Some(weight) => weight.checked_mul(item.weight_unit.grams())?,
        None => Decimal::from(default_grams.unwrap_or(0)),
    };
    one.checked_mul(item.quantity)
}

fn cubic_inches(cart: &Cart) -> Option<Decimal> {
    let cartons = cart.box_count.as_deref().map(CartonSize::parse_list).unwrap_or_default();
    if !cartons.is_empty() {
        return sum(cartons.iter().map(|c| product([c.length, c.width, c.height, c.count.into()])));
    }
    sum(cart.shippable().map(|item| {
        let sides = [item.length, item.width, item.height].map(|side| side.filter(|side| *side > Decimal::ZERO));
        match sides {
            [Some(length), Some(width), Some(height)] => product([length, width, height, item.quantity]),
            _ => Some(Decimal::ZERO),
        }
    }))
}

fn volumetric_grams(cubic_inches: Decimal, divisor: Decimal) -> Option<Decimal> {
    // One inch is 2.54 cm by definition, its cube 16.387064 cm³.
    let cm3_per_cubic_inch = Decimal::new(16_387_064, 6);
    cubic_inches.checked_mul(cm3_per_cubic_inch)?.checked_mul(Decimal::ONE_THOUSAND)?.checked_div(divisor)
}
