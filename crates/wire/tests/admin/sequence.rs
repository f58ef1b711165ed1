//! The wholesaler's part of the dropshipping sequence (customer reference §9, steps 10 and 11): packed, numbers, finished,
//! and the shop hears of it.

use crossdock_app::webhook::NewEndpoint;
use crossdock_domain::webhook::{ContentType, EventKind, Method, Owner};
use serde_json::{Value, json};

use super::{answer_of, open, order, world};

#[tokio::test]
async fn an_order_is_packed_sent_and_the_shop_hears_its_number_once() {
    let world = open().await;
    let session = world.session("hurt.example", "shop1").await;
    let endpoint = NewEndpoint {
        owner: Owner::Wholesaler(world::main_id()),
        account: Some("shop1".to_owned()),
        events: vec![EventKind::DropshippingOrderSent, EventKind::DropshippingPackageNumberRemoved],
        url: "https://shop1.example/shipped".to_owned(),
        method: Method::Post,
        content_type: ContentType::Json,
        headers: Vec::new(),
        body: None,
        secret: None,
    };
    world.app.add_endpoint(endpoint).await.expect("a good endpoint");
    order(&world, &session, 1).await;

    let (status, found) = answer_of(&world, "POST orders/orders/search", &json!({"ordersStatuses": ["new"]})).await;
    assert_eq!((status, &found["Results"][0]["orderSerialNumber"]), (200, &json!(1)));
    for next in ["on_order", "packed"] {
        let update = json!({"orders": [{"orderSerialNumber": 1, "orderStatus": next}]});
        let (status, answer) = answer_of(&world, "PUT orders/orders", &update).await;
        assert_eq!((status, &answer["results"]["ordersResults"][0]["faultCode"]), (200, &json!(0)), "{answer}");
    }
    let packages = json!({"orderPackages": [{"eventId": "1", "eventType": "order", "packages": [
        {"courierId": "51", "deliveryPackageNumber": "PN1", "deliveryShippingNumber": "SN1"}]}]});
    let (status, answer) = answer_of(&world, "POST orders/packages", &packages).await;
    assert_eq!(status, 200, "{answer}");
    world.app.run_jobs().await;
    assert!(world.app.receiver().calls().is_empty(), "not before the order is finished");

    let update = json!({"orders": [{"orderSerialNumber": 1, "orderStatus": "finished"}]});
    for _ in 0..2 {
        answer_of(&world, "PUT orders/orders", &update).await;
    }
    answer_of(&world, "POST orders/packages", &packages).await;
    world.app.run_jobs().await;
    let calls = world.app.receiver().calls();
    assert_eq!(calls.len(), 1, "once, however often it is said");
    let told: Value = serde_json::from_slice(&calls[0].body).expect("JSON");
    assert_eq!(told["event"], "dropshipping_order_sent");
    assert_eq!((&told["orderId"], &told["orderExternalId"]), (&json!("shop1-1"), &json!("R-1")));
    let package = &told["packages"][0];
    assert_eq!((&package["deliveryShippingNumber"], &package["courierName"]), (&json!("SN1"), &json!("DPD")));
    assert_eq!(package["trackingUrl"], "https://track.example/51?p=SN1");
    let mails = world.app.letters().mails();
    assert_eq!(mails.iter().filter(|mail| mail.template == "order-sent").count(), 1, "{mails:?}");
    assert_eq!(mails.iter().filter(|mail| mail.template == "order-placed").count(), 1);

    // The shop asks what became of its order, and sees the same.
    let params = json!({"ordersSerialNumbers": [1]});
    let seen = world.done(&session, "Orders/get", &params).await;
    assert!(seen.to_string().contains("SN1"), "{seen}");
}
