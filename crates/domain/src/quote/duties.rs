//! From a cart and an address to the question that the landed-cost engine answers.

use serde::{Deserialize, Serialize};

use super::goods::{GoodsError, GoodsLine, Shipment, cost_request_for_goods};
use crate::address::Address;
use crate::cart::Cart;
use crate::clock::Day;
use crate::landed_cost::{BuyerKind, CostRequest, Location};
use crate::money::{Currency, Money};
use crate::store::StoreSettings;

/// Why duty and tax could not be worked out; they are paid on delivery then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutiesUnavailable {
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
/// `None` when nothing of it is shipped. The buyer counts as a private person: addresses have no tax id.
pub fn cost_request(
    cart: &Cart,
    currency: Currency,
    settings: &StoreSettings,
    from: &Address,
    to: &Address,
    shipping: Money,
    day: Day,
) -> Result<Option<CostRequest>, GoodsError> {
    let lines: Vec<GoodsLine<'_>> = cart.items.iter().map(|item| GoodsLine { item, supplier: None }).collect();
    let shipment = Shipment {
        currency,
        day,
        ship_from: Location::of_address(from),
        ship_to: Location::of_address(to),
        buyer: BuyerKind::Consumer,
        freight: shipping.minor,
        insurance: 0,
    };
    cost_request_for_goods(&lines, shipment, &settings.landed_cost)
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::cart::{CartItem, WeightUnit};
    use crate::country::Origin;

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
        assert_eq!(lines[0].origin.map(Origin::code), Some("CN"));
        assert_eq!(lines[0].grams.map(|grams| grams.normalize()), Some(Decimal::from(1_500)));
        assert_eq!(lines[1].hs.map(|code| code.to_string()).as_deref(), Some("950300"));
        assert_eq!((request.freight, request.ship_to.postal_code.as_deref()), (1_500, Some("10115")));
    }
}
