//! From lines of goods to the question that the landed-cost engine answers. The checkout and the landed-cost API both ask through
//! [`cost_request_for_goods`], so that the same lines always cost the same.

use rust_decimal::Decimal;

use crate::cart::CartItem;
use crate::clock::Day;
use crate::country;
use crate::landed_cost::{BuyerKind, Consignment, CostRequest, HsCode, Line, Location, Reason, allocate};
use crate::money::{Currency, MoneyError};
use crate::store::LandedCostSettings;

/// A line as a merchant hands it over; a negative price is a discount.
#[derive(Debug, Clone, Copy)]
pub struct GoodsLine<'a> {
    /// The line.
    pub item: &'a CartItem,
    /// Who sends it: goods of one supplier are one consignment, and a discount with a supplier lowers that consignment alone.
    pub supplier: Option<&'a str>,
}

/// What is asked about the lines. Amounts are minor units of `currency`.
#[derive(Debug, Clone)]
pub struct Shipment {
    /// Currency of all amounts.
    pub currency: Currency,
    /// The day whose rules hold.
    pub day: Day,
    /// Where every consignment leaves from.
    pub ship_from: Location,
    /// Where the goods go.
    pub ship_to: Location,
    /// Whom they go to.
    pub buyer: BuyerKind,
    /// Freight of everything.
    pub freight: i64,
    /// Insurance of everything.
    pub insurance: i64,
}

/// Why lines make no question. Lines are named by their position in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GoodsError {
    /// An amount or a weight is too large.
    #[error("the amounts or weights of the goods are out of range")]
    OutOfRange,
    /// A discount names a supplier that sends no goods.
    #[error("the discount in line {line} names a supplier without goods")]
    DiscountOfNobody {
        /// The discount.
        line: usize,
    },
    /// Discounts are greater than the goods that they lower.
    #[error("discounts are greater than the goods they lower")]
    DiscountTooGreat,
}

impl From<MoneyError> for GoodsError {
    fn from(_: MoneyError) -> Self {
        Self::OutOfRange
    }
}

/// A line of goods with what discounts leave of its price.
struct Goods<'a> {
    position: u32,
    line: GoodsLine<'a>,
    amount: i64,
    rest: i64,
}

impl Goods<'_> {
    fn is_shipped(&self) -> bool {
        !self.line.item.non_shippable
    }
}

/// The question for `lines`, with the store's settings for what they leave open.
///
/// Goods that are not shipped (downloads, gift cards) cross no border and are left out, with their part of the discounts.
/// `None` when no goods are left.
pub fn cost_request_for_goods(
    lines: &[GoodsLine<'_>],
    shipment: Shipment,
    settings: &LandedCostSettings,
) -> Result<Option<CostRequest>, GoodsError> {
    let Shipment { currency, day, ship_from, ship_to, buyer, freight, insurance } = shipment;
    let mut goods = Vec::with_capacity(lines.len());
    let mut discounts: Vec<Discount<'_>> = Vec::new();
    for (position, line) in (0_u32..).zip(lines) {
        let amount = line.item.total(currency)?.minor;
        if line.item.is_discount() {
            add_discount(&mut discounts, line.supplier, position as usize, amount)?;
        } else {
            goods.push(Goods { position, line: *line, amount, rest: amount });
        }
    }
    let mut discount = 0;
    // Those of suppliers first: what they leave is what the common one is spread over.
    discounts.sort_by_key(|discount| discount.supplier.is_none());
    let mut own_discounts = Vec::new();
    for Discount { supplier, line, amount } in discounts {
        let mut lowered: Vec<&mut Goods<'_>> =
            goods.iter_mut().filter(|goods| supplier.is_none() || goods.line.supplier == supplier).collect();
        if supplier.is_some() && lowered.is_empty() {
            return Err(GoodsError::DiscountOfNobody { line });
        }
        let shipped = take_discount(&mut lowered, amount)?;
        match supplier {
            Some(_) => own_discounts.push((supplier, shipped)),
            None => discount = shipped,
        }
    }
    let (ship_to, mut doubts) = ship_to.resolved();
    // Where goods leave from decides preferences by country alone.
    let (ship_from, _) = ship_from.resolved();
    let mut consignments: Vec<Consignment> = Vec::new();
    for goods in goods.iter().filter(|goods| goods.is_shipped()) {
        let supplier = goods.line.supplier;
        let line = line(goods, settings, &mut doubts)?;
        if let Some(consignment) = consignments.iter_mut().find(|found| found.supplier.as_deref() == supplier) {
            consignment.lines.push(line);
            continue;
        }
        consignments.push(Consignment {
            supplier: supplier.map(str::to_owned),
            ship_from: ship_from.clone(),
            freight: 0,
            insurance: 0,
            discount: own_discounts.iter().find(|(of, _)| *of == supplier).map_or(0, |(_, shipped)| *shipped),
            parcels: 1,
            lines: vec![line],
        });
    }
    if consignments.is_empty() {
        return Ok(None);
    }
    Ok(Some(CostRequest {
        currency,
        day,
        ship_to,
        buyer,
        registered: settings.registered.clone(),
        short_code: settings.short_code,
        freight,
        insurance,
        discount,
        doubts: Some(doubts),
        consignments,
    }))
}

/// All discounts on the goods of one supplier, or on everything.
struct Discount<'a> {
    supplier: Option<&'a str>,
    /// Position of the first.
    line: usize,
    /// What is taken off; not negative.
    amount: i64,
}

