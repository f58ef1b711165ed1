//! The wholesaler's part of the dropshipping sequence (customer protocol §9, steps 10 and 11): packed, numbers, finished,
//! and the shop hears of it.

use crossdock_app::platform::webhook::NewEndpoint;
use crossdock_domain::webhook::{ContentType, Method, Owner, WebhookEvent};
use serde_json::{Value, json};

use super::{answer_of, open, order, world};

#[tokio::test]
async fn an_order_is_packed_sent_and_the_shop_hears_its_number_once() {
    let world = open().await;
    let session = world.session("hurt.example", "shop1").await;
    let endpoint = NewEndpoint {
        owner: Owner::Wholesaler(world::main_id()),
        account: Some("shop1".to_owned()),
        events: vec![WebhookEvent::DropshippingOrderSent, WebhookEvent::DropshippingPackageNumberRemoved],
        url: "https://shop1.example/shipped".to_owned(),
        method: Method::Post,
        content_type: ContentType::Json,
        headers: Vec::new(),
        body: None,
        secret: None,
    };
    world.app.webhooks().add(endpoint).await.expect("a good endpoint");
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
    let mails = world.app.mailbox().mails();
    assert_eq!(mails.iter().filter(|mail| mail.template == "order-sent").count(), 1, "{mails:?}");
    assert_eq!(mails.iter().filter(|mail| mail.template == "order-placed").count(), 1);

    // The shop asks what became of its order, and sees the same.
    let params = json!({"ordersSerialNumbers": [1]});
    let seen = world.done(&session, "Orders/get", &params).await;
    assert!(seen.to_string().contains("SN1"), "{seen}");
}

#[tokio::test]
async fn staff_order_for_a_shop_and_change_what_was_ordered() {
    let world = open().await;
    let order = json!({"orders": [{
        "clientLogin": "shop1", "courierId": "51", "orderPaymentType": "cash_on_delivery", "deliveryCost": "10.00",
        "clientDeliveryAddress": {
            "clientDeliveryAddressFirstName": "Jan", "clientDeliveryAddressLastName": "Kowalski", "Street": "Prosta 1",
            "ZipCode": "00-838", "City": "Warszawa", "Phone": "600700800",
        },
        "products": [{"productId": "15", "sizeId": "3", "productQuantity": "2", "productRetailPrice": 79.9}],
    }]});
    let (status, answer) = answer_of(&world, "POST orders/orders", &order).await;
    assert_eq!((status, &answer["results"]["ordersResults"][0]["orderId"]), (200, &json!("shop1-1")), "{answer}");

    let more = json!({"productId": 15, "productQuantity": 1, "productQuantityOperationType": "add"});
    let new = json!({"productId": 16, "sizeId": "uniw", "productQuantity": 2, "productRetailPrice": "20"});
    let update = json!({"orders": [{"orderSerialNumber": 1, "clientNoteToCourier": "ring", "products": [more, new]}]});
    let (status, answer) = answer_of(&world, "PUT orders/orders", &update).await;
    assert_eq!(status, 200, "{answer}");

    let search = json!({"products": [{"productId": 16}]});
    let (_, found) = answer_of(&world, "POST orders/orders/search", &search).await;
    let details = &found["Results"][0]["orderDetails"];
    let lines: Vec<_> = details["productsResults"].as_array().expect("lines").iter().collect();
    let told = |key: &str| lines.iter().map(|line| line[key].to_string()).collect::<Vec<_>>();
    assert_eq!(told("productQuantity"), ["3", "2"]);
    assert_eq!(told("productOrderPrice"), ["79.90", "20.00"]);
    assert_eq!(details["clientNoteToCourier"], "ring");
    let costs = &details["payments"]["orderCurrency"];
    assert_eq!(costs["orderProductsCost"].to_string(), "279.70");
    assert_eq!(costs["orderDeliveryCost"].to_string(), "10.00");

    let (_, history) = answer_of(&world, "GET orders/history?orderSerialNumber=1", &json!({})).await;
    let events = history["historyEvents"].as_array().expect("events");
    let told: Vec<_> = events.iter().map(|event| event["eventDetails"].as_str().unwrap_or_default()).collect();
    let lines = "Products: 15-3 2 -> 3; 16-uniw 0 -> 2";
    assert_eq!(told, ["Order placed", lines, "Notes of the client changed"]);
    assert!(events.iter().all(|event| event["username"].as_str().is_some_and(|name| name.starts_with("API: "))));
}
