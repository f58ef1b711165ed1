//! Registering carts.

use crossdock_app::checkout::carts::CreateCart;
use crossdock_app::checkout::stores::Credentials;
use crossdock_app::checkout::{CartError, CheckoutError};
use crossdock_domain::cart::CartProblem;
use crossdock_domain::cart::{Cart, MAX_LINES};
use crossdock_domain::clock::Span;
use crossdock_domain::ids::CartId;
use crossdock_testkit::{TestApp, on_both_engines, samples};

on_both_engines!(
    a_cart_is_stored_as_it_was_given_and_lives_as_long_as_the_store_says,
    a_cart_without_secret_is_stored_but_not_trusted,
    a_cart_with_a_wrong_secret_is_refused,
    every_rule_of_a_cart_is_checked_and_nothing_is_stored,
    odd_but_harmless_carts_are_taken,
    carts_that_come_at_once_are_all_stored,
    a_repeated_key_answers_the_first_cart,
    the_spelling_of_numbers_does_not_change_the_meaning,
    a_repeated_key_with_another_cart_is_refused,
    a_key_is_forgotten_after_a_day,
    a_key_belongs_to_its_store,
    strangers_cannot_occupy_the_keys_of_a_merchant,
    a_refused_cart_does_not_use_up_its_key,
    one_key_at_once_makes_one_cart,
);

fn with_secret(cart: Cart, key: &str) -> CreateCart {
    let credentials = samples::credentials(samples::store_id(), samples::SECRET);
    CreateCart { credentials, cart, idempotency_key: Some(key.to_owned()) }
}

fn without_secret(cart: Cart, key: Option<&str>) -> CreateCart {
    let credentials = Credentials { secret: None, ..samples::credentials(samples::store_id(), samples::SECRET) };
    CreateCart { credentials, cart, idempotency_key: key.map(ToOwned::to_owned) }
}

async fn a_cart_is_stored_as_it_was_given_and_lives_as_long_as_the_store_says(app: TestApp) {
    app.change_settings(|settings| settings.cart_lifetime_minutes = 90).await;
    let mut given = samples::cart();
    given.items[0].description = "Größe 東京 <b>\"x\"</b> \u{1F453}".to_owned();
    given.misc[5] = Some(String::new());
    let id = app.create(given.clone()).await.expect("the cart is good");
    let (row, store) = app.checkout().sessions().cart_and_store(id).await.expect("it is stored");
    assert_eq!((row.id, row.store, row.trusted), (id, samples::store_id(), true));
    assert_eq!(row.cart, given);
    assert_eq!((row.created_at, row.expires_at), (samples::noon(), samples::noon() + Span::minutes(90)));
    assert_eq!(store.id, samples::store_id());
    assert!(matches!(
        app.checkout().sessions().cart_and_store("0198c0de-0000-7000-8000-000000000001".parse().expect("an id")).await,
        Err(CheckoutError::CartNotFound)
    ));
}

async fn a_cart_without_secret_is_stored_but_not_trusted(app: TestApp) {
    let id = app
        .checkout()
        .carts()
        .create(without_secret(samples::cart(), None))
        .await
        .expect("the secret is optional here");
    assert!(!app.checkout().sessions().cart_and_store(id).await.expect("it is stored").0.trusted);
}

async fn a_cart_with_a_wrong_secret_is_refused(app: TestApp) {
    for secret in ["", "00000000-0000-4000-8000-000000000000", samples::OTHER_SECRET] {
        let refused = app.create_for(samples::store_id(), secret, samples::cart()).await;
        assert!(matches!(refused, Err(CartError::InvalidCredentials { .. })), "{secret:?}: {refused:?}");
    }
}

fn changed(change: impl FnOnce(&mut Cart)) -> Cart {
    let mut cart = samples::cart();
    change(&mut cart);
    cart
}

