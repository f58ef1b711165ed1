//! `magento-region`: a helper that only the Magento modules call (checkout protocol §15).

use std::future::{Ready, ready};

use crossdock_app::App;

use super::endpoint::{Endpoint, golden};
use super::failure::Failure;
use super::fields::Problem;
use super::request::Request;
use super::values::{CREDENTIALS, ORDER_ID};
use crate::schema::{Object, named, text};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    tag: "helpers",
    summary: "Helper of the Magento modules",
    about: "Answers an empty object to any body; no credentials are checked because nothing is told.",
    idempotency_key: None,
    request: &REQUEST,
    response: &REGION,
    request_example: golden!("magento-region/documented-example", "request"),
    response_example: golden!("magento-region/documented-example", "response"),
    errors: &[],
};

static REQUEST: Object =
    Object::new("MagentoRegion", &[text("countryCode"), text("region"), named("orderId", &ORDER_ID)])
        .with(&[&CREDENTIALS])
        .about("What the Magento modules send; nothing of it is looked at.");

static REGION: Object = Object::new("Region", &[]).about("Nothing: the modules then go on with the region they have.");

/// Knows no regions: the modules then go on with what they have. Nothing is looked up, so nothing is checked.
pub(super) fn nothing() -> String {
    "{}".to_owned()
}

pub(super) fn answer(_: &App, _: &Request<'_>) -> Ready<Result<String, Failure>> {
    ready(Ok(nothing()))
}

#[expect(clippy::unnecessary_wraps, reason = "like the readers of the other operations")]
pub(super) fn read(_: &Request<'_>) -> Result<(), Problem> {
    Ok(())
}
