//! Test orders and what staff do with orders, beside a running demo.

use serde_json::json;

use crate::support::Shell;

const ON: &str = "--data-dir crossdock-demo";

#[test]
fn each_outcome_prints_exactly_what_is_promised() {
    let shell = Shell::new();
    let server = shell.demo("");
    let confirmation = |cart: &str, order: &str| format!("{}/confirmation/{cart}?orderId={order}", server.url);

    let cart = server.cart();
    let order = shell.run(&format!("{ON} test-order --cart {cart} --country CA --json")).json();
    let redirect = confirmation(&cart, "999-10004");
    assert_eq!(
        order,
        json!({ "orderId": "999-10004", "orderStatus": "IGLOBAL_ORDER_IN_PROCESS", "redirect": redirect })
    );

    let cart = server.cart();
    let text = shell.run(&format!("{ON} test-order --cart {cart} --country DE --outcome review")).good();
    let redirect = confirmation(&cart, "999-10005");
    assert_eq!(text, format!("orderId: 999-10005\norderStatus: IGLOBAL_FRAUD_REVIEW\nredirect: {redirect}\n"));

    let cart = server.cart();
    let declined = shell.run(&format!("{ON} test-order --cart {cart} --country JP --outcome declined --json"));
    assert_eq!((declined.code, declined.err.as_str()), (1, ""), "{declined:?}");
    let printed: serde_json::Value = serde_json::from_str(&declined.out).expect("JSON");
    assert_eq!(printed, json!({ "orderId": null, "orderStatus": null, "redirect": null, "declined": "card_declined" }));
    let declined = shell.run(&format!("{ON} test-order --cart {cart} --country JP --outcome declined"));
    assert_eq!(declined.code, 1);
    assert_eq!(declined.out, "orderId: null\norderStatus: null\nredirect: null\ndeclined: card_declined\n");

    // The buyer tries another card, then once more.
    let order = shell.run(&format!("{ON} test-order --cart {cart} --country JP --json")).json();
    assert_eq!(order["orderId"], "999-10006");
    let again = shell.run(&format!("{ON} test-order --cart {cart} --country JP --json")).json();
    assert_eq!(again, order, "one cart, one order");
    server.stop();
}

#[test]
fn what_cannot_be_ordered_is_told() {
    let shell = Shell::new();
    let server = shell.demo("");
    let cart = server.cart();
    for (line, code, why) in [
        ("--cart 0198c0de-0000-7000-8000-000000000001 --country CA".to_owned(), 3, "no such cart"),
        (format!("--cart {cart} --country AF"), 3, "country is not served by the store"),
        (format!("--cart {cart} --country XY"), 2, "XY"),
        ("--cart nonsense --country CA".to_owned(), 2, "not a valid cart id"),
    ] {
        let told = shell.run(&format!("{ON} test-order {line}")).failed(code);
        assert!(told.contains(why), "{line}: {told}");
    }
    server.stop();
}

#[test]
fn without_test_mode_there_are_no_test_orders() {
    let shell = Shell::new();
    shell.run("store add 7 --name Shop --currency USD --provider test").good();
    let told = shell.run("test-order --cart 0198c0de-0000-7000-8000-000000000001 --country CA").failed(3);
    assert!(told.contains("test mode only"), "{told}");
}

#[test]
fn staff_act_on_orders_and_history_tells_it() {
    let shell = Shell::new();
    let server = shell.demo("");
    let order = |outcome: &str| {
        let cart = server.cart();
        shell.run(&format!("{ON} test-order --cart {cart} --country CA --outcome {outcome}")).good()
    };
    order("review");
    order("review");
    order("approved");
    assert_eq!(
        shell.run(&format!("{ON} order approve 999-10004 --as ada --reason 'spoke with the buyer'")).good(),
        "999-10004 IGLOBAL_ORDER_IN_PROCESS\n"
    );
    let denied = shell.run(&format!("{ON} order deny 999-10005 --json")).json();
    assert_eq!(denied, json!({ "order_id": "999-10005", "status": "IGLOBAL_ORDER_CANCELLED" }));
    shell.run(&format!("{ON} order hold 999-10006")).good();
    let told = shell.run(&format!("{ON} order approve 999-10006")).failed(3);
    assert!(told.contains("not in fraud review but IGLOBAL_ORDER_ON_HOLD"), "{told}");
    shell.run(&format!("{ON} order release 999-10006")).good();
    shell.run(&format!("{ON} order cancel 999-10006")).good();
    let told = shell.run(&format!("{ON} order release 999-10006")).failed(3);
    assert!(told.contains("cannot become"), "{told}");
    let told = shell.run(&format!("{ON} order book-payment 999-10004")).failed(3);
    assert!(told.contains("is not awaiting a bank transfer"), "{told}");

    let history = shell.run(&format!("{ON} order history 999-10004 --json")).json();
    let told: Vec<_> =
        history.as_array().expect("a list").iter().map(|line| (line["actor"].clone(), line["text"].clone())).collect();
    assert_eq!(told[0], (json!("system"), json!("placed as IGLOBAL_FRAUD_REVIEW")));
    assert_eq!(
        told[1],
        (json!("ada"), json!("IGLOBAL_FRAUD_REVIEW became IGLOBAL_ORDER_IN_PROCESS: spoke with the buyer"))
    );
    assert_eq!(shell.run(&format!("{ON} job list --json")).json(), json!([]), "none is dead");
    server.stop();
}
