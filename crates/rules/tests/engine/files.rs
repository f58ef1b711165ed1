//! The starter book has no mistakes, and every kind of mistake is named with file, line and field.

use std::fmt::Write as _;

use crossdock_domain::landed_cost::Location;
use crossdock_rules::BookFiles;

use crate::world::{META, book_text, country};

#[test]
fn the_starter_book_has_no_mistakes() {
    let found = BookFiles::embedded().compile();
    let problems = found.as_ref().err().map(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(problems, None);
    let book = found.expect("checked above");
    for country in crossdock_domain::country::Country::all() {
        // Whatever a file says it is for is found again.
        if let Some(destination) = book.destination(&Location::country(country)) {
            assert!(destination.own.matches.iter().any(|found| found.country == country), "{country}");
        }
    }
}

#[test]
fn equal_files_have_equal_versions_and_read_back_from_their_stored_form() {
    let files = BookFiles::embedded();
    assert_eq!(files.version(), BookFiles::embedded().version());
    assert_eq!(BookFiles::from_json(&files.to_json()).expect("stored"), files);
    let one = BookFiles::from_texts([("destinations/A.toml", "b")]);
    assert_ne!(one.version(), BookFiles::from_texts([("destinations/A.toml", "c")]).version());
}

#[test]
fn the_narrowest_address_wins() {
    let text = |id: &str, matches: &str| {
        format!(
            "[territory]\nid = \"{id}\"\nname = \"x\"\ncurrency = \"EUR\"\nmatch = [{matches}]\n\
             [[basis]]\nid = \"{id}-B\"\nincludes_freight = true\n{META}"
        )
    };
    let spain = text("ES", "{ country = \"ES\" }");
    let canaries = text("ES-CN", "{ country = \"ES\", postal = [\"35\", \"38\"] }, { country = \"IC\" }");
    let quebec = text("CA-QC", "{ country = \"CA\", region = [\"qc\"] }");
    let book = BookFiles::from_texts([
        ("destinations/ES.toml", spain.as_str()),
        ("destinations/ES-CN.toml", &canaries),
        ("destinations/CA-QC.toml", &quebec),
    ]);
    let book = book.compile().expect("book");
    let at = |code: &str, region: Option<&str>, postal: Option<&str>| {
        let place = Location {
            region: region.map(str::to_owned),
            postal_code: postal.map(str::to_owned),
            ..Location::country(country(code))
        };
        book.destination(&place).map(|destination| destination.own.id.clone())
    };
    assert_eq!(at("ES", None, Some("28001")).as_deref(), Some("ES"));
    assert_eq!(at("ES", None, Some(" 35 001")).as_deref(), Some("ES-CN"));
    assert_eq!(at("IC", None, None).as_deref(), Some("ES-CN"));
    assert_eq!(at("CA", Some("QC"), None).as_deref(), Some("CA-QC"));
    assert_eq!(at("CA", None, None), None);
    assert_eq!(at("FR", None, None), None);
}

#[test]
fn every_mistake_is_named_with_file_line_and_field() {
    let tax =
        |rest: &str| format!("[[tax]]\nid = \"T\"\ncode = \"VAT\"\nname = \"VAT\"\nrate = \"19\"\nbase = []\n{rest}");
    let dated = |from: &str, to: &str| {
        format!("valid_from = {from}\nvalid_to = {to}\nsource = \"s\"\nchecked = 2026-01-01\nconfidence = \"exact\"\n")
    };
    let second = |rest: &str| tax(rest).replace("\"T\"", "\"T2\"");
    let cases: [(&str, String); 17] = [
        ("float", tax("META").replace("\"19\"", "19.5")),
        ("unknown field", tax("META\nfoo = 1\n")),
        (
            "unknown country",
            "[[duty]]\nid = \"D\"\nhs = [\"61\"]\norigin = [\"CN\", \"QQ\"]\nad_valorem = \"1\"\nMETA".to_owned(),
        ),
        ("unknown group", "[[duty]]\nid = \"D\"\norigin = [\"@none\"]\nad_valorem = \"1\"\nMETA".to_owned()),
        ("letters in a code", "[[duty]]\nid = \"D\"\nhs = [\"6x\"]\nad_valorem = \"1\"\nMETA".to_owned()),
        ("no rate", "[[duty]]\nid = \"D\"\nMETA".to_owned()),
        ("backwards", tax(&dated("2026-02-01", "2026-01-01"))),
        ("no such day", tax("META").replace("META", &crate::world::META.replace("2020-01-01", "2020-02-30"))),
        ("overlap", tax(&dated("2026-01-01", "2026-06-30")) + &second(&dated("2026-06-30", "2026-12-31"))),
        ("gap", tax(&dated("2026-01-01", "2026-06-30")) + &second(&dated("2026-07-02", "2026-12-31"))),
        ("same id", tax(&dated("2026-01-01", "2026-06-30")) + &tax(&dated("2026-07-01", "2026-12-31"))),
        ("id", tax("META").replace("\"T\"", "\"t 1\"")),
        ("circle", tax("on_taxes = [\"VAT\"]\nMETA")),
        ("no such tax", tax("on_taxes = [\"PST\"]\nMETA")),
        ("limits", tax("when = { over = \"10\", up_to = \"5\", currency = \"EUX\" }\nMETA")),
        ("half a fee", "[[fee]]\nid = \"F\"\nname = \"F\"\namount = \"1\"\npercent = \"2\"\nMETA".to_owned()),
        ("late", tax("when = { up_to = \"5\", compare = \"tax\" }\nMETA")),
    ];
    let mut report = String::new();
    for (name, rules) in cases {
        let text = book_text(&rules);
        let problems = BookFiles::from_texts([("destinations/DE.toml", text.as_str())]).compile().expect_err(name);
        for problem in problems {
            let line = text.lines().nth(problem.line.saturating_sub(1)).unwrap_or_default();
            writeln!(report, "{name}: {problem}\n    > {line}").expect("text");
        }
    }
    insta::assert_snapshot!(report);
}

#[test]
fn areas_and_files_must_fit_together() {
    let text = book_text("").replace("match = [{ country = \"DE\" }]", "area = \"EU\"\nmatch = [{ country = \"DE\" }]");
    let problems = BookFiles::from_texts([("destinations/XX.toml", text.as_str()), ("areas/NO.toml", &text)]);
    let messages: Vec<String> = problems.compile().expect_err("wrong").iter().map(|p| p.message.clone()).collect();
    for part in
        ["must be called DE.toml", "there is no areas/EU.toml", "has this id too", "a customs area lies in areas/"]
    {
        assert!(messages.iter().any(|message| message.contains(part)), "{part}: {messages:?}");
    }
}

#[test]
fn a_directory_takes_the_place_of_the_embedded_book() {
    let dir = tempfile::tempdir().expect("dir");
    assert!(BookFiles::read_dir(dir.path()).expect_err("empty").to_string().contains("holds no rule files"));
    std::fs::create_dir(dir.path().join("destinations")).expect("folder");
    std::fs::write(dir.path().join("destinations/DE.toml"), book_text("")).expect("file");
    std::fs::write(dir.path().join("destinations/notes.txt"), "not a rule").expect("file");
    let files = BookFiles::read_dir(dir.path()).expect("files");
    assert_eq!(files.count(), 1);
    assert!(files.compile().is_ok());
}
