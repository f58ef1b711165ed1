//! Couriers: all of a wholesaler, and those that carry one order.

use crossdock_domain::country::Country;
use crossdock_domain::wholesale::{Courier, CourierOffer, PaymentKind, PickupPoint, RecipientAddress, RecipientId};

use super::{Page, ProductRef};

/// Asks for couriers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CourierQuery {
    /// Only those that go there.
    pub country: Option<Country>,
    /// Which part.
    pub page: Page,
}

/// To whom something is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryTo {
    /// A stored recipient of the caller.
    Stored(RecipientId),
    /// This address.
    Inline(Box<RecipientAddress>),
}

/// Asks for couriers that carry an order (customer reference §4.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouriersForOrder {
    /// To whom.
    pub deliver_to: DeliveryTo,
    /// What; `None` for the stored basket.
    pub products: Option<Vec<ProductRef>>,
    /// Only with this way of paying.
    pub payment: Option<PaymentKind>,
}

/// A courier that carries the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourierForOrder {
    /// Who.
    pub courier: Courier,
    /// For how much.
    pub offer: CourierOffer,
    /// Days until it arrives: preparing, cut-off hour, road.
    pub days: i64,
    /// Day on which it should arrive, `YYYY-MM-DD`.
    pub estimated_date: String,
    /// Pickup points around the recipient's postal code; only of a courier that delivers to points.
    pub pickup_points: Vec<PickupPoint>,
}

/// A pickup point with its distance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearPoint {
    /// The point.
    pub point: PickupPoint,
    /// How far away.
    pub metres: i64,
}
