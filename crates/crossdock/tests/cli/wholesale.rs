//! The wholesaler's side: staff's commands, without a server and beside one.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::Shell;

const COURIERS: &str = "
[[couriers]]
id = 51
name = 'DPD'
active = true
[couriers.settings]
tracking_url = 'https://track.example/?p=%s'
[[couriers.settings.zones]]
countries = ['PL']
delivery_days = 1
[[couriers.settings.zones.bands]]
up_to_grams = 30000
prices = [{ group = '*', net = 1290 }]

[[couriers]]
id = 52
name = 'Lockers'
active = true
[couriers.settings]
pickup_points = true
";

const POINTS: &str = r#"[
    {"id": "WAW01", "name": "Locker 1", "street": "Prosta 1", "zip": "00-950", "city": "Warszawa", "country": "PL",
     "latitude": 52.229676, "longitude": 21.012229},
    {"id": "KRK01", "name": "Locker 2", "street": "Krzywa 2", "zip": "30-001", "city": "Kraków", "country": "PL",
     "latitude": "50.064650", "longitude": "19.944980"}
]"#;

#[test]
fn a_wholesaler_is_set_up_by_the_command_line() {
    let shell = Shell::new();
    let key = shell.run("wholesaler add 1 --name Hurt --currency pln --dropshipping true").good();
    assert_eq!(key.trim().len(), 36, "a key, and nothing else on standard output: {key:?}");
    shell.run("wholesaler set 1 --domain hurt.example --time-zone Europe/Berlin").good();
    assert_eq!(
        shell.run("wholesaler list --json").json(),
        json!([{ "id": 1, "name": "Hurt", "currency": "PLN", "domain": "hurt.example", "dropshipping": true }])
    );
    let shown = shell.run("wholesaler show 1 --json").json();
    assert_eq!(shown["settings"]["time_zone"], "Europe/Berlin");
    shell.file("settings.json", &shown["settings"].to_string());
    shell.run("wholesaler set 1 --settings settings.json").good();
    assert_eq!(shell.run("wholesaler show 1 --json").json(), shown, "what is shown can be given back");

    let added =
        shell.run("account add shop1 --wholesaler 1 --group gold --email a@shop.example --language pl --json").json();
    assert_eq!((added["id"].as_i64(), added["login"].as_str()), (Some(1), Some("shop1")));
    shell.run("account set shop1 --wholesaler 1 --payment prepaid --payment tradecredit --blocked true").good();
    assert_snapshot!(shell.run("account list --wholesaler 1").good());
    let shown = shell.run("account show shop1 --wholesaler 1 --json").json();
    assert!(!shown.to_string().contains(added["password"].as_str().expect("a password")), "shown once");
    assert_ne!(
        shell.run("account set-password shop1 --wholesaler 1").good().trim(),
        added["password"].as_str().expect("one")
    );

    shell.run("stock set-warehouse 1 --wholesaler 1 --name Main").good();
    assert_eq!(
        shell.run("stock warehouses --wholesaler 1 --json").json(),
        json!([{ "id": 1, "name": "Main", "sellable": true, "position": 1 }])
    );
    shell.file("couriers.toml", COURIERS);
    shell.run("courier put --wholesaler 1 couriers.toml").good();
    assert_snapshot!(shell.run("courier list --wholesaler 1").good());
    shell.file("dpd.json", &shell.run("courier show --wholesaler 1 51").json().to_string());
    shell.run("courier put --wholesaler 1 dpd.json").good();
    shell.file("points.json", POINTS);
    shell.run("courier import-points --wholesaler 1 52 points.json").good();
    let near = shell.run("courier points --wholesaler 1 52 --near 50.06,19.94 --limit 1 --json").json();
    assert_eq!((near[0]["id"].as_str(), near[0]["latitude"].as_str()), (Some("KRK01"), Some("50.064650")));
    assert_eq!(shell.run("courier points --wholesaler 1 52 --json").json().as_array().map(Vec::len), Some(2));
    assert_eq!(shell.run("supply-order list --wholesaler 1").good().trim(), "no such orders");
    let database = shell.path("crossdock-data/secret.key");
    assert!(crate::support::is_private(&database));
    assert_eq!(std::fs::metadata(database).expect("the key file").len(), 32);
}

