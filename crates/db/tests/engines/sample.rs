//! Rows to store, every field with a value of its own.

use crossdock_db::Db;
use crossdock_db::attempts::AttemptRow;
use crossdock_db::carts::NewCart;
use crossdock_db::checkouts::CheckoutRow;
use crossdock_db::jobs::NewJob;
use crossdock_db::orders::NewOrder;
use crossdock_db::quotes::QuoteRow;
use crossdock_db::stores::StoreRow;
use crossdock_domain::address::{Address, Prefill};
use crossdock_domain::cart::{Cart, CartItem};
use crossdock_domain::checkout::CheckoutDocument;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::country::Country;
use crossdock_domain::ids::{
    AttemptId, CartId, CheckoutId, JobId, OrderId, OrderNumber, QuoteId, RatesId, StoreId, TariffId,
};
use crossdock_domain::landed_cost::{
    BuyerKind, Consignment, CostRequest, CostTotals, Exchange, LandedCost, Line, Location, Precision, Rates, Reason,
    ShortCodePolicy, StoredCost,
};
use crossdock_domain::money::{Currency, Money};
use crossdock_domain::order::{Actor, HistoryEntry, HistoryEvent, OrderDocument, OrderStatus};
use crossdock_domain::payment::{AttemptDetails, AttemptState, PaymentRecord, Provider};
use crossdock_domain::quote::{DutyMode, Quote, Totals};
use crossdock_domain::random::SeededRandom;
use crossdock_domain::shipping::ShippingOption;
use crossdock_domain::store::{Store, StoreSettings};

static RANDOM: SeededRandom = SeededRandom::new(1);

/// Text that breaks careless code: emoji, right to left, combining marks, quotes, the last character of all.
pub const ODD_TEXT: &str =
    "it's \"50 %\" \\ 👩‍👩‍👧 مرحبا שלום ẹ́ 日本語 \u{feff}\u{10ffff} \u{1}\t\n ; DROP TABLE carts; --";

pub fn at(second: i64) -> Timestamp {
    Timestamp(1_760_000_000_000_000 + second * 1_000_000)
}

pub fn store_id(id: i64) -> StoreId {
    StoreId::new(id).expect("a store id")
}

pub fn cart_id(second: i64) -> CartId {
    CartId::new(at(second), &RANDOM)
}

pub fn job_id() -> JobId {
    JobId::new(at(0), &RANDOM)
}

pub fn quote_id(second: i64) -> QuoteId {
    QuoteId::new(at(second), &RANDOM)
}

pub fn tariff_id(second: i64) -> TariffId {
    TariffId::new(at(second), &RANDOM)
}

pub fn rates_id(second: i64) -> RatesId {
    RatesId::new(at(second), &RANDOM)
}

pub fn checkout_id() -> CheckoutId {
    CheckoutId::new(at(0), &RANDOM)
}

pub fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

pub fn store(id: i64) -> StoreRow {
    let settings = StoreSettings {
        redirect_hosts: vec!["shop.example".to_owned()],
        bank_transfer_instructions: ODD_TEXT.to_owned(),
        ..StoreSettings::default()
    };
    let store = Store { id: store_id(id), name: format!("Store {id} {ODD_TEXT}"), currency: Currency::USD, settings };
    StoreRow { store, secret_hash: format!("hash of {id}") }
}

/// Stores with these ids, their orders counted from the first number of all.
pub async fn stores(db: &Db, ids: &[i64]) {
    for row in ids.iter().map(|id| store(*id)) {
        write!(db, |tx, row| tx.insert_store(&row, OrderNumber::FIRST, at(0)).await).await.expect("a store");
    }
}

pub fn address() -> Address {
    Address {
        name: ODD_TEXT.to_owned(),
        company: String::new(),
        email: "buyer@example.com".to_owned(),
        phone: "+49 30 1".to_owned(),
        alt_phone: String::new(),
        address1: "Straße 1".to_owned(),
        address2: String::new(),
        city: "Köln".to_owned(),
        state: String::new(),
        zip: "50667".to_owned(),
        country: Country::from_code("DE").expect("a country"),
    }
}

