//! Who may speak for a store, and what guessing costs.

use crossdock_app::App;
use crossdock_app::checkout::carts::CreateCart;
use crossdock_app::checkout::stores::Credentials;
use crossdock_app::checkout::{CartError, CredentialsError};
use crossdock_domain::clock::Span;
use crossdock_domain::ids::StoreId;
use crossdock_testkit::{TestApp, on_both_engines, on_postgres, samples};
use secrecy::SecretString;

on_both_engines!(
    the_secret_opens_its_own_store_only,
    blanks_around_a_secret_do_not_count,
    every_kind_of_failure_looks_the_same,
    repeated_failures_cost_time_per_store_and_address,
    trying_many_stores_from_one_address_costs_time_too,
    failures_at_once_are_all_counted,
    the_right_secret_forgives_earlier_failures,
    a_cart_without_secret_for_an_unknown_store_is_told_like_a_wrong_secret,
    a_changed_secret_counts_at_once,
);

on_postgres!(a_secret_changed_elsewhere_counts_at_once_and_ends_the_old_one_in_two_seconds);

const WRONG: &str = "00000000-0000-4000-8000-000000000000";

fn unknown_store() -> StoreId {
    StoreId::new(111).expect("an id")
}

async fn delay(app: &App, credentials: &Credentials) -> Span {
    match app.checkout().stores().authenticate(credentials).await {
        Err(CredentialsError::Invalid { delay }) => delay,
        other => panic!("{credentials:?}: {other:?}"),
    }
}

async fn the_secret_opens_its_own_store_only(app: TestApp) {
    let other = app.add_other_store().await;
    let own = app
        .checkout()
        .stores()
        .authenticate(&samples::credentials(samples::store_id(), samples::SECRET))
        .await
        .expect("its secret");
    assert_eq!(own, samples::store(samples::store_id()));
    let own = app
        .checkout()
        .stores()
        .authenticate(&samples::credentials(other, samples::OTHER_SECRET))
        .await
        .expect("its secret");
    assert_eq!(own.id, other);
    delay(&app, &samples::credentials(other, samples::SECRET)).await;
    delay(&app, &samples::credentials(samples::store_id(), samples::OTHER_SECRET)).await;
}

async fn blanks_around_a_secret_do_not_count(app: TestApp) {
    let padded = format!("  {}\n", samples::SECRET);
    app.checkout()
        .stores()
        .authenticate(&samples::credentials(samples::store_id(), &padded))
        .await
        .expect("Magento trims, others do not");
}

async fn every_kind_of_failure_looks_the_same(app: TestApp) {
    let base = samples::credentials(samples::store_id(), WRONG);
    for credentials in [
        base.clone(),
        Credentials { secret: None, ..base.clone() },
        Credentials { secret: Some(SecretString::from("")), ..base.clone() },
        Credentials { store: Some(unknown_store()), ..base.clone() },
        Credentials { store: None, ..base.clone() },
        Credentials { store: None, secret: None, ..base.clone() },
        Credentials { store: StoreId::new(StoreId::MAX), ..base.clone() },
    ] {
        for _ in 0..2 {
            let error = app.checkout().stores().authenticate(&credentials).await.expect_err("nothing is proved");
            assert_eq!(error.to_string(), "invalid store or secret");
            assert_eq!(error.code(), "invalid_credentials");
            assert!(matches!(error, CredentialsError::Invalid { delay: Span(0) }), "{error:?}");
        }
    }
}

async fn repeated_failures_cost_time_per_store_and_address(app: TestApp) {
    for store in [Some(samples::store_id()), Some(unknown_store()), None] {
        let credentials = Credentials { store, ..samples::credentials(samples::store_id(), WRONG) };
        let mut delays = Vec::new();
        for _ in 0..16 {
            delays.push(delay(&app, &credentials).await.0 / 1_000);
        }
        let wanted = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 250, 500, 1_000, 2_000, 4_000, 4_000];
        assert_eq!(delays, wanted, "{store:?}");
        // Somebody else is not held back for that.
        let elsewhere = Credentials { client: samples::client(2), ..credentials };
        assert_eq!(delay(&app, &elsewhere).await, Span(0));
    }
}

async fn trying_many_stores_from_one_address_costs_time_too(app: TestApp) {
    for id in 1..=50 {
        let credentials = samples::credentials(StoreId::new(id).expect("an id"), WRONG);
        assert_eq!(delay(&app, &credentials).await, Span(0));
    }
    assert!(delay(&app, &samples::credentials(StoreId::new(51).expect("an id"), WRONG)).await > Span(0));
    // Who knows the secret does not wait, whatever the neighbours behind the same address do.
    app.checkout()
        .stores()
        .authenticate(&samples::credentials(samples::store_id(), samples::SECRET))
        .await
        .expect("its secret");
}

async fn failures_at_once_are_all_counted(app: TestApp) {
    let credentials = samples::credentials(samples::store_id(), WRONG);
    let tasks: Vec<_> = (0..40)
        .map(|_| {
            let (app, credentials) = (app.app().clone(), credentials.clone());
            tokio::spawn(async move { delay(&app, &credentials).await })
        })
        .collect();
    let mut free = 0;
    for task in tasks {
        free += usize::from(task.await.expect("no panic") == Span(0));
    }
    assert_eq!(free, 10);
}

async fn the_right_secret_forgives_earlier_failures(app: TestApp) {
    let wrong = samples::credentials(samples::store_id(), WRONG);
    for _ in 0..12 {
        delay(&app, &wrong).await;
    }
    app.checkout()
        .stores()
        .authenticate(&samples::credentials(samples::store_id(), samples::SECRET))
        .await
        .expect("its secret");
    assert_eq!(delay(&app, &wrong).await, Span(0));
}

async fn a_cart_without_secret_for_an_unknown_store_is_told_like_a_wrong_secret(app: TestApp) {
    for (store, secret) in [(Some(unknown_store()), None), (Some(samples::store_id()), Some(WRONG)), (None, None)] {
        let credentials = Credentials { store, secret: secret.map(SecretString::from), client: samples::client(3) };
        let mut delays = Vec::new();
        for _ in 0..12 {
            let command = CreateCart { credentials: credentials.clone(), cart: samples::cart(), idempotency_key: None };
            match app.checkout().carts().create(command).await {
                Err(CartError::InvalidCredentials { delay }) => delays.push(delay.0 / 1_000),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(delays, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 250, 500], "{store:?}");
    }
}

async fn a_changed_secret_counts_at_once(app: TestApp) {
    let old = samples::credentials(samples::store_id(), samples::SECRET);
    app.checkout().stores().authenticate(&old).await.expect("its secret");
    let secret = app.platform().new_secret();
    app.checkout().stores().rotate_secret(samples::store_id(), &secret).await.expect("the store is there");
    delay(&app, &old).await;
    app.checkout().stores().authenticate(&Credentials { secret: Some(secret), ..old }).await.expect("its new secret");
}

async fn a_secret_changed_elsewhere_counts_at_once_and_ends_the_old_one_in_two_seconds(app: TestApp) {
    let old = samples::credentials(samples::store_id(), samples::SECRET);
    app.checkout().stores().authenticate(&old).await.expect("its secret");
    let node = app.second_node().await;
    let secret = app.platform().new_secret();
    node.checkout().stores().rotate_secret(samples::store_id(), &secret).await.expect("the store is there");
    app.checkout()
        .stores()
        .authenticate(&Credentials { secret: Some(secret), ..old.clone() })
        .await
        .expect("its new secret, no delay");
    app.advance(Span::seconds(2));
    delay(&app, &old).await;
}
