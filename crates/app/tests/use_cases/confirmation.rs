//! Our own page after the purchase.

use crossdock_app::checkout::CheckoutError;
use crossdock_app::checkout::session::Browser;
use crossdock_testkit::{Buyer, Card, TestApp, on_both_engines};

use crate::support::placed;

on_both_engines!(only_the_browser_that_paid_is_the_buyer, the_confirmation_needs_the_ids_of_cart_and_order_together,);

async fn only_the_browser_that_paid_is_the_buyer(app: TestApp) {
    let buyer = app.buyer().await;
    // Somebody with the same link, who even typed an address.
    let stranger = Buyer::new(&app, buyer.cart(), "another browser");
    stranger.ready().await;
    let order = placed(&buyer.pay(Card::Approve).await.expect("paid"));
    app.run_jobs().await;
    for (browser, is_buyer) in [
        (Some(buyer.browser().clone()), true),
        (Some(stranger.browser().clone()), false),
        (Some(Browser::of_cookie("never seen")), false),
        (None, false),
    ] {
        let page = app
            .checkout()
            .sessions()
            .confirmation(buyer.cart(), order, browser.clone())
            .await
            .expect("both ids are known");
        assert_eq!((page.order.id, page.is_buyer), (order, is_buyer), "{browser:?}");
    }
}

async fn the_confirmation_needs_the_ids_of_cart_and_order_together(app: TestApp) {
    let buyer = app.buyer().await;
    let order = placed(&buyer.pay(Card::Approve).await.expect("paid"));
    let other = app.buyer().await;
    let unpaid = app.checkout().sessions().confirmation(other.cart(), order, None).await;
    assert!(matches!(unpaid, Err(CheckoutError::OrderNotFound)), "{unpaid:?}");
    let second = placed(&other.pay(Card::Approve).await.expect("paid"));
    let swapped = app.checkout().sessions().confirmation(buyer.cart(), second, None).await;
    assert!(matches!(swapped, Err(CheckoutError::OrderNotFound)), "{swapped:?}");
    let unknown = "0198c0de-0000-7000-8000-000000000001".parse().expect("an id");
    let unknown = app.checkout().sessions().confirmation(unknown, order, None).await;
    assert!(matches!(unknown, Err(CheckoutError::CartNotFound)), "{unknown:?}");
    app.run_jobs().await;
}
