//! Options and the written form of tables; weights and mistakes are tested beside their code.

use proptest::prelude::*;

use super::*;
use crate::cart::{CartItem, WeightUnit};

const TABLE: &str = r#"
volumetric_divisor = 5000
default_item_weight_grams = 400

[[zones]]
name = "North America"
countries = ["CA", "MX"]

[[zones.services]]
code = "UPS_STANDARD"
name = "UPS Standard"
days = [3, 7]
bands = [{ up_to_grams = 500, price = "12.50" }, { up_to_grams = 2000, price = 19.9 }]
per_extra_kg = 4

[[zones.services]]
code = "DHL_EXPRESS"
bands = [{ up_to_grams = 1000, price = "30" }]

[[zones]]
name = "Everywhere else"

[[zones.services]]
code = "USPS_PRIORITY_MAIL_INTERNATIONAL"
name = "Priority Mail International"
days = [6, 10]
bands = [{ up_to_grams = 500, price = "24.50" }]
"#;

fn table() -> ShippingTable {
    toml::from_str(TABLE).expect("table")
}

fn country(code: &str) -> Country {
    code.parse().expect(code)
}

fn dec(text: &str) -> Decimal {
    text.parse().expect(text)
}

fn cart(grams: i64) -> Cart {
    let weight = Some(Decimal::from(grams));
    let item = CartItem { weight, weight_unit: WeightUnit::G, quantity: Decimal::ONE, ..CartItem::default() };
    Cart { items: vec![item], ..Cart::default() }
}

/// `(id, minor units)` of every option in USD, untrusted, domestic charge inside.
fn offered(to: &str, cart: &Cart) -> Result<Vec<(String, i64)>, NoShipping> {
    let options = options(&table(), Currency::USD, country(to), &[], cart, false, false)?;
    Ok(options.into_iter().map(|option| (option.id, option.price.minor)).collect())
}

fn pairs(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|(id, minor)| ((*id).to_owned(), *minor)).collect()
}

#[test]
fn tables_read_from_toml_and_json_alike() {
    let table = table();
    assert_eq!(table.check(), Ok(()));
    assert_eq!(table.zones[0].services[0].bands[1].price, dec("19.9"));
    assert_eq!(table.zones[0].services[0].per_extra_kg, Some(dec("4")));
    let json = serde_json::to_string(&table).expect("json");
    assert_eq!(serde_json::from_str::<ShippingTable>(&json).expect("stored table"), table);

    let numbers = r#"{"zones": [{"services": [{"code": "A", "bands": [{"up_to_grams": 1, "price": 0.1}]}]}]}"#;
    let read: ShippingTable = serde_json::from_str(numbers).expect("numbers");
    assert_eq!(read.zones[0].services[0].bands[0].price.to_string(), "0.1");
    let value: serde_json::Value = serde_json::from_str(numbers).expect("value");
    assert_eq!(serde_json::from_value::<ShippingTable>(value).expect("by way of a value"), read);
    assert_eq!(serde_json::from_str::<ShippingTable>("{}").expect("empty"), ShippingTable::default());
}

#[test]
fn misspelt_and_missing_keys_are_refused() {
    for json in [
        r#"{"zone": []}"#,
        r#"{"zones": [{"country": ["DE"]}]}"#,
        r#"{"zones": [{"countries": ["ZZ"]}]}"#,
        r#"{"zones": [{"services": [{"codes": "A"}]}]}"#,
        r#"{"zones": [{"services": [{"bands": [{"up_to_grams": 1}]}]}]}"#,
        r#"{"zones": [{"services": [{"bands": [{"price": 1}]}]}]}"#,
        r#"{"zones": [{"services": [{"bands": [{"up_to_grams": 1, "price": "cheap"}]}]}]}"#,
    ] {
        assert!(serde_json::from_str::<ShippingTable>(json).is_err(), "{json}");
    }
}

