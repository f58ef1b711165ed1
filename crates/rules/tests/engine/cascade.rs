//! Each step of the cascade on a book of a few rules.

use crossdock_domain::landed_cost::{
    BuyerKind, CollectedBy, LandedCostError, Precision, Reason, ShortCodePolicy, landed_cost,
};

use crate::world::{book, component, cost, country, currency, line, rates, request, sums, try_cost};

const VAT: &str = r#"
[[tax]]
id = "VAT"
code = "VAT"
name = "VAT"
rate = "21"
base = ["freight", "insurance", "duty", "fees"]
META
"#;

fn with_vat(rules: &str) -> String {
    format!("{rules}\n{VAT}")
}

const EIGHT: &str = "[[duty]]\nid = \"D\"\nad_valorem = \"8\"\nMETA\n";

#[test]
fn the_worked_example_of_a_carrier_comes_out_to_the_cent() {
    // Goods 70,000, freight 6,792: duty 8 % of 76,792 = 6,143.36; VAT 21 % of 82,935.36 = 17,416.43; advance 1,981.57.
    let rules = with_vat(&format!(
        "{EIGHT}[[fee]]\nid = \"ADVANCE\"\nname = \"Carrier advance\"\namount = \"1981.57\"\nper = \"consignment\"\n\
         collected_by = \"carrier\"\nMETA\n"
    ));
    let mut request = request(vec![line("850440", 7_000_000)]);
    request.freight = 679_200;
    let cost = cost(&rules, &request);
    assert_eq!(sums(&cost), (614_336, 1_741_643, 198_157));
    assert_eq!(cost.totals.duty_taxes().map(|m| m.minor), Ok(2_554_136));
    assert_eq!(component(&cost, "D").base.to_string(), "76792");
    assert_eq!(component(&cost, "VAT").base.to_string(), "82935.36");
    assert_eq!(component(&cost, "ADVANCE").collected, CollectedBy::Carrier);
    assert_eq!(cost.precision, Precision::Exact);
}

#[test]
fn the_longest_prefix_wins_and_then_the_narrower_origin() {
    let rules = r#"
[[duty]]
id = "ALL"
ad_valorem = "1"
META
[[duty]]
id = "CHAPTER"
hs = ["61"]
ad_valorem = "2"
META
[[duty]]
id = "HEADING"
hs = ["6109"]
ad_valorem = "3"
META
[[duty]]
id = "HEADING-CN"
hs = ["6109"]
origin = ["CN"]
ad_valorem = "4"
META
[[duty]]
id = "HEADING-ASIA"
hs = ["6109"]
origin = ["CN", "VN"]
ad_valorem = "5"
META
"#;
    let duty = |hs, origin: &str| {
        let mut goods = line(hs, 10_000);
        goods.origin = (!origin.is_empty()).then(|| country(origin).into());
        sums(&cost(rules, &request(vec![goods]))).0
    };
    assert_eq!(duty("610910", "CN"), 400);
    assert_eq!(duty("610910", "VN"), 500);
    assert_eq!(duty("610910", "US"), 300);
    assert_eq!(duty("610210", "CN"), 200);
    assert_eq!(duty("950300", "CN"), 100);
    assert_eq!(duty("610910", ""), 300);
}

#[test]
fn a_preference_needs_origin_and_dispatch_from_there_and_only_ever_lowers() {
    let rules = r#"
[[duty]]
id = "GENERAL"
hs = ["6109"]
ad_valorem = "12"
META
[[duty]]
id = "FREE"
origin = ["GB"]
preferential = true
ad_valorem = "0"
META
"#;
    let duty = |origin: &str, from: &str| {
        let mut goods = line("610910", 10_000);
        goods.origin = Some(country(origin).into());
        let mut request = request(vec![goods]);
        request.consignments[0].ship_from.country = country(from);
        sums(&cost(rules, &request)).0
    };
    assert_eq!(duty("GB", "GB"), 0);
    assert_eq!(duty("CN", "GB"), 1200);
    assert_eq!(duty("GB", "CN"), 1200);
}

