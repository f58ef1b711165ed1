//! One tenant never sees another's anything, nor one shop another's, on both engines.

use crossdock_testkit::TestApp;
use crossdock_wire::customer::Settings;
use serde_json::{Value, json};

use super::world::{KEY, NOON, OTHER_KEY, SYSTEM_KEY, World};

fn set_up(builder: crossdock_testkit::Builder) -> crossdock_testkit::Builder {
    builder.now(NOON).empty()
}

crossdock_testkit::on_both_engines!(
    with = super::set_up,
    sessions_and_keys_count_at_their_wholesaler_only,
    a_shop_sees_its_own_basket_recipients_and_orders_only,
    the_wholesaler_is_found_by_path_and_host,
);

fn keys(session: &str, key: &str, params: &Value) -> Value {
    json!({"authenticate": {"sessionKey": session, "dropshippingKey": key}, "params": params})
}

fn address() -> Value {
    json!({"clientDeliveryAddressFirstName": "Jan", "clientDeliveryAddressLastName": "Kowalski",
        "clientDeliveryAddressStreet": "Prosta 1", "clientDeliveryAddressZipCode": "00-838",
        "clientDeliveryAddressCity": "Warszawa", "clientDeliveryAddressPhone1": "600100200"})
}

fn fault(answer: &Value) -> i64 {
    answer["errors"]["faultCode"].as_i64().unwrap_or_else(|| panic!("no faultCode in {answer}"))
}

async fn sessions_and_keys_count_at_their_wholesaler_only(app: TestApp) {
    let world = World::around(app, Settings::default()).await;
    let (hurt, other) = ("hurt.example", "other.example");
    let (session, foreign) = (world.session(hurt, "shop1").await, world.session(other, "shop1").await);
    assert_ne!(session, foreign);
    for (host, session, key, wanted) in [
        (hurt, &session, KEY, 0),
        (other, &foreign, OTHER_KEY, 0),
        (other, &session, OTHER_KEY, 3),
        (hurt, &foreign, KEY, 3),
        (hurt, &session, OTHER_KEY, 4),
        (other, &foreign, KEY, 4),
    ] {
        let answer = world.json(host, "Basket/get", &keys(session, key, &json!({}))).await;
        assert_eq!(fault(&answer), wanted, "{host}: {answer}");
    }
    let login = json!({"authenticate": {"systemLogin": "shop2", "systemKey": SYSTEM_KEY}});
    assert_eq!(fault(&world.json(hurt, "Authenticate/authenticate", &login).await), 0);
    let answer = world.json(other, "Authenticate/authenticate", &login).await;
    assert_eq!(fault(&answer), 1, "shop2 has an account at one wholesaler only: {answer}");
    let supplier = |key| json!({"authenticate": {"dropshippingKey": key}});
    assert_eq!(fault(&world.json(hurt, "Supplier/getData", &supplier(OTHER_KEY)).await), 4);
    assert_eq!(world.json(other, "Supplier/getData", &supplier(OTHER_KEY)).await["results"]["name"], "Konkurencja");
}

async fn a_shop_sees_its_own_basket_recipients_and_orders_only(app: TestApp) {
    let world = World::around(app, Settings::default()).await;
    let hurt = "hurt.example";
    let (first, second) = (world.session(hurt, "shop1").await, world.session(hurt, "shop2").await);
    let foreign = world.session("other.example", "shop1").await;
    world.done(&first, "Basket/add", &json!({"products": [{"code": "15-3", "quantity": 2}]})).await;
    let added = world.done(&first, "Clients/addDeliveryAddress", &json!({"clients": [address()]})).await;
    let id = added["results"][0]["clientDeliveryAddressResult"]["clientDeliveryAddressId"].clone();
    let order = json!({"products": [{"code": "15-3"}], "clientDeliveryAddressId": id, "courierId": 51,
        "orderPaymentType": "prepaid", "orderExternalId": "R-1"});
    let placed = world.done(&first, "Orders/add", &order).await;
    let placed = &placed["results"]["ordersResults"][0];

    for (host, session, key) in [(hurt, &second, KEY), ("other.example", &foreign, OTHER_KEY)] {
        let call = |method: &'static str, params: Value| {
            let (world, body) = (&world, keys(session, key, &params));
            async move { world.json(host, method, &body).await }
        };
        let basket = call("Basket/get", json!({})).await;
        assert_eq!(basket["results"]["products"], json!([]), "{basket}");
        let recipients = call("Clients/getDeliveryAddresses", json!({"clientDeliveryAddressIds": [id]})).await;
        assert_eq!(recipients["results"]["clientDeliveryAddresses"], json!([]), "{recipients}");
        let mut change = address();
        change["clientDeliveryAddressId"] = id.clone();
        let changed = call("Clients/editDeliveryAddress", json!({"clients": [change]})).await;
        assert_eq!(changed["results"][0]["errors"][0]["faultCode"], 401, "{changed}");
        let mut again = order.clone();
        again["orderExternalId"] = json!("R-2");
        assert_eq!(fault(&call("Orders/add", again).await), 401, "another's recipient");
        for criterion in [
            json!({}),
            json!({"ordersSerialNumbers": [placed["orderSerialNumber"]]}),
            json!({"ordersIds": [placed["orderId"]]}),
            json!({"orderExternalIds": ["R-1"]}),
        ] {
            let orders = call("Orders/get", criterion.clone()).await;
            assert_eq!(orders["results"]["orders"], json!([]), "{criterion}: {orders}");
            assert_eq!(orders["results"]["resultsNumberAll"], 0, "{criterion}: {orders}");
        }
        for name in ["orderSerialNumber", "orderId"] {
            let cancelled = call("Orders/cancel", json!({"orders": [{name: placed[name]}]})).await;
            assert_eq!(cancelled["results"]["ordersResults"][0]["faultCode"], 201, "{cancelled}");
        }
        let cancelled = call("Orders/cancel", json!({"orders": [{"orderExternalId": "R-1"}]})).await;
        assert_eq!(cancelled["results"]["ordersResults"][0]["faultCode"], 201, "{cancelled}");
    }
    let own = world.done(&first, "Orders/get", &json!({})).await;
    assert_eq!(own["results"]["orders"][0]["orderStatus"], "new", "nothing was cancelled");
}

async fn the_wholesaler_is_found_by_path_and_host(app: TestApp) {
    let world = World::around(app, Settings::default()).await;
    let query = "gate=Supplier/getData/1/json";
    let name = |key| serde_json::to_vec(&json!({"authenticate": {"dropshippingKey": key}})).expect("JSON");
    for (host, path, key, wanted) in [
        ("hurt.example", None, KEY, Some("Hurtownia")),
        ("HURT.example:8080", None, KEY, Some("Hurtownia")),
        ("localhost", Some("5"), KEY, Some("Hurtownia")),
        ("hurt.example", Some("6"), OTHER_KEY, Some("Konkurencja")),
        ("localhost", None, KEY, None),
        ("localhost", Some("7"), KEY, None),
        ("localhost", Some("five"), KEY, None),
        ("localhost", Some("99999999999"), KEY, None),
    ] {
        let reply = world.call_at(host, path, query, Some(&name(key))).await;
        let answer: Value = serde_json::from_str(&reply.body).expect("JSON");
        assert_eq!(answer["results"]["name"].as_str(), wanted, "{host} {path:?}: {answer}");
        assert_eq!(fault(&answer), if wanted.is_some() { 0 } else { 8 }, "{host} {path:?}");
    }
}