#[test]
fn rules_of_the_wholesalers_side_refuse_with_code_3_and_say_why() {
    let shell = Shell::new();
    shell.run("wholesaler add 1 --name Hurt --currency PLN").good();
    shell.run("account add shop1 --wholesaler 1 --password 'long enough'").good();
    for (line, why) in [
        ("wholesaler add 1 --name Again --currency PLN", "exists already"),
        ("wholesaler add 2 --name X --currency GULDEN", "unknown currency"),
        ("wholesaler set 1 --time-zone Mars/Olympus", "unknown time zone"),
        ("wholesaler set 7 --name X", "no such wholesaler"),
        ("wholesaler rotate-key 1 --key short", "12 characters"),
        ("account add shop1 --wholesaler 1", "login exists already"),
        ("account add shop2 --wholesaler 1 --password short", "8 characters"),
        ("account set nobody --wholesaler 1 --group x", "no such account"),
        ("account set shop1 --wholesaler 1 --payment barter", "barter"),
        (
            "account set shop1 --wholesaler 1 --language polski",
            "there are no e-mails in \"polski\"; there are de, en, pl",
        ),
        ("account set shop1 --wholesaler 1 --language fr", "there are de, en, pl"),
        ("stock show --wholesaler 1 1-S", "no product has the code"),
        ("courier show --wholesaler 1 9", "no such courier"),
        ("supply-order show --wholesaler 1 9", "no such order"),
        ("supply-order set-status --wholesaler 1 9 sent", "there is no status"),
        ("supply-order list --wholesaler 1 --account nobody", "no such account"),
    ] {
        let told = shell.run(line).failed(3);
        assert!(told.contains(why), "{line}: {told}");
    }
    shell.run("stock set --wholesaler 1 nothing=3").failed(1);
    assert_eq!(shell.run("stock set --wholesaler 1 nothing").code, 2);
    assert_eq!(shell.run("wholesaler show 0").code, 2);
}

#[test]
fn the_demo_has_a_wholesaler_that_commands_beside_it_can_use() {
    let shell = Shell::new();
    let server = shell.demo("--data-dir kept");
    assert!(server.said.contains("demo-dropshipping-key"), "{}", server.said);
    let before = shell.run("--data-dir kept stock show --wholesaler 1 1-S 5900000010007 --json").json();
    assert_eq!(before.as_array().map(Vec::len), Some(2));
    assert_eq!(before[0]["code"], before[1]["code"], "both codes name the same size");
    shell.run("--data-dir kept stock set --wholesaler 1 1-S=12").good();
    shell.run("--data-dir kept stock add --wholesaler 1 1-S=3 1-M=1").good();
    shell.run("--data-dir kept stock subtract --wholesaler 1 1-S=5 --json").good();
    let made = shell.run("--data-dir kept stock reserve --wholesaler 1 1-S 4 --minutes 5 --note fair --json").json();
    let stock = shell.run("--data-dir kept stock show --wholesaler 1 1-S --json").json();
    let numbers =
        ["quantity", "reserved", "disposition"].map(|key| stock[0][key].as_str().unwrap_or_default().to_owned());
    assert_eq!(numbers, ["10", "4", "6"]);
    let id = made[0]["id"].as_str().expect("an id");
    assert_eq!(
        shell.run("--data-dir kept stock reservations --wholesaler 1 1-S --json").json()[0]["id"].as_str(),
        Some(id)
    );
    shell.run(&format!("--data-dir kept stock release --wholesaler 1 {id}")).good();
    shell.run("--data-dir kept stock subtract --wholesaler 1 1-S=11").failed(1);
    staff_order_for_the_shop_and_change_it(&shell);
    let couriers = shell.run("--data-dir kept courier list --wholesaler 1 --json").json();
    assert_eq!(couriers.as_array().map(Vec::len), Some(3));
    let near =
        shell.run("--data-dir kept courier points --wholesaler 1 52 --near 52.2297,21.0122 --limit 3 --json").json();
    assert_eq!(near.as_array().map(Vec::len), Some(3));
    let account = shell.run("--data-dir kept account show shop1 --wholesaler 1 --json").json();
    assert_eq!(account["profile"]["billing"]["city"], "Warszawa");
    server.stop();
    // Started again, it keeps what was changed.
    let server = shell.demo("--data-dir kept");
    let stock = shell.run("--data-dir kept stock show --wholesaler 1 1-S --json").json();
    assert_eq!(stock[0]["quantity"].as_str(), Some("10"));
    server.stop();
}

