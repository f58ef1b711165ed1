//! Test orders without a browser.

use crossdock_app::checkout::payment::PaymentStep;
use crossdock_app::checkout::test_order::{TestOrder, TestOutcome};
use crossdock_app::checkout::{CheckoutError, PaymentError};
use crossdock_domain::cart::Cart;
use crossdock_domain::order::OrderStatus;
use crossdock_testkit::{Builder, TestApp, on_both_engines, samples};

use crate::support::placed;

on_both_engines!(
    a_test_order_ends_as_it_was_told,
    a_test_order_is_sent_where_a_buyer_would_be_sent,
    a_cart_makes_one_test_order,
    a_declined_test_order_may_be_tried_again,
    a_test_order_goes_to_every_served_country_and_to_no_other,
);

on_both_engines!(with = Builder::without_test_mode, there_are_no_test_orders_in_real_business);

async fn order(app: &TestApp, country: &str, outcome: TestOutcome) -> Result<PaymentStep, PaymentError> {
    let cart = app.cart().await;
    app.checkout().test_orders().place(TestOrder { cart, country: samples::country(country), outcome }).await
}

async fn a_test_order_ends_as_it_was_told(app: TestApp) {
    let approved = order(&app, "CA", TestOutcome::Approved).await.expect("paid");
    assert!(matches!(approved, PaymentStep::Placed { status: OrderStatus::InProcess, .. }));
    let found = app.read_order(placed(&approved)).await;
    assert!(found.test);
    assert_eq!(
        (found.document.ship_to.country, &found.document.ship_to.email[..]),
        (samples::country("CA"), "test.buyer@example.com")
    );
    let review = order(&app, "DE", TestOutcome::Review).await.expect("paid");
    assert!(matches!(review, PaymentStep::Placed { status: OrderStatus::FraudReview, .. }));
    let declined = order(&app, "DE", TestOutcome::Declined).await.expect("an answer");
    assert_eq!(declined, PaymentStep::Declined { reason: "card_declined".to_owned() });
    app.run_jobs().await;
}

async fn a_test_order_is_sent_where_a_buyer_would_be_sent(app: TestApp) {
    let page = "http://www.examplestore.com/internationalThankYou";
    let cart = Cart { confirmation_url: Some(page.to_owned()), ..samples::cart() };
    let cart = app.create(cart).await.expect("a good cart");
    let command = TestOrder { cart, country: samples::country("DE"), outcome: TestOutcome::Approved };
    match app.checkout().test_orders().place(command).await.expect("paid") {
        PaymentStep::Placed { redirect, .. } => assert_eq!(redirect, format!("{page}?orderId=999-10001")),
        other => panic!("{other:?}"),
    }
    app.run_jobs().await;
}

async fn a_cart_makes_one_test_order(app: TestApp) {
    let command = TestOrder { cart: app.cart().await, country: samples::country("DE"), outcome: TestOutcome::Approved };
    let first = app.checkout().test_orders().place(command).await.expect("paid");
    assert_eq!(app.checkout().test_orders().place(command).await.expect("it stands"), first);
    assert_eq!(app.order_numbers(samples::store_id()).await, [10_001]);
    app.run_jobs().await;
}

async fn a_declined_test_order_may_be_tried_again(app: TestApp) {
    let declined =
        TestOrder { cart: app.cart().await, country: samples::country("DE"), outcome: TestOutcome::Declined };
    app.checkout().test_orders().place(declined).await.expect("an answer");
    let country = samples::country("FR");
    let order = placed(
        &app.checkout()
            .test_orders()
            .place(TestOrder { country, outcome: TestOutcome::Approved, ..declined })
            .await
            .expect("paid"),
    );
    assert_eq!(app.read_order(order).await.document.ship_to.country, country);
    app.run_jobs().await;
}

async fn a_test_order_goes_to_every_served_country_and_to_no_other(app: TestApp) {
    for country in ["US", "AP", "BR", "JP", "IC", "NV", "HK"] {
        placed(&order(&app, country, TestOutcome::Approved).await.expect(country));
    }
    let refused = order(&app, "AF", TestOutcome::Approved).await;
    assert!(matches!(refused, Err(PaymentError::Checkout(CheckoutError::AddressRefused(_)))), "{refused:?}");
    app.run_jobs().await;
}

async fn there_are_no_test_orders_in_real_business(app: TestApp) {
    let refused = order(&app, "DE", TestOutcome::Approved).await;
    assert!(matches!(refused, Err(PaymentError::TestModeOnly)), "{refused:?}");
}
