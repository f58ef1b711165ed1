//! The buyer of an order that is paid by bank transfer can read where the money goes until it is there.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use crossdock_app::checkout::orders::staff::StaffAction;
use crossdock_app::checkout::payment::PaymentStep;
use crossdock_domain::cart::Cart;
use crossdock_testkit::{Buyer, samples};

use crate::site::Site;

const SHOP: &str = "https://www.examplestore.com/thanks";

#[tokio::test]
async fn the_carts_link_shows_the_reference_on_every_device_until_the_transfer_is_booked() {
    let site = Site::new().await;
    site.app
        .change_settings(|settings| {
            settings.success_url = Some(SHOP.to_owned());
            settings.bank_transfer_instructions = "IBAN DE02 1203 0000 0000 2020 51".to_owned();
        })
        .await;
    let cart = site.app.create(Cart { confirmation_url: None, ..samples::cart() }).await.expect("a good cart");
    let cookie = "ab".repeat(32);
    let buyer = Buyer::new(&site.app, cart, &cookie);
    buyer.ready().await;
    let step = buyer.pay_by_transfer("").await.expect("promised");
    let PaymentStep::Placed { order, .. } = step else { panic!("{step:?}") };
    let reference = site.app.read_order(order).await.payment.expect("a payment").transaction_id;
    let (street, city) = {
        let address = samples::address("DE");
        (address.address1, address.city)
    };
    let link = format!("/?tempCartUUID={cart}&store=999");
    let own = format!("/confirmation/{cart}?orderId={order}");
    let ask = async |path: &str, is_buyer: bool| {
        let request = Request::get(path);
        let request = if is_buyer { request.header("cookie", format!("__Host-crossdock={cookie}")) } else { request };
        site.send(request.body(Body::empty()).expect(path)).await
    };

    for is_buyer in [true, false] {
        let there = ask(&link, is_buyer).await;
        assert_eq!(there.status, StatusCode::SEE_OTHER);
        assert_eq!(there.header("location"), format!("https://checkout.example{own}"));
        let page = ask(&own, is_buyer).await;
        assert_eq!(page.status, StatusCode::OK);
        for needed in [reference.as_str(), "DE02 1203 0000 0000 2020 51", "Please transfer"] {
            assert!(page.body.contains(needed), "{needed} for the buyer: {is_buyer}");
        }
        // Who lives where, what was bought, and the way to the shop are the buyer's own.
        let goods = &samples::cart().items[0].description;
        for private in [&street, &city, goods, &format!("{SHOP}?orderId={order}")] {
            assert_eq!(page.body.contains(private.as_str()), is_buyer, "{private}");
        }
    }

    site.app.checkout().orders().act(order, StaffAction::BookPayment, "ada", "").await.expect("the money is there");
    let paid = ask(&link, true).await;
    assert_eq!(paid.header("location"), format!("{SHOP}?orderId={order}"));
    let elsewhere = ask(&link, false).await;
    assert!(elsewhere.body.contains("There is nothing more to pay"), "{}", elsewhere.body);
}
