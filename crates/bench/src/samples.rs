//! What is sent and stored during a measurement: carts, orders and requests as shops have them.

use crossdock_app::Config;
use crossdock_app::SealingKey;
use crossdock_app::hub::tenants::sandbox::SandboxRules;
use crossdock_app::landed_cost::RulesSource;
use crossdock_db::orders::NewOrder;
use crossdock_domain::address::{Address, Prefill};
use crossdock_domain::cart::{Cart, CartItem, WeightUnit};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::country::Country;
use crossdock_domain::ids::{AttemptId, CartId, OrderId, OrderNumber, QuoteId, StoreId};
use crossdock_domain::money::{Currency, Money};
use crossdock_domain::order::{Actor, HistoryEntry, HistoryEvent, OrderDocument, OrderStatus};
use crossdock_domain::payment::{PaymentRecord, Provider};
use crossdock_domain::quote::{DutyMode, Totals};
use crossdock_domain::random::Random;
use crossdock_domain::shipping::ShippingOption;
use crossdock_domain::store::{Store, StoreSettings};
use rust_decimal::Decimal;

/// Orders of one day, which is the window that `orderNumbers` is asked for.
pub const ORDERS_PER_DAY: i64 = 1000;

/// The store that is measured: the protocol's own sample values.
pub fn store_id() -> StoreId {
    StoreId::new(999).expect("a valid store id")
}

/// Its secret.
pub const SECRET: &str = "f5bde245-f55e-414d-b722-80b25161c12c";

/// The store with what placing orders needs.
pub fn store() -> Store {
    let settings = StoreSettings { providers: vec![Provider::Test], ..StoreSettings::default() };
    Store { id: store_id(), name: "Bench".to_owned(), currency: Currency::USD, settings }
}

/// How the program is set up.
pub fn config() -> Config {
    Config {
        public_url: "http://127.0.0.1".to_owned(),
        test_mode: true,
        rules: RulesSource::default(),
        sealing_key: SealingKey::new([7; 32]),
        sandbox: SandboxRules::default(),
    }
}

/// Body of `createTempCart`: two products and a discount, with the fields that shop plugins send.
pub fn cart_body(turn: u64, out: &mut Vec<u8>) {
    write_text(
        out,
        format_args!(
            r#"{{"storeId":"999","secret":"{SECRET}","referenceId":"bench-{turn}","externalConfirmationPageURL":"https://shop.example/thanks","domesticShippingCharge":12.50,"boxCount":"12x10x8(1)","items":[{CART_ITEMS}]}}"#
        ),
    );
}

/// The lines as they travel; the same that [`cart`] holds.
const CART_ITEMS: &str = concat!(
    r#"{"description":"Sunglasses Frogskins <ul><li><b>Colour:</b> tortoise</li></ul>","itemCategory":"sunglasses","productId":"17898-675234","sku":"oakley-123","unitPrice":199.00,"quantity":1,"length":2.5,"width":6.5,"height":2.5,"weight":4,"weightUnits":"OZ","itemHSCode":null,"itemBrand":"Oakley","countryOfOrigin":"CN","itemURL":"https://shop.example/p/17898","imageURL":"https://shop.example/i/17898.jpg"},"#,
    r#"{"description":"Hard case","itemCategory":"accessories","productId":"17898-675235","sku":"case-1","unitPrice":24.90,"quantity":2,"length":7,"width":3,"height":3,"weight":6,"weightUnits":"OZ","itemHSCode":null,"itemBrand":"Oakley","countryOfOrigin":"CN","itemURL":"https://shop.example/p/17899","imageURL":"https://shop.example/i/17899.jpg"},"#,
    r#"{"description":"WELCOME10","unitPrice":-10,"quantity":1}"#
);

