//! The landed-cost engine: consignments in, duty, import tax and fees to the cent out. Pure: the rule book, an imported
//! tariff, exchange rates and the day are arguments, so that a stored quote can be computed again for ever.
//!
//! The cascade (landed-cost protocol §2): customs value → duty per line → fees inside the tax base → import taxes →
//! fees outside. It runs in the destination's currency with exact decimals; every component is rounded once, as its rule
//! says, and converted once into the cart's currency at the end. Its tests are in the `rules` crate, where books can be written
//! as text.

mod allocation;
mod answer;
pub mod book;
mod calculation;
mod compute;
mod condition;
mod duty;
mod fees;
mod hs;
mod line_allocation;
mod place;
mod rates;
mod reason;
mod request;
mod stored;
mod taxes;
mod totals;

pub use allocation::allocate;
pub use answer::{
    CollectedBy, Component, ComponentKind, ConsignmentCost, CostTotals, Exchange, LandedCost, LineCost, Refusal,
};
pub use calculation::LandedCostError;
pub use compute::landed_cost;
pub use hs::{HsCode, InvalidHsCode, UnreadHsCode};
pub use rates::{CurrencyRate, RateOrigin, Rates};
pub use reason::{Precision, Reason};
pub use request::{BuyerKind, Consignment, CostRequest, Line, Location, ShortCodePolicy};
pub use stored::StoredCost;
pub use totals::RATES_ARE_FRESH_DAYS;
