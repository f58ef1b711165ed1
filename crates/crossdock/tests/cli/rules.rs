//! `crossdock rules` and `crossdock rates`, beside a running server and without one.

use crate::support::Shell;

const TARIFF: &str = "hs,ad_valorem,description\n610910,11.5,T-shirts\n900410,2.9,\n";
const RATES: &str = "Date, USD, NOK, \n20 November 2026, 1.0867, 11.8, \n";

#[test]
fn the_starter_book_has_no_mistakes_and_the_flat_duty_begins_in_july() {
    let shell = Shell::new();
    let checked = shell.run("rules check").good();
    assert!(checked.contains("no mistakes"), "{checked}");
    let rules = |day: &str| -> Vec<String> {
        let rows = shell.run(&format!("rules list --country DE --on {day} --json")).json();
        let rows = rows.as_array().expect("rows").iter();
        rows.map(|row| row["rule"].as_str().expect("an id").to_owned()).collect()
    };
    let (june, july) = (rules("2026-06-30"), rules("2026-07-01"));
    assert!(june.contains(&"EU-DUTY-150".to_owned()) && !june.contains(&"EU-FLAT-3".to_owned()));
    assert!(july.contains(&"EU-FLAT-3".to_owned()) && !july.contains(&"EU-DUTY-150".to_owned()));
    let table = shell.run("rules list --country CA --region QC --on 2026-11-21 --kind tax").good();
    assert!(table.contains("QST") || table.contains("Quebec"), "{table}");
    assert_eq!(shell.run("rules list --country XX").code, 2);
    assert!(shell.run("rules schema").json()["properties"]["tax"].is_object());
}

#[test]
fn mistakes_in_rule_files_are_named_by_file_line_and_field() {
    let shell = Shell::new();
    std::fs::create_dir_all(shell.path("book/destinations")).expect("a folder");
    let text = "[territory]\nid = \"DE\"\nname = \"Germany\"\ncurrency = \"EURO\"\nmatch = [{ country = \"DE\" }]\n";
    std::fs::write(shell.path("book/destinations/DE.toml"), text).expect("a file");
    let ended = shell.run("rules check book");
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.out.contains("destinations/DE.toml:4: territory.currency: unknown currency"), "{ended:?}");
    let json = shell.run("rules check book --json");
    assert_eq!(json.code, 1);
    assert_eq!(shell.run("rules check nowhere").code, 2);
}

#[test]
fn words_find_hs_codes() {
    let shell = Shell::new();
    let found = shell.run("rules hs cotton t-shirt --json").json();
    assert_eq!(found[0]["code"], "610910");
    assert!(shell.run("rules hs 6109").good().contains("T-shirts"));
}

#[test]
fn rates_and_tariffs_are_imported_and_listed() {
    let shell = Shell::new();
    std::fs::write(shell.path("rates.csv"), RATES).expect("a file");
    let day = "2026-11-20";
    assert!(shell.run("rates import rates.csv").good().contains(&format!("2 rates of {day}")));
    assert!(shell.run("rates import rates.csv").good().contains("there already"));
    let list = shell.run("rates list --json").json();
    assert!(list.as_array().is_some_and(|list| {
        list.iter().any(|rate| rate["currency"] == "USD" && rate["rate"] == "1.0867" && rate["day"] == day)
    }));
    let list = shell.run("rates list --imports --json").json();
    assert_eq!((list[0]["day"].as_str(), list[0]["per_base"]["USD"].as_str()), (Some(day), Some("1.0867")));
    assert_eq!(shell.run("rates import rates.csv --day 2026-11-19").code, 3);

    std::fs::write(shell.path("tariff.csv"), TARIFF).expect("a file");
    let imported = shell.run("rules import-tariff --country EU tariff.csv").good();
    assert!(imported.contains("2 rows imported for European Union (EU), 0 rejected"), "{imported}");
    std::fs::write(shell.path("broken.csv"), format!("{TARIFF}61A,1,\n")).expect("a file");
    let refused = shell.run("rules import-tariff --country EU broken.csv");
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("line 4: hs: \"61A\" cannot be read as an HS code"), "{refused:?}");
    assert_eq!(shell.run("rules tariffs --json").json().as_array().map(Vec::len), Some(1));
    let skipped = shell.run("rules import-tariff --country EU broken.csv --skip-rejected --json").json();
    assert_eq!((skipped["rows"].as_u64(), skipped["rejected"].as_u64()), (Some(2), Some(1)));
    assert_eq!(shell.run("rules tariffs --json").json().as_array().map(Vec::len), Some(2));
    assert_eq!(shell.run("rules import-tariff --country ZZ tariff.csv").code, 3);
    assert!(shell.run("rules replay").good().contains("0 quotes calculated again, 0 differences"));
    assert_eq!(shell.run("rules explain 0198c0de-0000-7000-8000-000000000001").code, 3);
}

#[test]
fn a_stores_settings_about_landed_cost_are_set_one_by_one() {
    let shell = Shell::new();
    shell.run("store add 123 --name Shop --currency USD --duties buyer_choice --registered IOSS").good();
    shell.run("store set 123 --guarantee 30 --public-key new --hs-for shirts=6109.10 --exchange-margin 1.5").good();
    let settings = shell.run("store show 123 --json").json()["settings"]["landed_cost"].clone();
    assert_eq!(settings["duties"], "buyer_choice");
    assert_eq!(settings["registered"][0], "IOSS");
    assert_eq!(settings["guarantee_minutes"], 30);
    assert_eq!(settings["hs_by_category"]["shirts"], "610910");
    assert!(settings["public_key"].as_str().is_some_and(|key| key.starts_with("pk-123-")), "{settings}");
    shell.run("store set 123 --public-key none").good();
    assert!(shell.run("store show 123 --json").json()["settings"]["landed_cost"]["public_key"].is_null());
    for wrong in
        ["--duties never", "--public-key pk-124-0123456789abcdef0123", "--guarantee=-1", "--exchange-margin 51"]
    {
        assert_eq!(shell.run(&format!("store set 123 {wrong}")).code, 3, "{wrong}");
    }
    assert_eq!(shell.run("store set 123 --hs-for shirts").code, 2);
}
