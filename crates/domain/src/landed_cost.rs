//! The landed-cost engine: consignments in, duty, import tax and fees to the cent out. Pure: the rule book, an imported
//! tariff, exchange rates and the day are arguments, so that a stored quote can be computed again for ever.
//!
//! The cascade (shared reference, "landed cost"): customs value → duty per line → fees inside the tax base → import taxes →
//! fees outside. It runs in the destination's currency with exact decimals; every component is rounded once, as its rule
//! says, and converted once into the cart's currency at the end. Its tests are in the `rules` crate, where books can be written
//! as text.

mod answer;
pub mod book;
mod compute;
mod condition;
mod duty;
mod fees;
mod hs;
mod rates;
mod reason;
mod request;
mod shares;
mod spread;
mod stored;
mod taxes;
mod totals;
mod work;

pub use answer::{
    Collected, Component, ComponentKind, ConsignmentCost, CostTotals, Exchange, LandedCost, LineCost, Refusal,
};
pub use compute::landed_cost;
pub use hs::{HsCode, NotAnHsCode};
pub use rates::Rates;
pub use reason::{Precision, Reason};
pub use request::{BuyerKind, Consignment, CostRequest, Line, Place, ShortCode};
pub use spread::spread;
pub use stored::StoredCost;
pub use work::LandedCostError;
