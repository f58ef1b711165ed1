//! From a cart and an address to the question that the landed-cost engine answers.

use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::cart::{Cart, CartItem};
use crate::clock::Day;
use crate::country::Country;
use crate::landed_cost::{BuyerKind, Consignment, CostRequest, Line, Place, spread};
use crate::money::{Currency, Money, MoneyError};
use crate::store::StoreSettings;

/// Why duty and tax could not be worked out; they are paid on delivery then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unavailable {
    /// The store has no address that it sends from.
    NoOrigin,
    /// The rule book has no rules for the destination.
    NoRules,
    /// No exchange rate for its currency.
    NoRate,
    /// The amounts cannot be computed.
    Amount,
}

/// The question for a cart on its way from the store's address to `to`. `shipping` is what the buyer pays for it.
///
/// Goods that are not shipped (downloads, gift cards) cross no border and are left out, with their part of the discounts.
/// `None` when nothing is left. The buyer counts as a private person: addresses have no tax id.
pub fn cost_request(
    cart: &Cart,
    currency: Currency,
    settings: &StoreSettings,
    from: &Address,
    to: &Address,
    shipping: Money,
    day: Day,
) -> Result<Option<CostRequest>, MoneyError> {
    let goods: Vec<(u32, &CartItem, Money)> = (0_u32..)
        .zip(&cart.items)
        .filter(|(_, item)| !item.is_discount())
        .map(|(position, item)| Ok((position, item, item.total(currency)?)))
        .collect::<Result<_, MoneyError>>()?;
    let discounts = cart.items.iter().filter(|item| item.is_discount()).map(|item| item.total(currency));
    let discount = discounts.collect::<Result<Vec<_>, _>>()?;
    let discount = Money::sum(currency, discount)?.minor.checked_neg().ok_or(MoneyError::OutOfRange)?;
    let values: Vec<(i128, u64)> =
        goods.iter().map(|(at, _, total)| (i128::from(total.minor), u64::from(*at))).collect();
    let shipped = |item: &CartItem| !item.non_shippable;
    let discount =
        goods.iter().zip(spread(discount, &values)).filter(|((_, item, _), _)| shipped(item)).map(|(_, part)| part);
    let discount: i64 = discount.sum();
    let lines: Vec<Line> = goods
        .into_iter()
        .filter(|(_, item, _)| shipped(item))
        .map(|(position, item, total)| line(position, item, total.minor, settings))
        .collect();
    if lines.is_empty() {
        return Ok(None);
    }
    let consignment = Consignment {
        supplier: None,
        ship_from: place(from),
        freight: 0,
        insurance: 0,
        discount: 0,
        parcels: 1,
        lines,
    };
    Ok(Some(CostRequest {
        currency,
        day,
        ship_to: place(to),
        buyer: BuyerKind::Consumer,
        registered: settings.landed_cost.registered.clone(),
        short_code: settings.landed_cost.short_code,
        freight: shipping.minor,
        insurance: 0,
        discount,
        consignments: vec![consignment],
    }))
}

fn place(address: &Address) -> Place {
    let filled = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    Place { country: address.country, region: filled(&address.state), postal_code: filled(&address.zip) }
}

/// Codes and countries that cannot be read count as not given: the quote says that it is an estimate.
fn line(position: u32, item: &CartItem, amount: i64, settings: &StoreSettings) -> Line {
    let written = item.hs_code.as_deref().and_then(|code| code.parse().ok());
    let mapped = || settings.landed_cost.hs_of_category(item.category.as_deref()?);
    Line {
        position,
        description: crate::text::plain_text(&item.description),
        amount,
        quantity: item.quantity,
        hs: written.or_else(mapped),
        origin: item.country_of_origin.as_deref().and_then(Country::from_code),
        grams: item
            .weight
            .filter(|weight| !weight.is_sign_negative() && !weight.is_zero())
            .and_then(|weight| weight.checked_mul(item.weight_unit.grams())?.checked_mul(item.quantity)),
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::cart::WeightUnit;

    fn address(country: &str) -> Address {
        let prefill: Address = serde_json::from_value(serde_json::json!({
            "name": "A", "email": "a@example.com", "address1": "1", "country": country, "zip": " 10115 "
        }))
        .expect("address");
        prefill
    }

    fn item(price: &str, quantity: i64) -> CartItem {
        CartItem { unit_price: price.parse().expect("price"), quantity: quantity.into(), ..CartItem::default() }
    }

    fn ask(cart: &Cart, settings: &StoreSettings) -> Option<CostRequest> {
        let day = Day::new(2026, 11, 21).expect("day");
        let freight = Money::new(1_500, Currency::USD);
        cost_request(cart, Currency::USD, settings, &address("US"), &address("DE"), freight, day).expect("in range")
    }

    #[test]
    fn goods_are_asked_for_with_what_is_known_of_them() {
        let mut shirt = item("20.00", 3);
        shirt.hs_code = Some("6109.10".to_owned());
        shirt.country_of_origin = Some("cn".to_owned());
        shirt.weight = Some(Decimal::new(5, 1));
        shirt.weight_unit = WeightUnit::Kg;
        let mut toy = item("10.00", 1);
        toy.category = Some(" Toys ".to_owned());
        toy.hs_code = Some("not a code".to_owned());
        let mut settings = StoreSettings::default();
        settings.landed_cost.hs_by_category.insert("toys".to_owned(), "950300".parse().expect("code"));
        let request = ask(&Cart { items: vec![shirt, toy], ..Cart::default() }, &settings).expect("goods");
        let lines = &request.consignments[0].lines;
        assert_eq!(lines[0].amount, 6_000);
        assert_eq!(lines[0].hs.map(|code| code.to_string()).as_deref(), Some("610910"));
        assert_eq!(lines[0].origin, Country::from_code("CN"));
        assert_eq!(lines[0].grams.map(|grams| grams.normalize()), Some(Decimal::from(1_500)));
        assert_eq!(lines[1].hs.map(|code| code.to_string()).as_deref(), Some("950300"));
        assert_eq!((request.freight, request.ship_to.postal_code.as_deref()), (1_500, Some("10115")));
    }

    #[test]
    fn downloads_cross_no_border_and_take_their_part_of_the_discount_along() {
        let mut download = item("30.00", 1);
        download.non_shippable = true;
        let cart = Cart { items: vec![item("60.00", 1), item("-9.00", 1), download.clone()], ..Cart::default() };
        let request = ask(&cart, &StoreSettings::default()).expect("goods");
        assert_eq!(request.discount, 600);
        assert_eq!(request.consignments[0].lines.len(), 1);
        assert!(ask(&Cart { items: vec![download], ..Cart::default() }, &StoreSettings::default()).is_none());
    }
}
