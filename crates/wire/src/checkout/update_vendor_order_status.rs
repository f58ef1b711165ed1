//! `updateVendorOrderStatus`: the merchant moves an order (checkout protocol §8).

use crossdock_app::App;
use crossdock_app::checkout::orders::SetVendorStatus;
use crossdock_domain::order::OrderStatus;
use crossdock_domain::order::status::SET_BY_MERCHANT;

use super::endpoint::{Endpoint, case, golden};
use super::failure::{Failure, Subject};
use super::fields::{Problem, echo};
use super::request::Request;
use super::values::{CREDENTIALS, ORDER_STATUS, SUCCESS, WHICH_ORDER};
use crate::json;
use crate::schema::{Object, named};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    tag: "orders",
    summary: "Move an order",
    about: "From any unlocked status to any of the five `VENDOR_` ones. `VENDOR_CANCELLATION_REQUEST` and \
            `VENDOR_END_OF_DAY_COMPLETE` lock the order.",
    idempotency_key: None,
    request: &REQUEST,
    response: &SUCCESS,
    request_example: golden!("updateVendorOrderStatus/vendor-shipment-ready", "request"),
    response_example: golden!("updateVendorOrderStatus/vendor-shipment-ready", "response"),
    errors: &[
        case("Parameter orderId is required to updateVendorOrderStatus", "no `orderId`"),
        case("Parameter orderStatus is required to updateVendorOrderStatus.", "no `orderStatus`"),
        case("orderId: 999-x is not a valid orderId", "no order id, or one of another store"),
        case(
            "orderStatus: SENT is not a valid orderStatus, it must be one of VENDOR_PREPARING_ORDER, \
             VENDOR_SHIPMENT_READY, VENDOR_LABELS_PRINTED_DATE, VENDOR_CANCELLATION_REQUEST, \
             VENDOR_END_OF_DAY_COMPLETE",
            "a status that merchants cannot set",
        ),
        case("Could not retrieve order to updateVendorOrderStatus for orderId: 10001", "no such order"),
        case(
            "Could not updateVendorOrderStatus for orderId: 10001, current orderStatus: IGLOBAL_FRAUD_REVIEW",
            "the order is locked",
        ),
    ],
};

static REQUEST: Object = Object::new(
    "UpdateVendorOrderStatus",
    &[named("orderStatus", &ORDER_STATUS).required().about("One of the five `VENDOR_` values.")],
)
.with(&[&CREDENTIALS, &WHICH_ORDER])
.about("A status that the merchant may set.");

pub(super) async fn answer(app: &App, request: &Request<'_>) -> Result<String, Failure> {
    let command = request.check(app, read(request)).await?;
    let SetVendorStatus { order, status, .. } = command;
    match app.checkout().orders().set_vendor_status(command).await {
        Ok(()) => {
            let number = order.number;
            Ok(json::single("success", &format!("Updated Order: {number} with new orderStatus: {status}")))
        }
        Err(error) => Err(Failure::Order(error, Subject::Order(order))),
    }
}

pub(super) fn read(request: &Request<'_>) -> Result<SetVendorStatus, Problem> {
    let missing = |text: &str| Problem(text.to_owned());
    let order = request
        .order_id("orderId")?
        .ok_or_else(|| missing("Parameter orderId is required to updateVendorOrderStatus"))?;
    let code = request
        .fields
        .id_text(&["orderStatus"])
        .ok_or_else(|| missing("Parameter orderStatus is required to updateVendorOrderStatus."))?;
    let status = OrderStatus::from_code(&code).filter(|status| SET_BY_MERCHANT.contains(status)).ok_or_else(|| {
        let allowed = SET_BY_MERCHANT.map(OrderStatus::code).join(", ");
        Problem(format!("orderStatus: {} is not a valid orderStatus, it must be one of {allowed}", echo(&code)))
    })?;
    Ok(SetVendorStatus { credentials: request.credentials.clone(), order, status })
}
