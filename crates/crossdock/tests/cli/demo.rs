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

/// The commands in a text, each with the lines that a backslash or an open quote continues.
fn printed_commands(text: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        if open {
            let command = commands.last_mut().expect("one was begun");
            command.push('\n');
            command.push_str(line);
        } else if ["curl ", "crossdock ", "day=", "key=", "system_key="]
            .iter()
            .any(|begin| line.trim_start().starts_with(begin))
        {
            commands.push(line.trim_start().to_owned());
        } else {
            continue;
        }
        let command = commands.last().expect("one was begun");
        open = command.ends_with('\\') || command.matches('\'').count() % 2 == 1;
    }
    commands
}

#[test]
fn every_line_that_the_demo_prints_works_at_once() {
    let shell = Shell::new();
    let server = shell.demo("");
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_crossdock")).parent().expect("a directory");
    let sh = |script: &str| {
        // The program in front of whatever else is found.
        let script = format!("PATH='{}':$PATH; {script}", bin.display());
        let output =
            Command::new("sh").args(["-ec", &script]).current_dir(shell.path(".")).stdin(Stdio::null()).output();
        crate::support::ended(output.expect("a shell")).good()
    };
    // What asks the wholesaler is one script, which the last part of the text has.
    let (text, _) = server.said.split_once("Ask the wholesaler what it has").expect("that part");
    let commands = printed_commands(text);
    assert!(commands.len() >= 14, "{commands:#?}");
    let told: Vec<(String, String)> = commands.iter().map(|command| (command.clone(), sh(command))).collect();
    let of = |part: &str| {
        let found = told.iter().find(|(command, _)| command.contains(part));
        found.map_or_else(|| panic!("nothing with {part}: {told:#?}"), |(_, told)| told.as_str())
    };
    assert!(of("createTempCart").starts_with(r#"{"tempCartUUID":"#));
    assert!(of("orderNumbers").contains(r#""testOrderCount":3"#), "{}", of("orderNumbers"));
    let first = of("orderDetail");
    assert!(first.contains(r#""orderId":"999-10001""#) && first.contains("1Z999AA10123456784"), "{first}");
    let orders = of(" order list");
    for part in
        ["999-10001", "VENDOR_END_OF_DAY_COMPLETE", "999-10003", "IGLOBAL_FRAUD_REVIEW", "Test Buyer", "CA", "USD"]
    {
        assert!(orders.contains(part), "{part}: {orders}");
    }
    assert_eq!(of("order approve"), "999-10003 IGLOBAL_ORDER_IN_PROCESS\n");
    assert!(of("test-order").contains("orderId: 999-10004"), "{}", of("test-order"));
    let supply = of("supply-order list");
    for part in ["shop1-1", "finished", "packed", "new", "Anna Nowak", "Example Shop", "Kraków"] {
        assert!(supply.contains(part), "{part}: {supply}");
    }
    let shown = of("supply-order show");
    for part in ["700300400", "piotr@example.com", "59000015100", "uniw"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let packing_list = std::fs::read_to_string(shell.path("packing-list.html")).expect("written");
    assert!(packing_list.contains("Piotr Zieliński"), "{packing_list}");
    assert!(of("set-status").starts_with("shop1-3 finished"), "{}", of("set-status"));
    assert!(of("product list").contains("Mug, black"), "{}", of("product list"));
    assert!(of("stock list").lines().count() > 2 && of("courier list").contains("Example Courier"));
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
    assert_eq!((&orders[3]["order_id"], &orders[3]["country"]), (&json!("999-10004"), &json!("DE")));
    assert_eq!(orders.as_array().map(Vec::len), Some(4), "the sample orders are made once");
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
    assert_eq!(order["orderId"], "999-10005");
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
    assert_eq!(order["redirect"], "http://www.examplestore.com/internationalThankYou?orderId=999-10004");
    let (_, order) =
        server.call("/v2/orderDetail", &json!({ "store": STORE, "secret": SECRET, "orderId": "999-10004" }));
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
