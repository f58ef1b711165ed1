//! The values that samples are made of.

use crossdock_domain::cart::{Cart, CartItem};
use crossdock_domain::country::Country;
use crossdock_domain::money::{Currency, Money};
use crossdock_domain::quote::DutyMode;
use crossdock_domain::shipping::ShippingOption;
use rust_decimal::Decimal;

use super::super::{
    AddressBlock, AddressForm, ChargeLine, ChargePart, CountryOption, ForeignSum, ImportCharges, Layout, Price,
    Summary, TestCard,
};

/// Text that shows at once when something is not escaped.
pub(super) const NASTY: &str = "\"><script>alert('x')</script><b onmouseover=alert(1)>O'Brien & Søn</b>";

pub(super) fn layout(lang: &str) -> Layout {
    Layout {
        lang: lang.to_owned(),
        store_name: Some("Harbour Optics".to_owned()),
        support_email: Some("help@shop.example.com".to_owned()),
        continue_shopping_url: Some("https://shop.example.com/cart".to_owned()),
        csrf: "sample-csrf-token".to_owned(),
        nonce: "c2FtcGxl-nonce".to_owned(),
        test_mode: false,
        footer_html: None,
        base: "/checkout/0198c0de-0000-7000-8000-000000000001".to_owned(),
    }
}

pub(super) fn test_layout(lang: &str) -> Layout {
    Layout { test_mode: true, ..layout(lang) }
}

pub(super) fn bare_layout(lang: &str) -> Layout {
    Layout { lang: lang.to_owned(), csrf: "x".to_owned(), nonce: "x".to_owned(), ..Layout::default() }
}

pub(super) fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

pub(super) fn item(description: &str, quantity: i64, cents: i64, picture: Option<&str>) -> CartItem {
    CartItem {
        description: description.to_owned(),
        quantity: quantity.into(),
        unit_price: Decimal::new(cents, 2),
        item_url: picture.map(|name| format!("https://shop.example.com/products/{name}")),
        image_url: picture.map(|name| format!("https://images.example.com/{name}.svg")),
        ..CartItem::default()
    }
}

pub(super) fn cart() -> Cart {
    let glasses = CartItem {
        brand: Some("Oakley".to_owned()),
        sku: Some("oakley-123".to_owned()),
        ..item(
            "Holbrook sunglasses<ul><li><b>Lens</b>: Prizm Black</li><li><b>Frame</b>: matte</li></ul>",
            1,
            19_900,
            Some("glasses"),
        )
    };
    let case = CartItem {
        color: Some("Charcoal".to_owned()),
        ..item("Hard shell case with microfibre cloth", 2, 1_950, Some("case"))
    };
    let strap = item("Floating neck strap", 1, 1_200, None);
    let items = vec![glasses, case, strap, item("WELCOME10 – 10 % off your first order", 1, -2_500, None)];
    Cart { items, ..Cart::default() }
}

pub(super) fn summary_of(cart: &Cart, currency: Currency) -> Summary {
    // The samples' amounts are small, so that the sums exist; an empty summary would show at once.
    Summary::of_cart(cart, currency).unwrap_or(Summary {
        lines: Vec::new(),
        pieces: 0,
        currency,
        items: Money::zero(currency),
        shipping: None,
        domestic: None,
        duty_mode: None,
        duty_taxes: None,
        import_charges: None,
        grand: None,
    })
}

pub(super) fn summary() -> Summary {
    summary_of(&cart(), Currency::USD)
}

pub(super) fn quoted() -> Summary {
    Summary {
        shipping: Some(usd(3_150)),
        domestic: Some(usd(1_250)),
        duty_mode: Some(DutyMode::OnDelivery),
        grand: Some(usd(26_900)),
        ..summary()
    }
}

