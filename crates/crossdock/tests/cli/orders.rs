//! Orders of both sides at the command line: found, shown, shipped, packed.

use serde_json::Value;

use crate::support::{CommandOutput, Server, Shell};

/// A demo with its sample orders.
fn demo() -> (Shell, Server) {
    let shell = Shell::new();
    let server = shell.demo("");
    (shell, server)
}

fn run(shell: &Shell, line: &str) -> CommandOutput {
    shell.run(&format!("--data-dir crossdock-demo {line}"))
}

fn ids(orders: &Value) -> Vec<&str> {
    orders.as_array().expect("a list").iter().filter_map(|order| order["order_id"].as_str()).collect()
}

#[test]
fn orders_are_found_by_buyer_country_status_and_text() {
    let (shell, server) = demo();
    for (options, found) in [
        ("", &["999-10001", "999-10002", "999-10003"][..]),
        ("--country CA", &["999-10001"]),
        ("--status fraud_review", &["999-10003"]),
        ("--status IGLOBAL_ORDER_IN_PROCESS --status shipped", &["999-10001", "999-10002"]),
        ("--buyer 'TEST buyer' --country DE", &["999-10002"]),
        ("--buyer nobody", &[]),
        ("--text 10003", &["999-10003"]),
        ("--text SUNGLASSES --limit 2", &["999-10001", "999-10002"]),
    ] {
        assert_eq!(ids(&run(&shell, &format!("order list {options} --json")).json()), found, "{options}");
    }
    let told = run(&shell, "order list --status gone").failed(3);
    assert!(told.contains("IGLOBAL_ORDER_ON_HOLD"), "{told}");
    server.stop();
}

#[test]
fn an_order_is_shipped_as_by_the_api() {
    let (shell, server) = demo();
    let shipped = run(&shell, "order ship 999-10002 --carrier DHL --tracking A1 --tracking A2 --as Eve");
    assert_eq!(shipped.good(), "999-10002 VENDOR_END_OF_DAY_COMPLETE\n");
    let shown = run(&shell, "order show 999-10002").good();
    assert!(shown.contains("A1") && shown.contains("A2") && shown.contains("DHL"), "{shown}");
    let history = run(&shell, "order history 999-10002 --json").json().to_string();
    assert!(history.contains(r#""actor":"Eve""#) && history.contains("tracking set to A1, A2"), "{history}");
    run(&shell, "order ship 999-10003 --tracking A1").failed(3);
    run(&shell, "order ship 999-19999 --tracking A1").failed(3);
    assert_eq!(run(&shell, "order ship 999-10002").code, 2);
    assert_eq!(run(&shell, "order ship 999-10002 --tracking ' '").code, 2);
    server.stop();
}

#[test]
fn a_supply_order_shows_what_packers_need_under_the_id_that_lists_print() {
    let (shell, server) = demo();
    let shown = run(&shell, "supply-order show shop1-2").good();
    for part in ["600200300", "anna@example.com", "Example Shop", "gift wrap, please", "63-S", "DEMO-2"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert_eq!(run(&shell, "supply-order show 2").good(), shown);
    run(&shell, "supply-order note shop1-2 'call first'").good();
    assert!(run(&shell, "supply-order history shop1-2").good().contains("note"));
    assert!(run(&shell, "export order shop1-2 --format csv").good().contains("63-S"));
    let told = run(&shell, "supply-order show other-2").failed(3);
    assert!(told.contains("number 2 is shop1-2"), "{told}");
    let told = run(&shell, "supply-order show shop1-x").failed(2);
    assert!(told.contains("shop1-17") && !told.contains("invalid digit"), "{told}");
    server.stop();
}

#[test]
fn packing_lists_pick_list_and_labels_hold_the_orders_to_send() {
    let (shell, server) = demo();
    let packing = run(&shell, "supply-order print packing-list").good();
    assert!(
        packing.contains("shop1-2") && packing.contains("shop1-3") && !packing.contains("Order shop1-1"),
        "{packing}"
    );
    let pick_list = run(&shell, "supply-order print pick-list").good();
    assert!(pick_list.contains(r#"<td class="n">3<td class="c">151-uniw"#), "{pick_list}");
    let labels = run(&shell, "export labels 2 shop1-3 --separator ; --decimal comma").good();
    let lines: Vec<&str> = labels.lines().collect();
    assert_eq!(lines.len(), 3, "{labels}");
    assert!(lines[0].starts_with("order_id;external_id;courier;"), "{labels}");
    assert!(
        lines[1].contains("shop1-2;DEMO-2;Example Courier;;Anna Nowak;;Długa 14;31-147;Kraków;PL;600200300"),
        "{labels}"
    );
    server.stop();
}

#[test]
fn times_are_on_the_wholesalers_clock_unless_the_reader_says_otherwise() {
    let (shell, server) = demo();
    let exact = run(&shell, "supply-order show 1 --json").json()["placed_at"].as_str().expect("a moment").to_owned();
    let utc = format!("{} {}", &exact[..10], &exact[11..19]);
    let shown = |options: &str| run(&shell, &format!("{options} supply-order show 1")).good();
    assert!(shown("--utc").contains(&utc), "{utc}");
    assert!(!shown("").contains(&utc), "Warsaw is never on UTC");
    let there = Shell::new().with("TZ", "UTC");
    let data = shell.path("crossdock-demo");
    assert!(there.run(&format!("--data-dir '{}' supply-order show 1", data.display())).good().contains(&utc));
    server.stop();
}

#[test]
fn tables_fit_the_terminal() {
    let (shell, server) = demo();
    let narrow = Shell::new().with("COLUMNS", "80");
    let data = shell.path("crossdock-demo");
    for command in
        ["order list", "supply-order list", "supply-order show 2", "order show 999-10001", "stock list", "job list"]
    {
        let told = narrow.run(&format!("--data-dir '{}' {command}", data.display())).good();
        let long: Vec<&str> = told.lines().filter(|line| line.chars().count() > 80 && line.contains("  ")).collect();
        assert!(long.iter().all(|line| !line.contains('─')), "{command}: {told}");
        assert!(told.lines().filter(|line| line.starts_with('─')).count() <= 2, "{command}: {told}");
    }
    server.stop();
}

#[test]
fn products_and_stocks_are_found() {
    let (shell, server) = demo();
    let list = run(&shell, "product list MUG --json").json();
    assert!(list.as_array().is_some_and(|list| list.len() >= 10), "{list}");
    assert_eq!(run(&shell, "product list EX-0045 --json").json()[0]["id"], 45);
    let shown = run(&shell, "product show 45-S").good();
    assert!(shown.contains("Hoodie") && shown.contains("PLN") && shown.contains("in 1"), "{shown}");
    assert_eq!(run(&shell, "product show 45").good(), shown);
    let told = run(&shell, "product show nothing").failed(3);
    assert!(told.contains("crossdock product list"), "{told}");
    let low = run(&shell, "stock list --low 0 --json").json();
    let low = low.as_array().expect("a list");
    assert!(
        !low.is_empty()
            && low.iter().all(|row| row["disposition"].as_f64().is_some_and(|n| n <= 0.0) || row["disposition"] == "0"),
        "{low:?}"
    );
    server.stop();
}
