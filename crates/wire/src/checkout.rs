//! The checkout REST API: which operations there are, one call in, one reply out.
//!
//! Each operation has its file. What the HTTP layer keeps: routes, headers, timing out, holding a reply back for
//! [`Reply::delay`]. Decisions where the protocol is unknown are listed in `docs/api/checkout.md`.

mod create_temp_cart;
mod endpoint;
mod failure;
mod fields;
mod headers;
mod landed_cost;
mod magento_region;
pub mod openapi;
mod order_detail;
mod order_numbers;
mod request;
mod set_shipment_tracking;
mod update_merchant_order_id;
mod update_vendor_order_status;
mod values;
mod warnings;

use std::net::IpAddr;

use crossdock_app::App;
use crossdock_domain::clock::Span;

use crate::json;
use crate::json_body::{self, JsonExcess};
use endpoint::Endpoint;
use failure::Failure;
use fields::Fields;
use request::Request;

pub use landed_cost::{KEPT_PATH, PUBLIC_PATH, kept_landed_cost, public_landed_cost};

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

impl Version {
    /// Every version.
    pub const ALL: [Self; 2] = [Self::V1, Self::V2];

    /// As paths write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
        }
    }
}

/// Makes [`CheckoutOperation`] of the rows: name in the path, and the module that reads, answers and describes it.
macro_rules! operations {
    ($($(#[doc = $about:literal])* $operation:ident = $name:literal in $module:ident;)+) => {
        /// An operation of the API; each is served under both versions.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum CheckoutOperation {
            $($(#[doc = $about])* $operation,)+
        }

        impl CheckoutOperation {
            /// Every operation.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$operation,)+];

            /// The last part of the path.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$operation => $name,)+
                }
            }

            /// The path, as the router, the log and metrics name it.
            pub const fn path(self, version: Version) -> &'static str {
                match (version, self) {
                    $(
                        (Version::V1, Self::$operation) => concat!("/v1/", $name),
                        (Version::V2, Self::$operation) => concat!("/v2/", $name),
                    )+
                }
            }

            /// What documents tell of it.
            fn endpoint(self) -> &'static Endpoint {
                match self {
                    $(Self::$operation => &$module::ENDPOINT,)+
                }
            }

            /// Reads and answers a request.
            async fn answer(self, app: &App, request: &Request<'_>) -> Result<String, Failure> {
                match self {
                    $(Self::$operation => $module::answer(app, request).await,)+
                }
            }

            /// Whether a request can be read.
            fn reads(self, request: &Request<'_>) -> bool {
                match self {
                    $(Self::$operation => $module::read(request).is_ok(),)+
                }
            }
        }
    };
}

// To add one: its file, which has `ENDPOINT`, `read` and `answer`; a line here; and golden pairs under
// `fixtures/wire/checkout/`.
operations! {
    /// Registers a cart.
    CreateTempCart = "createTempCart" in create_temp_cart;
    /// Lists order ids.
    OrderNumbers = "orderNumbers" in order_numbers;
    /// One order.
    OrderDetail = "orderDetail" in order_detail;
    /// Stores the merchant's own order id.
    UpdateMerchantOrderId = "updateMerchantOrderId" in update_merchant_order_id;
    /// The merchant moves an order.
    UpdateVendorOrderStatus = "updateVendorOrderStatus" in update_vendor_order_status;
    /// Sets consignment numbers.
    SetShipmentTracking = "setShipmentTracking" in set_shipment_tracking;
    /// Duty, import tax and fees before any cart exists; ours.
    LandedCost = "landedCost" in landed_cost;
    /// Helper of the Magento modules.
    MagentoRegion = "magento-region" in magento_region;
}

impl CheckoutOperation {
    /// The operation of a path's last part, spelled exactly.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }

    /// A request of the documents, and its answer: JSON.
    pub fn example(self) -> (&'static str, &'static str) {
        let endpoint = self.endpoint();
        (endpoint.request_example, endpoint.response_example)
    }
}

/// One request.
#[derive(Debug, Clone, Copy)]
pub struct CheckoutApiRequest<'a> {
    /// From the path.
    pub version: Version,
    /// From the path.
    pub operation: CheckoutOperation,
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
pub async fn answer(app: &App, call: CheckoutApiRequest<'_>) -> Reply {
    if call.body.len() > BODY_LIMIT {
        return too_large();
    }
    match body_of(app, call).await {
        Ok(body) => Reply { status: 200, honest_status: 200, code: "ok", body, delay: Span(0), retry_after: None },
        Err(failure) => failure.reply(call.version, call.operation),
    }
}

async fn body_of(app: &App, call: CheckoutApiRequest<'_>) -> Result<String, Failure> {
    // Takes any body.
    if call.operation == CheckoutOperation::MagentoRegion {
        return Ok(magento_region::nothing());
    }
    let weight = json_body::weigh(call.body, fields::LIMITS).map_err(Failure::of_excess)?;
    if weight.heavy {
        prove_first(app, &call).await?;
    }
    let map = fields::parse_object(call.body).ok_or(Failure::Unreadable)?;
    let request = Request::read(Fields::new(&map), &call)?;
    call.operation.answer(app, &request).await
}

/// Takes store and secret out of a heavy body, which is read only for those who prove them.
async fn prove_first(app: &App, call: &CheckoutApiRequest<'_>) -> Result<(), Failure> {
    let head = json_body::head(call.body).ok_or(Failure::of_excess(JsonExcess::Weight))?;
    let map = fields::parse_object(&head).ok_or(Failure::Unreadable)?;
    let credentials = Request::read(Fields::new(&map), call)?.credentials;
    if credentials.secret.is_none() {
        return Err(Failure::of_excess(JsonExcess::Weight));
    }
    app.checkout().stores().authenticate(&credentials).await?;
    Ok(())
}

/// The parser alone, for fuzzing: whether the call would reach its use case.
#[doc(hidden)]
pub fn is_well_formed(call: CheckoutApiRequest<'_>) -> bool {
    let Some(map) = fields::parse_object(call.body) else { return false };
    let Ok(request) = Request::read(Fields::new(&map), &call) else { return false };
    call.operation.reads(&request)
}

/// The answer to anything but POST; the HTTP layer adds `Allow: POST`.
pub fn wrong_method(operation: CheckoutOperation) -> Reply {
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
        for operation in CheckoutOperation::ALL {
            assert_eq!(CheckoutOperation::from_name(operation.name()), Some(operation));
        }
        for name in ["", "createtempcart", "updateMerchantOrderID", "createTempCart/", "magentoRegion"] {
            assert_eq!(CheckoutOperation::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn refusals_of_the_transport_have_honest_statuses_on_both_versions() {
        let reply = wrong_method(CheckoutOperation::OrderDetail);
        assert_eq!((reply.status, reply.honest_status, reply.code), (405, 405, "wrong_method"));
        assert_eq!(reply.body, r#"{"error":"orderDetail must be called with POST"}"#);
        let reply = too_large();
        assert_eq!((reply.status, reply.honest_status, reply.code), (413, 413, "too_large"));
        assert_eq!(reply.body, r#"{"error":"could not parse input, it is larger than 1048576 bytes"}"#);
    }
}
