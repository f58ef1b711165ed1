//! The passage up to the payment: arrive, country, address, shipping, totals.

use crossdock_app::checkout::session::{CheckoutSession, SaveAddress};
use crossdock_app::checkout::{CheckoutError, FieldProblem, Step};
use crossdock_domain::address::{Address, AddressField, FieldError, Prefill};
use crossdock_domain::cart::Cart;
use crossdock_domain::clock::Span;
use crossdock_domain::ids::CartId;
use crossdock_domain::shipping::NoShipping;
use crossdock_testkit::{Buyer, Card, TestApp, on_both_engines, samples};

use crate::support::placed;

on_both_engines!(
    unknown_empty_expired_and_paid_carts_are_told_apart,
    a_step_needs_a_browser_that_has_opened_the_checkout,
    the_country_comes_from_the_url_else_the_shopper_else_the_store,
    prefill_of_the_url_wins_over_the_cart_field_by_field,
    a_second_visit_keeps_what_was_typed,
    two_tabs_that_open_at_once_share_one_passage,
    another_country_turns_the_address_into_prefill,
    a_good_address_is_tidied_and_stored,
    every_mistake_of_an_address_is_named_and_nothing_is_stored,
    a_billing_address_borrows_the_contact_of_the_shipping_address,
    steps_out_of_order_say_what_comes_first,
    shipping_is_offered_by_zone_and_weight_cheapest_first,
    a_service_that_is_not_offered_cannot_be_chosen,
    another_country_forgets_the_chosen_service,
    destinations_under_embargo_are_off_until_they_are_switched_on,
    downloads_need_no_shipping_and_sell_to_every_served_country,
    asking_for_the_quote_again_answers_the_same_one,
    a_quote_from_a_page_that_is_out_of_date_is_refused,
    changes_in_many_tabs_at_once_are_all_made,
    the_domestic_charge_is_added_or_shown_but_costs_the_same,
    an_override_replaces_the_whole_shipping_for_trusted_carts_only,
);

fn with_cart(app: &TestApp, cart: CartId) -> Buyer {
    Buyer::new(app, cart, "one")
}

async fn unknown_empty_expired_and_paid_carts_are_told_apart(app: TestApp) {
    let unknown = with_cart(&app, "0198c0de-0000-7000-8000-000000000001".parse().expect("an id"));
    assert!(matches!(unknown.open().await, Err(CheckoutError::CartNotFound)));
    assert!(matches!(unknown.checkout_session().await, Err(CheckoutError::CartNotFound)));

    let mut only_discount = samples::cart();
    only_discount.items[0].unit_price = samples::decimal("-0.001");
    let empty = with_cart(&app, app.create(only_discount).await.expect("its total is zero"));
    assert!(matches!(empty.open().await, Err(CheckoutError::CartEmpty)));

    let paid = app.buyer().await;
    let order = placed(&paid.pay(Card::Approve).await.expect("paid"));
    app.run_jobs().await;
    let stranger = with_cart(&app, paid.cart());
    for buyer in [&paid, &stranger] {
        assert!(matches!(buyer.open().await, Err(CheckoutError::CartPaid(id)) if id == order));
        assert!(matches!(buyer.checkout_session().await, Err(CheckoutError::CartPaid(id)) if id == order));
    }

    let expired = with_cart(&app, app.cart().await);
    expired.open().await.expect("there is time");
    app.advance(Span::seconds(24 * 3600 - 1));
    expired.checkout_session().await.expect("there is still time");
    app.advance(Span::seconds(1));
    assert!(matches!(expired.open().await, Err(CheckoutError::CartExpired)));
    assert!(matches!(paid.open().await, Err(CheckoutError::CartPaid(_))), "what was paid stays paid");
}

async fn a_step_needs_a_browser_that_has_opened_the_checkout(app: TestApp) {
    let cart = app.cart().await;
    with_cart(&app, cart).open().await.expect("open");
    let stranger = Buyer::new(&app, cart, "another browser");
    assert!(matches!(stranger.checkout_session().await, Err(CheckoutError::UnsealError)));
}

