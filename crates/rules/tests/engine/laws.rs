//! What must hold for all inputs: sums, order, thresholds, monotony.

use crossdock_domain::landed_cost::{Consignment, CostRequest, LandedCost, Line, landed_cost};
use proptest::prelude::*;

use crate::world::{book, compile, country, currency, line, rates, request};

const BOOK: &str = r#"
[[duty]]
id = "ALL"
ad_valorem = "4.7"
META
[[duty]]
id = "CLOTHES"
hs = ["61", "62"]
ad_valorem = "12"
META
[[duty]]
id = "WATCHES"
hs = ["91"]
specific = { amount = "0.35", per = "item" }
ad_valorem = "3.3"
META
[[tax]]
id = "VAT"
code = "VAT"
name = "VAT"
rate = "19"
base = ["freight", "insurance", "duty", "fees"]
META
[[tax]]
id = "BOOKS"
code = "VAT"
name = "VAT"
rate = "7"
hs = ["49"]
base = ["freight", "insurance", "duty", "fees"]
META
[[fee]]
id = "HEADINGS"
name = "Handling"
amount = "2.01"
per = "heading"
in_tax_base = true
META
[[fee]]
id = "ADVANCE"
name = "Advance"
percent = "2.5"
of = "duty_and_tax"
minimum = "6"
collected_by = "carrier"
META
"#;

fn any_line() -> impl Strategy<Value = Line> {
    let code = prop::sample::select(vec!["", "61", "610910", "6203", "910211", "490199", "950300", "8517130000"]);
    let origin = prop::sample::select(vec!["CN", "US", "TR"]);
    (code, origin, 0_i64..100_000, 1_i64..20, prop::option::of(1_i64..5_000), 0_u8..3).prop_map(
        |(code, origin, amount, quantity, grams, name)| Line {
            origin: Some(country(origin).into()),
            quantity: quantity.into(),
            grams: grams.map(Into::into),
            description: format!("Goods {name}"),
            ..line(code, amount)
        },
    )
}

fn any_request() -> impl Strategy<Value = CostRequest> {
    let consignment = (prop::collection::vec(any_line(), 1..8), 0_i64..500, 0_i64..300);
    (prop::collection::vec(consignment, 1..4), 0_i64..9_000, 0_i64..500, 0_i64..20_000).prop_map(
        |(consignments, freight, insurance, discount)| {
            let mut request = request(vec![]);
            let mut position = 0;
            request.consignments = consignments
                .into_iter()
                .map(|(mut lines, freight, discount)| {
                    for line in &mut lines {
                        line.position = position;
                        position += 1;
                    }
                    Consignment { lines, freight, discount, ..request.consignments[0].clone() }
                })
                .collect();
            CostRequest { freight, insurance, discount, ..request }
        },
    )
}

/// Parts add up: components to totals, shares to what was given.
fn adds_up(request: &CostRequest, cost: &LandedCost) -> Result<(), TestCaseError> {
    let parts: i64 = cost.components().map(|component| component.charged.minor).sum();
    prop_assert_eq!(parts, cost.totals.duty_taxes().expect("in range").minor);
    let lines = || cost.consignments.iter().flat_map(|consignment| &consignment.lines);
    let given = |of: fn(&Consignment) -> i64| request.consignments.iter().map(of).sum::<i64>();
    let goods: i64 = lines().map(|line| line.goods.minor).sum();
    let before: i64 = request.consignments.iter().flat_map(|c| &c.lines).map(|line| line.amount).sum();
    prop_assert_eq!(goods, cost.totals.items.minor);
    // A discount takes all of it, or what there is.
    let own: i64 =
        request.consignments.iter().map(|c| c.discount.min(c.lines.iter().map(|line| line.amount).sum())).sum();
    prop_assert_eq!(goods, (before - own - request.discount).max(0));
    prop_assert!(lines().all(|line| line.goods.minor >= 0));
    let freight: i64 = lines().map(|line| line.freight.minor + line.insurance.minor).sum();
    prop_assert_eq!(freight, request.freight + request.insurance + given(|c| c.freight));
    prop_assert_eq!(freight, cost.totals.shipping.minor);
    Ok(())
}

proptest! {
    #[test]
    fn parts_sum_to_totals_in_every_exponent(
        mut request in any_request(),
        code in prop::sample::select(vec!["EUR", "JPY", "USD", "KWD"]),
    ) {
        let rates = rates(&[("JPY", "163.27"), ("USD", "1.0837"), ("KWD", "0.3331")]);
        request.currency = currency(code);
        let cost = landed_cost(&request, &book(BOOK), None, Some(&rates)).expect("cost");
        adds_up(&request, &cost)?;
    }

    #[test]
    fn parts_sum_to_totals_where_customs_computes_in_whole_yen_or_thousandths(
        request in any_request(),
        code in prop::sample::select(vec!["JPY", "KWD"]),
    ) {
        let rates = rates(&[("JPY", "163.27"), ("KWD", "0.3331")]);
        let text = crate::world::book_text(BOOK).replace("currency = \"EUR\"", &format!("currency = \"{code}\""));
        let cost = landed_cost(&request, &compile(&text), None, Some(&rates)).expect("cost");
        adds_up(&request, &cost)?;
        prop_assert!(cost.components().all(|c| c.amount.scale() <= currency(code).exponent()));
    }

    #[test]
    fn the_order_of_lines_does_not_change_totals(request in any_request(), seed in any::<u64>()) {
        let book = book(BOOK);
        let before = landed_cost(&request, &book, None, None).expect("cost").totals;
        let mut mixed = request;
        for consignment in &mut mixed.consignments {
            let count = consignment.lines.len();
            consignment.lines.rotate_left(usize::try_from(seed % count as u64).expect("small"));
            if seed % 2 == 0 {
                consignment.lines.reverse();
            }
        }
        mixed.consignments.reverse();
        prop_assert_eq!(landed_cost(&mixed, &book, None, None).expect("cost").totals, before);
    }

    #[test]
    fn more_of_the_goods_never_costs_less_duty_and_tax(
        request in any_request(),
        which in any::<prop::sample::Index>(),
        more in 1_i64..50_000,
    ) {
        // Without freight and discount: those are shared, and a share may move to goods that are taxed less.
        let mut before = CostRequest { freight: 0, insurance: 0, discount: 0, ..request };
        for consignment in &mut before.consignments {
            consignment.freight = 0;
            consignment.discount = 0;
        }
        let book = book(BOOK);
        let mut after = before.clone();
        let lines = &mut after.consignments[0].lines;
        let chosen = which.index(lines.len());
        lines[chosen].amount += more;
        let cost = |request| landed_cost(request, &book, None, None).expect("cost").totals;
        let (before, after) = (cost(&before), cost(&after));
        prop_assert!(after.duty.minor >= before.duty.minor);
        prop_assert!(after.fees.minor >= before.fees.minor);
    }

    #[test]
    fn a_stored_result_reads_back_equal(request in any_request()) {
        let cost = landed_cost(&request, &book(BOOK), None, None).expect("cost");
        let json = serde_json::to_string(&cost).expect("json");
        prop_assert_eq!(serde_json::from_str::<LandedCost>(&json).expect("cost"), cost);
        let json = serde_json::to_string(&request).expect("json");
        prop_assert_eq!(serde_json::from_str::<CostRequest>(&json).expect("request"), request);
    }
}
