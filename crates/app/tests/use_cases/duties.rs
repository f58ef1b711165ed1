//! Duty, tax and fees in the checkout: worked out, shown, chosen, charged, and told to the merchant. With the starter book.

use std::sync::Arc;

use crossdock_app::checkout::landed_quotes::QuoteLandedCost;
use crossdock_app::checkout::session::{SaveAddress, prohibited};
use crossdock_app::checkout::{CheckoutError, PaymentError};
use crossdock_app::landed_cost::{LandedItem, LandedQuote};
use crossdock_app::platform::http_client::HttpResponse;
use crossdock_app::platform::integrations::Integrations;

use crossdock_domain::address::Address;
use crossdock_domain::cart::{Cart, CartItem, WeightUnit};
use crossdock_domain::clock::{Day, Span};
use crossdock_domain::landed_cost::{BuyerKind, LandedCost, Location, Rates};
use crossdock_domain::money::{Currency, Money};
use crossdock_domain::payment::Provider;
use crossdock_domain::quote::{DutiesUnavailable, DutyMode, Quote};
use crossdock_domain::store::{Duties, FeesPaidBy, LandedCostSettings};
use crossdock_testkit::{Buyer, Card, Engine, Receiver, TestApp, answer, on_both_engines, samples};
use rust_decimal::Decimal;

use crate::support::placed;

on_both_engines!(
    prepaid_duty_is_shown_charged_and_on_the_order,
    a_buyer_who_chooses_the_courier_pays_no_duty_here_but_is_told_how_much,
    a_store_that_leaves_no_choice_does_not_listen_to_one,
    what_cannot_be_worked_out_is_paid_on_delivery_and_says_why,
    goods_that_must_not_be_sent_there_cannot_be_paid,
    a_shown_total_is_good_for_the_guaranteed_time,
    fees_that_the_store_pays_are_not_charged,
    downloads_cross_no_border,
    another_destination_is_another_sum,
    a_postal_code_of_another_customs_territory_leads_there,
    the_checkout_and_the_landed_cost_api_agree,
);

/// A store in the United States whose goods have codes, with rates of the day before.
async fn ready(app: &TestApp, duties: Duties) {
    app.change_settings(|settings| {
        settings.origin = Some(Address { zip: "84101".to_owned(), ..samples::address("US") });
        settings.landed_cost = LandedCostSettings { duties, ..LandedCostSettings::default() };
    })
    .await;
    import(app, "1.10").await;
}

async fn import(app: &TestApp, usd: &str) {
    let per_base = [("USD", usd), ("GBP", "0.85"), ("RON", "5")];
    let per_base = per_base.map(|(code, rate)| (code.to_owned(), samples::decimal(rate))).into();
    let rates = Rates {
        base: "EUR".parse().expect("currency"),
        day: Day::of(app.now()),
        source: "made up".to_owned(),
        per_base,
        origins: [].into(),
    };
    app.landed_cost().import_rates(rates).await.expect("the rates are good");
}

/// Ten T-shirts for 200.00 USD, made in China.
fn shirts() -> Cart {
    let mut cart = samples::cart();
    cart.items = vec![samples::item("T-shirt", "20.00", "10")];
    cart.items[0].hs_code = Some("6109.10".to_owned());
    cart.items[0].country_of_origin = Some("CN".to_owned());
    cart
}

async fn buyer(app: &TestApp, cart: Cart, country: &str) -> Buyer {
    let buyer = Buyer::new(app, app.create(cart).await.expect("a cart"), "browser");
    buyer.open().await.expect("open");
    send_to(app, &buyer, country).await;
    buyer
}

