//! Stores and their settings.

use crossdock_app::checkout::{StaffOrderError, StoreError};
use crossdock_domain::clock::Span;
use crossdock_domain::money::Currency;
use crossdock_domain::store::{Store, StoreSettings};
use crossdock_testkit::{Builder, TestApp, on_both_engines, samples};
use secrecy::{ExposeSecret, SecretString};

on_both_engines!(
    with = Builder::empty,
    a_store_is_added_once_and_listed,
    settings_that_make_no_sense_are_refused,
    a_changed_store_is_seen_at_once_and_its_currency_stays,
    an_unknown_store_cannot_be_changed,
    a_new_secret_is_a_guid_and_a_short_one_is_refused,
    every_store_counts_its_own_orders,
);

fn secret() -> SecretString {
    SecretString::from(samples::SECRET)
}

async fn a_store_is_added_once_and_listed(app: TestApp) {
    assert_eq!(app.checkout().stores().list().await.expect("listed"), []);
    let store = samples::store(samples::store_id());
    app.checkout().stores().add(store.clone(), &secret()).await.expect("new");
    let again = app.checkout().stores().add(store.clone(), &secret()).await;
    assert!(matches!(again, Err(StoreError::Exists)), "{again:?}");
    let other = samples::store(samples::other_store_id());
    app.checkout().stores().add(other.clone(), &SecretString::from(samples::OTHER_SECRET)).await.expect("new");
    assert_eq!(app.checkout().stores().list().await.expect("listed"), [other, store.clone()], "by id");
    assert_eq!(app.checkout().stores().get(samples::store_id()).await.expect("there"), store);
    app.checkout()
        .stores()
        .authenticate(&samples::credentials(samples::store_id(), samples::SECRET))
        .await
        .expect("its secret");
}

async fn settings_that_make_no_sense_are_refused(app: TestApp) {
    let good = samples::store(samples::store_id());
    let with = |change: fn(&mut StoreSettings)| {
        let mut store = good.clone();
        change(&mut store.settings);
        store
    };
    for (store, part) in [
        (Store { name: " ".to_owned(), ..good.clone() }, "name"),
        (Store { name: "ü".repeat(201), ..good.clone() }, "name"),
        (with(|s| s.cart_lifetime_minutes = 0), "cart_lifetime_minutes"),
        (with(|s| s.cart_lifetime_minutes = 525_601), "cart_lifetime_minutes"),
        (with(|s| s.providers.clear()), "providers"),
        (with(|s| s.success_url = Some("https://evil.example/".to_owned())), "success_url"),
        (with(|s| s.redirect_hosts.push("https://shop.example/".to_owned())), "redirect_hosts"),
        (with(|s| s.redirect_hosts.push(" ".to_owned())), "redirect_hosts"),
        (with(|s| s.frame_origins.push("https://shop.example/".to_owned())), "frame_origins"),
        (with(|s| s.frame_origins.push("shop.example".to_owned())), "frame_origins"),
        (with(|s| s.shipping.zones[0].services[0].bands.clear()), "shipping"),
    ] {
        match app.checkout().stores().add(store, &secret()).await {
            Err(StoreError::SettingsRefused(text)) => assert!(text.contains(part), "{part}: {text}"),
            other => panic!("{part}: {other:?}"),
        }
    }
    assert_eq!(app.checkout().stores().list().await.expect("listed"), []);
}

async fn a_changed_store_is_seen_at_once_and_its_currency_stays(app: TestApp) {
    let mut store = samples::store(samples::store_id());
    app.checkout().stores().add(store.clone(), &secret()).await.expect("new");
    app.checkout().stores().get(store.id).await.expect("there");
    store.name = "Renamed".to_owned();
    store.settings.cart_lifetime_minutes = 5;
    app.checkout().stores().update(store.clone()).await.expect("changed");
    assert_eq!(app.checkout().stores().get(store.id).await.expect("there"), store);
    let euro = Store { currency: Currency::from_code("EUR").expect("known"), ..store.clone() };
    let refused = app.checkout().stores().update(euro).await;
    assert!(matches!(refused, Err(StoreError::SettingsRefused(_))), "{refused:?}");
    app.advance(Span::seconds(5));
    assert_eq!(app.checkout().stores().get(store.id).await.expect("there"), store);
    app.checkout()
        .stores()
        .authenticate(&samples::credentials(store.id, samples::SECRET))
        .await
        .expect("the secret stays");
}

async fn an_unknown_store_cannot_be_changed(app: TestApp) {
    let store = samples::store(samples::store_id());
    assert!(matches!(app.checkout().stores().update(store.clone()).await, Err(StoreError::NotFound)));
    assert!(matches!(app.checkout().stores().rotate_secret(store.id, &secret()).await, Err(StoreError::NotFound)));
    assert!(matches!(app.checkout().stores().get(store.id).await, Err(StoreError::NotFound)));
    assert!(matches!(
        app.checkout().orders().since(store.id, samples::noon(), 10).await,
        Err(StaffOrderError::StoreNotFound)
    ));
}

async fn a_new_secret_is_a_guid_and_a_short_one_is_refused(app: TestApp) {
    let store = samples::store(samples::store_id());
    let (one, two) = (app.platform().new_secret(), app.platform().new_secret());
    assert_eq!(one.expose_secret().len(), 36);
    assert_ne!(one.expose_secret(), two.expose_secret());
    for short in ["", "                         ", "nineteen characters"] {
        let refused = app.checkout().stores().add(store.clone(), &SecretString::from(short)).await;
        assert!(matches!(refused, Err(StoreError::SettingsRefused(_))), "{short:?}: {refused:?}");
    }
    app.checkout().stores().add(store.clone(), &one).await.expect("new");
    let refused = app.checkout().stores().rotate_secret(store.id, &SecretString::from("nineteen characters")).await;
    assert!(matches!(refused, Err(StoreError::SettingsRefused(_))), "{refused:?}");
}

async fn every_store_counts_its_own_orders(app: TestApp) {
    let (store, other) = (samples::store_id(), samples::other_store_id());
    app.checkout().stores().add(samples::store(store), &secret()).await.expect("new");
    app.add_other_store().await;
    app.paid_order().await;
    app.paid_order().await;
    let cart = app.create_for(other, samples::OTHER_SECRET, samples::cart()).await.expect("a good cart");
    let buyer = crossdock_testkit::Buyer::new(&app, cart, "one");
    buyer.ready().await;
    buyer.pay(crossdock_testkit::Card::Approve).await.expect("paid");
    assert_eq!(app.order_numbers(store).await, [10_001, 10_002]);
    assert_eq!(app.order_numbers(other).await, [10_001]);
    app.run_jobs().await;
}
