//! Webhooks as values: who owns one, what it may be told of, and how it wants to be told. Nothing is sent here.
//!
//! Names of the dropshipping events and the choice of method and content type follow the protocol (customer protocol §6).

mod check;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::ids::{EndpointId, StoreId};
use crate::named::named_enum;
use crate::wholesale::WholesalerId;

pub use check::{EndpointProblem, check_url};

/// Whose webhooks, events and mails: a tenant of either side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Owner {
    /// A merchant of the checkout side.
    Store(StoreId),
    /// A wholesaler.
    Wholesaler(WholesalerId),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(id) => write!(f, "store:{id}"),
            Self::Wholesaler(id) => write!(f, "wholesaler:{id}"),
        }
    }
}

/// A text that names no owner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no owner; write store:999 or wholesaler:7")]
pub struct InvalidOwner(String);

impl FromStr for Owner {
    type Err = InvalidOwner;

    fn from_str(text: &str) -> Result<Self, InvalidOwner> {
        let error = || InvalidOwner(text.to_owned());
        let (kind, id) = text.split_once(':').ok_or_else(error)?;
        let id = id.parse::<i64>().ok().filter(|_| id.bytes().all(|b| b.is_ascii_digit())).ok_or_else(error)?;
        match kind {
            "store" => StoreId::new(id).map(Self::Store),
            "wholesaler" => WholesalerId::new(id).map(Self::Wholesaler),
            _ => None,
        }
        .ok_or_else(error)
    }
}

impl TryFrom<String> for Owner {
    type Error = InvalidOwner;

    fn try_from(text: String) -> Result<Self, InvalidOwner> {
        text.parse()
    }
}

impl From<Owner> for String {
    fn from(owner: Owner) -> Self {
        owner.to_string()
    }
}

named_enum! {
    /// What happened. The dropshipping ones are the protocol's list (customer protocol §6); only the names of `…_sent` and
    /// `…_package_number_removed` stand there.
    pub enum WebhookEvent: "event" {
        /// A shop has placed a supply order.
        DropshippingOrderPlaced = "dropshipping_order_placed",
        /// Its contents, address or notes were changed.
        DropshippingOrderEdited = "dropshipping_order_edited",
        /// It was confirmed and is being worked on.
        DropshippingOrderConfirmed = "dropshipping_order_confirmed",
        /// It is being packed.
        DropshippingOrderPacked = "dropshipping_order_packed",
        /// It is on its way, with consignment numbers.
        DropshippingOrderSent = "dropshipping_order_sent",
        /// It was cancelled.
        DropshippingOrderCancelled = "dropshipping_order_canceled",
        /// A consignment number was taken off the order.
        DropshippingPackageNumberRemoved = "dropshipping_package_number_removed",
        /// Nothing: somebody tries an endpoint out. Every endpoint gets its own, whatever it asked for.
        Test = "test",
    }
}

named_enum! {
    /// HTTP method of a webhook (customer protocol §6).
    pub enum Method: "method" {
        /// The body goes into the query string; nothing is sent behind the head.
        Get = "GET",
        /// The usual one.
        Post = "POST",
        /// With a body.
        Put = "PUT",
        /// With a body.
        Delete = "DELETE",
    }
}

named_enum! {
    /// What the body is (customer protocol §6).
    pub enum ContentType: "content type" {
        /// `application/json`.
        Json = "json",
        /// `application/x-www-form-urlencoded`.
        Form = "form",
        /// `text/xml`.
        Xml = "xml",
    }
}

named_enum! {
    /// Where a delivery stands.
    pub enum DeliveryState: "delivery state" {
        /// To be tried, now or later.
        Waiting = "waiting",
        /// The receiver said 2xx.
        Delivered = "delivered",
        /// Given up; a person may send it again.
        Failed = "failed",
    }
}

named_enum! {
    /// Where an e-mail stands.
    pub enum MailState: "mail state" {
        /// To be sent, now or later.
        Waiting = "waiting",
        /// The mail server took it.
        Sent = "sent",
        /// The mail server will never take it.
        Failed = "failed",
        /// Nobody had set a mail server up.
        Skipped = "skipped",
    }
}

impl ContentType {
    /// Value of the header.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Xml => "text/xml; charset=utf-8",
        }
    }
}