async fn the_country_comes_from_the_url_else_the_shopper_else_the_store(app: TestApp) {
    app.change_settings(|settings| settings.default_country = Some(samples::country("GB"))).await;
    let mut known = samples::cart();
    known.prefill.country = Some("nl".to_owned());
    for (number, (url, cart, wanted)) in [
        (Some("fr"), known.clone(), "FR"),
        (Some("IC"), known.clone(), "IC"),
        (Some("UK"), known.clone(), "GB"),
        (Some("el"), known.clone(), "GR"),
        (Some("XI"), known.clone(), "GB"),
        (Some("USA"), known.clone(), "US"),
        (Some("Deutschland"), known.clone(), "DE"),
        (None, known.clone(), "NL"),
        (Some(""), known.clone(), "NL"),
        (Some("XX"), known, "NL"),
        (Some(""), samples::cart(), "GB"),
        (None, samples::cart(), "GB"),
    ]
    .into_iter()
    .enumerate()
    {
        let buyer = with_cart(&app, app.create(cart).await.expect("a good cart"));
        let checkout_session = buyer.arrive(url, Prefill::default()).await.expect("open");
        assert_eq!(checkout_session.document().country, Some(samples::country(wanted)), "case {number}");
    }
}

async fn prefill_of_the_url_wins_over_the_cart_field_by_field(app: TestApp) {
    let mut cart = samples::cart();
    cart.prefill = Prefill {
        name: Some("Cart".to_owned()),
        city: Some("Paris".to_owned()),
        note: Some("Hi".to_owned()),
        ..Prefill::default()
    };
    let buyer = with_cart(&app, app.create(cart).await.expect("a good cart"));
    let url = Prefill {
        name: Some("Größe".to_owned()),
        city: Some(" ".to_owned()),
        zip: Some("1".to_owned()),
        ..Prefill::default()
    };
    let checkout_session = buyer.arrive(None, url).await.expect("open");
    let prefill = &checkout_session.document().prefill;
    assert_eq!((prefill.name.as_deref(), prefill.city.as_deref()), (Some("Größe"), Some("Paris")));
    assert_eq!((prefill.zip.as_deref(), checkout_session.document().note.as_str()), (Some("1"), "Hi"));
    assert_eq!(checkout_session.document().ship_to, None, "prefill is no address");
}

async fn a_second_visit_keeps_what_was_typed(app: TestApp) {
    let buyer = with_cart(&app, app.cart().await);
    let first = buyer.arrive(Some("FR"), Prefill::default()).await.expect("open");
    let second = buyer.arrive(Some("NL"), Prefill::default()).await.expect("open");
    assert_eq!(first.checkout.id, second.checkout.id);
    assert_eq!(second.document().country, Some(samples::country("NL")), "nothing was typed yet");
    buyer.enter_address("DE").await.expect("a good address");
    let typed = buyer.choose_first_shipping().await.expect("there is shipping");
    let name = Prefill { name: Some("Somebody else".to_owned()), ..Prefill::default() };
    let third = buyer.arrive(Some("FR"), name).await.expect("open");
    assert_eq!(third.document(), typed.document());
}

async fn two_tabs_that_open_at_once_share_one_passage(app: TestApp) {
    let cart = app.cart().await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let tab = with_cart(&app, cart);
            tokio::spawn(async move { tab.open().await.expect("open").checkout.id })
        })
        .collect();
    let mut ids = Vec::new();
    for task in tasks {
        ids.push(task.await.expect("no panic"));
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
}

async fn another_country_turns_the_address_into_prefill(app: TestApp) {
    let buyer = app.buyer().await;
    let checkout_session = app
        .checkout()
        .sessions()
        .choose_country(buyer.checkout_session().await.expect("open"), samples::country("DE"))
        .await
        .expect("open");
    assert!(
        checkout_session.document().ship_to.is_some() && checkout_session.document().quote.is_some(),
        "the same country changes nothing"
    );
    let checkout_session =
        app.checkout().sessions().choose_country(checkout_session, samples::country("FR")).await.expect("open");
    let document = checkout_session.document();
    assert_eq!((&document.ship_to, &document.shipping, document.quote), (&None, &None, None));
    assert_eq!(document.prefill.city.as_deref(), Some("Berlin"));
    assert_eq!((&document.prefill.zip, &document.prefill.state), (&None, &None), "these belong to the country");
}

async fn a_good_address_is_tidied_and_stored(app: TestApp) {
    let buyer = with_cart(&app, app.cart().await);
    let checkout_session = buyer.open().await.expect("open");
    let mut typed = samples::address("DE");
    typed.name = "  Ada\u{0}\u{7} Lovelace\t".to_owned();
    let form = SaveAddress { ship_to: typed, bill_to: None, note: " Ring\r\ntwice \u{1b}".to_owned() };
    let checkout_session =
        app.checkout().sessions().save_address(checkout_session, form).await.expect("a good address");
    assert_eq!(checkout_session.document().ship_to, Some(samples::address("DE")));
    assert_eq!(checkout_session.document().note, "Ring\ntwice");
    assert_eq!(checkout_session.document().country, Some(samples::country("DE")));
    assert_eq!(buyer.checkout_session().await.expect("open").document(), checkout_session.document());
}