/// The buyer types an address in this country and takes the cheapest shipping.
async fn send_to(app: &TestApp, buyer: &Buyer, country: &str) {
    let (state, zip) = match country {
        "GB" => ("", "SW1A 1AA"),
        "NO" => ("", "0155"),
        "RO" => ("", "010011"),
        "US" => ("UT", "84101"),
        _ => ("", "10117"),
    };
    let ship_to = Address { state: state.to_owned(), zip: zip.to_owned(), ..samples::address(country) };
    let form = SaveAddress { ship_to, bill_to: None, note: String::new() };
    app.checkout()
        .sessions()
        .save_address(buyer.checkout_session().await.expect("open"), form)
        .await
        .expect("a good address");
    buyer.choose_first_shipping().await.expect("shipping");
}

fn cost(quote: &Quote) -> &LandedCost {
    &quote.landed_cost.as_ref().expect("it was worked out").cost
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

async fn prepaid_duty_is_shown_charged_and_on_the_order(app: TestApp) {
    ready(&app, Duties::Prepaid).await;
    let buyer = buyer(&app, shirts(), "DE").await;
    let shown = buyer.review().await.expect("a quote");
    let totals = shown.quote.totals;
    assert_eq!(shown.quote.duty_mode, DutyMode::Prepaid);
    // 200.00 + 39.00 freight are 217.27… EUR: 12 % duty, then 19 % VAT on all of it.
    assert_eq!(totals.items, usd(20_000));
    assert_eq!(totals.shipping, usd(3_900));
    let cost = cost(&shown.quote);
    // 26.07 EUR and 46.24 EUR, once converted at 1.10.
    assert_eq!((cost.totals.duty, cost.totals.tax), (usd(2_868), usd(5_086)));
    assert_eq!(totals.duty_taxes, usd(2_868 + 5_086));
    assert_eq!(totals.grand, usd(20_000 + 3_900 + 2_868 + 5_086));

    let id = placed(&buyer.pay_quote(shown.id, Provider::Test, Card::Approve.input()).await.expect("paid"));
    app.run_jobs().await;
    let order = app.checkout().orders().get(id).await.expect("the order").document;
    assert_eq!((order.totals, order.quoted_duty_taxes), (totals, Some(totals.duty_taxes)));
    let foreign = order.foreign.expect("the buyer's own currency is another one");
    assert_eq!(foreign.totals.currency().code(), "EUR");
    let sum = [foreign.totals.items, foreign.totals.shipping, foreign.totals.duty_taxes];
    assert_eq!(Money::sum(foreign.totals.currency(), sum), Ok(foreign.totals.grand));
}

async fn a_buyer_who_chooses_the_courier_pays_no_duty_here_but_is_told_how_much(app: TestApp) {
    ready(&app, Duties::BuyerChoice).await;
    let buyer = buyer(&app, shirts(), "DE").await;
    let prepaid = buyer.review().await.expect("a quote");
    assert_eq!(prepaid.quote.duty_mode, DutyMode::Prepaid);
    assert!(app.checkout().quotes().may_choose_duties(&buyer.checkout_session().await.expect("open"), &prepaid.quote));

    let checkout_session = buyer.checkout_session().await.expect("open");
    app.checkout().quotes().choose_duties(checkout_session, DutyMode::OnDelivery).await.expect("a choice");
    let shown = buyer.review().await.expect("a quote");
    assert_eq!((shown.quote.duty_mode, shown.quote.totals.duty_taxes), (DutyMode::OnDelivery, usd(0)));
    assert_eq!(shown.quote.quoted_duty_taxes(), Some(prepaid.quote.totals.duty_taxes));
    assert!(matches!(
        buyer.pay_quote(prepaid.id, Provider::Test, Card::Approve.input()).await,
        Err(PaymentError::Checkout(CheckoutError::QuoteChanged))
    ));

    let id = placed(&buyer.pay_quote(shown.id, Provider::Test, Card::Approve.input()).await.expect("paid"));
    app.run_jobs().await;
    let order = app.checkout().orders().get(id).await.expect("the order").document;
    assert_eq!(order.totals.grand, usd(23_900));
    assert_eq!(order.quoted_duty_taxes, Some(prepaid.quote.totals.duty_taxes));
}

async fn a_store_that_leaves_no_choice_does_not_listen_to_one(app: TestApp) {
    for (duties, mode) in [(Duties::Prepaid, DutyMode::Prepaid), (Duties::OnDelivery, DutyMode::OnDelivery)] {
        ready(&app, duties).await;
        let buyer = buyer(&app, shirts(), "DE").await;
        for wanted in [DutyMode::Prepaid, DutyMode::OnDelivery] {
            let checkout_session = buyer.checkout_session().await.expect("open");
            let checkout_session =
                app.checkout().quotes().choose_duties(checkout_session, wanted).await.expect("heard");
            let shown = buyer.review().await.expect("a quote").quote;
            assert_eq!(shown.duty_mode, mode);
            assert!(!app.checkout().quotes().may_choose_duties(&checkout_session, &shown));
        }
    }
}

async fn what_cannot_be_worked_out_is_paid_on_delivery_and_says_why(app: TestApp) {
    ready(&app, Duties::Prepaid).await;
    let quote = async |country: &str| {
        let buyer = buyer(&app, shirts(), country).await;
        buyer.review().await.expect("a quote").quote
    };
    // Nobody imported a rate for the Norwegian krone; nobody wrote rules for the South Pole.
    for (country, why) in [("NO", DutiesUnavailable::NoRate), ("AQ", DutiesUnavailable::NoRules)] {
        let quote = quote(country).await;
        assert_eq!((quote.duty_mode, quote.unavailable), (DutyMode::OnDelivery, Some(why)), "{country}");
        assert_eq!(quote.totals.duty_taxes, usd(0));
    }
    app.change_settings(|settings| settings.origin = None).await;
    assert_eq!(quote("DE").await.unavailable, Some(DutiesUnavailable::NoOrigin));
}

async fn a_postal_code_of_another_customs_territory_leads_there(app: TestApp) {
    ready(&app, Duties::Prepaid).await;
    let quote = async |country: &str, zip: &str| {
        let buyer = buyer(&app, shirts(), country).await;
        let checkout_session = buyer.checkout_session().await.expect("open");
        let ship_to =
            Address { zip: zip.to_owned(), ..checkout_session.document().ship_to.clone().expect("an address") };
        let form = SaveAddress { ship_to, bill_to: None, note: String::new() };
        app.checkout().sessions().save_address(checkout_session, form).await.expect("saved");
        buyer.choose_first_shipping().await.expect("shipping");
        buyer.review().await.expect("a quote").quote
    };
    for (zip, territory) in [("JE2 3XP", "JE"), ("bt1 1aa", "GB-NIR"), ("SW1A 1AA", "GB")] {
        assert_eq!(cost(&quote("GB", zip).await).territory, territory, "{zip}");
    }
    let nowhere = quote("GB", "FIQQ 1ZZ").await;
    assert_eq!((nowhere.duty_mode, nowhere.unavailable), (DutyMode::OnDelivery, Some(DutiesUnavailable::NoRules)));
}

async fn goods_that_must_not_be_sent_there_cannot_be_paid(app: TestApp) {
    ready(&app, Duties::BuyerChoice).await;
    let mut cart = shirts();
    let mut rockets = samples::item("Rockets", "50.00", "1");
    rockets.hs_code = Some("360410".to_owned());
    cart.items.push(rockets);
    let buyer = buyer(&app, cart, "GB").await;
    let shown = buyer.review().await.expect("a quote that says so");
    let refused = prohibited(&shown.quote);
    assert_eq!(refused.iter().map(|goods| goods.description.as_str()).collect::<Vec<_>>(), ["Rockets"]);
    let paid = buyer.pay_quote(shown.id, Provider::Test, Card::Approve.input()).await;
    assert!(matches!(paid, Err(PaymentError::Checkout(CheckoutError::GoodsProhibited(goods))) if goods == refused));
    let checkout_session = buyer.checkout_session().await.expect("still open");
    assert!(
        app.checkout().payments().last_attempt(&checkout_session).await.expect("none").is_none(),
        "nobody was charged"
    );
}

async fn a_shown_total_is_good_for_the_guaranteed_time(app: TestApp) {
    ready(&app, Duties::Prepaid).await;
    let buyer = buyer(&app, shirts(), "DE").await;
    let shown = buyer.review().await.expect("a quote");
    app.advance(Span::minutes(59));
    // 200 dollars are no longer more than 150 euros: no duty in January 2026.
    import(&app, "1.40").await;
    assert_eq!(buyer.review().await.expect("the same").id, shown.id);
    app.advance(Span::minutes(1));
    assert!(matches!(
        buyer.pay_quote(shown.id, Provider::Test, Card::Approve.input()).await,
        Err(PaymentError::Checkout(CheckoutError::QuoteChanged))
    ));
    let fresh = buyer.review().await.expect("a new one");
    assert_ne!(fresh.id, shown.id);
    assert!(fresh.quote.totals.duty_taxes.minor < shown.quote.totals.duty_taxes.minor);
    // Within the guarantee another address is another question all the same.
    send_to(&app, &buyer, "GB").await;
    assert_ne!(buyer.review().await.expect("a quote").id, fresh.id);
}

async fn fees_that_the_store_pays_are_not_charged(app: TestApp) {
    ready(&app, Duties::Prepaid).await;
    let few = || {
        let mut cart = shirts();
        cart.items[0].quantity = 5.into();
        cart
    };
    let quote = buyer(&app, few(), "RO").await.review().await.expect("a quote").quote;
    let fees = cost(&quote).totals.fees;
    assert_ne!(fees, usd(0), "Romania takes 25 RON per parcel");
    app.change_settings(|settings| settings.landed_cost.fees = FeesPaidBy::Store).await;
    let other = buyer(&app, few(), "RO").await.review().await.expect("a quote").quote;
    let lower = quote.totals.duty_taxes.minor - fees.minor;
    assert_eq!(other.totals.duty_taxes.minor, lower);
    assert_eq!(other.absorbed_fees, Some(fees));
    assert_eq!(cost(&other).totals, cost(&quote).totals);
}

async fn downloads_cross_no_border(app: TestApp) {
    ready(&app, Duties::BuyerChoice).await;
    let mut cart = shirts();
    cart.items[0].non_shippable = true;
    let quote = buyer(&app, cart, "DE").await.review().await.expect("a quote").quote;
    assert_eq!((quote.duty_mode, quote.landed_cost), (DutyMode::Prepaid, None));
    assert_eq!(quote.totals.duty_taxes, usd(0));
}

async fn another_destination_is_another_sum(app: TestApp) {
    ready(&app, Duties::Prepaid).await;
    let buyer = buyer(&app, shirts(), "DE").await;
    let german = buyer.review().await.expect("a quote").quote;
    send_to(&app, &buyer, "US").await;
    let domestic = buyer.review().await.expect("a quote").quote;
    assert!(german.totals.duty_taxes.minor > 0);
    assert_eq!(domestic.totals.duty_taxes.minor, 0, "from the United States to the United States");
}

/// The bank's daily file with one rate.
fn daily(day: &str, usd: &str) -> Vec<u8> {
    format!(
        "<gesmes:Envelope xmlns:gesmes=\"http://www.gesmes.org/xml/2002-08-01\" \
         xmlns=\"http://www.ecb.int/vocabulary/2002-08-01/eurofxref\"><Cube><Cube time='{day}'>\
         <Cube currency='USD' rate='{usd}'/></Cube></Cube></gesmes:Envelope>"
    )
    .into_bytes()
}

#[tokio::test]
async fn rates_are_fetched_once_a_day_and_the_last_good_ones_stay() {
    let receiver = Arc::new(Receiver::default());
    let integrations = Integrations {
        web: Arc::clone(&receiver) as _,
        rates: Some("https://rates.example/daily.xml".parse().expect("an address")),
        ..Integrations::default()
    };
    let app = TestApp::builder(Engine::Sqlite).integrations(integrations).start().await.expect("an app");
    let today = Day::of(app.now());
    receiver.reply(Ok(HttpResponse { body: daily(&today.to_string(), "1.0837"), ..answer(200) }));
    for _ in 0..2 {
        app.housekeeping().await.expect("housekeeping");
        app.run_jobs().await;
    }
    assert_eq!(receiver.calls().len(), 1, "those of today are here");
    let newest = async || app.landed_cost().rates(1).await.expect("rates").remove(0).rates;
    assert_eq!(newest().await.per_base["USD"], samples::decimal("1.0837"));

    // The next day nothing good comes: an error, then something that is no file of rates.
    app.advance(Span::days(1));
    receiver.say(503);
    receiver.reply(Ok(HttpResponse { body: b"<html>".to_vec(), ..answer(200) }));
    app.housekeeping().await.expect("housekeeping");
    app.run_jobs().await;
    let waiting = app.jobs().list("waiting", 10).await.expect("jobs");
    assert_eq!(waiting.len(), 1);
    assert!(waiting[0].last_error.as_deref().is_some_and(|why| why.contains("503")), "{:?}", waiting[0].last_error);
    assert_eq!(newest().await.day, today);
    receiver.reply(Ok(HttpResponse { body: daily(&today.next().to_string(), "1.1"), ..answer(200) }));
    app.run_all_jobs().await;
    assert_eq!(receiver.calls().len(), 4);
    assert_eq!(newest().await.day, today.next());
}

async fn the_checkout_and_the_landed_cost_api_agree(app: TestApp) {
    ready(&app, Duties::Prepaid).await;
    app.change_settings(|settings| {
        let toys = "950300".parse().expect("a code");
        settings.landed_cost.hs_by_category = [("Toys".to_owned(), toys)].into();
    })
    .await;
    let line = |description: &str, price: &str| samples::item(description, price, "2");
    let text = |text: &str| Some(text.to_owned());
    let shirt = CartItem { hs_code: text("610910"), country_of_origin: text("BD"), ..line("Shirt", "40.00") };
    let odd_lines = [
        CartItem { hs_code: text(" 6912-00.23 "), country_of_origin: text(" cn "), ..line("Mug", "19.99") },
        CartItem { hs_code: text("a mug"), country_of_origin: text("Narnia"), ..line("Mug", "19.99") },
        CartItem { category: text("toys "), hs_code: text(" "), ..line("Kite", "8.00") },
        CartItem { description: "<b>Mug</b> &amp;<br>spoon".to_owned(), ..line("Mug", "19.99") },
        CartItem { weight: Some(Decimal::ZERO), weight_unit: WeightUnit::Kg, ..shirt.clone() },
        CartItem { weight: Some(samples::decimal("0.50")), weight_unit: WeightUnit::Kg, ..shirt.clone() },
        CartItem { non_shippable: true, ..shirt.clone() },
        line("No code, no origin", "0.01"),
        line("Discount", "-7.77"),
    ];
    let alone = odd_lines.iter().map(|odd| vec![shirt.clone(), odd.clone()]);
    for items in alone.chain([odd_lines.to_vec()]) {
        let cart = Cart { items: items.clone(), ..samples::cart() };
        let quote = buyer(&app, cart, "DE").await.review().await.expect("a quote").quote;
        let quoted = app.checkout().landed_quotes().quote(QuoteLandedCost {
            credentials: samples::credentials(samples::store_id(), samples::SECRET),
            quote: LandedQuote {
                ship_from: None,
                ship_to: Location::of_address(&quote.ship_to),
                currency: None,
                day: None,
                buyer: BuyerKind::Consumer,
                shipping: Some(quote.totals.shipping.to_decimal()),
                insurance: None,
                items: items.iter().map(|item| LandedItem { line: item.clone(), supplier: None }).collect(),
            },
        });
        let quoted = quoted.await.expect("a landed cost");
        assert_eq!(Some(quoted.cost), quote.landed_cost, "{items:?}");
    }
}
