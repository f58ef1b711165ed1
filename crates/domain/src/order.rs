//! The order: what is frozen at purchase, what may change afterwards, and its history.

pub mod status;

use serde::{Deserialize, Serialize};

pub use status::{Actor, OrderStatus, Refusal};

use crate::address::Address;
use crate::cart::Cart;
use crate::clock::Timestamp;
use crate::ids::{CartId, OrderId};
use crate::money::{Currency, Money};
use crate::payment::{BANK_TRANSFER, PaymentRecord};
use crate::quote::{DutyMode, ForeignTotals, Totals};
use crate::shipping::ShippingOption;

/// What is frozen when the order is made; stored as one JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDocument {
    /// Version of this document, [`OrderDocument::VERSION`].
    pub version: u32,
    /// The cart as registered.
    pub cart: Cart,
    /// Ship-to, also the contact.
    pub ship_to: Address,
    /// Bill-to; equal to `ship_to` unless the buyer gave another.
    pub bill_to: Address,
    /// Buyer's note, may be empty.
    pub customer_note: String,
    /// The chosen shipping option.
    pub shipping: Option<ShippingOption>,
    /// The cart's domestic leg when it was shown as its own line; part of the shipping total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domestic_charge: Option<Money>,
    /// Who collects duty and tax.
    pub duty_mode: DutyMode,
    /// The sums that were shown and charged.
    pub totals: Totals,
    /// Duty and tax as they were worked out, also when they are paid on delivery; `None` when nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted_duty_taxes: Option<Money>,
    /// The sums in the buyer's own currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignTotals>,
}

impl OrderDocument {
    /// Current document version.
    pub const VERSION: u32 = 1;
}

/// An order as read back: frozen part, present state, parcels and notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Full id.
    pub id: OrderId,
    /// The cart it came from.
    pub cart_id: CartId,
    /// Merchant's own number, once set.
    pub merchant_order_id: Option<String>,
    /// Present status.
    pub status: OrderStatus,
    /// When the status last changed.
    pub status_at: Timestamp,
    /// Paid with test data.
    pub test: bool,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Frozen part.
    pub document: OrderDocument,
    /// How it was paid; `None` only for orders without payment.
    pub payment: Option<PaymentRecord>,
    /// Parcels in the order they were added.
    pub parcels: Vec<Parcel>,
    /// Every status it ever had, newest first.
    pub statuses: Vec<OrderStatus>,
}

impl Order {
    /// Currency of all amounts.
    pub fn currency(&self) -> Currency {
        self.document.totals.currency()
    }

    /// Whether the buyer still has to transfer the money: staff have not booked it, and the order was not cancelled.
    pub fn awaits_transfer(&self) -> bool {
        let unpaid = |payment: &PaymentRecord| payment.processor == BANK_TRANSFER && payment.captured_at.is_none();
        self.status == OrderStatus::OnHold
            && self.document.totals.grand.minor > 0
            && self.payment.as_ref().is_some_and(unpaid)
    }
}

/// A parcel on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    /// Consignment number.
    pub number: String,
    /// Courier, when known.
    pub courier: Option<String>,
    /// When it was added.
    pub added_at: Timestamp,
}

/// One line of an order's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub event: HistoryEvent,
}

/// What happened to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum HistoryEvent {
    /// The order was made.
    Placed {
        /// Its first status.
        status: OrderStatus,
    },
    /// The status moved.
    StatusChanged {
        /// Before.
        from: OrderStatus,
        /// After.
        to: OrderStatus,
        /// Why, in words; may be empty.
        #[serde(default)]
        reason: String,
    },
    /// The merchant's own number was set.
    MerchantOrderIdSet {
        /// Before.
        from: Option<String>,
        /// After.
        to: String,
    },
    /// The list of consignment numbers was set.
    TrackingSet {
        /// All numbers now.
        numbers: Vec<String>,
    },
    /// Money was taken, given back or its reservation released.
    Payment {
        /// `captured`, `voided`, `refunded`, `booked`.
        what: String,
        /// Amount in words, `12.50 USD`.
        amount: String,
    },
}
