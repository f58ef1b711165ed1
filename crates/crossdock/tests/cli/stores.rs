//! Stores and their rates, without a server.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::{Shell, is_private};

const RATES: &str = "
[[zones]]
name = 'Everywhere'
[[zones.services]]
code = 'UPS_SAVER'
bands = [{ up_to_grams = 500, price = 24.5 }, { up_to_grams = 2000, price = '39.00' }]
";

#[test]
fn a_store_is_added_listed_changed_and_shown() {
    let shell = Shell::new();
    let rates = shell.file("rates.toml", RATES);
    let added = shell.run("store add 7 --name 'My Shop' --currency eur --redirect-host shop.example");
    let secret = added.good();
    assert_eq!(secret.trim().len(), 36, "a GUID, and nothing else on standard output: {secret:?}");
    assert!(is_private(&shell.path("crossdock-data")) && is_private(&shell.path("crossdock-data/crossdock.db")));

    shell.run(&format!("shipping import {rates} --store 7")).good();
    shell.run("store set 7 --name 'Our Shop' --provider test --provider bank_transfer").good();
    assert_eq!(
        shell.run("store list --json").json(),
        json!([{ "id": 7, "name": "Our Shop", "currency": "EUR", "providers": ["test", "bank_transfer"], "zones": 1,
                 "redirect_hosts": ["shop.example"] }])
    );
    assert_snapshot!(shell.run("store list").good(), @"
    store  name      currency  payment              zones  redirect hosts
    ─────────────────────────────────────────────────────────────────────
    7      Our Shop  EUR       test, bank_transfer  1      shop.example
    ");
    assert_snapshot!(shell.run("shipping show --store 7").good(), @"
    zone        countries   service    days  up to   price
    ──────────────────────────────────────────────────────────
    Everywhere  all others  UPS_SAVER        500 g   24.5 EUR
                                             2000 g  39.00 EUR
    ");
    let shown = shell.run("store show 7 --json").json();
    assert_eq!(shown["settings"]["redirect_hosts"], json!(["shop.example"]));
    assert_eq!(shown["settings"]["shipping"]["zones"][0]["services"][0]["bands"][0]["price"], json!("24.5"));
    assert!(!shown.to_string().contains(secret.trim()), "the secret is shown once");

    // What is shown can be given back.
    shell.file("settings.json", &shown["settings"].to_string());
    shell.run("store set 7 --settings settings.json").good();
    assert_eq!(shell.run("store show 7 --json").json(), shown);
}

#[test]
fn a_new_secret_is_printed_and_an_own_one_is_not() {
    let shell = Shell::new();
    let first = shell.run("store add 7 --name Shop --currency USD --json").json();
    assert_eq!(first["id"], 7);
    let second = shell.run("store rotate-secret 7").good();
    assert_ne!(first["secret"].as_str(), Some(second.trim()));
    assert_eq!(shell.run("store rotate-secret 7 --secret 01234567-89ab-cdef-0123-456789abcdef").good(), "");
    let shell = shell.with("CROSSDOCK_STORE_SECRET", "01234567-89ab-cdef-0123-456789abcdef");
    assert_eq!(shell.run("store rotate-secret 7 --json").json(), json!({ "id": 7, "secret": null }));
}

#[test]
fn rules_refuse_with_code_3_and_say_why() {
    let shell = Shell::new();
    shell.run("store add 7 --name Shop --currency USD").good();
    for (line, why) in [
        ("store add 7 --name Again --currency USD", "a store with this id exists already"),
        ("store add 8 --name Shop --currency DOLLARS", "unknown currency \"DOLLARS\""),
        ("store add 8 --name Shop --currency USD --secret short", "at least 20 characters"),
        ("store set 7 --provider paypal", "\"paypal\" is not known; there are test, bank_transfer"),
        ("store set 7 --success-url https://elsewhere.example/", "redirect_hosts"),
        ("store set 7 --default-country XY", "XY"),
        ("store show 8", "no such store"),
        ("store rotate-secret 8", "no such store"),
        ("order list --store 8", "no such store"),
        ("order show 7-10001", "no such order"),
        ("order show 10001", "is not an order id"),
        ("order approve 7-10001", "no such order"),
        ("order list --store 7 --since yesterday", "is not a valid day"),
        ("job retry 0198c0de-0000-7000-8000-000000000001", "no such dead job"),
    ] {
        let told = shell.run(line).failed(3);
        assert!(told.starts_with("error: ") && told.contains(why), "{line}: {told}");
    }
}

#[test]
fn an_address_in_the_place_of_a_host_is_told_as_that() {
    let shell = Shell::new();
    let told = shell.run("store add 7 --name Shop --currency USD --redirect-host https://www.shop.example/").failed(2);
    assert!(told.contains("--redirect-host") && told.contains("without https:// and path"), "{told}");
    assert!(!told.contains("success_url"), "{told}");
}

#[test]
fn an_origin_names_all_its_keys_at_once() {
    let shell = Shell::new();
    shell.run("store add 7 --name Shop --currency USD").good();
    for origin in ["origin = 'PL'", "[origin]\nname = 'Shop'", "[origin]\nname = 'Shop'\nemail = 'a@b.example'"] {
        shell.file("settings.toml", origin);
        let told = shell.run("store set 7 --settings settings.toml").failed(3);
        assert!(told.contains("name, email, address1 and country") && !told.contains("struct"), "{told}");
    }
}

#[test]
fn mistakes_in_files_are_told_with_their_place() {
    let shell = Shell::new();
    shell.run("store add 7 --name Shop --currency USD").good();
    shell.file("no.toml", "[[zones\n");
    let told = shell.run("shipping import no.toml --store 7").failed(2);
    assert!(told.contains("no.toml") && told.contains("line 1"), "{told}");
    shell.file("wrong.toml", &RATES.replace("code", "kode"));
    let told = shell.run("shipping import wrong.toml --store 7").failed(3);
    assert!(told.contains("kode"), "{told}");
    shell.file("fall.toml", &RATES.replace("39.00", "9.00"));
    let told = shell.run("shipping import fall.toml --store 7").failed(3);
    assert!(told.contains(r#"zone "Everywhere", service "UPS_SAVER", bands.price"#), "{told}");
    let told = shell.run("shipping import absent.toml --store 7").failed(1);
    assert!(told.contains("cannot read absent.toml"), "{told}");
}

#[test]
fn a_mistyped_directory_is_no_empty_installation() {
    let shell = Shell::new();
    for line in
        ["store list", "order list --store 7", "job list", "backup x.db", "store show 7", "store set 7 --name x"]
    {
        let told = shell.run(&format!("--data-dir mistyped {line}")).failed(4);
        assert!(told.contains("there is no database mistyped/crossdock.db"), "{line}: {told}");
    }
    assert!(!shell.path("mistyped").exists());
}

#[test]
fn migrate_makes_the_database_and_tells_its_version() {
    let shell = Shell::new();
    let first = shell.run("migrate").good();
    assert!(first.starts_with("schema version "), "{first}");
    assert_eq!(shell.run("migrate").good(), first);
    assert_eq!(shell.run("store list").good(), "no stores yet; add one with `crossdock store add`\n");
    assert_eq!(shell.run("store list --json").json(), json!([]));
}