pub fn cart(reference: Option<&str>) -> Cart {
    let line = |name: &str, price: &str| CartItem {
        description: format!("{name} {ODD_TEXT}"),
        quantity: "2".parse().expect("a number"),
        unit_price: price.parse().expect("a number"),
        product_id: Some("P-1".to_owned()),
        ..CartItem::default()
    };
    Cart {
        items: vec![line("Shoe", "12.5000"), line("Shirt", "9.99"), line("Discount", "-1.10")],
        reference_id: reference.map(ToOwned::to_owned),
        prefill: Prefill { name: Some(ODD_TEXT.to_owned()), ..Prefill::default() },
        ..Cart::default()
    }
}

pub fn new_cart(store: i64, second: i64) -> NewCart {
    NewCart {
        id: cart_id(second),
        store: store_id(store),
        document: serde_json::to_string(&cart(Some("ref"))).expect("a document"),
        trusted: true,
        created_at: at(second),
        expires_at: at(second + 3600),
    }
}

pub fn checkout(store: i64, cart: CartId, browser: &str) -> CheckoutRow {
    CheckoutRow {
        id: checkout_id(),
        store: store_id(store),
        cart_id: cart,
        browser_hash: browser.to_owned(),
        document: CheckoutDocument { note: ODD_TEXT.to_owned(), ..CheckoutDocument::default() },
        version: 1,
        created_at: at(1),
        updated_at: at(1),
    }
}

fn shipping() -> ShippingOption {
    ShippingOption { id: "EXPRESS".to_owned(), name: "Express".to_owned(), price: usd(1500), days: Some((2, 4)) }
}

fn totals() -> Totals {
    Totals { items: usd(4278), shipping: usd(1500), duty_taxes: usd(0), grand: usd(5778) }
}

pub fn quote(checkout: &CheckoutRow) -> QuoteRow {
    QuoteRow {
        id: QuoteId::new(at(0), &RANDOM),
        store: checkout.store,
        checkout_id: checkout.id,
        quote: Quote {
            version: Quote::VERSION,
            ship_to: address(),
            shipping: Some(shipping()),
            domestic_charge: Some(usd(100)),
            duty_mode: DutyMode::OnDelivery,
            totals: totals(),
            landed_cost: None,
            unavailable: None,
            absorbed_fees: None,
            foreign: None,
        },
        created_at: at(2),
    }
}

/// An attempt of this moment; ids are ordered by it.
pub fn attempt(checkout: &CheckoutRow, quote: &QuoteRow, second: i64) -> AttemptRow {
    AttemptRow {
        id: AttemptId::new(at(second), &RANDOM),
        store: checkout.store,
        checkout_id: checkout.id,
        cart_id: checkout.cart_id,
        quote_id: quote.id,
        provider: Provider::Test,
        state: AttemptState::Started,
        amount: usd(5778),
        details: AttemptDetails { card_type: "VISA".to_owned(), ..AttemptDetails::default() },
        order_number: None,
        created_at: at(3),
        updated_at: at(3),
    }
}

/// A stored cart with checkout, quote and a started attempt: all that an order needs.
#[derive(Clone)]
pub struct Paid {
    pub checkout: CheckoutRow,
    pub quote: QuoteRow,
    pub attempt: AttemptRow,
}

pub async fn paid(db: &Db, store: i64, second: i64) -> Paid {
    let cart = new_cart(store, second);
    let checkout = checkout(store, cart.id, "browser");
    let quote = quote(&checkout);
    let paid = Paid { attempt: attempt(&checkout, &quote, second), checkout, quote };
    write!(db, |tx, cart, paid| {
        tx.insert_cart(&cart).await?;
        tx.open_checkout(&paid.checkout).await?;
        tx.insert_quote(&paid.quote).await?;
        tx.insert_attempt(&paid.attempt).await
    })
    .await
    .expect("what an order needs");
    paid
}

pub fn order(id: OrderId, paid: &Paid, placed_at: Timestamp) -> NewOrder {
    NewOrder {
        id,
        cart_id: paid.checkout.cart_id,
        attempt_id: paid.attempt.id,
        quote_id: paid.quote.id,
        status: OrderStatus::FraudReview,
        test: true,
        placed_at,
        document: OrderDocument {
            version: OrderDocument::VERSION,
            cart: cart(Some("ref")),
            ship_to: address(),
            bill_to: address(),
            customer_note: ODD_TEXT.to_owned(),
            shipping: Some(shipping()),
            domestic_charge: None,
            duty_mode: DutyMode::OnDelivery,
            totals: totals(),
            quoted_duty_taxes: None,
            foreign: None,
        },
        payment: payment(),
    }
}

