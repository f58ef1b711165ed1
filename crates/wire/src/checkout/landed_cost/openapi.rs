//! The two operations that are no plain POST of the dialect, in the document.

use super::super::openapi::errors;
use super::{ASKED, DETAIL, KEPT_PATH, PUBLIC_PATH, SUMS};
use crate::schema::openapi::document::{Content, Operation, Paths, Place, parameter, response};
use crate::schema::openapi::{Components, Side, typed};
use crate::schema::{Object, text};

static PUBLIC_REQUEST: Object = Object::new(
    "PublicLandedCostRequest",
    &[text("publicKey").required().about("See `crossdock store set --public-key`.")],
)
.with(&[&ASKED])
.about("The same with the store's public key instead of its secret.");

static EXPLAINED: Object =
    Object::new("ExplainedLandedCost", &[text("explanation").required().about("A text that a person can follow.")])
        .with(&[&SUMS, &DETAIL])
        .about("A kept quote with the sum in words.");

static TOTALS: Object = Object::new("LandedCostTotals", &[]).with(&[&SUMS]).about("Sums for a product page.");

/// Adds them.
pub(in super::super) fn add(paths: &mut Paths, components: &mut Components) {
    paths.add("POST", PUBLIC_PATH, public(components));
    paths.add("GET", KEPT_PATH, kept(components));
}

fn public(components: &mut Components) -> Operation {
    let example = r#"{"publicKey": "pk-999-0123456789abcdef0123456789abcdef", "shipTo": {"country": "DE"}, "currency": "USD",
        "items": [{"description": "T-shirt", "quantity": 1, "unitPrice": 19.9, "itemHSCode": "610910"}]}"#;
    let request = Content::json(components.object(&PUBLIC_REQUEST, Side::Request)).example(example);
    let totals = Content::json(components.object(&TOTALS, Side::Response));
    let mut refused = |about, text| response(about, Some(errors(components, [("refused", text)])));
    Operation {
        id: "publicLandedCost".to_owned(),
        tag: "helpers",
        summary: "Duty and tax on a product page",
        about: "For scripts of shop pages: takes the store's public key, answers totals only, allows every origin (CORS) and \
                60 calls a minute for each address. Errors have honest statuses."
            .to_owned(),
        request: Some(request),
        responses: [
            ("200", response("Totals; nothing is kept.", Some(totals))),
            ("400", refused("A parameter is missing or wrong.", "Parameter shipTo.country is required")),
            ("401", refused("No store has this public key.", "Invalid security credentials")),
            (
                "422",
                refused(
                    "It cannot be worked out.",
                    "Parameter shipTo is not valid, there are no landed-cost rules for AQ",
                ),
            ),
            (
                "429",
                refused(
                    "Too many calls; `Retry-After` tells the seconds to wait.",
                    "Too many requests; try again later",
                ),
            ),
        ]
        .into(),
        ..Operation::default()
    }
}

fn kept(components: &mut Components) -> Operation {
    let parameter = |name, place, about| parameter(name, place, true, about, typed(&["string"]));
    let explained = Content::json(components.object(&EXPLAINED, Side::Response));
    let mut refused = |about, text| response(about, Some(errors(components, [("refused", text)])));
    Operation {
        id: "keptLandedCost".to_owned(),
        tag: "helpers",
        summary: "A kept landed cost, explained",
        parameters: vec![
            parameter("id", Place::Path, "`quoteId` of the quote."),
            parameter("store", Place::Query, "The store's number."),
            parameter("Authorization", Place::Header, "`Bearer` and the store's API secret."),
        ],
        responses: [
            ("200", response("The quote as it was answered, with the sum in words.", Some(explained))),
            ("401", refused("Wrong store or secret.", "Invalid security credentials")),
            ("404", refused("The store has no such quote.", "Could not find a quote with this id")),
        ]
        .into(),
        ..Operation::default()
    }
}
