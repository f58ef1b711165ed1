//! Files as the bank publishes them, plain ones, and broken ones.

use std::io::Write as _;

use super::*;

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
	<gesmes:subject>Reference rates</gesmes:subject>
	<gesmes:Sender>
		<gesmes:name>European Central Bank</gesmes:name>
	</gesmes:Sender>
	<Cube>
		<Cube time='2026-11-20'>
			<Cube currency='USD' rate='1.0867'/>
			<Cube currency='JPY' rate='168.05'/>
			<Cube currency='GBP' rate='0.84130'/>
		</Cube>
	</Cube>
</gesmes:Envelope>
"#;
const CSV: &str = "Date, USD, JPY, GBP, \n20 November 2026, 1.0867, 168.05, 0.84130, \n";

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn plain_hints() -> Hints {
    Hints { day: Some(day("2026-11-20")), base: Currency::from_code("USD"), source: Some("our bank".to_owned()) }
}

fn problem(text: &str) -> String {
    read(text.as_bytes(), &plain_hints()).expect_err("a mistake").to_string()
}

#[test]
fn the_banks_xml_and_csv_say_the_same() {
    let xml = read(XML.as_bytes(), &Hints::default()).expect("good");
    assert_eq!((xml.day, xml.base.code(), xml.source.as_str()), (day("2026-11-20"), "EUR", ECB));
    assert_eq!(xml.per_base["GBP"].to_string(), "0.84130");
    assert_eq!(xml.per_base.len(), 3);
    assert_eq!(read(CSV.as_bytes(), &Hints::default()).expect("good"), xml);
    assert_eq!(read(format!("\u{feff}{CSV}").as_bytes(), &Hints::default()).expect("good"), xml);
}

#[test]
fn the_banks_zip_is_unpacked() {
    let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    deflated.write_all(CSV.as_bytes()).expect("memory");
    let body = deflated.finish().expect("memory");
    let mut zip = b"PK\x03\x04\x14\x00\x08\x00\x08\x00\x00\x00\x00\x00".to_vec();
    zip.extend([0; 12]);
    zip.extend([13, 0, 0, 0]);
    zip.extend(b"eurofxref.csv");
    zip.extend(&body);
    zip.extend(b"PK\x07\x08 and the rest");
    assert_eq!(read(&zip, &Hints::default()).expect("good").per_base.len(), 3);
    assert!(read(&zip[..40], &Hints::default()).is_err());
    zip[6] = 1;
    assert!(read(&zip, &Hints::default()).expect_err("encrypted").message.contains("encrypted"));
}

#[test]
fn of_several_days_the_newest_counts_and_old_currencies_are_passed_over() {
    let history = "Date,USD,CYP,\n2026-11-19,1.08,N/A,\n2026-11-20,1.09,N/A,\n2026-11-18,1.07,0.58,\n";
    let rates = read(history.as_bytes(), &Hints::default()).expect("good");
    assert_eq!((rates.day, rates.per_base.len()), (day("2026-11-20"), 1));
    assert_eq!(rates.per_base["USD"].to_string(), "1.09");
    let more = XML.replace(
        "</Cube>\n\t</Cube>",
        "</Cube>\n<Cube time='2026-11-19'><Cube currency='USD' rate='9'/></Cube></Cube>",
    );
    assert_eq!(read(more.as_bytes(), &Hints::default()).expect("good").per_base["USD"].to_string(), "1.0867");
}

#[test]
fn a_plain_file_takes_day_and_base_from_the_caller() {
    let text = "# our own\nrate,currency\n0.92,EUR\n150.5,jpy\n1,USD\n";
    let rates = read(text.as_bytes(), &plain_hints()).expect("good");
    assert_eq!((rates.base.code(), rates.source.as_str()), ("USD", "our bank"));
    assert_eq!(rates.per_base.keys().collect::<Vec<_>>(), ["EUR", "JPY"]);
    for (hints, wanted) in
        [(Hints { day: None, ..plain_hints() }, "--day"), (Hints { base: None, ..plain_hints() }, "--base")]
    {
        assert!(read(text.as_bytes(), &hints).expect_err("missing").message.contains(wanted));
    }
}

