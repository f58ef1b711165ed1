//! The demo: what it prints, and that all of it is true.

use std::process::{Command, Stdio};

use insta::assert_snapshot;
use serde_json::json;

use crate::support::{SECRET, STORE, Server, Shell, after, is_private};

/// The text with what differs between starts replaced; each must be there.
fn masked(server: &Server) -> String {
    let text = server.said.replace(&server.url, "http://127.0.0.1:PORT");
    let cart = cart(server);
    assert_eq!(cart.len(), 36);
    text.replace(&cart, "CART")
}

fn cart(server: &Server) -> String {
    after(&server.said, "/?tempCartUUID=").to_owned()
}

#[test]
fn the_demo_prints_the_same_text_every_time() {
    let shell = Shell::new();
    let server = shell.demo("");
    assert_snapshot!("demo", masked(&server));
    let first = (masked(&server), cart(&server));
    server.stop();
    let server = shell.demo("");
    assert_eq!(masked(&server), first.0);
    assert_ne!(cart(&server), first.1, "a fresh cart");
    server.stop();
}

#[test]
fn what_the_demo_prints_can_be_copied_and_run() {
    let shell = Shell::new();
    let server = shell.demo("");
    let text = server.said.clone();
    let commands = text
        .split("\n\n")
        .filter(|part| part.trim_start().starts_with("curl ") || part.trim_start().starts_with("crossdock "));
    // The order comes before it is looked at.
    let (curls, ours): (Vec<&str>, Vec<&str>) = commands.partition(|part| part.contains("curl "));
    assert_eq!((curls.len(), ours.len()), (2, 1), "{text}");
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_crossdock")).parent().expect("a directory");
    let sh = |script: &str| {
        // The program in front of whatever else is found.
        let script = format!("PATH='{}':$PATH; {script}", bin.display());
        let output =
            Command::new("sh").args(["-ec", &script]).current_dir(shell.path(".")).stdin(Stdio::null()).output();
        crate::support::ended(output.expect("a shell")).good()
    };
    let paid = sh(ours[0]);
    assert!(paid.contains("orderId: 999-10001") && paid.contains("IGLOBAL_ORDER_IN_PROCESS"), "{paid}");
    let registered = sh(curls[0]);
    assert!(registered.starts_with(r#"{"tempCartUUID":"#), "{registered}");
    let looked_at = sh(curls[1]);
    assert!(
        looked_at.contains(r#""orderCount":0,"testOrderCount":1"#) || looked_at.contains(r#""testOrderCount":1"#),
        "{looked_at}"
    );
    assert!(looked_at.contains(r#""orderId":"999-10001""#), "{looked_at}");
    server.stop();
}

#[test]
fn the_demo_keeps_its_orders_and_its_data_is_private() {
    let shell = Shell::new();
    let server = shell.demo("--data-dir kept");
    shell.run(&format!("--data-dir kept test-order --cart {} --country DE", cart(&server))).good();
    let socket = shell.path("kept/control.sock");
    assert!(is_private(&shell.path("kept")) && is_private(&socket) && is_private(&shell.path("kept/crossdock.db")));
    server.stop();
    assert!(!socket.exists(), "removed at the end");

    let server = shell.demo("--data-dir kept");
    let orders = shell.run("--data-dir kept order list --store 999 --json").json();
    assert_eq!(orders[0]["order_id"], "999-10001");
    let (status, page) = server.get(&format!("/?tempCartUUID={}", cart(&server)));
    assert!(status < 400, "{status}: {page}");
    server.stop();
    // Also without the demo: its data directory knows that it is in test mode.
    let cart = {
        let server = shell.demo("--data-dir kept");
        let cart = cart(&server);
        server.stop();
        cart
    };
    let order = shell.run(&format!("--data-dir kept test-order --cart {cart} --country FR --json")).json();
    assert_eq!(order["orderId"], "999-10002");
}

#[test]
fn the_store_takes_the_protocols_own_example() {
    let shell = Shell::new();
    let server = shell.demo("");
    let (status, answer) = server.call(
        "/v1/createTempCart",
        &json!({
            "storeId": 999, "secret": SECRET, "domesticShippingCharge": 12.50, "boxCount": "12x10x8(1)",
            "externalConfirmationPageURL": "http://www.examplestore.com/internationalThankYou",
            "items": [{ "description": "Sunglasses", "unitPrice": 199.00, "quantity": 1, "weight": 4, "weightUnits": "OZ" }],
        }),
    );
    assert_eq!(status, 200);
    let cart = answer["tempCartUUID"].as_str().expect("a cart").to_owned();
    let order = shell.run(&format!("--data-dir crossdock-demo test-order --cart {cart} --country CA --json")).json();
    assert_eq!(order["redirect"], "http://www.examplestore.com/internationalThankYou?orderId=999-10001");
    let (_, order) =
        server.call("/v2/orderDetail", &json!({ "store": STORE, "secret": SECRET, "orderId": "999-10001" }));
    assert_eq!(order["order"]["testOrder"], true);
    server.stop();
}

#[test]
fn the_demo_refuses_the_data_of_real_stores() {
    let shell = Shell::new();
    shell.run("--data-dir real store add 7 --name Shop --currency USD").good();
    let told = shell.run("--data-dir real demo --listen 127.0.0.1:0").failed(3);
    assert!(told.contains("real holds real stores or wholesalers"), "{told}");
    assert!(!shell.path("real/crossdock.toml").exists());
}

#[test]
fn the_demo_is_for_this_machine_unless_it_is_told_otherwise() {
    let shell = Shell::new();
    for address in ["0.0.0.0:0", "[::]:0"] {
        let told = shell.run(&format!("demo --listen {address}")).failed(3);
        assert!(told.contains("--allow-others"), "{told}");
        assert!(!shell.path("crossdock-demo").exists(), "nothing was begun");
    }
}