async fn every_rule_of_a_cart_is_checked_and_nothing_is_stored(app: TestApp) {
    let invalid = |item, field, must| CartProblem::Invalid { item, field, must };
    let price = "must be between -1000000000 and 1000000000, rounded to 4 decimals";
    let quantity = "must be greater than 0 and at most 1000000000, rounded to 4 decimals";
    let range = "must not be negative or out of range";
    let cases = [
        (Cart::default(), CartProblem::NoItems),
        (
            changed(|cart| cart.items = vec![cart.items[0].clone(); MAX_LINES + 1]),
            CartProblem::TooManyItems { max: MAX_LINES },
        ),
        (
            changed(|cart| cart.reference_id = Some("ü".repeat(501))),
            CartProblem::TooLong { item: None, field: "referenceId", max: 500 },
        ),
        (
            changed(|cart| cart.items[0].item_url = Some("x".repeat(2_001))),
            CartProblem::TooLong { item: Some(1), field: "itemURL", max: 2_000 },
        ),
        (
            changed(|cart| cart.misc[2] = Some("a\0b".to_owned())),
            invalid(None, "misc3", "must not contain null characters"),
        ),
        (changed(|cart| cart.items[0].description = " \t".to_owned()), invalid(Some(1), "description", "is required")),
        (changed(|cart| cart.items.push(samples::item("no pieces", "1", "0"))), invalid(Some(2), "quantity", quantity)),
        (changed(|cart| cart.items[0].quantity = samples::decimal("-1")), invalid(Some(1), "quantity", quantity)),
        (changed(|cart| cart.items[0].quantity = samples::decimal("1.00001")), invalid(Some(1), "quantity", quantity)),
        (changed(|cart| cart.items[0].unit_price = samples::decimal("1.23456")), invalid(Some(1), "unitPrice", price)),
        (
            changed(|cart| cart.items[0].unit_price = samples::decimal("1000000000.01")),
            invalid(Some(1), "unitPrice", price),
        ),
        (changed(|cart| cart.items[0].weight = Some(samples::decimal("-1"))), invalid(Some(1), "weight", range)),
        (
            changed(|cart| cart.domestic_shipping_charge = Some(samples::decimal("-0.01"))),
            invalid(None, "domesticShippingCharge", range),
        ),
        (
            changed(|cart| cart.shipping_amount_override = Some(samples::decimal("-1"))),
            invalid(None, "shippingAmountOverride", range),
        ),
        (changed(|cart| cart.items.push(samples::item("too much", "-199.01", "1"))), CartProblem::NegativeTotal),
        (
            changed(|cart| cart.items = vec![samples::item("gold", "1000000000", "1000000000"); 2]),
            CartProblem::TotalTooLarge,
        ),
    ];
    for (cart, wanted) in cases {
        match app.create(cart).await {
            Err(CartError::Refused(problem)) => assert_eq!(problem, wanted),
            other => panic!("{wanted:?}: {other:?}"),
        }
    }
}

async fn odd_but_harmless_carts_are_taken(app: TestApp) {
    for cart in [
        changed(|cart| cart.items = vec![cart.items[0].clone(); MAX_LINES]),
        changed(|cart| cart.items[0].quantity = samples::decimal("1.0000")),
        changed(|cart| cart.items[0].unit_price = samples::decimal("0")),
        changed(|cart| cart.items[0].unit_price = samples::decimal("-0.00")),
        changed(|cart| cart.items[0].unit_price = samples::decimal("19.9000000")),
        changed(|cart| cart.items[0].weight = Some(samples::decimal("0"))),
        changed(|cart| cart.reference_id = Some("ü".repeat(500))),
        changed(|cart| cart.reference_id = Some(String::new())),
        changed(|cart| cart.box_count = Some("nonsense".to_owned())),
        changed(|cart| cart.confirmation_url = Some("javascript:alert(1)".to_owned())),
    ] {
        let id = app.create(cart.clone()).await.expect("odd, but fine");
        assert_eq!(app.checkout().sessions().cart_and_store(id).await.expect("it is stored").0.cart, cart);
    }
}

async fn carts_that_come_at_once_are_all_stored(app: TestApp) {
    let tasks: Vec<_> = (0..300)
        .map(|n| {
            let app = app.app().clone();
            tokio::spawn(async move {
                let cart = changed(|cart| cart.reference_id = Some(n.to_string()));
                (n, app.checkout().carts().create(without_secret(cart, None)).await.expect("it is stored"))
            })
        })
        .collect();
    for task in tasks {
        let (n, id) = task.await.expect("no panic");
        let found = app.checkout().sessions().cart_and_store(id).await.expect("it is stored").0.cart.reference_id;
        assert_eq!(found, Some(n.to_string()));
    }
}