#[test]
fn specific_compound_and_bounded_rates_are_computed_as_written() {
    let rules = r#"
[[duty]]
id = "KG"
hs = ["01"]
specific = { amount = "2.50", per = "kg" }
META
[[duty]]
id = "COMPOUND"
hs = ["02"]
ad_valorem = "10"
specific = { amount = "9.60", per = "100kg" }
META
[[duty]]
id = "GREATER"
hs = ["03"]
ad_valorem = "10"
specific = { amount = "1", per = "item" }
combine = "greater"
META
[[duty]]
id = "BOUNDED"
hs = ["04"]
ad_valorem = "10"
minimum = { specific = { amount = "3", per = "dozen" } }
maximum = { specific = { amount = "6", per = "dozen" } }
META
[[duty]]
id = "LITRE"
hs = ["05"]
specific = { amount = "1", per = "litre" }
META
"#;
    let duty = |hs, amount, quantity: i64, grams: Option<i64>| {
        let mut goods = line(hs, amount);
        goods.quantity = quantity.into();
        goods.grams = grams.map(Into::into);
        let cost = cost(rules, &request(vec![goods]));
        (cost.totals.duty.minor, cost.reasons)
    };
    assert_eq!(duty("010000", 10_000, 1, Some(1_500)), (375, vec![]));
    assert_eq!(duty("020000", 10_000, 1, Some(50_000)), (1_480, vec![]));
    assert_eq!(duty("030000", 10_000, 3, None), (1_000, vec![]));
    assert_eq!(duty("030000", 1_000, 3, None), (300, vec![]));
    assert_eq!(duty("040000", 1_000, 12, None), (300, vec![]));
    assert_eq!(duty("040000", 4_500, 12, None), (450, vec![]));
    assert_eq!(duty("040000", 9_000, 12, None), (600, vec![]));
    let (amount, reasons) = duty("010000", 10_000, 1, None);
    assert_eq!((amount, reasons), (0, vec![Reason::WeightMissing { line: 0, rule: "KG".to_owned() }]));
    let (_, reasons) = duty("050000", 10_000, 1, Some(1));
    assert_eq!(reasons, [Reason::UnitUnknown { line: 0, rule: "LITRE".to_owned() }]);
}

#[test]
fn short_and_missing_codes_make_an_estimate_that_says_so() {
    let rules = r#"
[[duty]]
id = "ALL"
ad_valorem = "5"
META
[[duty]]
id = "LOW"
hs = ["640219"]
ad_valorem = "8"
META
[[duty]]
id = "HIGH"
hs = ["640299"]
ad_valorem = "17"
META
"#;
    let run = |hs, policy| {
        let mut request = request(vec![line(hs, 10_000)]);
        request.short_code = policy;
        let cost = cost(rules, &request);
        (cost.totals.duty.minor, cost.reasons.first().cloned())
    };
    let short = Some(Reason::HsShort { line: 0, code: "6402".parse().expect("code") });
    assert_eq!(run("6402", ShortCodePolicy::Highest), (1_700, short.clone()));
    assert_eq!(run("6402", ShortCodePolicy::Lowest), (500, short.clone()));
    assert_eq!(run("6402", ShortCodePolicy::Average), (1_000, short), "the mean of 5, 8 and 17");
    assert_eq!(run("640219", ShortCodePolicy::Highest), (800, None));
    assert_eq!(run("", ShortCodePolicy::Highest), (500, Some(Reason::HsMissing { line: 0 })));
}

const FLAT: &str = r#"
[[duty]]
id = "ORDINARY"
ad_valorem = "12"
META
[[flat_duty]]
id = "FLAT"
amount = "3"
per = "heading_origin"
when = { buyer = "consumer", up_to = "150" }
valid_from = 2026-07-01
valid_to = 2028-06-30
source = "made up"
checked = 2026-11-22
confidence = "exact"
[[relief]]
id = "RELIEF"
of = ["duty"]
when = { up_to = "150" }
valid_from = 2010-01-01
valid_to = 2026-06-30
source = "made up"
checked = 2026-11-22
confidence = "exact"
"#;

#[test]
fn the_flat_duty_counts_headings_and_origins_and_not_pieces() {
    let run = |lines| sums(&cost(&with_vat(FLAT), &request(lines)));
    let shirt = || line("610910", 2_000);
    assert_eq!(run(vec![shirt()]), (300, 483, 0));
    let mut ten = line("610910", 10_000);
    ten.quantity = 10.into();
    assert_eq!(run(vec![ten]).0, 300);
    assert_eq!(run(vec![shirt(), line("910211", 3_000)]).0, 600);
    assert_eq!(run(vec![shirt(), line("610990", 2_000)]).0, 300, "same heading");
    let mut turkish = shirt();
    turkish.origin = Some(country("TR").into());
    assert_eq!(run(vec![shirt(), turkish]).0, 600, "same heading, other origin");
}

