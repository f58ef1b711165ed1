//! `Orders/add`: a dropshipping order, all or nothing.

use crossdock_domain::money::Currency;
use crossdock_domain::wholesale::{BillingData, CourierId, InvoiceWish, PaymentKind, SupplyOrder};
use rust_decimal::Decimal;

use super::ProductRef;
use super::couriers::DeliveryTo;

/// Places a supply order (customer reference §4.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceSupplyOrder {
    /// What; `None` for the stored basket, which is emptied on success.
    pub products: Option<Vec<ProductRef>>,
    /// To whom.
    pub deliver_to: DeliveryTo,
    /// By whom.
    pub courier: CourierId,
    /// Where it is picked up; must be given when the courier delivers to points.
    pub pickup_point: Option<String>,
    /// Day that the shop prefers, `YYYY-MM-DD`.
    pub preferred_date: Option<String>,
    /// How the shop pays; `None`: that of the form, else the account's first.
    pub payment: Option<PaymentKind>,
    /// By which form.
    pub payment_form: Option<i64>,
    /// What the courier collects from the recipient: amount and, when it was named, currency. `None` with cash on delivery
    /// collects what the order costs.
    pub cash_on_delivery: Option<(Decimal, Option<Currency>)>,
    /// Who is billed; `None` for the account's data.
    pub billing: Option<BillingData>,
    /// For the wholesaler.
    pub note_to_order: String,
    /// For the courier.
    pub note_to_courier: String,
    /// Whether an invoice is wanted.
    pub invoice: InvoiceWish,
    /// The shop's own number: the same again with the same content gives the first order again.
    pub external_id: Option<String>,
    /// Must be the wholesaler's currency when it is given.
    pub currency: Option<Currency>,
    /// Receiving address of this order's webhooks; ignored unless the wholesaler allows it.
    pub webhook_url: Option<String>,
}

/// An order that was placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedSupplyOrder {
    /// The order.
    pub order: SupplyOrder,
    /// It was there already, under the same external id.
    pub repeated: bool,
}
