//! Good, broken and large tariff files.

use super::*;

fn reading(text: &str) -> Reading {
    read(text.as_bytes(), |_| ()).expect("a tariff")
}

fn tariff(rows: Vec<TariffRow>) -> Tariff {
    Tariff {
        version: Tariff::VERSION,
        territory: "EU".to_owned(),
        currency: "EUR".parse().expect("a currency"),
        source: "test.csv".to_owned(),
        imported: "2026-11-21".parse().expect("a day"),
        rows,
    }
}

const GOOD: &str = "\
hs,origin,ad_valorem,specific_amount,specific_currency,specific_unit,combine,minimum_amount,minimum_unit,maximum_ad_valorem,preferential,valid_from,valid_to,description
6109.10.00,,12 %,,,,,,,,,2026-01-01,,\"T-shirts, of cotton\"
61091000,CN VN,15,,,,,,,,,,,
61091000,TR;CH,free,,,,,,,,yes,,,
0406,,,185.2,EUR,100kg,,,,,,,,
2402,,10,5,,item,greater,1.5,kg,57.6,,,,
";

#[test]
fn a_file_is_read_stored_and_compiled() {
    let reading = reading(GOOD);
    assert_eq!(reading.rejected, []);
    let tariff = tariff(reading.rows);
    let json = tariff.to_json().expect("json");
    assert_eq!(Tariff::from_json(&json).expect("json"), tariff);
    let table = tariff.table();
    let rules: Vec<String> = table
        .rules()
        .iter()
        .map(|rule| {
            format!(
                "{} {:?} {:?} {:?}",
                rule.applies.id, rule.says.origin, rule.says.rate.ad_valorem, rule.says.rate.specific
            )
        })
        .collect();
    insta::assert_snapshot!(rules.join("\n"), @r"
    EU-TARIFF-61091000#2 [] Some(12) None
    EU-TARIFF-61091000#3 [CN, VN] Some(15) None
    EU-TARIFF-61091000#4 [TR, CH] Some(0) None
    EU-TARIFF-0406#5 [] None Some(SpecificRate { amount: 185.2, currency: EUR, per: HundredKilograms })
    EU-TARIFF-2402#6 [] Some(10) Some(SpecificRate { amount: 5, currency: EUR, per: Item })
    ");
    let shirts = "6109100010".parse().expect("a code");
    assert_eq!(table.matching(Some(shirts)).count(), 3);
    assert_eq!(table.rules()[0].applies.note.as_deref(), Some("T-shirts, of cotton"));
}

#[test]
fn rejected_rows_are_told_by_line_and_field_and_the_others_stay() {
    let text = "\
hs,origin,ad_valorem,specific_amount,specific_currency,specific_unit,combine,preferential,valid_from,valid_to
61,,12,,,,,,,
6A,,12,,,,,,,
,,12,,,,,,,
62,,,,,,,,,
62,XX,1,,,,,,,
62,,1x,,,,,,,
62,,-1,,,,,,,
62,,9999,,,,,,,
62,,1,5,,,,,,
62,,1,5,,barrel,,,,
62,,1,5,ABC,kg,,,,
62,,1,,EUR,,,,,
62,,1,5,,kg,both,,,
62,,1,,,,,perhaps,,
62,,1,,,,,yes,,
62,,1,,,,,,2026-13-01,
62,,1,,,,,,2026-02-01,2026-01-01
61,,13,,,,,,2026-01-01,
";
    let reading = reading(text);
    assert_eq!((reading.rows.len(), reading.rejected_rows), (1, 17));
    let told: Vec<String> = reading.rejected.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    line 3: hs: "6A" cannot be read as an HS code; give digits such as 610910
    line 4: hs: is missing
    line 5: ad_valorem: the row has no rate; write 0 or free when nothing is charged
    line 6: origin: unknown country "XX"; give a code of two letters such as US
    line 7: ad_valorem: "1x" is no number; write 6.5 with a point
    line 8: ad_valorem: must not be negative
    line 9: ad_valorem: 9999 percent is more than 5000
    line 10: specific_unit: is missing: per what is the amount?
    line 11: specific_unit: "barrel" is none of kg, 100kg, item, dozen, litre, m2
    line 12: specific_currency: unknown currency "ABC"; give an ISO 4217 code such as EUR
    line 13: specific_amount: is missing, although specific_currency is there
    line 14: combine: "both" is none of sum, greater, lesser
    line 15: preferential: "perhaps" is neither yes nor no
    line 16: origin: a preference names the countries that it is for
    line 17: valid_from: "2026-13-01" is not a valid date; write it as 2026-07-01
    line 18: valid_to: 2026-01-01 is before valid_from, 2026-02-01
    line 19: hs: line 2 holds for 61 and the same origin on the same days
    "#);
}

#[test]
fn codes_that_lost_a_zero_are_refused() {
    let rows = "901.21,1\n9012100,1\n901210000,1\n61091,1\n09012100,1\nHS 6109.10,1\n6109.10-011,1\n";
    let reading = reading(&format!("hs,ad_valorem\n{rows}"));
    let codes: Vec<String> = reading.rows.iter().map(|row| row.hs.to_string()).collect();
    assert_eq!(
        (codes.as_slice(), reading.rejected_rows),
        (&["09012100", "610910", "610910011"].map(str::to_owned)[..], 4)
    );
    assert_eq!(
        reading.rejected[1].to_string(),
        "line 3: hs: \"9012100\" cannot be read as an HS code: if its leading zero was lost, give 09012100"
    );
}

#[test]
fn origins_are_read_by_code_and_by_name_and_eu_is_the_union() {
    let origins = |cell: &str| {
        let reading = reading(&format!("hs;origin;ad_valorem\n61;{cell};1\n").replace(';', "\t").replace('\t', ","));
        reading.rows.first().map(|row| row.origin.iter().map(|country| country.code()).collect::<Vec<_>>().join(" "))
    };
    for (cell, wanted) in [
        ("CN VN", "CN VN"),
        ("China|Viet Nam", "CN VN"),
        ("\"Korea, Republic of\"", "KR"),
        ("CHN|cn|EL", "CN GR"),
        ("EU", "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"),
    ] {
        assert_eq!(origins(cell).as_deref(), Some(wanted), "{cell}");
    }
    assert_eq!(origins("Congo"), None);
}

#[test]
fn rows_for_the_same_goods_may_follow_one_another_in_time() {
    let reading = reading("hs,ad_valorem,valid_from,valid_to\n61,12,,2026-06-30\n61,10,2026-07-01,\n");
    assert_eq!((reading.rows.len(), reading.rejected_rows), (2, 0));
}

#[test]
fn a_file_without_its_columns_is_no_tariff() {
    let refused = |text: &str| read(text.as_bytes(), |_| ()).expect_err("refused").to_string();
    assert!(refused("hs,rate\n61,12\n").starts_with("line 1: rate: unknown column; the columns are hs, origin, "));
    assert_eq!(refused("ad_valorem\n12\n"), "line 1: hs: the column is missing");
    assert_eq!(refused("hs,origin\n61,\n"), "line 1: ad_valorem: neither ad_valorem nor specific_amount is there");
    assert_eq!(refused("hs,hs,ad_valorem\n"), "line 1: hs: the column is there twice");
    assert_eq!(refused("hs,ad_valorem\n\n,\n"), "file: the file holds no rows");
}

#[test]
fn tens_of_thousands_of_rows_are_read_and_progress_is_told() {
    let rows = (0..30_000).map(|n| format!("{:08},{}.5\n", 10_000_000 + n, n % 20));
    let text = "\u{feff}HS,Ad_Valorem\n".to_owned() + &rows.collect::<String>();
    let mut last = 0;
    let reading = read(text.as_bytes(), |bytes| {
        assert!(bytes >= last);
        last = bytes;
    });
    let reading = reading.expect("a tariff");
    assert_eq!((reading.rows.len(), reading.rejected_rows), (30_000, 0));
    assert_eq!(usize::try_from(last).expect("a length"), text.len());
    let many = "hs,ad_valorem\n".to_owned() + &"x,1\n".repeat(2_000);
    let reading = super::read(many.as_bytes(), |_| ()).expect("a tariff");
    assert_eq!((reading.rejected.len(), reading.rejected_rows), (MOST_PROBLEMS, 2_000));
}

proptest::proptest! {
    #[test]
    fn any_cells_are_taken_or_refused(text in "[0-9a-zA-Z,;\"\n .%-]{0,200}") {
        let _ = read(format!("hs,origin,ad_valorem,valid_from\n{text}").as_bytes(), |_| ());
    }
}