#[test]
fn the_band_that_reaches_the_weight_sets_the_price() {
    let both = |standard| pairs(&[("UPS_STANDARD", standard), ("DHL_EXPRESS", 3000)]);
    assert_eq!(offered("CA", &cart(1)), Ok(both(1250)));
    assert_eq!(offered("CA", &cart(500)), Ok(both(1250)));
    assert_eq!(offered("CA", &cart(501)), Ok(both(1990)));
    assert_eq!(offered("CA", &cart(2000)), Ok(pairs(&[("UPS_STANDARD", 1990)])));
}

#[test]
fn every_started_kilogram_beyond_the_last_band_is_charged() {
    assert_eq!(offered("CA", &cart(2001)), Ok(pairs(&[("UPS_STANDARD", 2390)])));
    assert_eq!(offered("CA", &cart(3000)), Ok(pairs(&[("UPS_STANDARD", 2390)])));
    assert_eq!(offered("CA", &cart(3001)), Ok(pairs(&[("UPS_STANDARD", 2790)])));
}

#[test]
fn countries_that_no_zone_names_go_to_the_zone_without_countries() {
    assert_eq!(offered("DE", &cart(500)), Ok(pairs(&[("USPS_PRIORITY_MAIL_INTERNATIONAL", 2450)])));
    let mut closed = table();
    closed.zones.pop();
    let options = options(&closed, Currency::USD, country("DE"), &[], &cart(500), false, false);
    assert_eq!(options, Err(NoShipping::NotServiced));
    assert!(closed.zone_for(country("MX")).is_some());
}

#[test]
fn barred_countries_and_empty_tables_are_not_serviced() {
    let no_ship = [country("AF"), country("CA")];
    let to_canada = options(&table(), Currency::USD, country("CA"), &no_ship, &cart(1), true, false);
    assert_eq!(to_canada, Err(NoShipping::NotServiced));
    let empty = options(&ShippingTable::default(), Currency::USD, country("CA"), &[], &cart(1), true, false);
    assert_eq!(empty, Err(NoShipping::NotServiced));
}

#[test]
fn a_consignment_that_nobody_carries_is_too_heavy() {
    assert_eq!(offered("DE", &cart(501)), Err(NoShipping::TooHeavy { grams: 501 }));
    let mut bulky = cart(1);
    bulky.box_count = Some("12x10x8(1)".into());
    assert_eq!(offered("DE", &bulky), Err(NoShipping::TooHeavy { grams: 3147 }));
}

#[test]
fn a_cart_with_nothing_to_ship_has_no_options_and_needs_none() {
    let mut download = cart(1);
    download.items[0].non_shippable = true;
    for cart in [Cart::default(), download] {
        assert!(!needs_shipping(&cart));
        assert_eq!(offered("CA", &cart), Ok(Vec::new()));
    }
    assert!(needs_shipping(&cart(1)));
}

#[test]
fn the_domestic_charge_is_inside_the_price_unless_it_is_a_line() {
    let mut cart = cart(100);
    cart.domestic_shipping_charge = Some(dec("12.50"));
    assert_eq!(offered("DE", &cart), Ok(pairs(&[("USPS_PRIORITY_MAIL_INTERNATIONAL", 3700)])));
    let as_line = options(&table(), Currency::USD, country("DE"), &[], &cart, false, true).expect("options");
    assert_eq!(as_line[0].price.minor, 2450);
}

#[test]
fn price_parts_are_added_before_they_are_rounded() {
    let mut table = table();
    table.zones[1].services[0].bands[0].price = dec("1.004");
    let mut cart = cart(100);
    cart.domestic_shipping_charge = Some(dec("1.004"));
    let options = options(&table, Currency::USD, country("DE"), &[], &cart, false, false).expect("options");
    assert_eq!(options[0].price.minor, 201);
}

#[test]
fn the_override_of_a_trusted_cart_replaces_the_whole_price() {
    let mut cart = cart(100);
    cart.domestic_shipping_charge = Some(dec("12.50"));
    cart.shipping_amount_override = Some(dec("5"));
    let prices = |cart: &Cart, trusted| -> Vec<i64> {
        let options = options(&table(), Currency::USD, country("CA"), &[], cart, trusted, false).expect("options");
        options.iter().map(|option| option.price.minor).collect()
    };
    assert_eq!(prices(&cart, true), [500, 500]);
    assert_eq!(prices(&cart, false), [2500, 4250]);
    cart.shipping_amount_override = Some(Decimal::ZERO);
    assert_eq!(prices(&cart, true), [0, 0], "free shipping is an override too");
    cart.shipping_amount_override = Some(dec("-5"));
    assert_eq!(prices(&cart, true), [2500, 4250], "nobody is paid for shipping");
}