async fn every_mistake_of_an_address_is_named_and_nothing_is_stored(app: TestApp) {
    let buyer = with_cart(&app, app.cart().await);
    buyer.open().await.expect("open");
    let before = buyer.checkout_session().await.expect("open");
    let mut bad = samples::address("DE");
    bad.name = " \t".to_owned();
    bad.email = "ada@example".to_owned();
    bad.phone = "none".to_owned();
    bad.zip = "SW1A 1AA".to_owned();
    let mut bill_to = samples::address("US");
    bill_to.city = "x".repeat(201);
    let form = SaveAddress { ship_to: bad, bill_to: Some(bill_to), note: "n".repeat(2_001) };
    let problem = |billing, field, error| FieldProblem { billing, field, error };
    match app.checkout().sessions().save_address(before.clone(), form).await {
        Err(CheckoutError::AddressRefused(problems)) => assert_eq!(
            problems,
            [
                problem(false, AddressField::Name, FieldError::Required),
                problem(false, AddressField::Email, FieldError::Invalid),
                problem(false, AddressField::Phone, FieldError::Invalid),
                problem(false, AddressField::Zip, FieldError::Invalid),
                problem(false, AddressField::Note, FieldError::TooLong),
                problem(true, AddressField::City, FieldError::TooLong),
                problem(true, AddressField::State, FieldError::Required),
            ]
        ),
        other => panic!("{other:?}"),
    }
    match buyer.enter_address("AF").await {
        Err(CheckoutError::AddressRefused(problems)) => {
            assert_eq!(problems, [problem(false, AddressField::Country, FieldError::NotServiced)]);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(buyer.checkout_session().await.expect("open").checkout, before.checkout);
}

async fn a_billing_address_borrows_the_contact_of_the_shipping_address(app: TestApp) {
    let buyer = with_cart(&app, app.cart().await);
    let checkout_session = buyer.open().await.expect("open");
    let mut bill_to = samples::address("AF");
    (bill_to.email, bill_to.phone) = (String::new(), " ".to_owned());
    let form = SaveAddress { ship_to: samples::address("DE"), bill_to: Some(bill_to), note: String::new() };
    let checkout_session = app
        .checkout()
        .sessions()
        .save_address(checkout_session, form)
        .await
        .expect("the bill may go where no parcel goes");
    let stored = checkout_session.document().bill_to.clone().expect("it was given");
    assert_eq!((stored.email, stored.phone), (samples::address("DE").email, samples::address("DE").phone));
}

async fn steps_out_of_order_say_what_comes_first(app: TestApp) {
    let buyer = with_cart(&app, app.cart().await);
    let checkout_session = buyer.open().await.expect("open");
    assert!(matches!(
        app.checkout().quotes().quote(&checkout_session).await,
        Err(CheckoutError::StepMissing(Step::Address))
    ));
    assert!(matches!(
        app.checkout().sessions().shipping_options(&checkout_session),
        Err(CheckoutError::StepMissing(Step::Address))
    ));
    let early = app.checkout().sessions().choose_shipping(checkout_session, "PRIORITY").await;
    assert!(matches!(early, Err(CheckoutError::StepMissing(Step::Address))), "{early:?}");
    let checkout_session = buyer.enter_address("DE").await.expect("a good address");
    assert!(matches!(
        app.checkout().quotes().quote(&checkout_session).await,
        Err(CheckoutError::StepMissing(Step::Shipping))
    ));
}

async fn shipping_is_offered_by_zone_and_weight_cheapest_first(app: TestApp) {
    let offers = async |cart: Cart, country: &str| {
        let buyer = with_cart(&app, app.create(cart).await.expect("a good cart"));
        buyer.open().await.expect("open");
        let checkout_session = buyer.enter_address(country).await.expect("a good address");
        let options = app.checkout().sessions().shipping_options(&checkout_session)?;
        Ok::<_, CheckoutError>(
            options.iter().map(|option| format!("{} {}", option.id, option.price)).collect::<Vec<_>>(),
        )
    };
    let mut heavy = samples::cart();
    heavy.items[0].quantity = samples::decimal("20");
    assert_eq!(offers(samples::cart(), "DE").await.expect("served"), ["PRIORITY 24.50 USD", "EXPRESS 39.00 USD"]);
    assert_eq!(offers(samples::cart(), "FI").await.expect("served"), ["PRIORITY 30.00 USD"]);
    // 20 × 4 oz are 2,268 g: one started kilogram more than the last band.
    assert_eq!(offers(heavy.clone(), "DE").await.expect("served"), ["PRIORITY 48.80 USD", "EXPRESS 67.00 USD"]);
    let refused = offers(heavy, "FI").await;
    assert!(matches!(refused, Err(CheckoutError::NoShipping(NoShipping::TooHeavy { grams: 2_268 }))), "{refused:?}");
}

async fn a_service_that_is_not_offered_cannot_be_chosen(app: TestApp) {
    let buyer = with_cart(&app, app.cart().await);
    buyer.open().await.expect("open");
    let checkout_session = buyer.enter_address("FI").await.expect("a good address");
    let refused = app.checkout().sessions().choose_shipping(checkout_session.clone(), "EXPRESS").await;
    assert!(matches!(refused, Err(CheckoutError::ShippingNotOffered)), "{refused:?}");
    // Offered when it was chosen, and no longer when the totals are asked for.
    let checkout_session =
        app.checkout().sessions().choose_shipping(checkout_session, "PRIORITY").await.expect("offered");
    app.change_settings(|settings| settings.shipping.zones[1].services[0].code = "OTHER".to_owned()).await;
    assert!(app.checkout().quotes().quote(&checkout_session).await.is_ok(), "the page was loaded before");
    let refused = app.checkout().quotes().quote(&buyer.checkout_session().await.expect("open")).await;
    assert!(matches!(refused, Err(CheckoutError::ShippingNotOffered)), "{refused:?}");
}

async fn another_country_forgets_the_chosen_service(app: TestApp) {
    let buyer = app.buyer().await;
    let checkout_session = buyer.enter_address("DE").await.expect("a good address");
    assert_eq!(checkout_session.document().shipping.as_deref(), Some("PRIORITY"), "another street keeps the service");
    assert_eq!(checkout_session.document().quote, None);
    let checkout_session = buyer.enter_address("FI").await.expect("a good address");
    assert_eq!(checkout_session.document().shipping, None);
}

async fn destinations_under_embargo_are_off_until_they_are_switched_on(app: TestApp) {
    let buyer = app.buyer().await;
    buyer.open().await.expect("open");
    let save = async |country: &str, state: &str, zip: &str| {
        let checkout_session = buyer.checkout_session().await.expect("open");
        let ship_to = Address { state: state.to_owned(), zip: zip.to_owned(), ..samples::address(country) };
        let form = SaveAddress { ship_to, bill_to: None, note: String::new() };
        match app.checkout().sessions().save_address(checkout_session, form).await {
            Ok(_) => Vec::new(),
            Err(CheckoutError::AddressRefused(problems)) => problems.iter().map(|one| (one.field, one.error)).collect(),
            Err(error) => panic!("{error}"),
        }
    };
    let closed = |field| vec![(field, FieldError::NotServiced)];
    assert_eq!(save("IR", "", "").await, closed(AddressField::Country));
    assert_eq!(save("UA", "Крим", "").await.last(), closed(AddressField::State).last());
    assert_eq!(save("UA", "", "95000").await, closed(AddressField::Zip));
    assert_eq!(save("UA", "", "01001").await, []);
    app.change_settings(|settings| {
        settings.allow_embargoed = ["IR", "UA-43"].map(|code| code.parse().expect("a code")).to_vec();
    })
    .await;
    assert_eq!(save("IR", "", "").await, []);
    assert_eq!(save("UA", "", "95000").await, []);
    assert_eq!(save("UA", "", "99011").await, closed(AddressField::Zip), "Sevastopol is another entry");
    assert_eq!(save("CA", "Ontario", "V5K 0A1").await, [(AddressField::State, FieldError::Contradicts)]);
}

async fn downloads_need_no_shipping_and_sell_to_every_served_country(app: TestApp) {
    let mut cart = samples::cart();
    cart.items[0].non_shippable = true;
    cart.domestic_shipping_charge = Some(samples::decimal("12.50"));
    app.change_settings(|settings| settings.shipping.zones.truncate(1)).await;
    let buyer = with_cart(&app, app.create(cart).await.expect("a good cart"));
    buyer.open().await.expect("open");
    let checkout_session = buyer.enter_address("FI").await.expect("no courier has to go there");
    assert_eq!(app.checkout().sessions().shipping_options(&checkout_session).expect("served"), []);
    let quote = buyer.review().await.expect("there is a quote").quote;
    assert_eq!((quote.shipping, quote.domestic_charge), (None, None));
    assert_eq!(quote.totals.grand.to_string(), "199.00 USD");
    let excluded = buyer.enter_address("AF").await;
    assert!(matches!(excluded, Err(CheckoutError::AddressRefused(_))), "{excluded:?}");
}

async fn asking_for_the_quote_again_answers_the_same_one(app: TestApp) {
    let buyer = app.buyer().await;
    let first = buyer.review().await.expect("there is a quote");
    app.advance(Span::minutes(5));
    assert_eq!(buyer.review().await.expect("there is a quote"), first);
    assert_eq!(first.quote.totals.items.to_string(), "199.00 USD");
    assert_eq!(first.quote.totals.shipping.to_string(), "24.50 USD");
    assert_eq!(first.quote.totals.duty_taxes.minor, 0);
    assert_eq!(first.quote.totals.grand.to_string(), "223.50 USD");
}

async fn a_quote_from_a_page_that_is_out_of_date_is_refused(app: TestApp) {
    let buyer = app.buyer().await;
    let old: CheckoutSession = buyer.checkout_session().await.expect("open");
    app.checkout()
        .sessions()
        .choose_shipping(buyer.checkout_session().await.expect("open"), "EXPRESS")
        .await
        .expect("offered");
    let refused = app.checkout().quotes().quote(&old).await;
    assert!(matches!(refused, Err(CheckoutError::QuoteChanged)), "{refused:?}");
    assert_eq!(buyer.review().await.expect("there is a quote").quote.totals.shipping.to_string(), "39.00 USD");
}

async fn changes_in_many_tabs_at_once_are_all_made(app: TestApp) {
    let buyer = app.buyer().await;
    let checkout_session = buyer.checkout_session().await.expect("open");
    let tasks: Vec<_> = (0..6)
        .map(|n| {
            let (app, checkout_session) = (app.app().clone(), checkout_session.clone());
            let id = ["PRIORITY", "EXPRESS"][n % 2];
            tokio::spawn(async move {
                app.checkout()
                    .sessions()
                    .choose_shipping(checkout_session, id)
                    .await
                    .expect("another run finds its turn")
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic");
    }
    assert_eq!(buyer.checkout_session().await.expect("open").checkout.version, checkout_session.checkout.version + 6);
}

async fn the_domestic_charge_is_added_or_shown_but_costs_the_same(app: TestApp) {
    let mut cart = samples::cart();
    cart.domestic_shipping_charge = Some(samples::decimal("12.50"));
    for (as_line, option, line) in [(false, "37.00 USD", None), (true, "24.50 USD", Some("12.50 USD"))] {
        app.change_settings(|settings| settings.domestic_charge_as_line = as_line).await;
        let buyer = with_cart(&app, app.create(cart.clone()).await.expect("a good cart"));
        let quote = buyer.ready().await.quote;
        assert_eq!(quote.shipping.map(|option| option.price.to_string()).as_deref(), Some(option));
        assert_eq!(quote.domestic_charge.map(|charge| charge.to_string()).as_deref(), line);
        assert_eq!(quote.totals.shipping.to_string(), "37.00 USD");
        assert_eq!(quote.totals.grand.to_string(), "236.00 USD");
    }
}

async fn an_override_replaces_the_whole_shipping_for_trusted_carts_only(app: TestApp) {
    let mut cart = samples::cart();
    cart.domestic_shipping_charge = Some(samples::decimal("12.50"));
    cart.shipping_amount_override = Some(samples::decimal("5"));
    for as_line in [false, true] {
        app.change_settings(|settings| settings.domestic_charge_as_line = as_line).await;
        let trusted = app.create(cart.clone()).await.expect("a good cart");
        let totals = with_cart(&app, trusted).ready().await.quote.totals;
        assert_eq!(totals.shipping.to_string(), "5.00 USD", "as a line: {as_line}");
        let credentials = crossdock_app::checkout::stores::Credentials {
            secret: None,
            ..samples::credentials(samples::store_id(), samples::SECRET)
        };
        let command =
            crossdock_app::checkout::carts::CreateCart { credentials, cart: cart.clone(), idempotency_key: None };
        let untrusted = app.checkout().carts().create(command).await.expect("a good cart");
        let totals = with_cart(&app, untrusted).ready().await.quote.totals;
        assert_eq!(totals.shipping.to_string(), "37.00 USD", "as a line: {as_line}");
    }
}
