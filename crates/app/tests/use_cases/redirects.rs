//! Where buyers are sent: registered hosts only, and `orderId` as the only addition.

use crossdock_app::checkout::orders::staff::StaffAction;
use crossdock_app::checkout::payment::PaymentStep;
use crossdock_domain::cart::Cart;
use crossdock_testkit::{Buyer, Card, TestApp, on_both_engines, samples};

on_both_engines!(
    a_buyer_goes_to_the_page_of_the_cart_else_of_the_store_else_to_ours,
    no_spelling_of_a_target_leads_to_a_foreign_host,
    an_awaited_transfer_leads_to_our_page_with_the_reference_until_it_is_booked,
    the_way_back_to_the_shop_is_on_a_registered_host_too,
);

async fn redirect(app: &TestApp, confirmation_url: Option<&str>) -> String {
    let cart = Cart { confirmation_url: confirmation_url.map(ToOwned::to_owned), ..samples::cart() };
    let cart = app.create(cart).await.expect("a good cart");
    let buyer = Buyer::new(app, cart, "one");
    buyer.ready().await;
    let step = buyer.pay(Card::Approve).await.expect("paid");
    app.run_jobs().await;
    match step {
        PaymentStep::Placed { order, redirect, .. } => {
            redirect.replace(&order.to_string(), "999-N").replace(&cart.to_string(), "CART")
        }
        other => panic!("{other:?}"),
    }
}

const OURS: &str = "https://checkout.example/confirmation/CART?orderId=999-N";

async fn a_buyer_goes_to_the_page_of_the_cart_else_of_the_store_else_to_ours(app: TestApp) {
    assert_eq!(redirect(&app, None).await, OURS);
    for (given, wanted) in [
        (
            "http://www.examplestore.com/internationalThankYou",
            "http://www.examplestore.com/internationalThankYou?orderId=999-N",
        ),
        ("https://www.examplestore.com", "https://www.examplestore.com/?orderId=999-N"),
        (
            " https://www.examplestore.com/x?page_id=7#top ",
            "https://www.examplestore.com/x?page_id=7&orderId=999-N#top",
        ),
        ("https://WWW.EXAMPLESTORE.com:8443/größe", "https://www.examplestore.com:8443/gr%C3%B6%C3%9Fe?orderId=999-N"),
    ] {
        assert_eq!(redirect(&app, Some(given)).await, wanted);
    }
    app.change_settings(|settings| settings.success_url = Some("https://www.examplestore.com/thanks".to_owned())).await;
    let stores = "https://www.examplestore.com/thanks?orderId=999-N";
    assert_eq!(redirect(&app, None).await, stores);
    assert_eq!(redirect(&app, Some(" ")).await, stores);
    assert_eq!(redirect(&app, Some("https://evil.example/")).await, stores);
    assert_eq!(
        redirect(&app, Some("https://www.examplestore.com/own")).await,
        "https://www.examplestore.com/own?orderId=999-N"
    );
}

async fn no_spelling_of_a_target_leads_to_a_foreign_host(app: TestApp) {
    for target in [
        "https://evil.example/",
        "//www.examplestore.com/",
        "/\\evil.example",
        "javascript:alert(1)//www.examplestore.com",
        "https://www.examplestore.com@evil.example/",
        "https://user@www.examplestore.com/",
        "https://evil.example\\@www.examplestore.com/",
        "https://evil.example#www.examplestore.com",
        "https://www.examplestore.com.evil.example/",
        "https://www.examplestore.com./",
        "https://www.examplestore.com\u{2100}.evil.example/",
        "https://www.examplestore.com/\r\nLocation: https://evil.example/",
        "data:text/html,www.examplestore.com",
        "ftp://www.examplestore.com/",
        "www.examplestore.com",
    ] {
        assert_eq!(redirect(&app, Some(target)).await, OURS, "{target:?}");
    }
    // What the parser takes for the registered host is sent in the parser's spelling, which no page can bend.
    for (target, wanted) in [
        ("https:www.examplestore.com/x", "https://www.examplestore.com/x?orderId=999-N"),
        ("https:\\\\www.examplestore.com\\x", "https://www.examplestore.com/x?orderId=999-N"),
        ("https:///www.examplestore.com/x", "https://www.examplestore.com/x?orderId=999-N"),
        ("https://www.examplestore.com\\@evil.example/", "https://www.examplestore.com/@evil.example/?orderId=999-N"),
    ] {
        assert_eq!(redirect(&app, Some(target)).await, wanted, "{target:?}");
    }
}

async fn the_way_back_to_the_shop_is_on_a_registered_host_too(app: TestApp) {
    let store = samples::store(samples::store_id());
    for (given, wanted) in [
        (Some(" https://www.examplestore.com/cart "), Some("https://www.examplestore.com/cart")),
        (Some("https:www.examplestore.com/cart"), Some("https://www.examplestore.com/cart")),
        (Some("https://evil.example/"), None),
        (Some("javascript:alert(1)"), None),
        (Some(""), None),
        (None, None),
    ] {
        let cart = Cart { continue_shopping_url: given.map(ToOwned::to_owned), ..samples::cart() };
        assert_eq!(app.checkout().sessions().continue_shopping(&store, &cart).as_deref(), wanted, "{given:?}");
    }
}

async fn an_awaited_transfer_leads_to_our_page_with_the_reference_until_it_is_booked(app: TestApp) {
    let shop = "https://www.examplestore.com/thanks";
    let cart = Cart { confirmation_url: Some(shop.to_owned()), ..samples::cart() };
    let cart = app.create(cart).await.expect("a good cart");
    let buyer = Buyer::new(&app, cart, "one");
    buyer.ready().await;
    let step = buyer.pay_by_transfer("").await.expect("promised");
    let PaymentStep::Placed { order, redirect, .. } = step else { panic!("{step:?}") };
    let ours = format!("https://checkout.example/confirmation/{cart}?orderId={order}");
    assert_eq!(redirect, ours, "the shop does not know the reference");

    let sessions = app.checkout().sessions();
    for browser in [Some(buyer.browser().clone()), None] {
        let known = sessions.confirmation(cart, order, browser).await.expect("both ids are known");
        assert!(known.order.awaits_transfer());
        assert_eq!(sessions.success_redirect(&known.store, &known.order), ours);
        assert_eq!(sessions.shop_page(&known.store, &known.order), Some(format!("{shop}?orderId={order}")));
    }
    app.checkout().orders().act(order, StaffAction::BookPayment, "ada", "").await.expect("the money is there");
    let known = sessions.confirmation(cart, order, None).await.expect("both ids are known");
    assert!(!known.order.awaits_transfer());
    assert_eq!(sessions.success_redirect(&known.store, &known.order), format!("{shop}?orderId={order}"));
    app.run_jobs().await;
}
