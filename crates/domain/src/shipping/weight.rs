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
    /// Reads `22x15x15(1),8x8x4(2)` (checkout protocol §4).
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cart::WeightUnit;

    fn dec(text: &str) -> Decimal {
        text.parse().expect(text)
    }

    fn item(weight: Option<&str>, weight_unit: WeightUnit, quantity: &str) -> CartItem {
        CartItem { weight: weight.map(dec), weight_unit, quantity: dec(quantity), ..CartItem::default() }
    }

    fn sized(length: &str, width: &str, height: &str, quantity: &str) -> CartItem {
        CartItem {
            length: Some(dec(length)),
            width: Some(dec(width)),
            height: Some(dec(height)),
            ..item(None, WeightUnit::Lb, quantity)
        }
    }

    fn package(items: Vec<CartItem>, box_count: Option<&str>, table: &ShippingTable) -> Package {
        Package::of(&Cart { items, box_count: box_count.map(str::to_owned), ..Cart::default() }, table)
    }

    fn by_volume(divisor: i64) -> ShippingTable {
        ShippingTable { volumetric_divisor: Some(Decimal::from(divisor)), ..ShippingTable::default() }
    }

    #[test]
    fn box_lists_are_read_leniently() {
        let size =
            |l: &str, w: &str, h: &str, count| CartonSize { length: dec(l), width: dec(w), height: dec(h), count };
        let documented = vec![size("22", "15", "15", 1), size("8", "8", "4", 2)];
        for text in ["22x15x15(1),8x8x4(2)", " 22 X 15x 15 ( 1 ) , 8×8*4(2.0), ", "22.0x15x15,8x8x4(2)"] {
            assert_eq!(CartonSize::parse_list(text), documented, "{text}");
        }
        assert_eq!(CartonSize::parse_list("8.5x8x.5(1)"), [size("8.5", "8", "0.5", 1)]);
        assert_eq!(CartonSize::parse_list("8x8x4(1),8x8x4(1)").len(), 2, "the same size may be repeated");
    }

    #[test]
    fn unreadable_box_lists_give_no_cartons() {
        for text in [
            "",
            ",",
            "2",
            "8x8",
            "8x8x4x1",
            "axbxc(1)",
            "8x8x4(1",
            "8x8x4)1(",
            "8x8x4()",
            "8x8x4(-1)",
            "8x8x4(1.5)",
            "0x8x4(1)",
            "-8x8x4(1)",
            "8x8x4(1);8x8x4(1)",
            "8x8x4(99999999999)",
            "8x8x4(1),large",
        ] {
            assert_eq!(CartonSize::parse_list(text), [], "{text}");
        }
    }

    #[test]
    fn every_unit_weighs_exactly_and_rounds_up_once() {
        let table = ShippingTable::default();
        for (weight, unit, quantity, grams) in [
            ("4", WeightUnit::Oz, "1", 114),
            ("4", WeightUnit::Oz, "4", 454),
            ("1", WeightUnit::Lb, "1", 454),
            ("1", WeightUnit::Lb, "100", 45_360),
            ("0.5", WeightUnit::Kg, "3", 1500),
            ("250", WeightUnit::G, "2", 500),
            ("250.001", WeightUnit::G, "1", 251),
            ("1", WeightUnit::Kg, "0.25", 250),
        ] {
            let package = package(vec![item(Some(weight), unit, quantity)], None, &table);
            assert_eq!(package, Package { actual_grams: grams, volumetric_grams: 0 }, "{weight} {unit:?} × {quantity}");
        }
    }

    #[test]
    fn lines_without_weight_count_with_the_default() {
        let mut table = ShippingTable::default();
        let items = || vec![item(None, WeightUnit::Lb, "2"), item(Some("0"), WeightUnit::Kg, "1")];
        assert_eq!(package(items(), None, &table).actual_grams, 0);
        table.default_item_weight_grams = Some(300);
        assert_eq!(package(items(), None, &table).actual_grams, 900);
    }

    #[test]
    fn size_is_billed_when_it_exceeds_the_weight() {
        let table = by_volume(5000);
        // 12 × 10 × 8 in = 960 in³ = 15731.58144 cm³.
        let box_12 = || vec![sized("12", "10", "8", "1")];
        assert_eq!(package(box_12(), None, &table).billable_grams(), 3147);
        assert_eq!(package(box_12(), None, &ShippingTable::default()).billable_grams(), 0);
        let mut heavy = box_12();
        heavy[0].weight = Some(Decimal::TEN);
        assert_eq!(package(heavy, None, &table).billable_grams(), 4536);
        assert_eq!(package(vec![sized("12", "10", "8", "2")], None, &table).billable_grams(), 6293);
    }

    #[test]
    fn cartons_replace_the_sizes_of_the_lines_when_they_can_be_read() {
        let table = by_volume(5000);
        let items = || vec![sized("12", "10", "8", "1")];
        assert_eq!(package(items(), Some("6x5x4(2)"), &table).volumetric_grams, 787);
        assert_eq!(package(items(), Some("one large box"), &table).volumetric_grams, 3147);
    }

    #[test]
    fn lines_without_all_three_sides_have_no_volume() {
        let mut flat = sized("12", "10", "8", "1");
        flat.height = None;
        assert_eq!(package(vec![flat, sized("12", "0", "8", "1")], None, &by_volume(5000)).volumetric_grams, 0);
    }

    #[test]
    fn only_what_a_courier_carries_weighs() {
        let mut download = item(Some("1"), WeightUnit::Kg, "1");
        download.non_shippable = true;
        let mut discount = item(Some("1"), WeightUnit::Kg, "1");
        discount.unit_price = Decimal::NEGATIVE_ONE;
        let items = vec![download, discount, item(Some("1"), WeightUnit::G, "1")];
        assert_eq!(package(items, None, &ShippingTable::default()).billable_grams(), 1);
    }

    #[test]
    fn weights_beyond_the_range_count_as_the_greatest() {
        let huge = CartItem { quantity: Decimal::MAX, ..item(Some("5"), WeightUnit::Kg, "1") };
        assert_eq!(package(vec![huge], None, &ShippingTable::default()).billable_grams(), i64::MAX);
        let vast = CartItem { quantity: Decimal::MAX, ..sized("5", "5", "5", "1") };
        assert_eq!(package(vec![vast], None, &by_volume(5000)).billable_grams(), i64::MAX);
    }

    fn any_item() -> impl Strategy<Value = CartItem> {
        let side = || prop::option::of((1_i64..10_000).prop_map(|n| Decimal::new(n, 2)));
        let unit = prop::sample::select(vec![WeightUnit::Lb, WeightUnit::Oz, WeightUnit::Kg, WeightUnit::G]);
        let weight = prop::option::of((0_i64..1_000_000).prop_map(|n| Decimal::new(n, 4)));
        (side(), side(), side(), weight, unit, 1_i64..50).prop_map(|(length, width, height, weight, weight_unit, n)| {
            CartItem { length, width, height, weight, weight_unit, quantity: n.into(), ..CartItem::default() }
        })
    }

    proptest! {
        #[test]
        fn the_order_of_lines_does_not_change_the_weight(
            (items, shuffled) in prop::collection::vec(any_item(), 0..12)
                .prop_flat_map(|items| (Just(items.clone()), Just(items).prop_shuffle())),
        ) {
            let table = ShippingTable { default_item_weight_grams: Some(100), ..by_volume(5000) };
            prop_assert_eq!(package(items, None, &table), package(shuffled, None, &table));
        }

        #[test]
        fn splitting_a_line_does_not_change_the_weight(item in any_item(), part in 0_i64..50) {
            let first = CartItem { quantity: item.quantity.min(part.into()), ..item.clone() };
            let second = CartItem { quantity: item.quantity - first.quantity, ..item.clone() };
            let table = ShippingTable { default_item_weight_grams: Some(100), ..by_volume(5000) };
            prop_assert_eq!(package(vec![first, second], None, &table), package(vec![item], None, &table));
        }

        #[test]
        fn a_further_line_never_makes_a_consignment_lighter(
            items in prop::collection::vec(any_item(), 0..8),
            more in any_item(),
        ) {
            let table = by_volume(5000);
            let before = package(items.clone(), None, &table).billable_grams();
            let after = package(items.into_iter().chain([more]).collect(), None, &table).billable_grams();
            prop_assert!(after >= before);
        }

        #[test]
        fn any_box_text_is_taken(text in "[0-9x×X*(),. a-]{0,40}", other in any::<String>()) {
            for carton in CartonSize::parse_list(&text).into_iter().chain(CartonSize::parse_list(&other)) {
                prop_assert!([carton.length, carton.width, carton.height].iter().all(|side| *side > Decimal::ZERO));
            }
        }
    }
}