/// Duty and tax prepaid, worked out with an estimate; a fee of the parcel.
pub(super) fn prepaid() -> Summary {
    let nok = Currency::from_code("NOK").unwrap_or(Currency::USD);
    let row = |kind, name: &str, rate: &str, base: Option<i64>, cents| ChargeLine {
        kind,
        name: name.to_owned(),
        rate: rate.to_owned(),
        base: base.map(|minor| Price::new(Decimal::new(minor, 2), nok)),
        amount: usd(cents),
        note: None,
    };
    let clothes =
        ChargeLine { note: Some(NASTY.to_owned()), ..row("duty", "Customs duty", "10.7 %", Some(42_000), 412) };
    let import_charges = ImportCharges {
        duty: usd(412),
        tax: usd(6_725),
        fees: Some(usd(1_500)),
        total: usd(8_637),
        exact: false,
        parts: vec![
            ChargePart {
                name: Some("Holbrook sunglasses".to_owned()),
                rows: vec![
                    row("duty", "Customs duty", "not collected up to 350 NOK", None, 0),
                    row("tax", "VAT", "25 %", Some(214_050), 5_000),
                ],
            },
            ChargePart {
                name: Some(NASTY.to_owned()),
                rows: vec![clothes, row("tax", "VAT", "25 %", Some(70_000), 1_725)],
            },
            ChargePart { name: None, rows: vec![row("fee", "Carrier advance", "150 NOK per parcel", None, 1_500)] },
        ],
        reasons: vec!["line 2 may need papers: wine needs a licence".to_owned()],
        foreign: Some(ForeignSum { total: Money::new(373_420, nok), day: "2026-11-20".to_owned() }),
    };
    let duty_taxes = Some(import_charges.total);
    Summary {
        duty_mode: Some(DutyMode::Prepaid),
        duty_taxes,
        import_charges: Some(import_charges),
        grand: Some(usd(35_537)),
        ..quoted()
    }
}

/// Many lines, strange texts, another currency.
pub(super) fn odd_summary() -> Summary {
    let yen = Currency::from_code("JPY").unwrap_or(Currency::USD);
    let mut items = vec![
        item(NASTY, 1, 198_000, Some("glasses")),
        item("نظارات شمسية", 12, 50_000, Some("case")),
        item(&"Donaudampfschifffahrtsgesellschaft".repeat(4), 1, 5, None),
    ];
    items.extend((1..=9).map(|n| item(&format!("Lens wipes, box {n}"), n, 45_000, None)));
    summary_of(&Cart { items, ..Cart::default() }, yen)
}

pub(super) fn odd_quoted() -> Summary {
    let summary = odd_summary();
    Summary { grand: Some(summary.items), duty_mode: Some(DutyMode::OnDelivery), ..summary }
}

pub(super) fn countries() -> Vec<CountryOption> {
    Country::all().map(|country| CountryOption::new(country, country.name())).collect()
}

pub(super) fn form() -> AddressForm {
    AddressForm {
        name: "Ingrid Søndergaard".to_owned(),
        email: "ingrid@example.no".to_owned(),
        phone: "+47 22 12 34 56".to_owned(),
        address1: "Storgata 12".to_owned(),
        city: "Oslo".to_owned(),
        zip: "0155".to_owned(),
        country: "NO".to_owned(),
        ..AddressForm::default()
    }
}

pub(super) fn block() -> AddressBlock {
    AddressBlock {
        lines: ["Ingrid Søndergaard", "Storgata 12", "Oslo, 0155", "Norway"].map(str::to_owned).to_vec(),
        email: "ingrid@example.no".to_owned(),
        phone: "+47 22 12 34 56".to_owned(),
        country: "Norway".to_owned(),
    }
}

pub(super) fn delivery(id: &str, name: &str, cents: i64, days: Option<(u16, u16)>) -> ShippingOption {
    ShippingOption { id: id.to_owned(), name: name.to_owned(), price: usd(cents), days }
}

pub(super) fn standard() -> ShippingOption {
    delivery("standard", "Tracked International", 3_150, Some((5, 8)))
}

pub(super) fn test_cards() -> Vec<TestCard> {
    let cards = [
        ("4242424242424242", "approve"),
        ("4000000000000002", "decline"),
        ("4000002500003155", "challenge"),
        ("4000000000009235", "review"),
        ("4000000000000119", "timeout"),
    ];
    cards.into_iter().filter_map(|(number, outcome)| TestCard::new(number, outcome)).collect()
}

pub(super) const BANK: &str = "Harbour Optics AS, Harbour Bank\nIBAN NO93 8601 1117 947\n\nPlease pay within 14 days.";
