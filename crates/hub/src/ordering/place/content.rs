//! What makes an order the same as another: a hash that is stored with the order and outlives every release.
//!
//! The structs here are the hashed form and nothing else. Their fields stand in alphabetical order, as the first release wrote them:
//! reordering, renaming or adding one changes every hash, and repeats of stored orders would be refused. They are written out instead
//! of going through `serde_json::Value`, whose key order depends on which features other crates switch on.

use crossdock_domain::country::Country;
use crossdock_domain::money::Currency;
use crossdock_domain::wholesale::{
    BillingData, CodeKind, CourierId, InvoicePreference, PaymentKind, RecipientAddress, RecipientId, WarehouseId,
};
use crossdock_platform::credentials::hex;
use rust_decimal::Decimal;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::terms::StaffTerms;
use super::{LineTerms, PlaceSupplyOrder};
use crate::ProductRef;
use crate::ordering::couriers::DeliveryTo;

/// The content of an order. Without its external id, under which it is stored.
#[derive(Serialize)]
struct OrderContent<'a> {
    billing: Option<BillingContent<'a>>,
    cash_on_delivery: Option<(Decimal, Option<Currency>)>,
    courier: CourierId,
    currency: Option<Currency>,
    invoice: InvoicePreference,
    /// To the wholesaler and to the courier.
    notes: [&'a str; 2],
    payment: Option<PaymentKind>,
    payment_form: Option<i64>,
    pickup_point: Option<&'a str>,
    preferred_date: Option<&'a str>,
    /// `None`: the basket, whatever is in it.
    products: Option<Vec<LineContent<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<TermsContent>,
    /// A stored recipient or an address.
    to: (Option<RecipientId>, Option<AddressContent>),
    webhook_url: Option<&'a str>,
}

/// Code, its kind, quantity, comment, files (name and hash of the contents).
type LineContent<'a> = (&'a str, Option<&'static str>, Decimal, &'a str, Vec<(&'a str, String)>);

#[derive(Serialize)]
struct BillingContent<'a> {
    city: &'a str,
    country: Option<Country>,
    firm: &'a str,
    first_name: &'a str,
    last_name: &'a str,
    nip: &'a str,
    phone: &'a str,
    street: &'a str,
    zip: &'a str,
}

#[derive(Serialize)]
struct AddressContent {
    additional: String,
    city: String,
    country: Country,
    email: String,
    first_name: String,
    last_name: String,
    phone: String,
    province_id: String,
    region_id: String,
    street: String,
    zip: String,
}

#[derive(Serialize)]
struct TermsContent {
    delivery_cost: Option<Decimal>,
    lines: Vec<(Option<Decimal>, Option<WarehouseId>)>,
}

// Every `let` below names all fields, so that a new one is either hashed (behind `skip_serializing_if`) or left out on purpose.

impl<'a> From<&'a BillingData> for BillingContent<'a> {
    fn from(billing: &'a BillingData) -> Self {
        let BillingData { first_name, last_name, firm, nip, street, zip, city, country, phone } = billing;
        Self { city, country: *country, firm, first_name, last_name, nip, phone, street, zip }
    }
}

impl From<RecipientAddress> for AddressContent {
    fn from(address: RecipientAddress) -> Self {
        let RecipientAddress {
            first_name,
            last_name,
            additional,
            street,
            zip,
            city,
            country,
            region_id,
            province_id,
            phone,
            email,
        } = address;
        Self { additional, city, country, email, first_name, last_name, phone, province_id, region_id, street, zip }
    }
}

impl From<&StaffTerms> for TermsContent {
    fn from(terms: &StaffTerms) -> Self {
        // Who ordered and whether a mail is sent make no other order; tax is what the product has.
        let StaffTerms { actor: _, lines, delivery_cost, mail: _ } = terms;
        let line = |line: &LineTerms| {
            let LineTerms { price, warehouse, vat: _ } = line;
            (price.map(|price| price.normalize()), *warehouse)
        };
        Self { delivery_cost: delivery_cost.map(|cost| cost.normalize()), lines: lines.iter().map(line).collect() }
    }
}