fn add_discount<'a>(
    discounts: &mut Vec<Discount<'a>>,
    supplier: Option<&'a str>,
    line: usize,
    amount: i64,
) -> Result<(), GoodsError> {
    let amount = amount.checked_neg().ok_or(GoodsError::OutOfRange)?;
    match discounts.iter_mut().find(|discount| discount.supplier == supplier) {
        Some(discount) => discount.amount = discount.amount.checked_add(amount).ok_or(GoodsError::OutOfRange)?,
        None => discounts.push(Discount { supplier, line, amount }),
    }
    Ok(())
}

/// Spreads a discount over goods by value, and answers the part of those that are shipped.
fn take_discount(goods: &mut [&mut Goods<'_>], discount: i64) -> Result<i64, GoodsError> {
    let values: Vec<(i128, u64)> =
        goods.iter().map(|goods| (i128::from(goods.rest), u64::from(goods.position))).collect();
    if i128::from(discount) > values.iter().map(|(value, _)| value).sum::<i128>() {
        return Err(GoodsError::DiscountTooGreat);
    }
    let mut shipped = 0;
    for (goods, part) in goods.iter_mut().zip(allocate(discount, &values)) {
        goods.rest -= part;
        if goods.is_shipped() {
            shipped += part;
        }
    }
    Ok(shipped)
}

fn line(goods: &Goods<'_>, settings: &LandedCostSettings, doubts: &mut Vec<Reason>) -> Result<Line, GoodsError> {
    let item = goods.line.item;
    let (hs, unread_hs) = hs(item, settings);
    let (origin, unread_origin) = read(item.country_of_origin.as_deref(), country::origin);
    let line = goods.position;
    doubts.extend(unread_hs.map(|why| Reason::HsUnread { line, why }));
    doubts.extend(unread_origin.map(|why| Reason::OriginUnread { line, why }));
    Ok(Line {
        position: goods.position,
        description: crate::text::plain_text(&item.description),
        amount: goods.amount,
        quantity: item.quantity,
        hs,
        origin,
        grams: grams(item)?,
    })
}

/// The line's own code, else that of the store's mapping for its category; and why the own one was not understood.
fn hs(item: &CartItem, settings: &LandedCostSettings) -> (Option<HsCode>, Option<String>) {
    let (own, unread) = read(item.hs_code.as_deref(), HsCode::read);
    (own.or_else(|| settings.hs_of_category(item.category.as_deref()?)), unread)
}

/// What was understood of a text, and why it was not. A blank text is none.
fn read<T, E: std::fmt::Display>(
    text: Option<&str>,
    reader: impl Fn(&str) -> Result<T, E>,
) -> (Option<T>, Option<String>) {
    match text.filter(|text| !text.trim().is_empty()).map(reader) {
        None => (None, None),
        Some(Ok(read)) => (Some(read), None),
        Some(Err(error)) => (None, Some(error.to_string())),
    }
}

/// Weight of all pieces together. Nothing weighs nothing: a weight of zero means that the shop does not know it.
fn grams(item: &CartItem) -> Result<Option<Decimal>, GoodsError> {
    let Some(weight) = item.weight.filter(|weight| *weight > Decimal::ZERO) else { return Ok(None) };
    let grams = weight.checked_mul(item.weight_unit.grams()).and_then(|one| one.checked_mul(item.quantity));
    Ok(Some(grams.ok_or(GoodsError::OutOfRange)?.normalize()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::country::{Country, Origin};

    fn item(price: &str, quantity: i64) -> CartItem {
        CartItem { unit_price: price.parse().expect("price"), quantity: quantity.into(), ..CartItem::default() }
    }

    fn download(price: &str) -> CartItem {
        CartItem { non_shippable: true, ..item(price, 1) }
    }

    fn shipment() -> Shipment {
        let place = |code| Location::country(Country::from_code(code).expect("a country"));
        Shipment {
            currency: Currency::USD,
            day: Day::new(2026, 11, 21).expect("a day"),
            ship_from: place("US"),
            ship_to: place("DE"),
            buyer: BuyerKind::Consumer,
            freight: 1_500,
            insurance: 0,
        }
    }

    fn ask(lines: &[(&str, CartItem)]) -> Result<Option<CostRequest>, GoodsError> {
        let lines: Vec<GoodsLine<'_>> = lines
            .iter()
            .map(|(supplier, item)| GoodsLine { item, supplier: Some(*supplier).filter(|name| !name.is_empty()) })
            .collect();
        cost_request_for_goods(&lines, shipment(), &LandedCostSettings::default())
    }

    fn asked(lines: &[(&str, CartItem)]) -> CostRequest {
        ask(lines).expect("good lines").expect("goods")
    }

    fn only_line(item: CartItem) -> Line {
        asked(&[("", item)]).consignments.remove(0).lines.remove(0)
    }

    #[test]
    fn codes_and_countries_are_read_in_every_spelling() {
        for spelling in ["610910", " 6109.10 ", "6109-10", "61 09 10", "HS 6109.10", "６１０９１０"] {
            let line = only_line(CartItem { hs_code: Some(spelling.to_owned()), ..item("1", 1) });
            assert_eq!(line.hs.map(|code| code.to_string()).as_deref(), Some("610910"), "{spelling}");
        }
        for unreadable in ["", " ", "61A9", "shirts"] {
            assert_eq!(only_line(CartItem { hs_code: Some(unreadable.to_owned()), ..item("1", 1) }).hs, None);
        }
        for (written, code) in [("cn", "CN"), (" CN ", "CN"), ("China", "CN"), ("EL", "GR"), ("EU", "EU")] {
            let line = only_line(CartItem { country_of_origin: Some(written.to_owned()), ..item("1", 1) });
            assert_eq!(line.origin.map(Origin::code), Some(code), "{written}");
        }
    }

    #[test]
    fn what_is_not_understood_is_told_and_what_is_not_given_is_not() {
        let doubts = |hs: &str, origin: &str| {
            let line =
                CartItem { hs_code: Some(hs.to_owned()), country_of_origin: Some(origin.to_owned()), ..item("1", 1) };
            let doubts = asked(&[("", line)]).doubts.expect("read");
            doubts.iter().map(Reason::text).collect::<Vec<_>>()
        };
        assert_eq!(doubts("HS 6109.10", "China"), [""; 0]);
        assert_eq!(doubts(" ", ""), [""; 0]);
        assert_eq!(
            doubts("9012100", "Congo"),
            [
                "line 1: \"9012100\" cannot be read as an HS code: if its leading zero was lost, give 09012100",
                "line 1: country of origin: \"Congo\" may mean more than one country; give CG or CD",
            ]
        );
        assert_eq!(doubts("n/a", "n/a").len(), 2);
    }

    #[test]
    fn the_stores_mapping_helps_where_the_line_has_no_code_that_can_be_read() {
        let mut settings = LandedCostSettings::default();
        settings.hs_by_category.insert("toys".to_owned(), "950300".parse().expect("a code"));
        for (code, wanted) in [(None, "950300"), (Some("none"), "950300"), (Some("6109"), "6109")] {
            let item =
                CartItem { category: Some(" Toys ".to_owned()), hs_code: code.map(str::to_owned), ..item("1", 1) };
            let lines = [GoodsLine { item: &item, supplier: None }];
            let request = cost_request_for_goods(&lines, shipment(), &settings).expect("good").expect("goods");
            assert_eq!(request.consignments[0].lines[0].hs.map(|code| code.to_string()).as_deref(), Some(wanted));
        }
    }

    #[test]
    fn a_weight_of_zero_is_not_known() {
        let weight = |text: &str| only_line(CartItem { weight: Some(text.parse().expect("a weight")), ..item("1", 3) });
        assert_eq!((weight("0").grams, weight("0.00").grams, only_line(item("1", 3)).grams), (None, None, None));
        assert_eq!(weight("2").grams.map(|grams| grams.to_string()).as_deref(), Some("2721.55422"));
    }

    #[test]
    fn descriptions_lose_their_markup() {
        let line = only_line(CartItem { description: "<b>Mug</b> &amp; spoon".to_owned(), ..item("1", 1) });
        assert_eq!(line.description, "Mug & spoon");
    }

    #[test]
    fn downloads_cross_no_border_and_take_their_part_of_the_discount_along() {
        let request = asked(&[("", item("60.00", 1)), ("", item("-9.00", 1)), ("", download("30.00"))]);
        assert_eq!((request.discount, request.consignments[0].lines.len()), (600, 1));
        assert_eq!(ask(&[("", download("30.00"))]), Ok(None));
        assert_eq!(ask(&[]), Ok(None));
    }

    #[test]
    fn a_suppliers_discount_is_taken_before_the_common_one() {
        let lines = [
            ("B", download("10.00")),
            ("A", item("50.00", 1)),
            ("", item("-10.00", 1)),
            ("A", download("50.00")),
            ("C", item("30.00", 2)),
            ("A", item("-20.00", 1)),
            ("A", item("-60.00", 1)),
        ];
        let request = asked(&lines);
        let seen: Vec<_> = request.consignments.iter().map(|c| (c.supplier.as_deref(), c.discount)).collect();
        assert_eq!(seen, [(Some("A"), 4_000), (Some("C"), 0)], "nothing of B is shipped");
        // 10.00 over 10 (B), 10 + 10 (A) and 60 (C); A's download and B take theirs along.
        assert_eq!(request.discount, 111 + 667);
        assert_eq!(request.consignments[1].lines[0].position, 4);
    }

    #[test]
    fn discounts_need_goods_and_are_not_greater_than_they_are() {
        let all = |name| [(name, item("10.00", 1)), ("A", item("-10.01", 1))];
        assert_eq!(ask(&all("B")), Err(GoodsError::DiscountOfNobody { line: 1 }));
        assert_eq!(ask(&all("A")), Err(GoodsError::DiscountTooGreat));
        assert_eq!(ask(&[("A", item("10.00", 1)), ("", item("-10.01", 1))]), Err(GoodsError::DiscountTooGreat));
        assert_eq!(ask(&[("", item("-0.01", 1))]), Err(GoodsError::DiscountTooGreat));
        let huge = CartItem { unit_price: Decimal::MAX, ..item("1", 1) };
        assert_eq!(ask(&[("", huge)]), Err(GoodsError::OutOfRange));
    }

    proptest! {
        #[test]
        fn what_is_asked_has_no_discount_greater_than_its_goods(
            lines in prop::collection::vec((0_usize..4, -500_i64..2_000, any::<bool>()), 1..12),
        ) {
            let names = ["", "A", "B", "C"];
            let lines: Vec<_> = lines
                .into_iter()
                .map(|(supplier, cents, non_shippable)| {
                    (names[supplier], CartItem { unit_price: Decimal::new(cents, 2), non_shippable, ..item("1", 1) })
                })
                .collect();
            if let Ok(Some(request)) = ask(&lines) {
                let mut left = 0;
                for consignment in &request.consignments {
                    let goods: i64 = consignment.lines.iter().map(|line| line.amount).sum();
                    prop_assert!((0..=goods).contains(&consignment.discount));
                    left += goods - consignment.discount;
                }
                prop_assert!((0..=left).contains(&request.discount));
            }
        }
    }
}
