//! `updateMerchantOrderId`: the merchant's own id for an order (checkout protocol §7).

use crossdock_app::App;
use crossdock_app::checkout::orders::SetMerchantOrderId;

use super::endpoint::{Endpoint, case, golden};
use super::failure::{Failure, Subject};
use super::fields::Problem;
use super::request::Request;
use super::values::{CREDENTIALS, SUCCESS, WHICH_ORDER};
use crate::json;
use crate::schema::{Object, text};

/// Longest `merchantOrderId`, in characters.
const LIMIT: usize = 100;

pub(super) static ENDPOINT: Endpoint = Endpoint {
    tag: "orders",
    summary: "Store the merchant's own order id",
    about: "The order then no longer shows up under `missingMerchantOrderId`.",
    idempotency_key: None,
    request: &REQUEST,
    response: &SUCCESS,
    request_example: golden!("updateMerchantOrderId/documented-example", "request"),
    response_example: golden!("updateMerchantOrderId/documented-example", "response"),
    errors: &[
        case("Parameter orderId is required to processUpdateMerchantOrderId", "no `orderId`"),
        case("Parameter merchantOrderId is required to updateMerchantOrderId.", "absent or blank"),
        case("orderId: 999-x is not a valid orderId", "no order id, or one of another store"),
        case("Could not retrieve order to updateMerchantOrderId for orderId: 10001", "no such order"),
        case("Parameter merchantOrderId is not valid", "an array or object"),
        case("Parameter merchantOrderId is not valid, it must not be longer than 100 characters", "too long"),
        case("Parameter merchantOrderId is not valid, it must not contain control characters", "several lines"),
    ],
};

static REQUEST: Object = Object::new(
    "UpdateMerchantOrderId",
    &[text("merchantOrderId")
        .required()
        .about("Up to 100 characters, one line. Replaces an earlier one; need not be unique.")],
)
.with(&[&CREDENTIALS, &WHICH_ORDER])
.about("The merchant's own id for an order.");

pub(super) async fn answer(app: &App, request: &Request<'_>) -> Result<String, Failure> {
    let command = request.check(app, read(request)).await?;
    let SetMerchantOrderId { order, value, .. } = command.clone();
    match app.checkout().orders().set_merchant_id(command).await {
        Ok(()) => {
            let number = order.number;
            // The protocol wraps a line behind the colon; a wrapped line stands for a blank.
            Ok(json::single("success", &format!("Updated Order: {number} with new merchantOrderId: {value}")))
        }
        Err(error) => Err(Failure::Order(error, Subject::Order(order))),
    }
}

pub(super) fn read(request: &Request<'_>) -> Result<SetMerchantOrderId, Problem> {
    let missing = |text: &str| Problem(text.to_owned());
    let order = request
        .order_id("orderId")?
        .ok_or_else(|| missing("Parameter orderId is required to processUpdateMerchantOrderId"))?;
    let value = request
        .fields
        .name("merchantOrderId")?
        .ok_or_else(|| missing("Parameter merchantOrderId is required to updateMerchantOrderId."))?;
    if value.chars().any(char::is_control) {
        return Err(request.fields.must("merchantOrderId", "must not contain control characters"));
    }
    if value.chars().count() > LIMIT {
        return Err(request.fields.must("merchantOrderId", &format!("must not be longer than {LIMIT} characters")));
    }
    Ok(SetMerchantOrderId { credentials: request.credentials.clone(), order, value })
}