#[test]
fn the_threshold_is_within_and_dates_change_the_rule() {
    let run = |amount, day: &str, buyer| {
        let mut request = request(vec![line("610910", amount)]);
        request.day = crate::world::day(day);
        request.buyer = buyer;
        sums(&cost(FLAT, &request)).0
    };
    let consumer = BuyerKind::Consumer;
    assert_eq!(run(15_000, "2026-06-30", consumer), 0);
    assert_eq!(run(15_001, "2026-06-30", consumer), 1_800);
    assert_eq!(run(14_999, "2026-07-01", consumer), 300);
    assert_eq!(run(15_000, "2026-07-01", consumer), 300);
    assert_eq!(run(15_001, "2026-07-01", consumer), 1_800);
    assert_eq!(run(15_000, "2026-07-01", BuyerKind::Business), 1_800);
    assert_eq!(run(15_000, "2028-06-30", consumer), 300);
    assert_eq!(run(15_000, "2028-07-01", consumer), 1_800);
}

#[test]
fn an_edge_stays_an_edge_in_another_currency() {
    let run = |amount| {
        let mut request = request(vec![line("610910", amount)]);
        request.currency = currency("USD");
        let cost = landed_cost(&request, &book(FLAT), None, Some(&rates(&[("USD", "1.1")]))).expect("cost");
        cost.totals.duty.minor
    };
    assert_eq!(run(16_500), 330, "150 EUR exactly: 3 EUR are 3.30 USD");
    assert_eq!(run(16_501), 1_980);
}

#[test]
fn a_regime_taxes_at_the_sale_without_duty_and_clears_fees() {
    let rules = with_vat(
        r#"
[[duty]]
id = "ORDINARY"
ad_valorem = "10"
META
[[regime]]
id = "REGIME"
name = "IOSS"
optional = true
base = ["freight"]
relieves_duty = true
when = { up_to = "150" }
META
[[fee]]
id = "CLEARANCE"
name = "Clearance"
amount = "5"
per = "parcel"
skip_under_regime = true
META
"#,
    );
    let mut request = request(vec![line("610910", 10_000)]);
    request.freight = 1_000;
    assert_eq!(sums(&cost(&rules, &request)), (1_100, 2_541, 500));
    request.registered = vec!["ioss".to_owned()];
    let at_sale = cost(&rules, &request);
    assert_eq!(sums(&at_sale), (0, 2_310, 0));
    assert_eq!(component(&at_sale, "VAT").collected, CollectedBy::AtSale);
    assert_eq!(at_sale.consignments[0].regime.as_deref(), Some("IOSS"));
}

#[test]
fn a_tax_too_small_to_collect_is_not_collected() {
    let rules =
        with_vat("[[relief]]\nid = \"SMALL\"\nof = [\"tax\"]\nwhen = { up_to = \"5\", compare = \"tax\" }\nMETA\n");
    let tax = |amount| {
        sums(&cost(&format!("{EIGHT}{rules}").replace("\"8\"", "\"0\""), &request(vec![line("61", amount)]))).1
    };
    assert_eq!(tax(2_380), 0, "21 % of 23.80 are 5.00");
    assert_eq!(tax(2_384), 501);
}

#[test]
fn each_relief_is_for_its_own_goods() {
    let relief = |id: &str, hs: &str, up_to: u32| {
        format!("[[relief]]\nid = \"{id}\"\nof = [\"tax\"]\nwhen = {{ hs = [\"{hs}\"], up_to = \"{up_to}\" }}\nMETA\n")
    };
    let rules = with_vat(&format!("{EIGHT}{}{}", relief("BOOKS", "49", 1_000), relief("SHIRTS", "61", 500)));
    let cost = cost(&rules, &request(vec![line("490199", 1_000), line("610910", 2_000), line("950300", 1_000)]));
    assert_eq!(sums(&cost).1, 227, "21 % of 10.80 for the toy alone");
    assert_eq!(component(&cost, "BOOKS").amount + component(&cost, "SHIRTS").amount, 0.into());
}

#[test]
fn taxes_build_on_taxes_and_may_lie_inside_their_own_base() {
    let rules = r#"
[[duty]]
id = "D"
ad_valorem = "0"
META
[[tax]]
id = "FIRST"
code = "A"
name = "A"
rate = "10"
base = ["duty"]
META
[[tax]]
id = "SECOND"
code = "B"
name = "B"
rate = "20"
base = ["duty"]
on_taxes = ["A"]
inside = true
META
"#;
    let cost = cost(rules, &request(vec![line("610910", 10_000)]));
    // A: 10. B: 110 × 20 ÷ 80 = 27.50.
    assert_eq!(component(&cost, "FIRST").amount.to_string(), "10");
    assert_eq!(component(&cost, "SECOND").amount.to_string(), "27.5");
}

