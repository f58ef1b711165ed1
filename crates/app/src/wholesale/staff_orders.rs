//! What staff do with supply orders: status, parcels, courier, address, note.

use crossdock_domain::wholesale::{
    CourierId, OrderSerial, ParcelId, RecipientAddress, SupplyActor, SupplyStatus, WholesalerId,
};

/// Moves an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetSupplyStatus {
    /// The tenant.
    pub wholesaler: WholesalerId,
    /// Which order.
    pub serial: OrderSerial,
    /// The wanted status.
    pub to: SupplyStatus,
    /// Who.
    pub actor: SupplyActor,
    /// Why.
    pub reason: String,
}

/// A parcel to add. At least one number must be given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewParcel {
    /// Who carries it; `None` for the order's courier.
    pub courier: Option<CourierId>,
    /// Number of this parcel.
    pub package_number: String,
    /// Number of the whole consignment.
    pub shipping_number: String,
    /// Grams, packaging included.
    pub weight_grams: i64,
}

/// Fields of a parcel to change; those left out stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParcelChange {
    /// Which parcel.
    pub parcel: Option<ParcelId>,
    /// Who carries it.
    pub courier: Option<CourierId>,
    /// Number of this parcel.
    pub package_number: Option<String>,
    /// Number of the whole consignment.
    pub shipping_number: Option<String>,
    /// Grams, packaging included.
    pub weight_grams: Option<i64>,
}

/// Changes how and where an order is delivered; what is left out stays. The price agreed on stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeDelivery {
    /// The tenant.
    pub wholesaler: WholesalerId,
    /// Which order; not yet sent nor dropped.
    pub serial: OrderSerial,
    /// Who.
    pub actor: SupplyActor,
    /// Another courier.
    pub courier: Option<CourierId>,
    /// Another pickup point of the (new) courier.
    pub pickup_point: Option<String>,
    /// Another address.
    pub address: Option<Box<RecipientAddress>>,
    /// Day on which it should arrive, `YYYY-MM-DD`.
    pub estimated_date: Option<String>,
}