/// Body of `orderDetail` for the order of this number.
pub fn detail_body(number: i64, out: &mut Vec<u8>) {
    write_text(out, format_args!(r#"{{"store":"999","secret":"{SECRET}","orderId":"999-{number}"}}"#));
}

/// Body of `orderNumbers` for the orders of one day, `yyyymmdd`.
pub fn numbers_body(day: &str, out: &mut Vec<u8>) {
    let text = format_args!(r#"{{"store":"999","secret":"{SECRET}","sinceDate":"{day}","throughDate":"{day}"}}"#);
    write_text(out, text);
}

pub fn write_text(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to a vector cannot fail.
    let _ = std::io::Write::write_fmt(out, text);
}

/// Spreads numbers evenly and without a visible pattern: the finaliser of SplitMix64.
pub fn scatter(turn: u64) -> u64 {
    let mut z = turn.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// One of `0..many`, by the turn.
pub fn pick(turn: u64, many: i64) -> i64 {
    let many = u64::try_from(many.max(1)).unwrap_or(1);
    i64::try_from(scatter(turn) % many).unwrap_or(0)
}

/// The day on which the order with this index (counted from 0) of so many was placed, `yyyymmdd`. The last day is the
/// day before `now`.
pub fn day_of(index: i64, orders: i64, now: Timestamp) -> String {
    day_start(index, orders, now).to_protocol_string()[..10].replace('-', "")
}

fn day_start(index: i64, orders: i64, now: Timestamp) -> Timestamp {
    let midnight = Timestamp(now.0 - now.0.rem_euclid(Span::days(1).0));
    let days = (orders + ORDERS_PER_DAY - 1) / ORDERS_PER_DAY;
    midnight - Span::days(days - index / ORDERS_PER_DAY)
}

/// When the order with this index of so many was placed.
pub fn placed_at(index: i64, orders: i64, now: Timestamp) -> Timestamp {
    // Equal steps through the day, the last well before midnight.
    day_start(index, orders, now) + Span::seconds(index % ORDERS_PER_DAY * (86_000 / ORDERS_PER_DAY))
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// The cart of [`cart_body`].
pub fn cart(turn: i64) -> Cart {
    let product = |description: &str, product: &str, sku: &str, price: Decimal, quantity: i64| CartItem {
        description: description.to_owned(),
        quantity: Decimal::from(quantity),
        unit_price: price,
        product_id: Some(product.to_owned()),
        sku: Some(sku.to_owned()),
        length: Some(Decimal::new(25, 1)),
        width: Some(Decimal::new(65, 1)),
        height: Some(Decimal::new(25, 1)),
        weight: Some(Decimal::from(4)),
        weight_unit: WeightUnit::Oz,
        item_url: Some("https://shop.example/p/17898".to_owned()),
        image_url: Some("https://shop.example/i/17898.jpg".to_owned()),
        brand: Some("Oakley".to_owned()),
        category: Some("sunglasses".to_owned()),
        country_of_origin: Some("CN".to_owned()),
        ..CartItem::default()
    };
    let discount = CartItem {
        description: "WELCOME10".to_owned(),
        quantity: Decimal::ONE,
        unit_price: Decimal::from(-10),
        ..CartItem::default()
    };
    let long = "Sunglasses Frogskins <ul><li><b>Colour:</b> tortoise</li></ul>";
    Cart {
        items: vec![
            product(long, "17898-675234", "oakley-123", Decimal::new(19_900, 2), 1),
            product("Hard case", "17898-675235", "case-1", Decimal::new(2490, 2), 2),
            discount,
        ],
        reference_id: Some(format!("bench-{turn}")),
        box_count: Some("12x10x8(1)".to_owned()),
        domestic_shipping_charge: Some(Decimal::new(1250, 2)),
        confirmation_url: Some("https://shop.example/thanks".to_owned()),
        prefill: Prefill::default(),
        ..Cart::default()
    }
}

/// Where the goods go.
pub fn address() -> Address {
    Address {
        name: "Maria Musterfrau".to_owned(),
        company: String::new(),
        email: "maria@example.com".to_owned(),
        phone: "+49 30 1234567".to_owned(),
        alt_phone: String::new(),
        address1: "Invalidenstraße 117".to_owned(),
        address2: "Hinterhaus".to_owned(),
        city: "Berlin".to_owned(),
        state: String::new(),
        zip: "10115".to_owned(),
        country: Country::from_code("DE").expect("a country of the table"),
    }
}

/// How they go there.
pub fn shipping() -> ShippingOption {
    ShippingOption {
        id: "USPS_PRIORITY_MAIL_INTERNATIONAL".to_owned(),
        name: "Priority Mail International".to_owned(),
        price: usd(2450),
        days: Some((6, 10)),
    }
}

/// The sums of [`cart`] and [`shipping`].
pub fn totals() -> Totals {
    Totals { items: usd(23_880), shipping: usd(2450), duty_taxes: usd(0), grand: usd(26_330) }
}

/// The number of the order with this index: the store has no others.
pub fn number(index: i64) -> OrderNumber {
    OrderNumber(OrderNumber::FIRST.0 + index)
}

/// The order with this index (counted from 0) of so many, and the first line of its history.
pub fn order(index: i64, orders: i64, now: Timestamp, random: &dyn Random) -> (NewOrder, HistoryEntry) {
    let at = placed_at(index, orders, now);
    let status = OrderStatus::InProcess;
    let order = NewOrder {
        id: OrderId { store: store_id(), number: number(index) },
        cart_id: CartId::new(at, random),
        attempt_id: AttemptId::new(at, random),
        quote_id: QuoteId::new(at, random),
        status,
        test: index % 10 == 0,
        placed_at: at,
        document: OrderDocument {
            version: OrderDocument::VERSION,
            cart: cart(index),
            ship_to: address(),
            bill_to: address(),
            customer_note: String::new(),
            shipping: Some(shipping()),
            domestic_charge: None,
            duty_mode: DutyMode::OnDelivery,
            totals: totals(),
            quoted_duty_taxes: None,
            foreign: None,
        },
        payment: PaymentRecord {
            processor: "TEST".to_owned(),
            transaction_id: format!("test-{index}"),
            card_type: "VISA".to_owned(),
            last_four: Some("4242".to_owned()),
            captured_at: Some(at + Span::minutes(1)),
        },
    };
    (order, HistoryEntry { at, actor: Actor::System, event: HistoryEvent::Placed { status } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_its_thousand_orders_and_the_last_is_yesterday() {
        let now = Timestamp(1_760_000_000_000_000);
        assert_eq!(day_of(2999, 3000, now), "20251008");
        assert_eq!(day_of(2000, 3000, now), "20251008");
        assert_eq!(day_of(1999, 3000, now), "20251007");
        assert_eq!(day_of(0, 3000, now), "20251006");
        for index in [0, 999, 1000, 2999] {
            let day = Timestamp::from_yyyymmdd(&day_of(index, 3000, now)).expect("a day");
            let at = placed_at(index, 3000, now);
            assert!(at >= day && at < day + Span::days(1), "{index}");
        }
    }

    #[test]
    fn bodies_are_json() {
        let mut body = Vec::new();
        cart_body(7, &mut body);
        let cart: serde_json::Value = serde_json::from_slice(&body).expect("json");
        assert_eq!(cart["items"].as_array().map(Vec::len), Some(3));
        body.clear();
        numbers_body("20251008", &mut body);
        assert!(serde_json::from_slice::<serde_json::Value>(&body).is_ok());
    }

    #[test]
    fn picks_reach_every_place() {
        let seen: std::collections::BTreeSet<i64> = (0..1000).map(|turn| pick(turn, 10)).collect();
        assert_eq!(seen.len(), 10);
    }

    #[test]
    fn sums_agree_with_the_cart() {
        assert_eq!(cart(1).items_total(Currency::USD), Ok(totals().items));
        assert_eq!(Totals::of(totals().items, totals().shipping, totals().duty_taxes), Ok(totals()));
    }
}