#[test]
fn fees_inside_the_base_are_taxed_and_others_are_not() {
    let fee = |inside: bool| {
        format!(
            "{EIGHT}[[fee]]\nid = \"FEE\"\nname = \"Fee\"\npercent = \"10\"\nof = \"goods\"\nminimum = \"2\"\nmaximum = \"50\"\n\
             in_tax_base = {inside}\nMETA\n"
        )
    };
    let run = |inside, amount| sums(&cost(&with_vat(&fee(inside)), &request(vec![line("61", amount)])));
    assert_eq!(run(true, 10_000), (800, 2_478, 1_000));
    assert_eq!(run(false, 10_000), (800, 2_268, 1_000));
    assert_eq!(run(false, 1_000).2, 200);
    assert_eq!(run(false, 100_000).2, 5_000);
}

#[test]
fn discounts_lower_the_base_and_never_below_nothing() {
    let rules = with_vat(EIGHT);
    let mut request = request(vec![line("61", 6_000), line("91", 4_000)]);
    request.discount = 1_000;
    let lowered = cost(&rules, &request);
    assert_eq!(lowered.consignments[0].lines[0].goods.minor, 5_400);
    assert_eq!(sums(&lowered), (720, 2_041, 0));
    request.discount = 20_000;
    let nothing = cost(&rules, &request);
    assert_eq!(sums(&nothing), (0, 0, 0));
    assert_eq!(nothing.totals.items.minor, 0);
}

#[test]
fn three_suppliers_are_three_consignments_with_three_thresholds() {
    let mut request = request(vec![line("610910", 10_000)]);
    let mut second = request.consignments[0].clone();
    second.lines[0].position = 1;
    second.supplier = Some("other".to_owned());
    let mut third = second.clone();
    third.lines[0].position = 2;
    third.supplier = Some("third".to_owned());
    let alone = {
        let mut one = request.clone();
        one.consignments[0].lines.extend([second.lines[0].clone(), third.lines[0].clone()]);
        sums(&cost(FLAT, &one)).0
    };
    request.consignments.extend([second, third]);
    assert_eq!(alone, 3_600, "300 EUR in one consignment: 12 %");
    assert_eq!(sums(&cost(FLAT, &request)).0, 900, "three times 100 EUR: 3 EUR each");
}

#[test]
fn what_cannot_be_computed_is_an_error_that_names_it() {
    let rules = with_vat(EIGHT);
    let mut wrong = request(vec![line("61", -1)]);
    assert_eq!(try_cost(&rules, &wrong), Err(LandedCostError::Negative { field: "amount", line: Some(0) }));
    wrong = request(vec![line("61", 1)]);
    wrong.consignments[0].lines[0].quantity = (-1).into();
    assert_eq!(try_cost(&rules, &wrong), Err(LandedCostError::Negative { field: "quantity", line: Some(0) }));
    wrong = request(vec![line("61", 1)]);
    wrong.ship_to.country = country("FR");
    assert_eq!(try_cost(&rules, &wrong), Err(LandedCostError::NoRules(country("FR"))));
    wrong = request(vec![line("61", 1)]);
    wrong.currency = currency("USD");
    assert_eq!(try_cost(&rules, &wrong), Err(LandedCostError::NoRate(currency("USD"), currency("EUR"))));
    wrong = request(vec![line("61", 1)]);
    wrong.day = crate::world::day("2019-12-31");
    assert!(matches!(try_cost(&rules, &wrong), Err(LandedCostError::NoRulesOn { .. })));
    assert_eq!(try_cost(&rules, &request(vec![])), Err(LandedCostError::NoLines));
    wrong = request(vec![line("61", i64::MAX)]);
    wrong.freight = i64::MAX;
    assert_eq!(try_cost(&rules, &wrong), Err(LandedCostError::OutOfRange));
}

#[test]
fn prohibited_goods_are_named_and_restricted_ones_are_a_reason() {
    let rules = with_vat(&format!(
        "{EIGHT}[[restriction]]\nid = \"ARMS\"\nhs = [\"93\"]\nlevel = \"prohibited\"\nreason = \"weapons\"\nMETA\n\
         [[restriction]]\nid = \"WINE\"\nhs = [\"2204\"]\nlevel = \"restricted\"\nreason = \"needs a licence\"\nMETA\n"
    ));
    let cost = cost(&rules, &request(vec![line("61", 100), line("930200", 100), line("220421", 100)]));
    assert_eq!(cost.refused.iter().map(|r| (r.line, r.reason.as_str())).collect::<Vec<_>>(), [(1, "weapons")]);
    assert!(cost.reasons.iter().any(|reason| reason.text().contains("line 3 may need papers: needs a licence")));
}