impl WebhookEvent {
    /// The events that an owner of this kind may ask for.
    pub fn of(owner: Owner) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |kind| match kind {
            Self::Test => true,
            _ => matches!(owner, Owner::Wholesaler(_)),
        })
    }

    /// What such an event tells, for previews, for the check of a new body, and for tries (customer protocol §6, default body).
    pub fn sample(self) -> Value {
        let numbers = |n: i64| {
            json!({
                "deliveryPackageId": n, "courierId": 51, "courierName": "DPD", "deliveryPackageNumber": format!("PN{n}"),
                "deliveryShippingNumber": format!("SN{n}"), "trackingUrl": format!("https://tracking.example/SN{n}"),
            })
        };
        let (status, dispatched, packages) = match self {
            Self::DropshippingOrderPlaced | Self::DropshippingOrderEdited => ("new", Value::Null, vec![]),
            Self::DropshippingOrderConfirmed => ("on_order", Value::Null, vec![]),
            Self::DropshippingOrderPacked => ("packed", Value::Null, vec![]),
            Self::DropshippingOrderCancelled => ("canceled", Value::Null, vec![]),
            Self::DropshippingOrderSent | Self::DropshippingPackageNumberRemoved | Self::Test => {
                ("finished", json!("2026-11-21 14:02:10"), vec![numbers(1), numbers(2)])
            }
        };
        json!({
            "orderId": "shop1-17", "orderSerialNumber": 17, "orderExternalId": "R-2026-991 <a&b \"c\">",
            "orderStatus": status, "dispatchDate": dispatched, "packages": packages,
        })
    }
}

/// Where and how an owner, or one of a wholesaler's accounts, wants to be told. Its secret is kept apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Whose.
    pub owner: Owner,
    /// Its id.
    pub id: EndpointId,
    /// Only what concerns this account (login of a shop at the wholesaler); `None`: everything.
    pub account: Option<String>,
    /// What it is told of.
    pub events: Vec<WebhookEvent>,
    /// Where to; `http` or `https`.
    pub url: String,
    /// How.
    pub method: Method,
    /// What the body is.
    pub content_type: ContentType,
    /// Headers besides ours.
    pub headers: Vec<(String, String)>,
    /// Template of the body; `None`: the default one of the content type.
    pub body: Option<String>,
    /// Whether anything is sent.
    pub active: bool,
    /// Why it was switched off by itself, for people.
    pub note: Option<String>,
    /// Since when every try has failed.
    pub failing_since: Option<Timestamp>,
    /// It did not answer in time, several times in a row: nothing is sent to it before this moment.
    pub paused_until: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Endpoint {
    /// Whether it is to be told of such an event of this account.
    pub fn wants(&self, kind: WebhookEvent, account: Option<&str>) -> bool {
        self.active && self.events.contains(&kind) && (self.account.is_none() || self.account.as_deref() == account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_read_back_as_they_are_written() {
        for text in ["store:999", "wholesaler:7"] {
            assert_eq!(text.parse::<Owner>().expect(text).to_string(), text);
        }
        for text in ["", "store", "store:", "store:0", "shop:7", "store:+7", "store:7:8", "wholesaler:1000000000"] {
            assert!(text.parse::<Owner>().is_err(), "{text}");
        }
    }

    #[test]
    fn names_are_read_back_as_they_are_written() {
        for kind in WebhookEvent::ALL {
            assert_eq!(kind.code().parse::<WebhookEvent>(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).expect("JSON"), kind.code());
        }
        let error = "order_lost".parse::<WebhookEvent>().expect_err("unknown").to_string();
        assert!(error.contains("dropshipping_order_sent"), "{error}");
    }

    #[test]
    fn a_store_cannot_ask_for_a_wholesalers_events() {
        let store = Owner::Store(StoreId::new(999).expect("id"));
        assert_eq!(WebhookEvent::of(store).collect::<Vec<_>>(), [WebhookEvent::Test]);
        let wholesaler = Owner::Wholesaler(WholesalerId::new(7).expect("id"));
        assert!(WebhookEvent::of(wholesaler).any(|kind| kind == WebhookEvent::DropshippingOrderSent));
    }
}