async fn a_repeated_key_answers_the_first_cart(app: TestApp) {
    let first = app.checkout().carts().create(with_secret(samples::cart(), "one")).await.expect("it is stored");
    app.advance(Span::hours(23));
    assert_eq!(app.checkout().carts().create(with_secret(samples::cart(), "one")).await.expect("the same"), first);
    assert_ne!(app.checkout().carts().create(with_secret(samples::cart(), "two")).await.expect("another"), first);
    let without_key = CreateCart { idempotency_key: None, ..with_secret(samples::cart(), "one") };
    assert_ne!(app.checkout().carts().create(without_key).await.expect("another"), first);
}

async fn the_spelling_of_numbers_does_not_change_the_meaning(app: TestApp) {
    let first = app.checkout().carts().create(with_secret(samples::cart(), "one")).await.expect("it is stored");
    let spelled = changed(|cart| {
        cart.items[0].unit_price = samples::decimal("199");
        cart.items[0].quantity = samples::decimal("1.000");
        cart.items[0].weight = Some(samples::decimal("4.0"));
    });
    assert_eq!(app.checkout().carts().create(with_secret(spelled, "one")).await.expect("the same"), first);
    let stored = app.checkout().sessions().cart_and_store(first).await.expect("it is stored").0.cart;
    assert_eq!(stored.items[0].unit_price.to_string(), "199.00", "stored as it was given");
}

async fn a_repeated_key_with_another_cart_is_refused(app: TestApp) {
    app.checkout().carts().create(with_secret(samples::cart(), "one")).await.expect("it is stored");
    for other in [
        changed(|cart| cart.items[0].unit_price = samples::decimal("199.01")),
        changed(|cart| cart.items[0].sku = None),
        changed(|cart| cart.misc[0] = Some("7".to_owned())),
    ] {
        let refused = app.checkout().carts().create(with_secret(other, "one")).await;
        assert!(matches!(refused, Err(CartError::IdempotencyMismatch)), "{refused:?}");
    }
}

async fn a_key_is_forgotten_after_a_day(app: TestApp) {
    let first = app.checkout().carts().create(with_secret(samples::cart(), "one")).await.expect("it is stored");
    app.advance(Span::hours(24));
    let other = changed(|cart| cart.misc[0] = Some("7".to_owned()));
    let second = app.checkout().carts().create(with_secret(other.clone(), "one")).await.expect("the key is free again");
    assert_ne!(first, second);
    assert_eq!(app.checkout().carts().create(with_secret(other, "one")).await.expect("the same"), second);
}

async fn a_key_belongs_to_its_store(app: TestApp) {
    let other = app.add_other_store().await;
    let first = app.checkout().carts().create(with_secret(samples::cart(), "one")).await.expect("it is stored");
    let credentials = samples::credentials(other, samples::OTHER_SECRET);
    let command = CreateCart { credentials, ..with_secret(samples::cart(), "one") };
    let second = app.checkout().carts().create(command).await.expect("it is stored");
    assert_ne!(first, second);
    assert_eq!(app.checkout().sessions().cart_and_store(second).await.expect("it is stored").0.store, other);
}

async fn strangers_cannot_occupy_the_keys_of_a_merchant(app: TestApp) {
    let other = changed(|cart| cart.misc[0] = Some("7".to_owned()));
    let stranger = app.checkout().carts().create(without_secret(other, Some("one"))).await.expect("it is stored");
    let merchant = app
        .checkout()
        .carts()
        .create(with_secret(samples::cart(), "one"))
        .await
        .expect("the key is the merchant's own");
    assert_ne!(stranger, merchant);
    assert!(app.checkout().sessions().cart_and_store(merchant).await.expect("it is stored").0.trusted);
}

async fn a_refused_cart_does_not_use_up_its_key(app: TestApp) {
    app.checkout().carts().create(with_secret(Cart::default(), "one")).await.expect_err("it is empty");
    app.checkout().carts().create(with_secret(samples::cart(), "one")).await.expect("the key is free");
}

async fn one_key_at_once_makes_one_cart(app: TestApp) {
    let tasks: Vec<_> = (0..40)
        .map(|_| {
            let app = app.app().clone();
            tokio::spawn(async move { app.checkout().carts().create(with_secret(samples::cart(), "one")).await })
        })
        .collect();
    let mut ids: Vec<CartId> = Vec::new();
    for task in tasks {
        ids.push(task.await.expect("no panic").expect("it is stored or known"));
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    app.checkout().sessions().cart_and_store(ids[0]).await.expect("it is stored");
}