/// At the demo's wholesaler, with 10 pieces of 1-S.
fn staff_order_for_the_shop_and_change_it(shell: &Shell) {
    let on = "--data-dir kept supply-order";
    let to = "--first-name Jan --last-name Kowalski --street Prosta --zip 00-001 --city Warszawa --phone 500100200";
    let add = format!(
        "{on} add --wholesaler 1 --account shop1 --line 1-S=2 --price 1-S=9.99 --delivery-cost 1 --payment prepaid --courier 51 {to}"
    );
    let order = shell.run(&format!("{add} --external-id A-1 --as ola --json")).json();
    assert_eq!(shell.run(&format!("{add} --external-id A-1 --as ola --json")).json(), order, "the same again");
    let serial = &order["serial"];
    let told = shell
        .run(&format!("{on} edit --wholesaler 1 {serial} --line 1-S=+1 --line 1-M=1 --price 1-M=5 --as ola"))
        .good();
    assert!(told.contains("new 35.97"), "3 x 9.99, 5.00 and 1.00: {told}");
    let removed =
        shell.run(&format!("{on} edit --wholesaler 1 {serial} --line #2=0 --note-to-courier ring --json")).json();
    let line = &removed["document"]["lines"][0];
    assert_eq!(
        (removed["document"]["lines"].as_array().map(Vec::len), line["quantity"].as_str()),
        (Some(1), Some("3"))
    );
    let history = shell.run(&format!("{on} history --wholesaler 1 {serial}")).good();
    assert!(history.contains("1-S 2 -> 3") && history.contains("ola"), "{history}");
    let refused = shell.run(&format!("{on} edit --wholesaler 1 {serial} --line 1-S=99")).failed(3);
    assert!(refused.contains("1-S: there is not enough of it"), "{refused}");
    assert_eq!(shell.run(&format!("{on} edit --wholesaler 1 {serial}")).code, 2, "nothing to change");
    assert_eq!(shell.run(&format!("{on} edit --wholesaler 1 {serial} --line 1-S")).code, 2);
    shell.run(&format!("{on} set-status --wholesaler 1 {serial} canceled")).good();
}

#[test]
fn another_key_file_than_the_databases_own_is_told() {
    let shell = Shell::new();
    shell.run("wholesaler add 1 --name Hurt --currency PLN").good();
    let own = std::fs::read(shell.path("crossdock-data/secret.key")).expect("the key file");
    shell.file("crossdock-data/secret.key", &"k".repeat(32));
    shell.run("wholesaler list").good();
    std::fs::write(shell.path("crossdock-data/secret.key"), own).expect("written");
    shell.run("account add shop1 --wholesaler 1").good();
    shell.file("crossdock-data/secret.key", &"k".repeat(32));
    let told = shell.run("wholesaler list").failed(3);
    assert!(told.contains("secret.key") && told.contains("copy that file here"), "{told}");
    shell.file("crossdock-data/secret.key", "short");
    assert!(shell.run("wholesaler list").failed(1).contains("damaged"));
}
