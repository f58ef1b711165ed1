//! Events of supply orders: what webhooks and mails are made from. Complete, so that no receiver needs another look.

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, CourierId, OrderSerial, ParcelId, WholesalerId};
use super::order::{SupplyOrder, SupplyParcel};
use super::status::SupplyStatus;
use crate::clock::Timestamp;
use crate::named::named_enum;

named_enum! {
    /// Kind of an event.
    pub enum SupplyEventKind: "kind of event" {
        /// An order was placed.
        OrderPlaced = "order_placed",
        /// Staff changed what was ordered, how it is delivered or paid, or the shop's remarks.
        OrderEdited = "order_edited",
        /// An order got another status.
        StatusChanged = "status_changed",
        /// A parcel with its numbers was added to an order.
        ParcelAdded = "parcel_added",
        /// Numbers of a parcel were changed: the old ones no longer count, the new ones do.
        ParcelChanged = "parcel_changed",
        /// A parcel was taken off an order.
        ParcelRemoved = "parcel_removed",
    }
}

/// What an event tells (customer protocol §6). Everything is as it was right after the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventPayload {
    /// The order.
    pub order: EventOrder,
    /// Whose it is.
    pub account: EventAccount,
    /// Status before; only of [`SupplyEventKind::StatusChanged`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_status: Option<SupplyStatus>,
    /// The parcel that was added, changed or removed; a removed one is not among the order's any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parcel: Option<EventParcel>,
    /// The same parcel before; only of [`SupplyEventKind::ParcelChanged`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parcel_before: Option<EventParcel>,
    /// Staff asked that the shop gets no mail about it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_mail: bool,
}

/// The order in an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventOrder {
    /// The tenant.
    pub wholesaler: WholesalerId,
    /// `orderId`: `shop1-17`.
    pub id: String,
    /// `orderSerialNumber`.
    pub serial: OrderSerial,
    /// `orderExternalId`.
    pub external_id: Option<String>,
    /// `orderStatus`.
    pub status: SupplyStatus,
    /// `dropshippingOrderStatus`, may be empty.
    pub dropshipping_status: String,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// `dispatchDate`.
    pub dispatched_at: Option<Timestamp>,
    /// Receiving address the order brought along, where the wholesaler allows one.
    pub webhook_url: Option<String>,
    /// `packages`.
    pub parcels: Vec<EventParcel>,
}

/// The shop in an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventAccount {
    /// Its number.
    pub id: AccountId,
    /// Its login.
    pub login: String,
    /// Where mails go; may be empty.
    pub email: String,
}

/// A parcel in an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventParcel {
    /// `deliveryPackageId`.
    pub id: ParcelId,
    /// `courierId`.
    pub courier: CourierId,
    /// `courierName`.
    pub courier_name: String,
    /// `deliveryPackageNumber`.
    pub package_number: String,
    /// `deliveryShippingNumber`.
    pub shipping_number: String,
    /// `trackingUrl`.
    pub tracking_url: String,
}

impl From<&SupplyParcel> for EventParcel {
    fn from(parcel: &SupplyParcel) -> Self {
        Self {
            id: parcel.id,
            courier: parcel.courier,
            courier_name: parcel.courier_name.clone(),
            package_number: parcel.package_number.clone(),
            shipping_number: parcel.shipping_number.clone(),
            tracking_url: parcel.tracking_url(),
        }
    }
}

impl EventParcel {
    /// The number that people track, see [`SupplyParcel::number`].
    pub fn number(&self) -> &str {
        if self.shipping_number.is_empty() { &self.package_number } else { &self.shipping_number }
    }
}

impl EventPayload {
    /// The event's view of an order.
    pub fn of(order: &SupplyOrder) -> Self {
        Self {
            order: EventOrder {
                wholesaler: order.wholesaler,
                id: order.order_id(),
                serial: order.serial,
                external_id: order.external_id.clone(),
                status: order.status,
                dropshipping_status: order.dropshipping().code().to_owned(),
                placed_at: order.placed_at,
                dispatched_at: order.dispatched_at,
                webhook_url: order.document.webhook_url.clone(),
                parcels: order.parcels.iter().map(EventParcel::from).collect(),
            },
            account: EventAccount {
                id: order.account,
                login: order.document.login.clone(),
                email: order.document.email.clone(),
            },
            from_status: None,
            parcel: None,
            parcel_before: None,
            without_mail: false,
        }
    }
}