#[test]
fn every_mistake_names_its_line_and_field() {
    for (text, wanted) in [
        ("currency,rate\nEUR,0.9\nXXQ,1\n", "line 3: currency: unknown currency"),
        ("currency,rate\nEUR,0,9\n", "line 2: rate: the rate of EUR must be above zero"),
        ("currency,rate\nEUR,\"0,9\"\n", "line 2: rate: \"0,9\" is no number; write 1.0867 with a point"),
        ("currency,rate\nEUR,-1\n", "line 2: rate: the rate of EUR must be above zero"),
        ("currency,rate\nEUR,\n", "line 2: rate: is missing"),
        ("currency,rate\nEUR,1\neur,1\n", "line 3: currency: EUR is there twice"),
        ("currency,rate\nUSD,2\nEUR,1\n", "file: USD is the base and must be 1, not 2"),
        ("currency,rate\n", "file: the file holds no rates"),
        ("code,value\nEUR,1\n", "line 1: header: expected the columns currency,rate"),
        ("", "file: the file is empty"),
    ] {
        assert!(problem(text).starts_with(wanted), "{text:?}: {}", problem(text));
    }
    let no_hints = |text: &str| read(text.as_bytes(), &Hints::default()).expect_err("a mistake").to_string();
    assert!(no_hints("Date,USD\nyesterday,1\n").starts_with("line 2: Date: \"yesterday\" is not a valid date"));
    assert!(no_hints(&XML.replace("'1.0867'", "'a'")).starts_with("line 9: rate: \"a\" is no number"));
    assert!(no_hints(&XML.replace(" rate='1.0867'", "")).starts_with("line 9: rate: USD has no rate"));
    assert!(no_hints("<html></html>").contains("not the bank's file"));
    let contradiction = Hints { day: Some(day("2026-11-19")), ..Hints::default() };
    assert!(read(XML.as_bytes(), &contradiction).expect_err("another day").message.contains("--day"));
}

#[test]
fn document_types_and_entities_are_refused() {
    let bomb = XML.replace("<gesmes:Envelope", "<!DOCTYPE x [<!ENTITY a \"aaaa\">]>\n<gesmes:Envelope");
    assert!(read(bomb.as_bytes(), &Hints::default()).expect_err("a document type").message.contains("document type"));
    let entity = XML.replace("Reference rates", "&a;");
    assert!(read(entity.as_bytes(), &Hints::default()).expect_err("an entity").message.contains("entities"));
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_taken_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let _ = read(&bytes, &plain_hints());
        let _ = read(&[b"PK\x03\x04", bytes.as_slice()].concat(), &plain_hints());
        let _ = read(&[b"<Cube time='2026-11-20'>", bytes.as_slice()].concat(), &plain_hints());
    }
}

#[test]
fn semicolons_bring_a_decimal_comma() {
    let text = "currency;rate\nEUR;0,92\nJPY;150.5\n;;\n";
    let rates = read(text.as_bytes(), &plain_hints()).expect("good");
    assert_eq!((rates.per_base["EUR"].to_string().as_str(), rates.per_base.len()), ("0.92", 2));
    let bank = "Date;USD;GBP;\n2026-11-20;1,0867;0,84;\n";
    let rates = read(bank.as_bytes(), &Hints::default()).expect("good");
    assert_eq!(rates.per_base["USD"].to_string(), "1.0867");
    // Thousands and decimals cannot be told apart here.
    assert!(problem("currency;rate\nIDR;16.500,25\n").contains("no number"));
    assert!(problem("currency;rate\nIDR;1,650,025\n").contains("no number"));
}

#[test]
fn a_day_without_rates_is_passed_over() {
    let history = "Date,USD,GBP,\n2026-11-20,N/A,N/A,\n2026-11-19,1.08,0.84,\n";
    let rates = read(history.as_bytes(), &Hints::default()).expect("good");
    assert_eq!((rates.day, rates.per_base.len()), (day("2026-11-19"), 2));
    let none = "Date,USD,\n2026-11-20,N/A,\n";
    assert!(read(none.as_bytes(), &Hints::default()).expect_err("nothing").message.contains("no rates"));
}
