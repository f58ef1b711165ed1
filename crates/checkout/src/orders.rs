//! Orders out, and what merchant and staff do with them.

mod detail;
mod list;
mod merchant_id;
mod search;
pub mod staff;
mod tracking;
mod vendor_status;

use crossdock_domain::clock::Timestamp;
use crossdock_domain::order::{Actor, HistoryEntry, HistoryEvent};

pub use crossdock_db::orders::{OrderSummary, PlacedOrder};
pub use detail::{FindOrder, OrderKey};
pub use list::{ListOrders, OrderList};
pub use merchant_id::SetMerchantOrderId;
pub use search::{FoundOrder, SearchOrders};
pub use tracking::SetTracking;
pub use vendor_status::SetVendorStatus;

/// A line of history.
fn by(actor: &Actor, at: Timestamp, event: HistoryEvent) -> HistoryEntry {
    HistoryEntry { at, actor: actor.clone(), event }
}