pub fn payment() -> PaymentRecord {
    PaymentRecord {
        processor: "TEST".to_owned(),
        transaction_id: "t-1".to_owned(),
        card_type: "VISA".to_owned(),
        last_four: Some("4242".to_owned()),
        captured_at: None,
    }
}

pub fn placed(order: &NewOrder) -> HistoryEntry {
    HistoryEntry { at: order.placed_at, actor: Actor::System, event: HistoryEvent::Placed { status: order.status } }
}

/// Places an order as the real use case does: number, order and history in one operation.
pub async fn place(db: &Db, paid: &Paid, placed_at: Timestamp) -> OrderId {
    place_with_reference(db, paid, placed_at, Some("ref")).await
}

pub async fn place_with_reference(db: &Db, paid: &Paid, placed_at: Timestamp, reference: Option<&str>) -> OrderId {
    let reference = reference.map(ToOwned::to_owned);
    write!(db, |tx, paid, reference| {
        let id = OrderId { store: paid.checkout.store, number: tx.take_order_number(paid.checkout.store).await? };
        let mut order = order(id, &paid, placed_at);
        order.document.cart.reference_id = reference;
        tx.insert_order(&order, &placed(&order)).await?;
        Ok(id)
    })
    .await
    .expect("an order")
}

pub fn job(kind: &'static str, run_at: Timestamp) -> NewJob {
    NewJob {
        id: job_id(),
        store: Some(store_id(999)),
        kind,
        queue: "mail house".to_owned(),
        payload: format!("{{\"text\":{}}}", serde_json::to_string(ODD_TEXT).expect("json")),
        dedup_key: None,
        run_at,
        created_at: at(0),
    }
}

/// A landed cost with its inputs; `amount` tells it from others.
pub fn stored_cost(amount: i64) -> StoredCost {
    let place = |code| Location {
        region: Some(ODD_TEXT.to_owned()),
        ..Location::country(Country::from_code(code).expect("a country"))
    };
    let line = Line {
        position: 0,
        description: ODD_TEXT.to_owned(),
        amount,
        quantity: "1.5".parse().expect("a number"),
        hs: Some("610910".parse().expect("a code")),
        origin: None,
        grams: Some("0.25".parse().expect("a number")),
    };
    let consignment = Consignment {
        supplier: Some(ODD_TEXT.to_owned()),
        ship_from: place("US"),
        freight: 1,
        insurance: 2,
        discount: 3,
        parcels: 4,
        lines: vec![line],
    };
    let euro: Currency = "EUR".parse().expect("a currency");
    let day = "2026-11-20".parse().expect("a day");
    let rates = Rates {
        base: euro,
        day,
        source: ODD_TEXT.to_owned(),
        per_base: [("USD".to_owned(), "1.0867".parse().expect("a rate"))].into(),
        origins: [].into(),
    };
    StoredCost {
        version: StoredCost::VERSION,
        request: CostRequest {
            currency: Currency::USD,
            day,
            ship_to: place("DE"),
            buyer: BuyerKind::Business,
            registered: vec!["IOSS".to_owned()],
            short_code: ShortCodePolicy::Average,
            freight: 5,
            insurance: 6,
            discount: 7,
            doubts: Some(vec![Reason::OriginMissing { line: 0 }]),
            consignments: vec![consignment],
        },
        book: "book".to_owned(),
        tariff: Some("tariff".to_owned()),
        rates: Some(rates),
        cost: LandedCost {
            territory: "DE".to_owned(),
            customs_currency: euro,
            exchange: Some(Exchange { rate: "0.92".parse().expect("a rate"), source: ODD_TEXT.to_owned(), day }),
            consignments: vec![],
            totals: CostTotals { items: usd(amount), shipping: usd(1), duty: usd(2), tax: usd(3), fees: usd(4) },
            precision: Precision::Estimate,
            reasons: vec![Reason::OriginMissing { line: 0 }],
            refused: vec![],
        },
    }
}
