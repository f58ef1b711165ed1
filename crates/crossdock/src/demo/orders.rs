//! The first orders of the demo, placed through the same use cases as everybody's: something to look at from the first minute.

use anyhow::Context as _;
use crossdock_app::App;
use crossdock_app::checkout::payment::PaymentStep;
use crossdock_app::checkout::test_order::{TestOrder, TestOutcome};
use crossdock_app::hub::{DeliveryTo, NewParcel, PlaceSupplyOrder, ProductRef, SetSupplyStatus};
use crossdock_domain::country::Country;
use crossdock_domain::ids::OrderId;
use crossdock_domain::wholesale::{
    CourierId, InvoicePreference, OrderSerial, RecipientAddress, SupplyActor, SupplyStatus, WholesalerId,
};

use super::wholesaler::LOGIN;
use super::world::new_cart;
use crate::serving::Server;

/// Who did it, in histories.
const STAFF: &str = "demo";

/// Three orders of the store: shipped, to be shipped, and in fraud review.
pub(super) async fn add_orders(server: &Server) -> anyhow::Result<()> {
    let shipped = place(server, "CA", TestOutcome::Approved).await?;
    let parcels = vec![("1Z999AA10123456784".to_owned(), Some("UPS".to_owned()))];
    server.app.checkout().orders().set_tracking_by_staff(shipped, parcels, STAFF).await?;
    place(server, "DE", TestOutcome::Approved).await?;
    place(server, "GB", TestOutcome::Review).await?;
    Ok(())
}

async fn place(server: &Server, country: &str, outcome: TestOutcome) -> anyhow::Result<OrderId> {
    let cart = new_cart(server).await?.parse()?;
    let country = Country::from_code(country).context("a country")?;
    let order = TestOrder { cart, country, outcome };
    match Box::pin(server.app.checkout().test_orders().place(order)).await? {
        PaymentStep::Placed { order, .. } => Ok(order),
        other => anyhow::bail!("the test payment was not approved: {other:?}"),
    }
}

/// Three orders of the sample shop: sent, packed, and new.
pub(super) async fn add_supply_orders(app: &App, wholesaler: WholesalerId) -> anyhow::Result<()> {
    let people = [
        ("Jan", "Kowalski", "Prosta 1", "00-838", "Warszawa", "500100200"),
        ("Anna", "Nowak", "Długa 14", "31-147", "Kraków", "600200300"),
        ("Piotr", "Zieliński", "Morska 8/3", "81-225", "Gdynia", "700300400"),
    ];
    let goods =
        [&[("45-S", 1, "")][..], &[("63-S", 1, "gift wrap, please"), ("151-uniw", 2, "")], &[("151-uniw", 1, "")]];
    let account = app.hub().accounts().by_login(wholesaler, LOGIN).await?.id;
    let shop = app.hub().access().caller_for_staff(wholesaler, account, "eng").await?;
    let mut serials = Vec::new();
    for (number, ((first, last, street, zip, city, phone), lines)) in (1..).zip(people.into_iter().zip(goods)) {
        let address = RecipientAddress {
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            additional: String::new(),
            street: street.to_owned(),
            zip: zip.to_owned(),
            city: city.to_owned(),
            country: Country::from_code("PL").context("a country")?,
            region_id: String::new(),
            province_id: String::new(),
            phone: phone.to_owned(),
            email: format!("{}@example.com", first.to_lowercase()),
        };
        let product = |(code, quantity, note): &(&str, i64, &str)| ProductRef {
            code: (*code).to_owned(),
            quantity: (*quantity).into(),
            note: (*note).to_owned(),
            ..ProductRef::default()
        };
        let order = PlaceSupplyOrder {
            products: Some(lines.iter().map(product).collect()),
            deliver_to: DeliveryTo::Inline(Box::new(address)),
            courier: CourierId(COURIER),
            pickup_point: None,
            preferred_date: None,
            payment: None,
            payment_form: None,
            cash_on_delivery: None,
            billing: None,
            note_to_order: String::new(),
            note_to_courier: String::new(),
            invoice: InvoicePreference::default(),
            external_id: Some(format!("DEMO-{number}")),
            currency: None,
            webhook_url: None,
        };
        serials.push(Box::pin(app.hub().ordering().place(&shop, order)).await?.order.serial);
    }
    if let [sent, packed, _] = serials[..] {
        set_status(app, wholesaler, packed, SupplyStatus::Packed).await?;
        set_status(app, wholesaler, sent, SupplyStatus::Packed).await?;
        let parcel = NewParcel {
            courier: None,
            package_number: String::new(),
            shipping_number: "00340434292135100087".to_owned(),
            weight_grams: 600,
        };
        let actor = SupplyActor::Staff(STAFF.to_owned());
        app.hub().orders().add_parcels(wholesaler, sent, actor, vec![parcel]).await?;
        set_status(app, wholesaler, sent, SupplyStatus::Finished).await?;
    }
    Ok(())
}

/// The sample courier that delivers to addresses.
const COURIER: i64 = 51;

async fn set_status(app: &App, wholesaler: WholesalerId, serial: OrderSerial, to: SupplyStatus) -> anyhow::Result<()> {
    let actor = SupplyActor::Staff(STAFF.to_owned());
    app.hub().orders().set_status(SetSupplyStatus { wholesaler, serial, to, actor, reason: String::new() }).await?;
    Ok(())
}
