//! Values that most tests start from: the protocol's sample store, its sample cart, addresses.

use std::net::{IpAddr, Ipv4Addr};

use crossdock_app::checkout::stores::Credentials;
use crossdock_domain::address::Address;
use crossdock_domain::cart::{Cart, CartItem, WeightUnit};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::country::Country;
use crossdock_domain::ids::StoreId;
use crossdock_domain::money::Currency;
use crossdock_domain::payment::Provider;
use crossdock_domain::shipping::{Band, Service, ShippingTable, Zone};
use crossdock_domain::store::{Store, StoreSettings};
use rust_decimal::Decimal;
use secrecy::SecretString;

/// The secret of store 999 in the protocol's examples.
pub const SECRET: &str = "f5bde245-f55e-414d-b722-80b25161c12c";
/// The secret of the other store.
pub const OTHER_SECRET: &str = "0d0f2bd5-90b3-4cb0-b1a7-2f3ad8a3c111";
/// The reference of the sample cart.
pub const REFERENCE: &str = "5a9e2b5c-1d3f-4a53-8f0c-6f1f3f1f7d10";

/// The store of the protocol's examples, 999.
pub fn store_id() -> StoreId {
    StoreId::new(999).expect("999 is a store id")
}

/// Another tenant, 230.
pub fn other_store_id() -> StoreId {
    StoreId::new(230).expect("230 is a store id")
}

/// Noon of the day on which every test happens.
pub fn noon() -> Timestamp {
    Timestamp::from_yyyymmdd("20260115").expect("a day") + Span::hours(12)
}

/// The country of this code.
pub fn country(code: &str) -> Country {
    Country::from_code(code).expect(code)
}

/// The decimal of this text.
pub fn decimal(text: &str) -> Decimal {
    text.parse().expect(text)
}

/// A caller that shows this secret for this store.
pub fn credentials(store: StoreId, secret: &str) -> Credentials {
    Credentials { store: Some(store), secret: Some(SecretString::from(secret)), client: client(1) }
}

/// The address of a caller.
pub fn client(last: u8) -> IpAddr {
    Ipv4Addr::new(192, 0, 2, last).into()
}

fn service(code: &str, name: &str, days: (u16, u16), bands: [(i64, &str); 2], per_extra_kg: Option<&str>) -> Service {
    Service {
        code: code.to_owned(),
        name: name.to_owned(),
        days: Some(days),
        bands: bands.map(|(up_to_grams, price)| Band { up_to_grams, price: decimal(price) }).to_vec(),
        per_extra_kg: per_extra_kg.map(decimal),
    }
}

/// Europe by two services, everywhere else by one that carries two kilograms at most.
pub fn shipping_table() -> ShippingTable {
    ShippingTable {
        volumetric_divisor: None,
        default_item_weight_grams: None,
        zones: vec![
            Zone {
                name: "Europe".to_owned(),
                countries: ["DE", "FR", "GB", "NL"].map(country).to_vec(),
                services: vec![
                    service("EXPRESS", "Express", (2, 3), [(500, "39.00"), (2_000, "55.00")], Some("12.00")),
                    service("PRIORITY", "Priority Mail", (6, 10), [(500, "24.50"), (2_000, "39.00")], Some("9.80")),
                ],
            },
            Zone {
                name: "Elsewhere".to_owned(),
                countries: Vec::new(),
                services: vec![service("PRIORITY", "Priority Mail", (8, 20), [(500, "30.00"), (2_000, "48.00")], None)],
            },
        ],
    }
}

/// A store that takes test cards and bank transfers and ships everywhere but to Afghanistan.
pub fn store(id: StoreId) -> Store {
    Store {
        id,
        name: format!("Example Store {id}"),
        currency: Currency::USD,
        settings: StoreSettings {
            no_ship_countries: vec![country("AF")],
            redirect_hosts: vec!["www.examplestore.com".to_owned()],
            providers: vec![Provider::Test, Provider::BankTransfer],
            shipping: shipping_table(),
            ..StoreSettings::default()
        },
    }
}

/// A line that is carried.
pub fn item(description: &str, unit_price: &str, quantity: &str) -> CartItem {
    CartItem {
        description: description.to_owned(),
        quantity: decimal(quantity),
        unit_price: decimal(unit_price),
        product_id: Some("17898-675234".to_owned()),
        sku: Some("oakley-123".to_owned()),
        weight: Some(decimal("4")),
        weight_unit: WeightUnit::Oz,
        ..CartItem::default()
    }
}

/// The cart of the protocol's example: sunglasses for 199.00 that weigh 4 ounces.
pub fn cart() -> Cart {
    Cart { items: vec![item("Sunglasses", "199.00", "1")], reference_id: Some(REFERENCE.to_owned()), ..Cart::default() }
}

/// A good address in this country; works for countries whose postal codes have five digits.
pub fn address(code: &str) -> Address {
    Address {
        name: "Ada Lovelace".to_owned(),
        company: String::new(),
        email: "ada@example.com".to_owned(),
        phone: "+49 30 555 0100".to_owned(),
        alt_phone: String::new(),
        address1: "Unter den Linden 1".to_owned(),
        address2: String::new(),
        city: "Berlin".to_owned(),
        state: String::new(),
        zip: "10117".to_owned(),
        country: country(code),
    }
}