#[test]
fn options_of_one_price_are_sorted_by_name() {
    let mut cart = cart(100);
    cart.shipping_amount_override = Some(dec("5"));
    let options = options(&table(), Currency::USD, country("CA"), &[], &cart, true, false).expect("options");
    let shown: Vec<_> = options.iter().map(|o| (o.name.as_str(), o.days)).collect();
    assert_eq!(shown, [("DHL_EXPRESS", None), ("UPS Standard", Some((3, 7)))], "a nameless service shows its code");
}

#[test]
fn prices_beyond_the_range_are_an_error() {
    let mut cart = cart(100);
    cart.domestic_shipping_charge = Some(Decimal::MAX);
    assert_eq!(offered("DE", &cart), Err(NoShipping::Amount(MoneyError::OutOfRange)));
    let mut heavy = table();
    heavy.zones[0].services[0].per_extra_kg = Some(Decimal::MAX);
    let options = options(&heavy, Currency::USD, country("CA"), &[], &self::cart(9000), false, false);
    assert_eq!(options, Err(NoShipping::Amount(MoneyError::OutOfRange)));
}

#[test]
fn stored_options_read_back_equal() {
    let options = options(&table(), Currency::USD, country("CA"), &[], &cart(1), false, false).expect("options");
    let json = serde_json::to_string(&options).expect("json");
    assert_eq!(serde_json::from_str::<Vec<ShippingOption>>(&json).expect("options"), options);
}

/// Tables of one service for everywhere, bands and prices ascending as `check` demands.
fn ascending_table() -> impl Strategy<Value = ShippingTable> {
    let steps = prop::collection::vec((1_i64..3000, 0_i64..50_000), 1..6);
    let per_kg = prop::option::of((0_i64..50_000).prop_map(|n| Decimal::new(n, 4)));
    (steps, per_kg).prop_map(|(steps, per_extra_kg)| {
        let mut last = (0, 0);
        let bands = steps.into_iter().map(|(grams, price)| {
            last = (last.0 + grams, last.1 + price);
            Band { up_to_grams: last.0, price: Decimal::new(last.1, 4) }
        });
        let service = Service { code: "A".into(), bands: bands.collect(), per_extra_kg, ..Service::default() };
        ShippingTable { zones: vec![Zone { services: vec![service], ..Zone::default() }], ..ShippingTable::default() }
    })
}

fn any_currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec!["JPY", "USD", "KWD"]).prop_map(|code| code.parse().expect("known"))
}

proptest! {
    #[test]
    fn heavier_is_never_cheaper(table in ascending_table(), a in 1_i64..20_000, b in 1_i64..20_000) {
        prop_assert_eq!(table.check(), Ok(()));
        let price = |grams| {
            let options = options(&table, Currency::USD, country("DE"), &[], &cart(grams), false, false);
            options.map_or(i64::MAX, |options| options[0].price.minor)
        };
        prop_assert!(price(a.min(b)) <= price(a.max(b)));
    }

    #[test]
    fn prices_are_rounded_once_to_the_exponent_of_the_currency(
        table in ascending_table(),
        domestic in 0_i64..1_000_000,
        currency in any_currency(),
    ) {
        let mut cart = cart(1);
        cart.domestic_shipping_charge = Some(Decimal::new(domestic, 4));
        let exact = table.zones[0].services[0].bands[0].price + Decimal::new(domestic, 4);
        let options = options(&table, currency, country("DE"), &[], &cart, false, false).expect("options");
        let price = options[0].price;
        prop_assert_eq!(price.currency, currency);
        prop_assert!((price.to_decimal() - exact).abs() * Decimal::TWO <= Decimal::new(1, currency.exponent()));
    }
}
