//! The wholesaler's side: tenants, catalogue, stock, couriers, recipients, supply orders. Pure values and rules.
//!
//! Words: a *wholesaler* is the tenant, a *shop account* its customer, a *recipient* the person a parcel goes to, a
//! *supply order* what a shop account orders. Source: the Customer API reference; sections are named where a rule is theirs.

mod account;
mod courier;
pub mod dispatch;
mod event;
mod geo;
mod ids;
mod order;
mod price;
mod product;
mod quantity;
mod recipient;
pub mod status;
pub mod stock;
mod wholesaler;

pub use account::{AccountProfile, BillingData, PaymentKind, ShopAccount};
pub use courier::{
    Courier, CourierOffer, CourierSettings, CourierZone, PickupPoint, WeightBand, ZonePrice, tracking_link,
};
pub use event::{EventAccount, EventOrder, EventParcel, EventPayload, SupplyEventKind};
pub use geo::{Coordinates, metres_between};
pub use ids::{
    AccountId, CourierId, EventId, OrderSerial, ParcelId, ProductId, RecipientId, ReservationId, VariantId,
    WarehouseId, WholesalerId,
};
pub use order::{
    Attachment, AttachmentProblem, CashOnDelivery, Delivery, InvoicePreference, LineChange, OrderAmounts, OrderLine,
    SupplyActor, SupplyEvent, SupplyHistoryEntry, SupplyOrder, SupplyOrderDocument, SupplyParcel, sniff_media_type,
    total_grams,
};
pub use price::{EVERY_GROUP, GroupPrice, LineValue, PriceStep, Vat, price_for, value_of, value_of_gross};
pub use product::{CodeKind, Component, Product, ProductDetails, StockMode, Unit, Variant, VariantDetails};
pub use quantity::Quantity;
pub use recipient::{RecipientAddress, RecipientField};
pub use status::{DropshippingStatus, InvalidSupplyTransition, StockEffect, SupplyStatus};
pub use wholesaler::{Contact, HandlingTime, OpeningHours, PaymentMethod, Wholesaler, WholesalerSettings};
