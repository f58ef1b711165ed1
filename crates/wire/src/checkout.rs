//! The checkout REST API: which operations there are, one call in, one reply out.
//!
//! Each operation has its file. What the HTTP layer keeps: routes, headers, timing out, holding a reply back for
//! [`Reply::delay`]. Decisions where the protocol is unknown are listed in `docs/api/checkout.md`.

mod create_temp_cart;
mod failure;
mod fields;
mod headers;
mod landed_cost;
mod magento_region;
mod order_detail;
mod order_numbers;
mod request;
mod set_shipment_tracking;
mod update_merchant_order_id;
mod update_vendor_order_status;

use std::net::IpAddr;

use crossdock_app::App;
use crossdock_domain::clock::Span;

use crate::json;
use failure::Failure;
use fields::Fields;
use request::Request;

pub use landed_cost::{kept_landed_cost, public_landed_cost};

pub use headers::{accepts_json, is_json_content_type, not_acceptable, unsupported_media_type};

/// Largest request body, in bytes. The HTTP layer stops reading there and answers [`too_large`].
pub const BODY_LIMIT: usize = 1_048_576;

/// The version in the path. It decides the status of errors and a few of their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// Errors are answered with 200.
    V1,
    /// Errors are answered with 400.
    V2,
}

/// An operation of the API; each is served under both versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Registers a cart.
    CreateTempCart,
    /// Lists order ids.
    OrderNumbers,
    /// One order.
    OrderDetail,
    /// Stores the merchant's own order id.
    UpdateMerchantOrderId,
    /// The merchant moves an order.
    UpdateVendorOrderStatus,
    /// Sets consignment numbers.
    SetShipmentTracking,
    /// Duty, import tax and fees before any cart exists; ours.
    LandedCost,
    /// Helper of the Magento modules.
    MagentoRegion,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 8] = [
        Self::CreateTempCart,
        Self::OrderNumbers,
        Self::OrderDetail,
        Self::UpdateMerchantOrderId,
        Self::UpdateVendorOrderStatus,
        Self::SetShipmentTracking,
        Self::LandedCost,
        Self::MagentoRegion,
    ];

    /// The last part of the path.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateTempCart => "createTempCart",
            Self::OrderNumbers => "orderNumbers",
            Self::OrderDetail => "orderDetail",
            Self::UpdateMerchantOrderId => "updateMerchantOrderId",
            Self::UpdateVendorOrderStatus => "updateVendorOrderStatus",
            Self::SetShipmentTracking => "setShipmentTracking",
            Self::LandedCost => "landedCost",
            Self::MagentoRegion => "magento-region",
        }
    }

    /// The operation of a path's last part, spelled exactly.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }
}

/// One request.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// From the path.
    pub version: Version,
    /// From the path.
    pub operation: Operation,
    /// The body as it came, at most [`BODY_LIMIT`] bytes.
    pub body: &'a [u8],
    /// Where it came from, behind trusted proxies.
    pub client: IpAddr,
    /// The `Idempotency-Key` header.
    pub idempotency_key: Option<&'a str>,
}

/// One answer, always `application/json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// What goes out on the wire.
    pub status: u16,
    /// What it would be in an honest dialect, for logs and metrics.
    pub honest_status: u16,
    /// Stable name of the outcome for logs and metrics: `ok`, the code of an error, or one of this dialect's.
    pub code: &'static str,
    /// JSON.
    pub body: String,
    /// How long the reply must be held back.
    pub delay: Span,
    /// Seconds for a `Retry-After` header.
    pub retry_after: Option<u32>,
}

/// Answers one call: parse, use case, render. Never panics, whatever the body holds.
pub async fn answer(app: &App, call: Call<'_>) -> Reply {
    if call.body.len() > BODY_LIMIT {
        return too_large();
    }
    match body_of(app, call).await {
        Ok(body) => Reply { status: 200, honest_status: 200, code: "ok", body, delay: Span(0), retry_after: None },
        Err(failure) => failure.reply(call.version, call.operation),
    }
}

async fn body_of(app: &App, call: Call<'_>) -> Result<String, Failure> {
    if call.operation == Operation::MagentoRegion {
        return Ok(magento_region::answer());
    }
    let map = fields::parse_object(call.body).ok_or(Failure::Unreadable)?;
    let request = Request::read(Fields::new(&map), &call)?;
    match call.operation {
        Operation::CreateTempCart => create_temp_cart::answer(app, &request).await,
        Operation::OrderNumbers => order_numbers::answer(app, &request).await,
        Operation::OrderDetail => order_detail::answer(app, &request).await,
        Operation::UpdateMerchantOrderId => update_merchant_order_id::answer(app, &request).await,
        Operation::UpdateVendorOrderStatus => update_vendor_order_status::answer(app, &request).await,
        Operation::SetShipmentTracking => set_shipment_tracking::answer(app, &request).await,
        Operation::LandedCost => landed_cost::answer(app, &request).await,
        Operation::MagentoRegion => Ok(magento_region::answer()),
    }
}

/// The parser alone, for fuzzing: whether the call would reach its use case.
#[doc(hidden)]
pub fn is_well_formed(call: Call<'_>) -> bool {
    let Some(map) = fields::parse_object(call.body) else { return false };
    let Ok(request) = Request::read(Fields::new(&map), &call) else { return false };
    match call.operation {
        Operation::CreateTempCart => create_temp_cart::read(&request).is_ok(),
        Operation::OrderNumbers => order_numbers::read(&request).is_ok(),
        Operation::OrderDetail => order_detail::read(&request).is_ok(),
        Operation::UpdateMerchantOrderId => update_merchant_order_id::read(&request).is_ok(),
        Operation::UpdateVendorOrderStatus => update_vendor_order_status::read(&request).is_ok(),
        Operation::SetShipmentTracking => set_shipment_tracking::read(&request).is_ok(),
        Operation::LandedCost => landed_cost::read(&request).is_ok(),
        Operation::MagentoRegion => true,
    }
}

/// The answer to anything but POST; the HTTP layer adds `Allow: POST`.
pub fn wrong_method(operation: Operation) -> Reply {
    refusal(405, "wrong_method", &format!("{} must be called with POST", operation.name()))
}

/// The answer to a body of more than [`BODY_LIMIT`] bytes.
pub fn too_large() -> Reply {
    refusal(413, "too_large", &format!("could not parse input, it is larger than {BODY_LIMIT} bytes"))
}

fn refusal(status: u16, code: &'static str, text: &str) -> Reply {
    let body = json::single("error", text);
    Reply { status, honest_status: status, code, body, delay: Span(0), retry_after: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_found_by_their_exact_name() {
        for operation in Operation::ALL {
            assert_eq!(Operation::from_name(operation.name()), Some(operation));
        }
        for name in ["", "createtempcart", "updateMerchantOrderID", "createTempCart/", "magentoRegion"] {
            assert_eq!(Operation::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn refusals_of_the_transport_have_honest_statuses_on_both_versions() {
        let reply = wrong_method(Operation::OrderDetail);
        assert_eq!((reply.status, reply.honest_status, reply.code), (405, 405, "wrong_method"));
        assert_eq!(reply.body, r#"{"error":"orderDetail must be called with POST"}"#);
        let reply = too_large();
        assert_eq!((reply.status, reply.honest_status, reply.code), (413, 413, "too_large"));
        assert_eq!(reply.body, r#"{"error":"could not parse input, it is larger than 1048576 bytes"}"#);
    }
}
