//! `updateVendorOrderStatus`: the merchant moves an order (reference §8).

use crossdock_app::App;
use crossdock_app::checkout::orders::SetVendorStatus;
use crossdock_domain::order::OrderStatus;
use crossdock_domain::order::status::VENDOR;

use super::failure::{Failure, Subject};
use super::fields::{Problem, echo};
use super::request::Request;
use crate::json;

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
    let status = OrderStatus::from_code(&code).filter(|status| VENDOR.contains(status)).ok_or_else(|| {
        let allowed = VENDOR.map(OrderStatus::code).join(", ");
        Problem(format!("orderStatus: {} is not a valid orderStatus, it must be one of {allowed}", echo(&code)))
    })?;
    Ok(SetVendorStatus { credentials: request.credentials.clone(), order, status })
}