fn line(product: &ProductRef) -> LineContent<'_> {
    // What a set consists of is what the catalogue says.
    let ProductRef { code, kind, quantity, note, attachments, parts: _ } = product;
    let files = attachments.iter().map(|file| (file.name.as_str(), hex(&Sha256::digest(&file.contents))));
    (code.trim(), kind.map(CodeKind::code), quantity.normalize(), note, files.collect())
}

/// The content of an order as a hash: a repeated order is the same order, whatever has happened to the basket since.
pub(super) fn content_hash(command: &PlaceSupplyOrder, terms: Option<&StaffTerms>) -> String {
    let PlaceSupplyOrder {
        products,
        deliver_to,
        courier,
        pickup_point,
        preferred_date,
        payment,
        payment_form,
        cash_on_delivery,
        billing,
        note_to_order,
        note_to_courier,
        invoice,
        external_id: _,
        currency,
        webhook_url,
    } = command;
    let content = OrderContent {
        billing: billing.as_ref().map(BillingContent::from),
        cash_on_delivery: cash_on_delivery.map(|(amount, currency)| (amount.normalize(), currency)),
        courier: *courier,
        currency: *currency,
        invoice: *invoice,
        notes: [note_to_order, note_to_courier],
        payment: *payment,
        payment_form: *payment_form,
        pickup_point: pickup_point.as_deref(),
        preferred_date: preferred_date.as_deref(),
        products: products.as_ref().map(|products| products.iter().map(line).collect()),
        terms: terms.map(TermsContent::from),
        to: match deliver_to {
            DeliveryTo::Stored(id) => (Some(*id), None),
            DeliveryTo::Inline(address) => (None, Some(AddressContent::from(address.as_ref().clone().tidy()))),
        },
        webhook_url: webhook_url.as_deref(),
    };
    let text = serde_json::to_vec(&content).expect("texts and numbers under fixed names are JSON");
    hex(&Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use crossdock_domain::wholesale::SupplyActor;

    use super::*;
    use crate::AttachmentInput;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    fn country(code: &str) -> Country {
        Country::from_code(code).expect("a country")
    }

    fn basket_to_a_stored_recipient() -> PlaceSupplyOrder {
        PlaceSupplyOrder {
            products: None,
            deliver_to: DeliveryTo::Stored(RecipientId(7)),
            courier: CourierId(52),
            pickup_point: None,
            preferred_date: None,
            payment: None,
            payment_form: None,
            cash_on_delivery: None,
            billing: None,
            note_to_order: String::new(),
            note_to_courier: String::new(),
            invoice: InvoicePreference::No,
            external_id: Some("A-1".to_owned()),
            currency: None,
            webhook_url: None,
        }
    }

    fn everything_given() -> PlaceSupplyOrder {
        let line = |code: &str, kind, quantity: &str| ProductRef {
            code: code.to_owned(),
            kind,
            quantity: decimal(quantity),
            ..ProductRef::default()
        };
        let mut with_file = line(" 15-3 ", Some(CodeKind::Internal), "2.50");
        with_file.note = "\"Für Zoë\"\n\u{7f}\u{2028}<&>".to_owned();
        let file = |name: &str, contents: &[u8]| AttachmentInput { name: name.to_owned(), contents: contents.to_vec() };
        with_file.attachments = vec![file("a.png", b"first"), file("b.pdf", b"")];
        PlaceSupplyOrder {
            products: Some(vec![with_file, line("590123", None, "1")]),
            deliver_to: DeliveryTo::Inline(Box::new(RecipientAddress {
                first_name: " Jan ".to_owned(),
                last_name: "Kowalski".to_owned(),
                additional: "2nd\u{1}  floor".to_owned(),
                street: "Prosta 1".to_owned(),
                zip: "00-001".to_owned(),
                city: "Łódź".to_owned(),
                country: country("PL"),
                region_id: "1143020003".to_owned(),
                province_id: "10".to_owned(),
                phone: "+48 600".to_owned(),
                email: "jan@example.com".to_owned(),
            })),
            pickup_point: Some("KRA012".to_owned()),
            preferred_date: Some("2026-12-01".to_owned()),
            payment: Some(PaymentKind::CashOnDelivery),
            payment_form: Some(-3),
            cash_on_delivery: Some((decimal("120.00"), "EUR".parse().ok())),
            billing: Some(BillingData {
                first_name: "Eva".to_owned(),
                firm: "ACME \\ Sons".to_owned(),
                nip: "PL123".to_owned(),
                country: Some(country("DE")),
                ..BillingData::default()
            }),
            note_to_order: "gift".to_owned(),
            note_to_courier: "ring twice".to_owned(),
            invoice: InvoicePreference::Electronic,
            currency: "EUR".parse().ok(),
            webhook_url: Some("https://shop.example/hook?a=1&b=2".to_owned()),
            ..basket_to_a_stored_recipient()
        }
    }

    fn staff() -> StaffTerms {
        let line = |price: Option<&str>, warehouse| LineTerms {
            price: price.map(decimal),
            warehouse,
            vat: (Some(decimal("23")), Some(false)),
        };
        StaffTerms {
            actor: SupplyActor::System,
            lines: vec![line(Some("9.90"), Some(WarehouseId(2))), line(None, None)],
            delivery_cost: Some(decimal("0.00")),
            mail: true,
        }
    }

    /// Hashes that the first release stored. A repeat of such an order must still be recognised.
    #[test]
    fn hashes_of_stored_orders_stay_as_they_were() {
        let bare_terms = StaffTerms { lines: Vec::new(), delivery_cost: None, ..staff() };
        let hashes = [
            content_hash(&basket_to_a_stored_recipient(), None),
            content_hash(&basket_to_a_stored_recipient(), Some(&bare_terms)),
            content_hash(&everything_given(), None),
            content_hash(&everything_given(), Some(&staff())),
            content_hash(&PlaceSupplyOrder { products: Some(Vec::new()), ..basket_to_a_stored_recipient() }, None),
            content_hash(
                &PlaceSupplyOrder {
                    cash_on_delivery: Some((decimal("100.00"), None)),
                    payment: Some(PaymentKind::Tradecredit),
                    invoice: InvoicePreference::Yes,
                    billing: Some(BillingData::default()),
                    ..basket_to_a_stored_recipient()
                },
                None,
            ),
        ];
        let expected = [
            "8928305b525af9f211ae9f2301a82963771007f27ae919f41e34ac98d499a017",
            "7d78b5a2e4cc310b7130d62227a6557bf9c1d901703ae44e194719c9f139b32c",
            "f564575064229d3a0a2259caa20cd812d95e39dcd63f7a05a47eec44c8f15288",
            "9ef67f69ff5b77d5aadc7457d9e53b8a3f9b88b88e8708cf4d5cac65ced59033",
            "80bce7dd25994941cbcd7ed190c75f263ede2b4830e9e1e529353b9bdf2b731b",
            "dfb2267b1552910a798331e906d45c88539d529b0d1392f25a51eacde66f5b43",
        ];
        assert_eq!(hashes, expected);
    }

    #[test]
    fn spelling_and_the_external_id_make_no_other_order() {
        let mut other = everything_given();
        other.external_id = None;
        let lines = other.products.as_mut().expect("lines");
        lines[0].code = "15-3".to_owned();
        lines[0].quantity = decimal("2.5");
        assert_eq!(content_hash(&other, None), content_hash(&everything_given(), None));
        other.products.as_mut().expect("lines")[0].quantity = decimal("2.51");
        assert_ne!(content_hash(&other, None), content_hash(&everything_given(), None));
    }
}
