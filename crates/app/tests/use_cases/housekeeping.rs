//! Housekeeping forgets what no longer matters and nothing else.

use crossdock_app::checkout::CheckoutError;
use crossdock_app::checkout::carts::CreateCart;
use crossdock_app::checkout::payment::PaymentStep;
use crossdock_domain::clock::Span;
use crossdock_testkit::{BankCall, BankFault, Builder, Buyer, Card, TestApp, on_both_engines, samples};

use crate::support::{money, placed};

on_both_engines!(
    old_carts_that_led_nowhere_go_and_paid_ones_stay,
    a_cart_that_can_still_be_paid_stays_however_old_it_is,
    expired_keys_and_old_finished_jobs_go,
);

on_both_engines!(with = Builder::with_bank, a_payment_whose_end_is_open_keeps_its_cart);

async fn old_carts_that_led_nowhere_go_and_paid_ones_stay(app: TestApp) {
    let untouched = app.cart().await;
    let opened = app.buyer().await;
    let declined = app.buyer().await;
    declined.pay(Card::Decline).await.expect("an answer");
    let paid = app.buyer().await;
    let order = placed(&paid.pay(Card::Approve).await.expect("paid"));
    app.run_jobs().await;
    let before = app.read_order(order).await;

    app.advance(Span::days(90));
    assert_eq!(app.housekeeping().await.expect("it runs"), 1, "the finished job; the carts' time was over a day later");
    app.advance(Span::days(1));
    app.advance(Span::seconds(1));
    let young = app.cart().await;
    assert_eq!(app.housekeeping().await.expect("it runs"), 3);
    assert_eq!(app.housekeeping().await.expect("it runs"), 0);
    for gone in [untouched, opened.cart(), declined.cart()] {
        assert!(matches!(app.checkout().sessions().cart_and_store(gone).await, Err(CheckoutError::CartNotFound)));
    }
    app.checkout().sessions().cart_and_store(young).await.expect("it stays");
    assert_eq!(app.read_order(order).await, before);
    assert_eq!(money(&app.history(order).await), ["captured"]);
    assert!(matches!(paid.open().await, Err(CheckoutError::CartPaid(id)) if id == order));
    assert!(
        app.checkout()
            .sessions()
            .confirmation(paid.cart(), order, Some(paid.browser().clone()))
            .await
            .expect("it stays")
            .is_buyer
    );
}

async fn a_cart_that_can_still_be_paid_stays_however_old_it_is(app: TestApp) {
    app.change_settings(|settings| settings.cart_lifetime_minutes = 365 * 24 * 60).await;
    let buyer = app.buyer().await;
    app.advance(Span::days(364));
    assert_eq!(app.housekeeping().await.expect("it runs"), 0);
    placed(&buyer.pay(Card::Approve).await.expect("there is still time"));
    app.run_jobs().await;
}

async fn expired_keys_and_old_finished_jobs_go(app: TestApp) {
    let command = |key: &str| CreateCart {
        credentials: samples::credentials(samples::store_id(), samples::SECRET),
        cart: samples::cart(),
        idempotency_key: Some(key.to_owned()),
    };
    app.checkout().carts().create(command("old")).await.expect("it is stored");
    app.advance(Span::hours(24));
    app.checkout().carts().create(command("new")).await.expect("it is stored");
    assert_eq!(app.housekeeping().await.expect("it runs"), 1);

    let order = app.paid_order().await;
    app.run_jobs().await;
    app.advance(Span::days(7));
    assert_eq!(app.housekeeping().await.expect("it runs"), 1, "the other key; the job is not older than a week");
    app.advance(Span::seconds(1));
    assert_eq!(app.housekeeping().await.expect("it runs"), 1);
    assert_eq!(app.jobs().counts().await.expect("counted"), []);
    assert_eq!(money(&app.history(order).await), ["captured"]);
}

async fn a_payment_whose_end_is_open_keeps_its_cart(app: TestApp) {
    let unknown = app.buyer().await;
    app.bank().fail_next(BankCall::Authorise, BankFault::AnswerLost);
    assert_eq!(unknown.pay(Card::Approve).await.expect("no outcome"), PaymentStep::Pending);
    let challenged = app.buyer().await;
    challenged.pay(Card::Challenge).await.expect("an answer");
    app.advance(Span::days(100));
    assert_eq!(app.housekeeping().await.expect("it runs"), 0);
    // The worker was away for long; the payment is still found.
    app.run_all_jobs().await;
    assert_eq!(app.order_numbers(samples::store_id()).await, [10_001]);
    let late = Buyer::new(&app, challenged.cart(), "one");
    assert!(matches!(late.open().await, Err(CheckoutError::CartExpired)), "kept, but over");
}
